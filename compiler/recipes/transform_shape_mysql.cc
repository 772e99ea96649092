// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/transform_shape_mysql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

constexpr std::size_t kTransitions = 30;

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

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
    if (column.generated) {
      generated[LowerName(column.name)] = Parenthesized(column.generated->sql);
    }
  }
  return generated.empty() ? expression : SubstituteColumns(expression, generated);
}

bool IsUnsigned(const std::string& type) {
  return type.find("unsigned") != std::string::npos;
}

/// `name(20` -> 20; 0 without a length.
int LengthOf(const std::string& type) {
  const std::size_t open = type.find('(');
  return open == std::string::npos ? 0 : std::atoi(type.c_str() + open + 1);
}

/// A value of the type that nobody writes, or "".
std::string UnlikelyValue(Dialect dialect, const std::string& type, const std::string& name) {
  const std::string lower = LowerName(type);
  const auto length = static_cast<std::size_t>(LengthOf(lower));
  if ((lower.starts_with("varchar(") || lower.starts_with("char(")) && length >= name.size()) {
    return Literal(name);
  }
  if (dialect == Dialect::kMariadb && lower.find("text") != std::string::npos) return Literal(name);
  if (lower.starts_with("bigint")) {
    return IsUnsigned(lower) ? "18446744073709550813" : "-9223372036854774813";
  }
  if (lower.starts_with("int")) return IsUnsigned(lower) ? "4294966813" : "-2147482813";
  if (lower.starts_with("decimal(") && length >= 9 && !IsUnsigned(lower)) {
    const std::size_t comma = lower.find(',');
    const auto scale = comma == std::string::npos
                           ? std::size_t{0}
                           : static_cast<std::size_t>(std::atoi(lower.c_str() + comma + 1));
    std::string digits = "-" + std::string(length - scale, '9');
    return scale == 0 ? digits : digits + "." + std::string(scale, '9');
  }
  if (lower.starts_with("datetime")) return "'1000-01-01 08:13:00'";
  return "";
}

Column DuringSync(const MysqlRecipes& recipes, const QualifiedName& table, TargetColumn& target) {
  const Dialect dialect = DialectOf(recipes);
  Column during = target.column;
  during.invisible = true;
  during.on_update = std::nullopt;
  during.default_value = std::nullopt;
  const std::string unlikely =
      UnlikelyValue(dialect, during.type.sql,
                    DerivedName(recipes.context, "absent", Display(table, during.name)));
  const bool large = dialect == Dialect::kMysql && !IsBareDefault(DefaultText([&] {
                       Column column = during;
                       column.default_value = Expression{"'x'", true, {}};
                       return column;
                     }()));
  if (large) during.not_null = false;
  target.exact = !unlikely.empty() && !large;
  target.absent = "NULL";
  if (target.exact) {
    target.absent = unlikely;
  } else if (during.not_null) {
    const std::optional<Expression>& own = target.column.default_value;
    target.absent = own && IsBareDefault(own->sql) ? own->sql : ZeroOf(during.type.sql);
  }
  if (target.absent != "NULL") during.default_value = Expression{target.absent, true, {}};
  return during;
}

ShapedTransition ShapeTransition(const MysqlRecipes& recipes, const TransformTable& change,
                                 const ColumnTransition& transition) {
  ShapedTransition shaped;
  shaped.plain = transition.rename;
  shaped.own_default = transition.own_default;
  shaped.lossy = transition.lossy;
  shaped.origin = transition.origin;
  std::set<std::string> sources, targets;
  for (const Column& source : transition.sources) {
    SourceColumn column{source, source, ""};
    if (const auto* down = FindAssignment(transition.down, source.name)) {
      column.down = ExpandGenerated(down->expression.sql, change.new_table);
    }
    if (source.not_null && !source.default_value) {
      column.during.default_value = Expression{ZeroOf(source.type.sql), true, {}};
    }
    sources.insert(source.name);
    shaped.sources.push_back(std::move(column));
  }
  for (const Column& target : transition.targets) {
    TargetColumn column;
    column.column = target;
    if (const auto* up = FindAssignment(transition.up, target.name)) {
      column.up = ExpandGenerated(up->expression.sql, change.old_table);
    }
    column.during = DuringSync(recipes, change.old_table.name, column);
    targets.insert(target.name);
    shaped.targets.push_back(std::move(column));
  }
  const auto add = [](std::vector<std::string>& reads, const Table& table, const std::string& sql,
                      const std::set<std::string>& own) {
    for (const std::string& column : ColumnsIn(table, sql)) {
      if (!own.contains(column) && !Holds(reads, column)) reads.push_back(column);
    }
  };
  for (const TargetColumn& target : shaped.targets) {
    add(shaped.up_reads, change.old_table, target.up, sources);
  }
  for (const SourceColumn& source : shaped.sources) {
    add(shaped.down_reads, change.new_table, source.down, targets);
  }
  return shaped;
}

/// The shared columns, and only the keys that consist of them.
Table StableTable(const TransformTable& change) {
  std::vector<std::string> gone;
  for (const ColumnTransition& transition : change.transitions) {
    for (const Column& source : transition.sources) gone.push_back(source.name);
  }
  Table stable = change.old_table;
  std::erase_if(stable.columns, [&](const Column& c) { return Holds(gone, c.name); });
  std::erase_if(stable.indexes, [&](const Index& index) {
    return std::any_of(index.elements.begin(), index.elements.end(), [&](const auto& element) {
      if (element.column) return Holds(gone, *element.column);
      const std::vector<std::string> names = ColumnsIn(change.old_table, element.expression->sql);
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return Holds(gone, name); });
    });
  });
  return stable;
}

void NameThings(const RecipeContext& context, TransformShape& shape) {
  const std::string table = Display(shape.table);
  shape.mark = DerivedName(context, "mark", table);
  shape.insert_trigger = DerivedName(context, "sync on insert", table);
  shape.update_trigger = DerivedName(context, "sync on update", table);
  shape.note_trigger = DerivedName(context, "note on insert", table);
  shape.trouble = "@" + DerivedName(context, "trouble", table);
  int number = 0;
  for (ShapedTransition& transition : shape.transitions) {
    transition.number = number++;
    if (transition.plain || transition.sources.empty() || transition.targets.empty()) continue;
    transition.agree =
        DerivedName(context, "agree", table + " " + std::to_string(transition.number));
  }
}

bool Reads(const ShapedTransition& transition, const std::string& column) {
  const bool source =
      std::any_of(transition.sources.begin(), transition.sources.end(),
                  [&](const SourceColumn& each) { return each.column.name == column; });
  return source || Holds(transition.up_reads, column);
}

/// Writes of a cascade fire no trigger.
void RefuseCascades(const MysqlRecipes& recipes, const TransformShape& shape,
                    const ForeignKey& key) {
  for (const ShapedTransition& transition : shape.transitions) {
    for (const std::string& column : key.columns) {
      if (!Reads(transition, column)) continue;
      recipes.context.diagnostics.Error(
          codes::kTransitionOfKey, transition.origin,
          fmt::format("column `{}` is written by the actions of foreign key `{}`, and these fire "
                      "no trigger on this server: its counterpart would fall behind",
                      Display(shape.table, column), key.name));
    }
  }
}

void RefuseWhatCannotSync(const MysqlRecipes& recipes, const TransformShape& shape) {
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (shape.old_table.FindColumn(target.column.name) == nullptr) continue;
      NeedsShadowTable(
          recipes, shape.table,
          "column `" + Display(target.column.name) + "` gets a new body under its own name, which");
    }
    for (const std::string& name : transition.up_reads) {
      const Column* column = shape.old_table.FindColumn(name);
      if (column == nullptr || !column->auto_increment) continue;
      recipes.context.diagnostics.Error(
          codes::kTransitionShape, transition.origin,
          fmt::format(
              "`up` reads `{}`, whose number is not known yet when the trigger of an INSERT "
              "runs",
              Display(shape.table, name)));
    }
  }
  for (const ForeignKey& key : shape.old_table.foreign_keys) {
    const bool acts = key.on_delete == ForeignKeyAction::kSetNull ||
                      key.on_update == ForeignKeyAction::kCascade ||
                      key.on_update == ForeignKeyAction::kSetNull;
    if (acts) RefuseCascades(recipes, shape, key);
  }
}

std::map<std::string, std::string> Renames(const TransformTable& change) {
  std::map<std::string, std::string> names;
  for (const ColumnTransition& transition : change.transitions) {
    if (!transition.rename) continue;
    names[transition.sources.at(0).name] = transition.targets.at(0).name;
  }
  return names;
}

std::string Bare(const std::string& sql) {
  std::string bare;
  for (const char c : sql) {
    if (c != '`' && c != ' ' && c != '(' && c != ')') bare += c;
  }
  return bare;
}

std::string RenamedColumns(const TransformTable& change, const std::string& sql) {
  std::map<std::string, std::string> quoted;
  for (const auto& [from, to] : Renames(change)) quoted[LowerName(from)] = Quote(to);
  return SubstituteColumns(sql, quoted);
}

}  // namespace

bool TransformShape::has_sources() const {
  return std::any_of(transitions.begin(), transitions.end(),
                     [](const ShapedTransition& each) { return !each.sources.empty(); });
}

std::int64_t TransformShape::note_bits() const {
  std::int64_t bits = 0;
  for (const ShapedTransition& transition : transitions) {
    bits |= transition.sources.empty() ? transition.held_bit() : transition.bits();
  }
  return bits;
}

const Column* TransformShape::OldColumn(const std::string& name) const {
  return old_table.FindColumn(name);
}

const Column* TransformShape::NewColumn(const std::string& name) const {
  return new_table.FindColumn(name);
}

std::optional<TransformShape> ShapeOf(const MysqlRecipes& recipes, const TransformTable& change) {
  TransformShape shape;
  shape.table = change.old_table.name;
  shape.old_table = change.old_table;
  shape.new_table = change.new_table;
  shape.salt = recipes.context.salt;
  shape.stable = StableTable(change);
  if (change.transitions.size() > kTransitions) {
    recipes.context.diagnostics.Error(codes::kTransitionShape, change.new_table.origin,
                                      "`" + Display(shape.table) +
                                          "` changes too many columns for one plan: at most 30 "
                                          "transitions");
    return std::nullopt;
  }
  for (const ColumnTransition& transition : change.transitions) {
    shape.transitions.push_back(ShapeTransition(recipes, change, transition));
  }
  NameThings(recipes.context, shape);
  shape.mark_type = shape.transitions.size() > 6 ? "bigint" : "smallint";
  for (const Carried<Check>& check : change.checks) {
    if (check.old && check.old->enforced) shape.loosened_checks.push_back(*check.old);
  }
  for (const std::string& name : RowKeyColumns(shape.stable)) {
    const Column* column = shape.stable.FindColumn(name);
    shape.late_key = shape.late_key || (column != nullptr && column->auto_increment);
  }
  RefuseWhatCannotSync(recipes, shape);
  return shape;
}

bool OnlyRenamed(const TransformTable& change, const std::vector<std::string>& columns) {
  for (const ColumnTransition& transition : change.transitions) {
    if (transition.rename) continue;
    for (const Column& source : transition.sources) {
      if (Holds(columns, source.name)) return false;
    }
  }
  return true;
}

bool IsImplied(const TransformTable& change, const Carried<Index>& index) {
  if (!index.now || !index.now->unique) return true;
  if (!index.old || !index.old->unique) return false;
  if (index.old->elements.size() != index.now->elements.size()) return false;
  for (std::size_t i = 0; i < index.old->elements.size(); ++i) {
    const IndexElement& was = index.old->elements[i];
    const IndexElement& is = index.now->elements[i];
    const std::string old_sql = was.column ? Quote(*was.column) : was.expression->sql;
    const std::string now_sql = is.column ? Quote(*is.column) : is.expression->sql;
    if (!OnlyRenamed(change, ColumnsIn(change.old_table, old_sql))) return false;
    if (Bare(RenamedColumns(change, old_sql)) != Bare(now_sql)) return false;
    if (was.prefix_length != is.prefix_length) return false;
  }
  return true;
}

}  // namespace zdm::mysql
