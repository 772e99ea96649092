// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/stale.h"

#include <algorithm>

#include "compiler/schema/match.h"

namespace zdm {
namespace {

template <class Values>
bool HasName(const Values& values, const std::string& name) {
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return value.name == name; });
}

bool IsThere(const Schema& current, const Tombstone& tombstone) {
  if (tombstone.kind == "table") return current.FindTable(tombstone.name) != nullptr;
  if (tombstone.kind == "extension") return HasName(current.extensions, tombstone.name.name);
  if (tombstone.kind == "enum") return current.FindEnum(tombstone.name) != nullptr;
  if (tombstone.kind == "domain") return current.FindDomain(tombstone.name) != nullptr;
  if (tombstone.kind == "sequence") return current.FindSequence(tombstone.name) != nullptr;
  // What this does not know stays.
  return tombstone.kind != "schema" || HasName(current.schemas, tombstone.name.name);
}

bool IsThere(const Table& table, const Table::DroppedPart& part) {
  if (part.kind == "index") return HasName(table.indexes, part.name);
  return HasName(table.uniques, part.name) || HasName(table.foreign_keys, part.name) ||
         HasName(table.checks, part.name) ||
         (table.primary_key && table.primary_key->name == part.name);
}

void FindIn(const Table& old_table, const Table& table, const ExpressionRules& rules,
            StaleWords& stale) {
  for (const Column& column : table.columns) {
    if (!column.renamed_from) continue;
    const bool done = old_table.FindColumn(column.name) != nullptr &&
                      old_table.FindColumn(column.renamed_from->name) == nullptr;
    if (done) stale.renames.push_back(column.renamed_from->origin);
  }
  for (const Index& index : table.indexes) {
    if (!index.renamed_from) continue;
    const bool done = HasName(old_table.indexes, index.name) &&
                      !HasName(old_table.indexes, index.renamed_from->name);
    if (done) stale.renames.push_back(index.renamed_from->origin);
  }
  for (const Transition& transition : table.transitions) {
    if (!InForce(transition, old_table, table, rules)) stale.items.push_back(transition.origin);
  }
  for (const DroppedColumn& dropped : table.dropped_columns) {
    if (old_table.FindColumn(dropped.name) == nullptr) stale.items.push_back(dropped.origin);
  }
  for (const Table::DroppedPart& part : table.dropped_parts) {
    if (!IsThere(old_table, part)) stale.items.push_back(part.origin);
  }
}

void FindIn(const EnumType& old_type, const EnumType& type, StaleWords& stale) {
  for (const EnumLabel& label : type.labels) {
    if (!label.renamed_from) continue;
    const bool done = old_type.Has(label.text) && !old_type.Has(label.renamed_from->name);
    if (done) stale.renames.push_back(label.renamed_from->origin);
  }
}

}  // namespace

StaleWords FindStaleWords(const Schema& current, const DesiredSchema& desired,
                          const ExpressionRules& rules) {
  StaleWords stale;
  for (const Table& table : desired.schema.tables) {
    const Table* old_table = current.FindTable(table.name);
    if (old_table != nullptr) FindIn(*old_table, table, rules, stale);
  }
  for (const EnumType& type : desired.schema.enums) {
    const EnumType* old_type = current.FindEnum(type.name);
    if (old_type != nullptr) FindIn(*old_type, type, stale);
  }
  for (const Tombstone& tombstone : desired.tombstones) {
    if (!IsThere(current, tombstone)) stale.items.push_back(tombstone.origin);
  }
  return stale;
}

}  // namespace zdm
