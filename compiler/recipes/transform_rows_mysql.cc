// SPDX-License-Identifier: Apache-2.0
// Looks at the rows of a table that is reshaped.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/sync_triggers_mysql.h"
#include "compiler/recipes/sync_writer_mysql.h"
#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm::mysql {
namespace {

std::string Mark(const TransformShape& shape) {
  return "r." + Quote(shape.mark);
}

std::string Marked(const TransformShape& shape, std::int64_t bits) {
  return fmt::format("{} & {} <> 0", Mark(shape), bits);
}

RowQuery Rows(const TransformShape& shape, const std::string& summary,
              const std::vector<std::string>& conditions) {
  std::vector<ShownValue> shown;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      shown.push_back(
          {"old " + source.column.name, Field("r.", source.column.name), source.column.type.sql});
    }
    for (const TargetColumn& target : transition.targets) {
      shown.push_back(
          {"new " + target.column.name, Field("r.", target.column.name), target.column.type.sql});
    }
  }
  shown.push_back({"error",
                   fmt::format("(SELECT n.error FROM zdm.note AS n WHERE n.database_name = {} AND "
                               "n.salt = {} AND n.table_name = {} AND n.row_hash = sha2({}, 256))",
                               Literal(shape.table.schema), Literal(shape.salt),
                               Literal(Display(shape.table)), RowKey(shape.stable, "r.")),
                   "text"});
  return {
      Display(shape.table), summary,
      fmt::format("SELECT {}, {} FROM {} AS r WHERE {}", RowKey(shape.stable, "r."), RowPart(shown),
                  Quote(shape.table),
                  conditions.empty() ? "FALSE" : fmt::format("{}", fmt::join(conditions, " OR ")))};
}

/// The shape with its new columns under their hidden names.
TransformShape Hidden(const Transform& transform) {
  TransformShape hidden = transform.shape;
  std::vector<std::pair<std::string, std::string>> names;
  for (ShapedTransition& transition : hidden.transitions) {
    for (TargetColumn& target : transition.targets) {
      const std::string name = HiddenName(transform, target.column.name);
      names.emplace_back(target.column.name, name);
      target.column.name = name;
    }
  }
  for (Column& column : hidden.new_table.columns) {
    for (const auto& [from, to] : names) {
      if (column.name == from) column.name = to;
    }
  }
  return hidden;
}

}  // namespace

std::string HiddenName(const Transform& transform, const std::string& column) {
  return DerivedName(transform.context(), "hidden", Display(transform.shape.table, column));
}

RowQuery RowsOutOfStep(const TransformShape& shape, bool whole) {
  std::vector<std::string> conditions;
  if (whole) conditions.push_back(Mark(shape) + " <= 0");
  for (const ShapedTransition& transition : shape.transitions) {
    if (transition.sources.empty() || transition.targets.empty()) continue;
    conditions.push_back(fmt::format("({} > 0 AND {} & {} = 0 AND {} = 0)", Mark(shape),
                                     Mark(shape), transition.bits(),
                                     AgreeCall(shape, transition, "r.")));
  }
  return Rows(shape, "rows whose old and new columns do not agree", conditions);
}

RowQuery RowsHeld(const TransformShape& shape) {
  std::int64_t held = 0;
  for (const ShapedTransition& transition : shape.transitions) held |= transition.held_bit();
  return Rows(shape, "rows whose old values the new columns cannot hold", {Marked(shape, held)});
}

RowQuery RowsLost(const Transform& transform, bool hidden) {
  const TransformShape shape = hidden ? Hidden(transform) : transform.shape;
  std::vector<std::string> conditions;
  for (const ShapedTransition& transition : shape.transitions) {
    conditions.push_back(Marked(shape, transition.lost_bit()));
    if (transition.sources.empty() || transition.targets.empty()) continue;
    conditions.push_back(fmt::format("({} > 0 AND {} & {} = 0 AND {} & 1 = 0)", Mark(shape),
                                     Mark(shape), transition.held_bit(),
                                     AgreeCall(shape, transition, "r.")));
    if (!hidden) continue;
    // What the new application inserts while nothing keeps the columns in step.
    for (const TargetColumn& target : transition.targets) {
      conditions.push_back(fmt::format("({} = 0 AND NOT {})", Mark(shape),
                                       IsAbsent(target, Field("r.", target.column.name))));
    }
  }
  return Rows(shape,
              shape.has_sources() ? "rows whose new values the old columns cannot hold"
                                  : "rows with a value of their own in new columns",
              conditions);
}

Index Beside(const Transform& transform, const Carried<Index>& index) {
  Index beside = *index.now;
  const Table& old_table = transform.shape.old_table;
  for (const Index& other : old_table.indexes) {
    if (other.name != beside.name) continue;
    beside.name =
        DerivedName(transform.context(), "new", "index " + Display(old_table.name, beside.name));
    break;
  }
  return beside;
}

Index Parked(const Transform& transform, const Index& index) {
  Index parked = index;
  parked.name = DerivedName(transform.context(), "old",
                            "index " + Display(transform.shape.table, index.name));
  return parked;
}

bool BindsParked(const TransformTable& change, const Carried<Index>& index) {
  if (!index.old || !index.old->unique) return false;
  return !index.now || !index.now->unique || !IsImplied(change, index);
}

}  // namespace zdm::mysql
