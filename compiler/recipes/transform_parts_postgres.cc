// SPDX-License-Identifier: Apache-2.0
// The table's parts under their physical names, and looks at its rows.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_questions.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

using Names = std::map<std::string, std::string>;

std::string Renamed(const Names& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

std::vector<std::string> Renamed(const Names& names, std::vector<std::string> list) {
  for (std::string& name : list) name = Renamed(names, name);
  return list;
}

Index OnColumns(Index index, const Names& names) {
  for (IndexElement& element : index.elements) {
    if (element.column) element.column = Renamed(names, *element.column);
    if (element.expression) element.expression->sql = RenameColumns(element.expression->sql, names);
  }
  index.include = Renamed(names, index.include);
  if (index.where) index.where->sql = RenameColumns(index.where->sql, names);
  return index;
}

Key OnColumns(Key key, const Names& names) {
  key.columns = Renamed(names, key.columns);
  key.include = Renamed(names, key.include);
  return key;
}

Check OnColumns(Check check, const Names& names) {
  check.expression.sql = RenameColumns(check.expression.sql, names);
  return check;
}

template <typename Part>
Part Derived(const Transform& transform, const std::string& purpose, const Part& part,
             Names names) {
  Part derived = OnColumns(part, names);
  derived.name =
      DerivedName(transform.context(), purpose, Display(transform.shape.table, part.name));
  return derived;
}

Table OnColumns(Table table, const Names& names) {
  for (Column& column : table.columns) column.name = Renamed(names, column.name);
  return table;
}

std::string Marked(const TransformShape& shape, std::int64_t bits) {
  return fmt::format("({} & {}) <> 0", Quote(shape.mark), bits);
}

/// Both sides of the row as (name, SQL): what people need to see.
std::vector<std::pair<std::string, std::string>> Shown(const TransformShape& shape, Side side,
                                                       const Names& hidden) {
  const Names old_names = shape.OldNames(side);
  const Names new_names = shape.NewNames(side);
  std::vector<std::pair<std::string, std::string>> shown;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      shown.emplace_back("old " + source.column.name, Quote(old_names.at(source.column.name)));
    }
    for (const TargetColumn& target : transition.targets) {
      const std::string physical = new_names.at(target.column.name);
      shown.emplace_back("new " + target.column.name, Quote(Renamed(hidden, physical)));
    }
  }
  return shown;
}

RowQuery Rows(const TransformShape& shape, Side side, const std::string& summary,
              const std::vector<std::string>& conditions, const Names& hidden) {
  std::vector<std::pair<std::string, std::string>> shown = Shown(shape, side, hidden);
  shown.emplace_back("error", fmt::format("(SELECT n.error FROM zdm.note n WHERE n.salt = {} AND "
                                          "n.table_name = {} AND n.key = {})",
                                          Literal(shape.salt), Literal(Display(shape.table)),
                                          RowKey(shape.stable, "r")));
  for (auto& [name, sql] : shown) {
    if (name != "error") sql = "r." + sql;
  }
  return {
      Display(shape.table), summary,
      fmt::format("SELECT {}, {} FROM {} AS r WHERE {}", RowKey(shape.stable, "r"), RowPart(shown),
                  Quote(shape.table),
                  conditions.empty() ? "false" : fmt::format("{}", fmt::join(conditions, " OR ")))};
}

}  // namespace

Table NewShape(const TransformShape& shape, Side side) {
  return OnColumns(shape.new_table, shape.NewNames(side));
}

Table OldShape(const TransformShape& shape, Side side) {
  return OnColumns(shape.old_table, shape.OldNames(side));
}

Index ShadowIndex(const Transform& transform, const Index& index) {
  return Derived(transform, "index", index, transform.shape.NewNames(Side::kBefore));
}
Key ShadowKey(const Transform& transform, const Key& key) {
  return Derived(transform, "key", key, transform.shape.NewNames(Side::kBefore));
}
Check ShadowCheck(const Transform& transform, const Check& check) {
  return Derived(transform, "check", check, transform.shape.NewNames(Side::kBefore));
}
Index ParkedIndex(const Transform& transform, const Index& index) {
  return Derived(transform, "parked index", index, transform.shape.OldNames(Side::kAfter));
}
Key ParkedKey(const Transform& transform, const Key& key) {
  return Derived(transform, "parked key", key, transform.shape.OldNames(Side::kAfter));
}
Check ParkedCheck(const Transform& transform, const Check& check) {
  return Derived(transform, "parked check", check, transform.shape.OldNames(Side::kAfter));
}

RowQuery RowsOutOfStep(const TransformShape& shape, Side side, bool whole) {
  std::vector<std::string> conditions;
  if (whole) conditions.push_back(Quote(shape.mark) + " <= 0");
  for (const ShapedTransition& transition : shape.transitions) {
    if (transition.sources.empty() || transition.targets.empty()) continue;
    conditions.push_back(fmt::format("({} > 0 AND NOT {} AND ({}) = 0)", Quote(shape.mark),
                                     Marked(shape, transition.bits()),
                                     AgreeCall(shape, transition, side)));
  }
  return Rows(shape, side, "rows whose old and new columns do not agree", conditions, {});
}

RowQuery RowsHeld(const TransformShape& shape, Side side) {
  std::int64_t held = 0;
  for (const ShapedTransition& transition : shape.transitions) held |= transition.held_bit();
  return Rows(shape, side, "rows whose old values the new columns cannot hold",
              {Marked(shape, held)}, {});
}

RowQuery RowsLost(const TransformShape& shape, Side side, const Names& hidden) {
  const Names new_names = shape.NewNames(side);
  std::vector<std::string> conditions;
  for (const ShapedTransition& transition : shape.transitions) {
    conditions.push_back(Marked(shape, transition.lost_bit()));
    if (transition.sources.empty() || transition.targets.empty()) continue;
    std::vector<std::string> there;
    for (const TargetColumn& target : transition.targets) {
      there.push_back(Quote(Renamed(hidden, new_names.at(target.column.name))) + " IS NOT NULL");
    }
    // The call names the columns as they stand: hidden ones by their hidden names.
    TransformShape hidden_shape = shape;
    for (ShapedTransition& other : hidden_shape.transitions) {
      for (TargetColumn& target : other.targets) {
        target.physical = Renamed(hidden, target.physical);
      }
    }
    const std::string agree = AgreeCall(hidden_shape, transition, side);
    conditions.push_back(fmt::format("({} > 0 AND ((NOT {}) OR {}) AND (({}) & 1) = 0)",
                                     Quote(shape.mark), Marked(shape, transition.held_bit()),
                                     fmt::join(there, " OR "), agree));
  }
  return Rows(shape, side,
              shape.has_sources() ? "rows whose new values the old columns cannot hold"
                                  : "rows with a value of their own in new columns",
              conditions, hidden);
}

Probe SyncFunctionIs(const TransformShape& shape, Side side) {
  FunctionFacts facts;
  facts.source = SyncFunctionSource(shape, side);
  return Answers(AskFunction(shape.function, {}), AnswerFunction(facts));
}

Probe SyncFunctionGone(const TransformShape& shape) {
  return Absent(AskFunction(shape.function, {}));
}

std::string AlterTable(const TransformShape& shape) {
  return "ALTER TABLE " + Quote(shape.table) + " ";
}

}  // namespace zdm::postgres
