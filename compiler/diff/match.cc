// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/match.h"

#include <algorithm>

namespace zdm {
namespace {

void KeepColumn(const Column& found, Column& column) {
  column.statistics_target = found.statistics_target;
  column.options = found.options;
  column.grants = found.grants;
  // Storage and compression belong to a type; a column of another type starts with that type's own.
  if (column.type != found.type) return;
  column.storage = found.storage;
  column.compression = found.compression;
}

}  // namespace

std::map<std::string, std::string> MatchColumns(const Table& current, const Table& desired) {
  std::map<std::string, std::string> old_names;
  for (const Column& column : desired.columns) {
    if (current.FindColumn(column.name) != nullptr) {
      old_names.emplace(column.name, column.name);
    } else if (column.renamed_from && current.FindColumn(column.renamed_from->name) != nullptr &&
               desired.FindColumn(column.renamed_from->name) == nullptr) {
      old_names.emplace(column.name, column.renamed_from->name);
    }
  }
  return old_names;
}

void KeepAsFound(const Schema& current, Schema& desired) {
  for (NamespaceObject& schema : desired.schemas) {
    const auto found = std::find_if(current.schemas.begin(), current.schemas.end(),
                                    [&](const auto& s) { return s.name == schema.name; });
    if (found == current.schemas.end()) continue;
    if (schema.owner.empty()) schema.owner = found->owner;
    if (schema.grants.empty()) schema.grants = found->grants;
  }
  for (Table& table : desired.tables) {
    const Table* found = current.FindTable(table.name);
    if (found == nullptr) continue;
    if (table.owner.empty()) table.owner = found->owner;
    if (table.grants.empty()) table.grants = found->grants;
    if (table.options.empty()) table.options = found->options;
    const auto old_names = MatchColumns(*found, table);
    for (Column& column : table.columns) {
      const auto old_name = old_names.find(column.name);
      if (old_name != old_names.end()) KeepColumn(*found->FindColumn(old_name->second), column);
    }
  }
}

}  // namespace zdm
