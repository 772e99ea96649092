// SPDX-License-Identifier: Apache-2.0
// `transition` and `renamed from`: which of them are in force, and what each replaces by what.
#include <algorithm>

#include "compiler/diff/table_pair.h"
#include "compiler/schema/match.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::vector<std::string> NamesOf(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

void AddNote(Diagnostic& error, SourceSpan span, std::string text) {
  error.notes.push_back({span, std::move(text)});
}

void AddNearest(Diagnostic& error, const std::string& name, const Table& table) {
  const std::string nearest = NearestName(name, NamesOf(table));
  if (!nearest.empty()) AddNote(error, SourceSpan(), "did you mean `" + nearest + "`?");
}

/// One transition of the files against the catalog.
class TransitionReader {
 public:
  TransitionReader(TablePair& pair, const Transition& transition)
      : pair_(pair), transition_(transition) {}

  void Read() {
    if (!InForce(transition_, pair_.old_table, pair_.new_table, pair_.rules)) return;
    sources_ = SourcesOf(transition_, pair_.old_table, pair_.new_table, pair_.rules);
    result_.origin = transition_.origin;
    result_.lossy = transition_.lossy;
    result_.time_zone = transition_.time_zone;
    CheckSources();
    ReadUp();
    ReadDown();
    result_.faithful = IsFaithful(pair_, result_);
    for (const Column& source : result_.sources) pair_.replaced.insert(source.name);
    for (const Column& target : result_.targets) pair_.made.insert(target.name);
    pair_.transitions.push_back(std::move(result_));
  }

 private:
  const Column* Old(const std::string& name) const { return pair_.old_table.FindColumn(name); }
  const Column* New(const std::string& name) const { return pair_.new_table.FindColumn(name); }
  std::string Shown(const std::string& column) const {
    return "`" + Display(pair_.new_table.name, column) + "`";
  }

  bool IsTarget(const std::string& name) const {
    return std::any_of(transition_.up.begin(), transition_.up.end(),
                       [&](const auto& up) { return up.column == name; });
  }

  bool Changes(const std::string& name) const {
    return NeedsNewBody(pair_.old_table, pair_.new_table, name);
  }

  void CheckSources() {
    for (const auto& [name, span] : sources_) {
      const Column* column = Old(name);
      if (column == nullptr) {
        if (pair_.made.contains(name)) continue;
        Diagnostic& error = pair_.diagnostics.Error(
            codes::kTransitionShape, span,
            "the old shape has no column " + Shown(name) + " that this transition starts from");
        AddNearest(error, name, pair_.old_table);
        continue;
      }
      if (!pair_.replaced.contains(name)) {
        result_.sources.push_back(*column);
        continue;
      }
      pair_.diagnostics.Error(codes::kTransitionShape, span,
                              "column " + Shown(name) + " is the source of two transitions");
    }
    for (const TransitionSource& from : transition_.from) {
      const Column* column = Old(from.column);
      if (column == nullptr || pair_.rules.same_type(column->type.sql, from.type.sql)) continue;
      pair_.diagnostics.Error(codes::kTransitionShape, from.origin,
                              "column " + Shown(from.column) + " is of type `" + column->type.sql +
                                  "` in the catalog, not `" + from.type.sql + "`");
    }
  }

  void CheckReads(const TransitionAssignment& assignment, const Table& table,
                  const std::string& side) {
    for (const std::string& name : pair_.rules.columns(assignment.expression.sql)) {
      if (table.FindColumn(name) != nullptr) continue;
      // Reported once, as a source that is missing.
      const auto same = [&](const auto& known) { return known.name == name; };
      if (std::any_of(sources_.begin(), sources_.end(), same)) continue;
      Diagnostic& error =
          pair_.diagnostics.Error(codes::kTransitionShape, assignment.expression.origin,
                                  "`" + name + "` is not a column of the " + side + " shape of `" +
                                      Display(table.name) + "`");
      AddNearest(error, name, table);
    }
  }

  void ReadUp() {
    for (const TransitionAssignment& up : transition_.up) {
      const Column* target = New(up.column);
      if (target == nullptr) {
        Diagnostic& error = pair_.diagnostics.Error(
            codes::kTransitionShape, up.origin,
            "`up` gives a value to " + Shown(up.column) + ", which the table does not declare");
        AddNearest(error, up.column, pair_.new_table);
        continue;
      }
      if (Old(up.column) != nullptr && !Changes(up.column)) {
        pair_.diagnostics.Error(
            codes::kTransitionShape, up.origin,
            "column " + Shown(up.column) + " is already there as declared, beside the old shape");
        continue;
      }
      if (pair_.made.contains(up.column)) {
        pair_.diagnostics.Error(
            codes::kTransitionShape, up.origin,
            "column " + Shown(up.column) + " gets a value from two transitions");
        continue;
      }
      CheckReads(up, pair_.old_table, "old");
      result_.targets.push_back(*target);
      result_.up.push_back(up);
    }
  }

  const TransitionAssignment* DownOf(const std::string& name) const {
    for (const TransitionAssignment& down : transition_.down) {
      if (down.column == name) return &down;
    }
    return nullptr;
  }

  void ReadDown() {
    for (const TransitionAssignment& down : transition_.down) {
      CheckReads(down, pair_.new_table, "new");
      if (New(down.column) == nullptr || IsTarget(down.column)) continue;
      pair_.diagnostics.Error(
          codes::kTransitionShape, down.origin,
          "`down` gives a value to " + Shown(down.column) + ", which both shapes share");
    }
    for (const Column& source : result_.sources) {
      const TransitionAssignment* down = DownOf(source.name);
      const Column* same = New(source.name);
      if (down != nullptr) {
        const bool constant = pair_.rules.columns(down->expression.sql).empty();
        if (constant && !transition_.lossy) {
          Diagnostic& error =
              pair_.diagnostics.Error(codes::kDownNeeded, down->origin,
                                      "`down " + source.name +
                                          "` is a constant: rows of the new application would lose "
                                          "what they hold when the old one reads them");
          AddNote(error, SourceSpan(),
                  "give an expression over the new columns, or write "
                  "`lossy \"why\";` in the transition");
        }
        result_.down.push_back(*down);
      } else if (same != nullptr && same->type == source.type) {
        // A fill: the value itself is what the old side gets.
        result_.down.push_back(
            {source.name, {pair_.rules.quote(source.name), true, {}}, transition_.origin});
      } else if (!transition_.lossy) {
        Diagnostic& error = pair_.diagnostics.Error(
            codes::kDownNeeded, transition_.origin,
            "no `down` gives the old column " + Shown(source.name) + " a value");
        AddNote(error, SourceSpan(),
                "write `down " + Display(source.name) +
                    " = EXPRESSION;` over the new columns, or `lossy "
                    "\"why\";`");
      }
    }
  }

  TablePair& pair_;
  const Transition& transition_;
  ColumnTransition result_;
  std::vector<NamedSource> sources_;
};

void ReadRename(TablePair& pair, const Column& column, const Column& old_column) {
  const std::string shown = "`" + Display(pair.new_table.name, column.name) + "`";
  if (pair.replaced.contains(old_column.name)) {
    pair.diagnostics.Error(codes::kTransitionShape, column.renamed_from->origin,
                           "column `" + old_column.name + "` becomes " + shown +
                               " and is the source of a transition or of another rename too");
    return;
  }
  const bool other_text =
      pair.in_place() && pair.language.text_of(pair.current, pair.old_table, old_column) !=
                             pair.language.text_of(pair.desired, pair.new_table, column);
  if (column.type != old_column.type || column.collation != old_column.collation || other_text) {
    Diagnostic& error =
        pair.diagnostics.Error(codes::kTypeChange, column.origin,
                               "column " + shown + " is renamed and changes its type from `" +
                                   old_column.type.sql + "` to `" + column.type.sql + "`");
    AddNote(error, SourceSpan(),
            "say how rows travel: `transition { from " + Display(old_column.name) + " " +
                old_column.type.sql + "; up ...; down ...; }` in place of `renamed from`");
    return;
  }
  const auto name = [&](const std::string& text) {
    return Expression{pair.rules.quote(text), true, column.renamed_from->origin};
  };
  ColumnTransition rename;
  rename.sources = {old_column};
  rename.targets = {column};
  rename.up = {{column.name, name(old_column.name), column.renamed_from->origin}};
  rename.down = {{old_column.name, name(column.name), column.renamed_from->origin}};
  rename.rename = true;
  rename.origin = column.renamed_from->origin;
  pair.replaced.insert(old_column.name);
  pair.made.insert(column.name);
  pair.transitions.push_back(std::move(rename));
}

/// Whether the column stays in the primary key, by its own name or by a new one.
bool StaysInKey(const TablePair& pair, const ColumnTransition& transition) {
  if (transition.sources.size() != 1 || transition.targets.size() != 1) return false;
  const std::string& now = transition.targets.front().name;
  if (!transition.rename && now != transition.sources.front().name) return false;
  const std::optional<Key>& key = pair.new_table.primary_key;
  return key && std::find(key->columns.begin(), key->columns.end(), now) != key->columns.end();
}

bool KeepsIdentity(const ColumnTransition& transition) {
  return transition.sources.size() == 1 && transition.targets.size() == 1 &&
         transition.sources.front().identity.has_value() ==
             transition.targets.front().identity.has_value() &&
         (transition.rename || transition.targets.front().name == transition.sources.front().name);
}

/// Columns that keys hold on to are not replaced, unless the key goes on on the new column.
void RefuseKeyColumns(TablePair& pair, const ColumnTransition& transition) {
  const auto refuse = [&](const Column& column, const std::string& why) {
    pair.diagnostics
        .Error(codes::kTransitionOfKey, transition.origin,
               "column `" + Display(pair.old_table.name, column.name) + "` " + why +
                   ": zdm cannot rename or transform such a column yet")
        .notes.push_back({SourceSpan(), "leave the column as it is in this plan"});
  };
  const auto holds = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const Column& source : transition.sources) {
    if (pair.old_table.primary_key && holds(pair.old_table.primary_key->columns, source.name) &&
        !StaysInKey(pair, transition)) {
      refuse(source, "is part of the primary key");
    } else if (source.identity && !KeepsIdentity(transition)) {
      refuse(source, "is an identity column");
    } else if (source.generated) {
      refuse(source, "is a generated column");
    } else if (pair.referenced.contains({pair.old_table.name, source.name})) {
      refuse(source, "is referenced by a foreign key");
    }
    for (const ForeignKey& key : pair.old_table.foreign_keys) {
      if (holds(key.columns, source.name))
        refuse(source, "is part of foreign key `" + key.name + "`");
    }
    for (const Column& column : pair.old_table.columns) {
      if (column.generated && holds(pair.rules.columns(column.generated->sql), source.name)) {
        refuse(source, "is read by the generated column `" + column.name + "`");
      }
    }
  }
  for (const Column& target : transition.targets) {
    if (target.identity && !KeepsIdentity(transition)) refuse(target, "becomes an identity column");
    if (target.generated) refuse(target, "becomes a generated column");
  }
}

}  // namespace

void DiffTransitions(TablePair& pair) {
  for (const Transition& transition : pair.new_table.transitions) {
    TransitionReader(pair, transition).Read();
  }
  for (const Column& column : pair.new_table.columns) {
    const auto old_name = pair.old_names.find(column.name);
    if (old_name == pair.old_names.end() || old_name->second == column.name) continue;
    if (pair.made.contains(column.name)) continue;
    ReadRename(pair, column, *pair.old_table.FindColumn(old_name->second));
  }
  for (const DroppedColumn& dropped : pair.new_table.dropped_columns) {
    const Column* column = pair.old_table.FindColumn(dropped.name);
    if (column == nullptr || pair.replaced.contains(dropped.name) || !dropped.down) continue;
    if (pair.rules.columns(dropped.down->sql).empty()) continue;
    ColumnTransition transition;
    transition.sources = {*column};
    transition.down = {{dropped.name, *dropped.down, dropped.origin}};
    transition.origin = dropped.origin;
    pair.replaced.insert(dropped.name);
    pair.transitions.push_back(std::move(transition));
  }
  ReadTypeChanges(pair);
  for (const ColumnTransition& transition : pair.transitions) RefuseKeyColumns(pair, transition);
}

}  // namespace zdm
