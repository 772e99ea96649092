// SPDX-License-Identifier: Apache-2.0
// A column that keeps its name and gets another type: which changes are ones of the catalog only.
#include <algorithm>

#include "compiler/diff/table_pair.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `'x'` of `'x'::character varying`, when that is how the column's own type is spelled.
std::string WithoutOwnCast(const Column& column) {
  std::string text = column.default_value->sql;
  const std::string& type = column.type.sql;
  const std::string cast = "::" + type.substr(0, type.find('('));
  const std::size_t at = text.rfind(cast);
  if (at != std::string::npos && at + cast.size() == text.size()) text.resize(at);
  return text;
}

}  // namespace

std::vector<std::string> SpoilersOf(const TablePair& pair, const std::string& column) {
  std::vector<std::string> spoilers;
  const auto reads = [&](const std::optional<Expression>& expression) {
    return expression && Holds(pair.rules.columns(expression->sql), column);
  };
  for (const Check& check : pair.old_table.checks) {
    if (reads(check.expression)) spoilers.push_back("check `" + check.name + "`");
  }
  for (const Index& index : pair.old_table.indexes) {
    const bool in_element =
        std::any_of(index.elements.begin(), index.elements.end(),
                    [&](const IndexElement& element) { return reads(element.expression); });
    if (in_element || reads(index.where)) spoilers.push_back("index `" + index.name + "`");
  }
  for (const Column& other : pair.old_table.columns) {
    if (reads(other.generated)) spoilers.push_back("generated column `" + other.name + "`");
  }
  for (const ColumnTransition& transition : pair.transitions) {
    for (const auto* side : {&transition.up, &transition.down}) {
      for (const TransitionAssignment& assignment : *side) {
        if (!reads(assignment.expression)) continue;
        spoilers.push_back("the transition of `" + assignment.column + "`");
      }
    }
  }
  return spoilers;
}

bool WidensInPlace(const TablePair& pair, const Column& old_column, const Column& column) {
  const auto widens = pair.language.changes.widens;
  return widens != nullptr && old_column.collation == column.collation && !old_column.generated &&
         widens(old_column.type.sql, column.type.sql);
}

void ReadTypeChanges(TablePair& pair) {
  const auto casts_of = pair.language.changes.casts;
  if (casts_of == nullptr) return;
  // Those that must be transitions come first: what they read cannot be widened in place.
  for (const bool widening : {false, true}) {
    for (const Column& column : pair.new_table.columns) {
      const Column* old_column = pair.old_table.FindColumn(column.name);
      if (old_column == nullptr || pair.made.contains(column.name) ||
          pair.replaced.contains(column.name) || old_column->type == column.type ||
          old_column->collation != column.collation ||
          WidensInPlace(pair, *old_column, column) != widening) {
        continue;
      }
      if (widening && SpoilersOf(pair, column.name).empty()) continue;
      const TypeCasts casts =
          casts_of(old_column->type.sql, column.type.sql, pair.rules.quote(column.name));
      if (!casts.automatic) continue;
      ColumnTransition transition;
      transition.sources = {*old_column};
      transition.targets = {column};
      transition.up = {{column.name, {casts.up, true, column.origin}, column.origin}};
      transition.down = {{column.name, {casts.down, true, column.origin}, column.origin}};
      transition.faithful = casts.faithful;
      transition.origin = column.origin;
      pair.replaced.insert(column.name);
      pair.made.insert(column.name);
      pair.transitions.push_back(std::move(transition));
    }
  }
}

bool IsFaithful(const TablePair& pair, const ColumnTransition& transition) {
  const auto casts_of = pair.language.changes.casts;
  if (casts_of == nullptr || transition.sources.size() != 1 || transition.targets.size() != 1 ||
      transition.up.size() != 1 || transition.down.size() != 1) {
    return false;
  }
  const Column& source = transition.sources.front();
  const TypeCasts casts =
      casts_of(source.type.sql, transition.targets.front().type.sql, pair.rules.quote(source.name));
  return casts.faithful && pair.rules.same(transition.up.front().expression.sql, casts.up) &&
         pair.rules.same(transition.down.front().expression.sql,
                         casts_of(source.type.sql, transition.targets.front().type.sql,
                                  pair.rules.quote(transition.targets.front().name))
                             .down);
}

void ReportTypeChange(TablePair& pair, const Column& old_column, const Column& column) {
  const auto type_of = [](const Column& each) {
    return each.type.sql + (each.collation ? " collate " + Display(*each.collation) : "");
  };
  const bool other_type = old_column.type != column.type;
  Diagnostic& error = pair.diagnostics.Error(
      other_type ? codes::kTypeChange : codes::kCollationChange, column.origin,
      "column `" + Display(pair.new_table.name, column.name) + "` changes from `" +
          type_of(old_column) + "` to `" + type_of(column) + "`: say how rows travel");
  if (WidensInPlace(pair, old_column, column)) {
    for (const std::string& spoiler : SpoilersOf(pair, column.name)) {
      error.notes.push_back(
          {SourceSpan(), "the server would change its catalog only, were it not for " + spoiler});
    }
  }
  const std::string name = Display(column.name);
  TypeCasts casts{name, name, false, false};
  if (other_type && pair.language.changes.casts != nullptr) {
    casts = pair.language.changes.casts(old_column.type.sql, column.type.sql, name);
  }
  error.notes.push_back(
      {SourceSpan(),
       "write in the table, when these expressions say it: `transition { from " + name + " " +
           old_column.type.sql + "; up " + name + " = " + casts.up + "; down " + name + " = " +
           casts.down +
           "; }`; with names of the old shape right of `up`, of the new one right of `down`, and "
           "`lossy \"why\";` when something may get lost"});
}

Column WidenColumn(TablePair& pair, const Column& old_column, const Column& column) {
  Column wide = old_column;
  wide.type = column.type;
  wide.storage = column.storage;
  wide.compression = column.compression;
  // The server prints the default of the new type with another cast.
  if (old_column.default_value && column.default_value &&
      WithoutOwnCast(old_column) == WithoutOwnCast(column)) {
    wide.default_value = column.default_value;
  }
  pair.changes.push_back(
      {ChangeColumnType{pair.old_table, pair.new_table, old_column, wide}, column.origin});
  return wide;
}

}  // namespace zdm
