// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/transform_shape_postgres.h"

#include <algorithm>
#include <set>

#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

constexpr int kSmallintBits = 14;
constexpr int kBigintBits = 62;

const TransitionAssignment* FindAssignment(const std::vector<TransitionAssignment>& list,
                                           const std::string& column) {
  for (const TransitionAssignment& assignment : list) {
    if (assignment.column == column) return &assignment;
  }
  return nullptr;
}

/// A generated column has no value yet when a BEFORE trigger runs: its expression stands for it.
std::string ExpandGenerated(const std::string& expression, const Table& table) {
  std::map<std::string, std::string> generated;
  for (const Column& column : table.columns) {
    if (column.generated) generated[column.name] = "(" + column.generated->sql + ")";
  }
  return generated.empty() ? expression : SubstituteColumns(expression, generated);
}

std::vector<std::string> ReadsOf(const std::vector<std::string>& expressions,
                                 const std::set<std::string>& own) {
  std::vector<std::string> reads;
  for (const std::string& expression : expressions) {
    for (const std::string& column : ColumnsOf(expression)) {
      if (own.contains(column)) continue;
      if (std::find(reads.begin(), reads.end(), column) == reads.end()) reads.push_back(column);
    }
  }
  return reads;
}

void FindReads(ShapedTransition& shaped) {
  std::set<std::string> sources, targets;
  std::vector<std::string> ups, downs;
  for (const SourceColumn& source : shaped.sources) {
    sources.insert(source.column.name);
    if (!source.down.empty()) downs.push_back(source.down);
  }
  for (const TargetColumn& target : shaped.targets) {
    targets.insert(target.column.name);
    ups.push_back(target.up);
  }
  shaped.up_reads = ReadsOf(ups, sources);
  shaped.down_reads = ReadsOf(downs, targets);
}

/// What the files do not say comes from the column that is replaced.
Column Carry(Column target, const ColumnTransition& transition) {
  for (const Column& source : transition.sources) {
    if (!target.grants.empty()) break;
    target.grants = source.grants;
  }
  if (transition.sources.size() != 1 || transition.targets.size() != 1) return target;
  const Column& source = transition.sources.at(0);
  if (!target.statistics_target) target.statistics_target = source.statistics_target;
  if (target.options.empty()) target.options = source.options;
  if (target.type != source.type) return target;
  if (!target.storage) target.storage = source.storage;
  if (!target.compression) target.compression = source.compression;
  return target;
}

bool IsInPrimaryKey(const Table& table, const std::string& column) {
  return table.primary_key &&
         std::find(table.primary_key->columns.begin(), table.primary_key->columns.end(), column) !=
             table.primary_key->columns.end();
}

ShapedTransition ShapeTransition(const TransformTable& change, const ColumnTransition& transition,
                                 const RecipeContext& context) {
  const QualifiedName& table = change.old_table.name;
  ShapedTransition shaped;
  shaped.plain = transition.rename;
  shaped.own_default = transition.own_default;
  shaped.faithful = transition.rename || transition.faithful;
  shaped.lossy = transition.lossy;
  for (const Column& source : transition.sources) {
    SourceColumn column;
    column.column = source;
    column.parked = ParkedName(context, table, source.name);
    if (const auto* down = FindAssignment(transition.down, source.name)) {
      column.down = ExpandGenerated(down->expression.sql, change.new_table);
    }
    column.keyed = source.identity || IsInPrimaryKey(change.old_table, source.name);
    column.loosened = source.not_null && !column.keyed && !column.down.empty() &&
                      !(transition.rename && transition.targets.at(0).not_null);
    shaped.sources.push_back(std::move(column));
  }
  for (const Column& target : transition.targets) {
    TargetColumn column;
    column.column = Carry(target, transition);
    const bool shadow = change.old_table.FindColumn(target.name) != nullptr;
    column.physical =
        shadow ? DerivedName(context, "shadow", Display(table, target.name)) : target.name;
    column.bit = shadow ? -1 : 0;
    column.preset = transition.own_default && target.default_volatility == Volatility::kStable;
    if (const auto* up = FindAssignment(transition.up, target.name)) {
      column.up = ExpandGenerated(up->expression.sql, change.old_table);
    }
    shaped.targets.push_back(std::move(column));
  }
  FindReads(shaped);
  return shaped;
}

bool Reads(const ShapedTransition& reader, const ShapedTransition& read) {
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return std::any_of(read.sources.begin(), read.sources.end(),
                     [&](const auto& source) { return in(reader.up_reads, source.column.name); }) ||
         std::any_of(read.targets.begin(), read.targets.end(),
                     [&](const auto& target) { return in(reader.down_reads, target.column.name); });
}

/// One after those that it reads; those that read each other stay as they stand.
std::vector<ShapedTransition> Ordered(std::vector<ShapedTransition> transitions) {
  std::vector<ShapedTransition> ordered;
  while (!transitions.empty()) {
    auto next = std::find_if(transitions.begin(), transitions.end(), [&](const auto& candidate) {
      return std::none_of(transitions.begin(), transitions.end(), [&](const auto& other) {
        return &other != &candidate && Reads(candidate, other);
      });
    });
    if (next == transitions.end()) next = transitions.begin();
    ordered.push_back(std::move(*next));
    transitions.erase(next);
  }
  return ordered;
}

/// The shared columns, and only the keys that consist of them.
Table StableTable(const TransformTable& change) {
  std::set<std::string> gone;
  for (const ColumnTransition& transition : change.transitions) {
    for (const Column& source : transition.sources) gone.insert(source.name);
  }
  const auto names_gone = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return gone.contains(name); });
  };
  Table stable = change.old_table;
  const bool keeps_key =
      stable.primary_key &&
      std::all_of(stable.primary_key->columns.begin(), stable.primary_key->columns.end(),
                  [&](const auto& name) { return change.new_table.FindColumn(name) != nullptr; });
  if (!keeps_key) stable.primary_key.reset();
  std::erase_if(stable.columns, [&](const Column& c) {
    return gone.contains(c.name) && !(keeps_key && IsInPrimaryKey(stable, c.name));
  });
  std::erase_if(stable.uniques, [&](const Key& key) { return names_gone(key.columns); });
  std::erase_if(stable.indexes, [&](const Index& index) {
    return std::any_of(index.elements.begin(), index.elements.end(), [&](const auto& element) {
      return element.column ? gone.contains(*element.column)
                            : names_gone(ColumnsOf(element.expression->sql));
    });
  });
  return stable;
}

void NameThings(TransformShape& shape, const RecipeContext& context) {
  const std::string table = Display(shape.table);
  shape.mark = DerivedName(context, "mark", table);
  shape.setting = "zdm." + DerivedName(context, "absent", table);
  shape.function = {"zdm", DerivedName(context, "sync", table)};
  // `~` sorts behind all letters: triggers fire in the order of the bytes of their names.
  shape.insert_trigger = "~" + DerivedName(context, "sync on insert", table);
  shape.update_trigger = "~" + DerivedName(context, "sync on update", table);
  shape.guard_function = {"zdm", DerivedName(context, "guard", table)};
  int number = 0;
  for (ShapedTransition& transition : shape.transitions) {
    transition.number = number++;
    if (transition.plain || transition.sources.empty()) continue;
    transition.agree =
        DerivedName(context, "agree", table + " " + std::to_string(transition.number));
  }
}

/// The old names of columns that are renamed, to their new ones.
std::map<std::string, std::string> Renames(const TransformTable& change) {
  std::map<std::string, std::string> names;
  for (const ColumnTransition& transition : change.transitions) {
    if (transition.rename) {
      names[transition.sources.at(0).name] = transition.targets.at(0).name;
    }
  }
  return names;
}

/// Whether only renames touch these columns of the old table, or what is `faithful` too: values
/// change, but not which of them are the same.
bool OnlyRenamed(const TransformTable& change, const std::vector<std::string>& columns,
                 bool faithful = false) {
  for (const ColumnTransition& transition : change.transitions) {
    if (transition.rename || (faithful && transition.faithful)) continue;
    for (const Column& source : transition.sources) {
      if (std::find(columns.begin(), columns.end(), source.name) != columns.end()) return false;
    }
  }
  return true;
}

void Rename(std::vector<std::string>& columns, const std::map<std::string, std::string>& names) {
  for (std::string& column : columns) {
    const auto name = names.find(column);
    if (name != names.end()) column = name->second;
  }
}

}  // namespace

bool TransformShape::filled_at_start() const {
  return std::all_of(transitions.begin(), transitions.end(), [](const ShapedTransition& each) {
    return each.sources.empty() && std::all_of(each.targets.begin(), each.targets.end(),
                                               [](const auto& target) { return target.preset; });
  });
}

bool TransformShape::has_sources() const {
  return std::any_of(transitions.begin(), transitions.end(),
                     [](const ShapedTransition& each) { return !each.sources.empty(); });
}

std::int64_t TransformShape::all_absent() const {
  std::int64_t all = 0;
  for (const ShapedTransition& transition : transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit >= 0) all |= std::int64_t{1} << target.bit;
    }
  }
  return all;
}

std::int64_t TransformShape::note_bits() const {
  std::int64_t bits = 0;
  for (const ShapedTransition& transition : transitions) {
    bits |= transition.sources.empty() ? transition.held_bit() : transition.bits();
  }
  return bits;
}

std::map<std::string, std::string> TransformShape::OldNames(Side side) const {
  std::map<std::string, std::string> names;
  for (const Column& column : stable.columns) names[column.name] = column.name;
  for (const ShapedTransition& transition : transitions) {
    for (const SourceColumn& source : transition.sources) {
      names[source.column.name] = side == Side::kBefore ? source.column.name : source.parked;
    }
  }
  return names;
}

std::map<std::string, std::string> TransformShape::NewNames(Side side) const {
  std::map<std::string, std::string> names;
  for (const Column& column : new_table.columns) names[column.name] = column.name;
  for (const ShapedTransition& transition : transitions) {
    for (const TargetColumn& target : transition.targets) {
      names[target.column.name] = side == Side::kBefore ? target.physical : target.column.name;
    }
  }
  return names;
}

std::optional<TransformShape> ShapeOf(const TransformTable& change, const RecipeContext& context) {
  TransformShape shape;
  shape.table = change.old_table.name;
  shape.old_table = change.old_table;
  shape.new_table = change.new_table;
  shape.salt = context.salt;
  shape.stable = StableTable(change);
  for (const ColumnTransition& transition : change.transitions) {
    shape.transitions.push_back(ShapeTransition(change, transition, context));
  }
  shape.transitions = Ordered(std::move(shape.transitions));
  NameThings(shape, context);
  int bits = 0;
  for (ShapedTransition& transition : shape.transitions) {
    for (TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      target.bit = bits++;
      // `0` sorts before `z`: guards fire before the sync trigger.
      if (target.preset) continue;
      target.guard = "~0" + DerivedName(context, "guard", Display(shape.table, target.physical));
    }
  }
  const int needed = std::max(bits + 1, 1 + 2 * static_cast<int>(shape.transitions.size()));
  if (needed > kBigintBits) {
    context.diagnostics.Error(codes::kTransitionShape, change.new_table.origin,
                              "`" + Display(shape.table) +
                                  "` changes too many columns for one plan: at most 30 transitions "
                                  "with 61 new columns");
    return std::nullopt;
  }
  shape.mark_type = needed > kSmallintBits ? "bigint" : "smallint";
  for (const Carried<Check>& check : change.checks) {
    if (check.old && !IsImplied(change, check)) shape.loosened_checks.push_back(*check.old);
  }
  for (const Carried<Key>& key : change.uniques) {
    if (key.old && !IsImplied(change, key)) shape.loosened_keys.push_back(*key.old);
  }
  return shape;
}

bool IsImplied(const TransformTable& change, const Carried<Check>& check) {
  if (!check.old || !check.now || !check.old->validated) return false;
  return OnlyRenamed(change, ColumnsOf(check.old->expression.sql)) &&
         SameExpression(RenameColumns(check.old->expression.sql, Renames(change)),
                        check.now->expression.sql);
}

bool IsImplied(const TransformTable& change, const Carried<Key>& key) {
  // Values that the old type cannot hold are NULL on the old side: that may happen twice.
  if (!key.old || !key.now ||
      !OnlyRenamed(change, key.old->columns, !key.old->nulls_not_distinct)) {
    return false;
  }
  Key mapped = *key.old;
  Rename(mapped.columns, Renames(change));
  return mapped.columns == key.now->columns &&
         mapped.nulls_not_distinct == key.now->nulls_not_distinct &&
         mapped.deferrable == key.now->deferrable;
}

bool IsImplied(const TransformTable& change, const Carried<Index>& index) {
  if (!index.now) return true;
  if (!index.now->unique) return true;
  if (!index.old || !index.old->unique || !index.old->valid) return false;
  if (index.old->elements.size() != index.now->elements.size()) return false;
  const std::map<std::string, std::string> names = Renames(change);
  for (std::size_t i = 0; i < index.old->elements.size(); ++i) {
    const IndexElement& was = index.old->elements[i];
    const IndexElement& is = index.now->elements[i];
    const std::string old_sql = was.column ? QuoteIdentifier(*was.column) : was.expression->sql;
    const std::string now_sql = is.column ? QuoteIdentifier(*is.column) : is.expression->sql;
    const bool faithful = was.column.has_value() && !index.old->nulls_not_distinct;
    if (!OnlyRenamed(change, ColumnsOf(old_sql), faithful)) return false;
    if (!SameExpression(RenameColumns(old_sql, names), now_sql)) return false;
    if (was.collation != is.collation || was.opclass != is.opclass) return false;
  }
  if (index.old->where.has_value() != index.now->where.has_value()) return false;
  return !index.old->where ||
         (OnlyRenamed(change, ColumnsOf(index.old->where->sql)) &&
          SameExpression(RenameColumns(index.old->where->sql, names), index.now->where->sql));
}

}  // namespace zdm::postgres
