// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/match.h"

#include <algorithm>

namespace zdm {
namespace {

void KeepColumn(const Column& found, Column& column, const ChangeRules& rules) {
  column.statistics_target = found.statistics_target;
  column.options = found.options;
  column.grants = found.grants;
  // Storage and compression belong to a type; a column of quite another type starts with its own.
  if (column.type != found.type &&
      (rules.widens == nullptr || !rules.widens(found.type.sql, column.type.sql))) {
    return;
  }
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

std::vector<NamedSource> SourcesOf(const Transition& transition, const Table& current,
                                   const Table& desired, const ExpressionRules& rules) {
  const auto old_names = MatchColumns(current, desired);
  const auto is_target = [&](const std::string& name) {
    return std::any_of(transition.up.begin(), transition.up.end(),
                       [&](const auto& up) { return up.column == name; });
  };
  const auto is_renamed = [&](const std::string& name) {
    return std::any_of(old_names.begin(), old_names.end(),
                       [&](const auto& names) { return names.second == name; });
  };
  std::vector<NamedSource> sources;
  const auto add = [&](const std::string& name, SourceSpan origin) {
    if (desired.FindColumn(name) != nullptr && !is_target(name)) return;
    const auto same = [&](const NamedSource& known) { return known.name == name; };
    if (std::none_of(sources.begin(), sources.end(), same)) sources.push_back({name, origin});
  };
  for (const TransitionSource& from : transition.from) add(from.column, from.origin);
  for (const TransitionAssignment& down : transition.down) add(down.column, down.origin);
  for (const TransitionAssignment& up : transition.up) {
    for (const std::string& name : rules.columns(up.expression.sql)) {
      // A column that is only read may belong to another transition or to a rename.
      if (desired.FindColumn(name) == nullptr && !is_renamed(name)) add(name, up.origin);
    }
    if (current.FindColumn(up.column) != nullptr) add(up.column, up.origin);
  }
  return sources;
}

bool NeedsNewBody(const Table& current, const Table& desired, const std::string& column) {
  const Column* was = current.FindColumn(column);
  const Column* is = desired.FindColumn(column);
  return was != nullptr && is != nullptr &&
         (was->type != is->type || was->charset != is->charset || was->collation != is->collation ||
          (is->not_null && !was->not_null));
}

bool InForce(const Transition& transition, const Table& current, const Table& desired,
             const ExpressionRules& rules) {
  for (const TransitionAssignment& up : transition.up) {
    if (current.FindColumn(up.column) == nullptr) return true;
  }
  for (const NamedSource& source : SourcesOf(transition, current, desired, rules)) {
    if (desired.FindColumn(source.name) == nullptr ? current.FindColumn(source.name) != nullptr
                                                   : NeedsNewBody(current, desired, source.name)) {
      return true;
    }
  }
  return false;
}

namespace {

template <typename Object>
void KeepRights(const Object* found, Object& wanted) {
  if (found == nullptr) return;
  if (wanted.owner.empty()) wanted.owner = found->owner;
  if (wanted.grants.empty()) wanted.grants = found->grants;
}

}  // namespace

void KeepAsFound(const Schema& current, Schema& desired, const ChangeRules& rules) {
  for (EnumType& type : desired.enums) KeepRights(current.FindEnum(type.name), type);
  for (Domain& domain : desired.domains) KeepRights(current.FindDomain(domain.name), domain);
  for (Sequence& sequence : desired.sequences) {
    KeepRights(current.FindSequence(sequence.name), sequence);
  }
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
    if (table.options.empty() && !rules.in_place) table.options = found->options;
    const auto old_names = MatchColumns(*found, table);
    for (Column& column : table.columns) {
      const auto old_name = old_names.find(column.name);
      if (old_name != old_names.end()) {
        KeepColumn(*found->FindColumn(old_name->second), column, rules);
      }
    }
  }
}

}  // namespace zdm
