// SPDX-License-Identifier: Apache-2.0
// The primary key of a table whose key columns become others: the index of the new key is built
// beside the old key, and the switch puts one in the place of the other.
#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {
namespace {

constexpr const char* kAdvice =
    "the old key does not hold for these rows: write a value that both versions can hold and run "
    "`zdm rollback` again";

/// The parked columns under their own names.
Shown OwnNames(const TransformShape& shape) {
  Shown shown;
  for (const auto& [own, now] : shape.OldNames(Side::kAfter)) shown.columns.emplace(now, own);
  return shown;
}

}  // namespace

void BuildPrimaryKey(Transform& transform) {
  const std::optional<Carried<Key>>& key = transform.change.primary_key;
  if (!key) return;
  const Key shadow = ShadowKey(transform, *key->now);
  const Index index = IndexOfKey(shadow);
  const std::string name = "primary-key-" + Display(transform.shape.table, key->now->name);
  if (!IsImplied(transform.change, *key)) {
    RowQuery rows = Duplicates(transform.shape.stable, index);
    rows.summary = "rows that are not unique by " + Display(key->now->name);
    CountAndProve(transform, name, rows);
  }
  // The way back of the switch drops the index with its constraint: it belongs to contract.
  BuildOnShadow(transform, index, name, Phase::kContract);
}

Check ParkedNotNull(const Transform& transform, const SourceColumn& source) {
  return NotNullCheck(transform.context(), transform.shape.table, source.parked);
}

std::vector<std::string> ParkedProofs(const Transform& transform) {
  std::vector<std::string> names;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.keyed || !source.column.not_null) continue;
      names.push_back(ParkedNotNull(transform, source).name);
    }
  }
  return names;
}

void ProveOldPrimaryKey(const Transform& transform, Step& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.keyed || !source.column.not_null) continue;
      const RowQuery rows = NullRows(shape.stable, source.parked, OwnNames(shape));
      const Check check = ParkedNotNull(transform, source);
      step.losses.push_back({rows, {transform.turn(), ""}});
      step.revert.push_back(Refuse(rows, kAdvice));
      step.revert.push_back(AddCheckNotValid(shape.table, check));
      step.revert.push_back(Refuse(rows, kAdvice));
      step.revert.push_back(ValidateCheck(shape.table, check));
    }
  }
  const std::optional<Carried<Key>>& key = transform.change.primary_key;
  if (!key) return;
  step.revert.push_back(BuildIndex(shape.table, IndexOfKey(ParkedKey(transform, *key->old))));
}

std::vector<std::string> PlainColumns(const Key& key) {
  std::vector<std::string> columns = key.columns;
  columns.insert(columns.end(), key.include.begin(), key.include.end());
  return columns;
}

std::vector<std::string> PlainColumns(const Index& index) {
  std::vector<std::string> columns;
  for (const IndexElement& element : index.elements) {
    if (element.column) columns.push_back(*element.column);
  }
  columns.insert(columns.end(), index.include.begin(), index.include.end());
  return columns;
}

std::vector<std::string> NameIndexColumns(const QualifiedName& index,
                                          const std::vector<std::string>& columns,
                                          const std::map<std::string, std::string>& renames) {
  std::vector<std::string> statements;
  for (const std::string& column : columns) {
    const auto found = renames.find(column);
    if (found == renames.end() || found->second == column) continue;
    std::string statement = "ALTER TABLE " + Quote(index) + " RENAME COLUMN " + Quote(column) +
                            " TO " + Quote(found->second);
    if (std::find(statements.begin(), statements.end(), statement) == statements.end()) {
      statements.push_back(std::move(statement));
    }
  }
  return statements;
}

}  // namespace zdm::postgres
