// SPDX-License-Identifier: Apache-2.0
// What foreign keys point at.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

/// Whether `columns` are, in any order, the columns of a key of `table`.
bool IsKey(const Table& table, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  const auto same = [&](std::vector<std::string> key) {
    std::sort(key.begin(), key.end());
    return key == columns;
  };
  if (table.primary_key && same(table.primary_key->columns)) return true;
  const bool unique = std::any_of(table.uniques.begin(), table.uniques.end(), [&](const Key& key) {
    return !key.deferrable && same(key.columns);
  });
  if (unique) return true;
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
    std::vector<std::string> names;
    for (const IndexElement& element : index.elements) names.push_back(element.column.value_or(""));
    return index.unique && !index.where && same(names);
  });
}

class ReferenceResolver {
 public:
  explicit ReferenceResolver(ResolveContext& context) : context_(context) {
    for (const TableDraft& draft : context.drafts) {
      managed_.insert(draft.table.name.schema);
      by_name_[draft.table.name] = &draft;
    }
  }

  void Resolve(ForeignKey& key, bool to_primary_key) {
    const auto found = by_name_.find(key.references);
    if (found == by_name_.end()) {
      ResolveOutside(key, to_primary_key);
      return;
    }
    const TableDraft& target = *found->second;
    const bool known = !target.syntax->incomplete && target.syntax->damaged.empty();
    if (to_primary_key) {
      if (target.table.primary_key) {
        key.referenced_columns = target.table.primary_key->columns;
      } else if (known) {
        context_.diagnostics
            .Error(codes::kReferencedKey, key.origin,
                   fmt::format("table `{}` has no primary key", Display(key.references)))
            .notes.push_back({{}, "name the columns: `references TABLE (COLUMN)`"});
      }
    }
    CheckColumns(key, target, known);
  }

 private:
  void ResolveOutside(const ForeignKey& key, bool to_primary_key) {
    if (managed_.contains(key.references.schema)) {
      const bool damaged = context_.incomplete || context_.damaged.contains(key.references.name);
      if (damaged) return;
      std::vector<std::string> candidates;
      for (const auto& [name, draft] : by_name_) {
        if (name.schema == key.references.schema) candidates.push_back(name.name);
      }
      context_.Unknown(codes::kUnknownTable, key.origin, "table", key.references.name, candidates);
    } else if (to_primary_key) {
      context_.diagnostics
          .Error(codes::kReferencedKey, key.origin,
                 fmt::format("the key of `{}` is not in these files", Display(key.references)))
          .notes.push_back({{}, "name the columns: `references TABLE (COLUMN)`"});
    }
  }

  void CheckColumns(const ForeignKey& key, const TableDraft& target, bool known) {
    bool all_there = true;
    for (const std::string& column : key.referenced_columns) {
      if (target.column_spans.contains(column)) continue;
      all_there = false;
      if (known) {
        context_.Unknown(codes::kUnknownColumn, key.origin,
                         fmt::format("column of `{}`", Display(key.references)), column,
                         target.ColumnNames());
      }
    }
    if (key.referenced_columns.empty() || !known || !all_there) return;
    if (key.columns.size() != key.referenced_columns.size()) {
      context_.diagnostics.Error(codes::kReferencedKey, key.origin,
                                 fmt::format("{} columns cannot refer to {}", key.columns.size(),
                                             key.referenced_columns.size()));
    } else if (!IsKey(target.table, key.referenced_columns)) {
      context_.diagnostics
          .Error(codes::kReferencedKey, key.origin, "the columns referred to are no key")
          .notes.push_back({target.table.origin,
                            fmt::format("`{}` needs a primary key or unique constraint on them",
                                        Display(key.references))});
    }
  }

  ResolveContext& context_;
  std::set<std::string> managed_;
  std::map<QualifiedName, const TableDraft*> by_name_;
};

}  // namespace

void ResolveReferences(ResolveContext& context) {
  ReferenceResolver resolver(context);
  for (TableDraft& draft : context.drafts) {
    for (std::size_t i = 0; i < draft.table.foreign_keys.size(); ++i) {
      resolver.Resolve(draft.table.foreign_keys[i], draft.to_primary_key.contains(i));
    }
  }
}

}  // namespace zdm
