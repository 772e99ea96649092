// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

bool IsNotNull(const Table& table, const std::string& name) {
  const Column* column = table.FindColumn(name);
  return column != nullptr && column->not_null;
}

bool AllNotNull(const Table& table, const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [&](const std::string& column) { return IsNotNull(table, column); });
}

/// The columns of a unique index that is a key of all rows, or nothing.
std::vector<std::string> KeyOfIndex(const Table& table, const Index& index) {
  if (!index.unique || !index.valid || index.where) return {};
  std::vector<std::string> columns;
  for (const IndexElement& element : index.elements) {
    if (!element.column || !IsNotNull(table, *element.column)) return {};
    columns.push_back(*element.column);
  }
  return columns;
}

std::string Qualified(const std::string& alias, const std::string& column) {
  return alias.empty() ? Quote(column) : alias + "." + Quote(column);
}

std::string NameOf(const Shown& shown, const std::string& column) {
  const auto found = shown.columns.find(column);
  return found == shown.columns.end() ? column : found->second;
}

std::string NameOf(const Shown& shown, const Table& table) {
  return Display(shown.table.name.empty() ? table.name : shown.table);
}

std::vector<std::pair<std::string, std::string>> Parts(const std::vector<std::string>& columns,
                                                       const std::string& alias,
                                                       const Shown& shown) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const std::string& column : columns) {
    parts.emplace_back(NameOf(shown, column), Qualified(alias, column));
  }
  return parts;
}

/// Whether a type is of pg_catalog, whose operators every query sees.
bool IsBuiltIn(const Table& table, const std::string& name) {
  const Column* column = table.FindColumn(name);
  return column == nullptr || column->type.sql.find('.') == std::string::npos;
}

std::string SameKey(const Table& table, const ForeignKey& key) {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string child = "child." + Quote(key.columns[i]);
    const std::string parent = "parent." + Quote(key.referenced_columns[i]);
    // Comparing records finds the equality of a type whose operators no search path shows.
    terms.push_back(IsBuiltIn(table, key.columns[i])
                        ? parent + " = " + child
                        : "ROW(" + parent + ")::record = ROW(" + child + ")::record");
  }
  return fmt::format("{}", fmt::join(terms, " AND "));
}

}  // namespace

std::vector<std::string> RowKeyColumns(const Table& table) {
  if (table.primary_key) return table.primary_key->columns;
  for (const Key& key : table.uniques) {
    if (!key.deferrable && AllNotNull(table, key.columns)) return key.columns;
  }
  for (const Index& index : table.indexes) {
    std::vector<std::string> columns = KeyOfIndex(table, index);
    if (!columns.empty()) return columns;
  }
  return {};
}

std::vector<KeyColumn> BackfillKey(const Table& table) {
  std::vector<KeyColumn> key;
  for (const std::string& column : RowKeyColumns(table)) {
    key.push_back({Quote(column), table.FindColumn(column)->type.sql});
  }
  return key;
}

std::string RowKey(const Table& table, const std::string& alias) {
  std::vector<std::string> parts;
  for (const std::string& column : RowKeyColumns(table)) {
    parts.push_back(Literal((parts.empty() ? "" : ", ") + column + "=") + ", " +
                    Qualified(alias, column));
  }
  if (parts.empty()) return "concat('ctid=', " + Qualified(alias, "ctid") + ")";
  return fmt::format("concat({})", fmt::join(parts, ", "));
}

std::string WholeRow(const std::string& row) {
  return "to_jsonb(" + row + ".*)::text";
}

std::string RowPart(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<std::string> parts;
  for (const auto& [name, sql] : columns) parts.push_back(Literal(name) + ", " + sql);
  return fmt::format("jsonb_build_object({})::text", fmt::join(parts, ", "));
}

RowQuery AllRows(const Table& table, const QualifiedName& now) {
  return {Display(table.name), "rows of the new table",
          fmt::format("SELECT {}, {} FROM {} AS r", RowKey(table, "r"), WholeRow("r"), Quote(now))};
}

RowQuery RowsWhere(const Table& table, const std::string& summary, const std::string& condition,
                   const std::vector<std::string>& columns, const Shown& shown) {
  return {NameOf(shown, table), summary,
          fmt::format("SELECT {}, {} FROM {} WHERE {}", RowKey(table),
                      RowPart(Parts(columns, "", shown)), Quote(table.name), condition)};
}

RowQuery NullRows(const Table& table, const std::string& column, const Shown& shown) {
  return RowsWhere(table, "rows with NULL in " + Display(NameOf(shown, column)),
                   Quote(column) + " IS NULL", {column}, shown);
}

RowQuery CheckViolators(const Table& table, const Check& check, const Shown& shown) {
  return RowsWhere(table, "rows that break check " + Display(check.name),
                   "NOT " + Parenthesized(check.expression.sql), ColumnsOf(check.expression.sql),
                   shown);
}

RowQuery Duplicates(const Table& table, const Index& index, const Shown& shown) {
  std::vector<std::string> parts, conditions, columns;
  for (const IndexElement& element : index.elements) {
    const std::string part =
        element.column ? Quote(*element.column) : Parenthesized(element.expression->sql);
    if (!index.nulls_not_distinct) conditions.push_back(part + " IS NOT NULL");
    parts.push_back(part);
    for (const std::string& column : element.column ? std::vector<std::string>{*element.column}
                                                    : ColumnsOf(element.expression->sql)) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
        columns.push_back(column);
      }
    }
  }
  if (index.where) conditions.push_back(Parenthesized(index.where->sql));
  return {NameOf(shown, table), "rows that are not unique by " + Display(index.name),
          fmt::format("SELECT r.key, r.detail FROM (SELECT {} AS key, {} AS detail, count(*) OVER "
                      "(PARTITION BY {}) AS same FROM {}{}{}) AS r WHERE r.same > 1",
                      RowKey(table), RowPart(Parts(columns, "", shown)), fmt::join(parts, ", "),
                      Quote(table.name), conditions.empty() ? "" : " WHERE ",
                      fmt::join(conditions, " AND "))};
}

RowQuery ForeignKeyViolators(const Table& table, const ForeignKey& key, const Shown& shown) {
  std::vector<std::string> given, names;
  for (const std::string& column : key.columns) {
    given.push_back("child." + Quote(column) + " IS NOT NULL");
    names.push_back(Display(NameOf(shown, column)));
  }
  std::string condition =
      fmt::format("{} AND NOT EXISTS (SELECT FROM {} AS parent WHERE {})",
                  fmt::join(given, " AND "), Quote(key.references), SameKey(table, key));
  if (key.match == ForeignKeyMatch::kFull && key.columns.size() > 1) {
    condition = fmt::format("({}) OR (NOT ({}) AND ({}))", condition, fmt::join(given, " AND "),
                            fmt::join(given, " OR "));
  }
  return {
      NameOf(shown, table),
      fmt::format("rows whose {} is not in {}", fmt::join(names, ", "), Display(key.references)),
      fmt::format("SELECT {}, {} FROM {} AS child WHERE {}", RowKey(table, "child"),
                  RowPart(Parts(key.columns, "child", shown)), Quote(table.name), condition)};
}

}  // namespace zdm::postgres
