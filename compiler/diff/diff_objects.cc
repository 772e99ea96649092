// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/diff_objects.h"

#include <algorithm>

#include "compiler/schema/match.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

class ObjectDiff {
 public:
  ObjectDiff(const Schema& current, const DesiredSchema& desired, const ExpressionRules& rules,
             std::vector<Change>& changes, Diagnostics& diagnostics)
      : current_(current),
        desired_(desired),
        rules_(rules),
        changes_(changes),
        diagnostics_(diagnostics) {}

  void Declared() {
    for (const EnumType& type : desired_.schema.enums) DiffEnum(type);
    for (const Domain& domain : desired_.schema.domains) DiffDomain(domain);
    for (const Sequence& sequence : desired_.schema.sequences) DiffSequence(sequence);
  }

  void Gone() {
    for (const Sequence& sequence : current_.sequences) {
      if (desired_.schema.FindSequence(sequence.name) != nullptr || GoesWithOwner(sequence)) {
        continue;
      }
      DiffGone("sequence", sequence, DropSequence{sequence});
    }
    // A domain may stand over an enum: it goes first.
    for (const Domain& domain : current_.domains) {
      if (desired_.schema.FindDomain(domain.name) == nullptr) {
        DiffGone("domain", domain, DropType{domain});
      }
    }
    for (const EnumType& type : current_.enums) {
      if (desired_.schema.FindEnum(type.name) == nullptr) DiffGone("enum", type, DropType{type});
    }
  }

 private:
  template <typename Object>
  void DiffComment(const std::string& kind, const std::string& sql_kind, const Object& old_object,
                   const Object& object) {
    if (old_object.comment == object.comment) return;
    changes_.push_back({ChangeComment{kind + " " + Display(object.name),
                                      sql_kind + " " + rules_.quote(object.name.schema) + "." +
                                          rules_.quote(object.name.name),
                                      old_object.comment, object.comment},
                        object.origin});
  }

  void DiffEnum(const EnumType& type) {
    const EnumType* found = current_.FindEnum(type.name);
    if (found == nullptr) {
      changes_.push_back({CreateType{type}, type.origin});
      return;
    }
    DiffComment("enum", "TYPE", *found, type);
    if (found->labels == type.labels || !CanChange(*found, type)) return;
    RefuseRenamesInUse(*found, type);
    RefuseLostUsers(*found, type);
    changes_.push_back({ChangeEnum{*found, type}, type.origin});
  }

  /// All old labels, some under new names, in their old order.
  bool CanChange(const EnumType& old_type, const EnumType& type) {
    std::vector<std::string> kept;
    for (const EnumLabel& label : type.labels) {
      if (old_type.Has(label.text)) {
        kept.push_back(label.text);
      } else if (label.renamed_from && old_type.Has(label.renamed_from->name)) {
        kept.push_back(label.renamed_from->name);
      }
    }
    std::vector<std::string> old_labels, gone;
    for (const EnumLabel& label : old_type.labels) {
      old_labels.push_back(label.text);
      if (std::find(kept.begin(), kept.end(), label.text) == kept.end()) gone.push_back(label.text);
    }
    if (kept == old_labels) return true;
    Diagnostic& error = diagnostics_.Error(
        codes::kEnumChange, type.origin,
        gone.empty() ? "enum `" + Display(type.name) + "` has its labels in another order"
                     : "label `" + gone.front() + "` of enum `" + Display(type.name) +
                           "` is in the catalog and not in the files");
    if (!gone.empty()) {
      error.notes.push_back(
          {SourceSpan(),
           "if a label is its new name, write `'NEW' renamed from '" + gone.front() + "'`"});
      error.notes.push_back(
          {SourceSpan(), "if a rollback left it, write it where it stands: it does no harm"});
    }
    error.notes.push_back(
        {SourceSpan(),
         "no server takes a label away or moves one: declare another enum, and let "
         "the columns become of that type by a `transition`"});
    return false;
  }

  /// The server prints an expression with the new name of its label from then on.
  void RefuseRenamesInUse(const EnumType& old_type, const EnumType& type) {
    const std::string suffix =
        "'::" + rules_.quote(type.name.schema) + "." + rules_.quote(type.name.name);
    for (const EnumLabel& label : type.labels) {
      if (old_type.Has(label.text) || !label.renamed_from) continue;
      if (!old_type.Has(label.renamed_from->name)) continue;
      const std::string text = label.renamed_from->name + suffix;
      for (const Table& table : current_.tables) {
        if (!Uses(table, text)) continue;
        diagnostics_.Error(codes::kEnumChange, label.origin,
                           "label `" + label.renamed_from->name + "` of enum `" +
                               Display(type.name) + "` is named by a default, check or index of `" +
                               Display(table.name) + "`: zdm cannot rename it yet");
      }
    }
  }

  /// Taking labels back writes the columns anew under the names that they have before.
  void RefuseLostUsers(const EnumType& old_type, const EnumType& type) {
    const bool adds = old_type.labels.size() < type.labels.size();
    const std::string name = rules_.quote(type.name.schema) + "." + rules_.quote(type.name.name);
    for (const Table& table : current_.tables) {
      const Table* now = desired_.schema.FindTable(table.name);
      for (const Column& column : table.columns) {
        if (!adds || (column.type.sql != name && column.type.sql != name + "[]")) continue;
        const Column* same = now == nullptr ? nullptr : now->FindColumn(column.name);
        if (same != nullptr && same->type == column.type) continue;
        diagnostics_
            .Error(codes::kEnumChange, type.origin,
                   "enum `" + Display(type.name) + "` gets labels while `" +
                       Display(table.name, column.name) +
                       "`, which is of it, goes or gets another name or type")
            .notes.push_back({SourceSpan(), "do the one in this plan and the other in the next"});
      }
    }
  }

  static bool Uses(const Table& table, const std::string& text) {
    const auto has = [&](const Expression& expression) {
      return expression.sql.find(text) != std::string::npos;
    };
    for (const Column& column : table.columns) {
      if (column.default_value && has(*column.default_value)) return true;
      if (column.generated && has(*column.generated)) return true;
    }
    for (const Check& check : table.checks) {
      if (has(check.expression)) return true;
    }
    for (const Index& index : table.indexes) {
      if (index.where && has(*index.where)) return true;
      for (const IndexElement& element : index.elements) {
        if (element.expression && has(*element.expression)) return true;
      }
    }
    return false;
  }

  void DiffDomain(const Domain& domain) {
    const Domain* found = current_.FindDomain(domain.name);
    if (found == nullptr) {
      changes_.push_back({CreateType{domain}, domain.origin});
      return;
    }
    DiffComment("domain", "DOMAIN", *found, domain);
    const auto same_rule = [](const Domain::Rule& a, const Domain::Rule& b) {
      return a.name == b.name && a.expression == b.expression;
    };
    const bool same = found->type == domain.type && found->collation == domain.collation &&
                      found->not_null == domain.not_null &&
                      found->default_value == domain.default_value &&
                      std::equal(found->checks.begin(), found->checks.end(), domain.checks.begin(),
                                 domain.checks.end(), same_rule);
    if (same) return;
    diagnostics_
        .Error(codes::kDomainChange, domain.origin,
               "domain `" + Display(domain.name) +
                   "` is there in another form: the server checks every table that uses it under a "
                   "lock, and zdm has no other way yet")
        .notes.push_back(
            {SourceSpan(), "declare another domain, or put the rule into checks of the columns"});
  }

  void DiffSequence(const Sequence& sequence) {
    const Sequence* found = current_.FindSequence(sequence.name);
    if (found == nullptr) {
      const bool with_table =
          sequence.owned_by && current_.FindTable(sequence.owned_by->table) == nullptr;
      if (!with_table) changes_.push_back({CreateSequence{sequence}, sequence.origin});
      return;
    }
    DiffComment("sequence", "SEQUENCE", *found, sequence);
    Sequence old_sequence = *found;
    // A transition carries what its column owns along.
    if (found->owned_by && OwnerNow(*found->owned_by) == sequence.owned_by) {
      old_sequence.owned_by = sequence.owned_by;
    }
    if (found->unlogged != sequence.unlogged) {
      diagnostics_.Error(codes::kPersistenceChange, sequence.origin,
                         "sequence `" + Display(sequence.name) + "` becomes " +
                             (sequence.unlogged ? "unlogged" : "logged") +
                             ": zdm cannot do that yet");
      return;
    }
    const bool same = old_sequence.type == sequence.type &&
                      old_sequence.options == sequence.options &&
                      old_sequence.owned_by == sequence.owned_by;
    if (!same) changes_.push_back({ChangeSequence{*found, sequence}, sequence.origin});
  }

  /// The owner's column under its new name; nothing when it goes.
  std::optional<Sequence::Owner> OwnerNow(const Sequence::Owner& owner) const {
    const Table* old_table = current_.FindTable(owner.table);
    const Table* table = desired_.schema.FindTable(owner.table);
    if (old_table == nullptr || table == nullptr) return std::nullopt;
    for (const auto& [now, old] : MatchColumns(*old_table, *table)) {
      if (old == owner.column) return Sequence::Owner{owner.table, now};
    }
    return std::nullopt;
  }

  bool GoesWithOwner(const Sequence& sequence) const {
    return sequence.owned_by && !OwnerNow(*sequence.owned_by);
  }

  const Tombstone* FindTombstone(const std::string& kind, const QualifiedName& name) const {
    for (const Tombstone& tombstone : desired_.tombstones) {
      if (tombstone.kind == kind && tombstone.name == name) return &tombstone;
    }
    return nullptr;
  }

  template <typename Object, typename Drop>
  void DiffGone(const std::string& kind, const Object& object, Drop drop) {
    if (const Tombstone* tombstone = FindTombstone(kind, object.name)) {
      changes_.push_back({std::move(drop), tombstone->origin});
      return;
    }
    const std::string shown = Display(object.name);
    diagnostics_
        .Error(codes::kMissingFromFiles, SourceSpan(),
               kind + " `" + shown + "` is in the catalog and not in the files")
        .notes.push_back({SourceSpan(), "if it shall go, write `drop " + kind + " " + shown +
                                            ";`; if others look after it, `ignore " + kind + " " +
                                            shown + ";`"});
  }

  const Schema& current_;
  const DesiredSchema& desired_;
  const ExpressionRules& rules_;
  std::vector<Change>& changes_;
  Diagnostics& diagnostics_;
};

}  // namespace

void DiffObjects(const Schema& current, const DesiredSchema& desired, const ExpressionRules& rules,
                 std::vector<Change>& changes, Diagnostics& diagnostics) {
  ObjectDiff(current, desired, rules, changes, diagnostics).Declared();
}

void DiffGoneObjects(const Schema& current, const DesiredSchema& desired,
                     const ExpressionRules& rules, std::vector<Change>& changes,
                     Diagnostics& diagnostics) {
  ObjectDiff(current, desired, rules, changes, diagnostics).Gone();
}

}  // namespace zdm
