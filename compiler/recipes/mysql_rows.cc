// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

bool IsNotNull(const Table& table, const std::string& name) {
  const Column* column = table.FindColumn(name);
  return column != nullptr && column->not_null;
}

std::vector<std::string> KeyOfIndex(const Table& table, const Index& index) {
  if (!index.unique) return {};
  std::vector<std::string> columns;
  for (const IndexElement& element : index.elements) {
    if (!element.column || element.prefix_length || !IsNotNull(table, *element.column)) return {};
    columns.push_back(*element.column);
  }
  return columns;
}

bool IsBinaryType(const std::string& type) {
  const std::string lower = LowerName(type);
  for (const char* kind :
       {"binary", "varbinary", "bit", "geometry", "point", "linestring", "polygon", "multi"}) {
    if (lower.starts_with(kind)) return true;
  }
  return lower.find("blob") != std::string::npos;
}

std::string Printable(const std::string& type, const std::string& sql) {
  return IsBinaryType(type) ? "HEX(" + sql + ")" : sql;
}

std::string TypeOf(const Table& table, const std::string& column) {
  const Column* found = table.FindColumn(column);
  return found == nullptr ? "" : found->type.sql;
}

std::vector<ShownValue> Values(const Table& table, const std::vector<std::string>& columns,
                               const std::string& row) {
  std::vector<ShownValue> values;
  for (const std::string& column : columns) {
    values.push_back({column, row + Quote(column), TypeOf(table, column)});
  }
  return values;
}

std::vector<std::string> NamesOf(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

}  // namespace

std::vector<std::string> RowKeyColumns(const Table& table) {
  if (table.primary_key) return table.primary_key->columns;
  for (const Index& index : table.indexes) {
    std::vector<std::string> columns = KeyOfIndex(table, index);
    if (!columns.empty()) return columns;
  }
  return {};
}

std::vector<KeyColumn> BackfillKey(const Table& table) {
  std::vector<KeyColumn> key;
  for (const std::string& column : RowKeyColumns(table)) {
    key.push_back({Quote(column), TypeOf(table, column)});
  }
  return key;
}

std::string RowKey(const Table& table, const std::string& row) {
  std::vector<std::string> columns = RowKeyColumns(table), parts;
  if (columns.empty()) columns = NamesOf(table);
  for (const std::string& column : columns) {
    const std::string value = Printable(TypeOf(table, column), row + Quote(column));
    parts.push_back(Literal((parts.empty() ? "" : ", ") + column + "=") + ", " +
                    (IsNotNull(table, column) ? value : "COALESCE(" + value + ", 'NULL')"));
  }
  return fmt::format("CONCAT({})", fmt::join(parts, ", "));
}

std::string RowPart(const std::vector<ShownValue>& values) {
  std::vector<std::string> parts;
  for (const ShownValue& value : values) {
    parts.push_back(Literal(value.name) + ", " + Printable(value.type, value.sql));
  }
  return fmt::format("JSON_OBJECT({})", fmt::join(parts, ", "));
}

RowQuery AllRows(const Table& table, const QualifiedName& now) {
  return {Display(table.name), "rows of the new table",
          fmt::format("SELECT {}, {} FROM {} AS r", RowKey(table, "r."),
                      RowPart(Values(table, NamesOf(table), "r.")), Quote(now))};
}

RowQuery RowsWhere(const Table& table, const QualifiedName& now, const std::string& summary,
                   const std::string& condition, const std::vector<std::string>& columns) {
  return {Display(table.name), summary,
          fmt::format("SELECT {}, {} FROM {} WHERE {}", RowKey(table),
                      RowPart(Values(table, columns, "")), Quote(now), condition)};
}

RowQuery NullRows(const Table& table, const QualifiedName& now, const std::string& column) {
  return RowsWhere(table, now, "rows with NULL in " + Display(column), Quote(column) + " IS NULL",
                   {column});
}

RowQuery CheckViolators(const Table& table, const QualifiedName& now, const Check& check) {
  return RowsWhere(table, now, "rows that break check " + Display(check.name),
                   "NOT " + Parenthesized(check.expression.sql),
                   ColumnsIn(table, check.expression.sql));
}

RowQuery Duplicates(const Table& table, const QualifiedName& now, const Index& index) {
  std::vector<std::string> parts, conditions, columns;
  for (const IndexElement& element : index.elements) {
    std::string part =
        element.column ? Quote(*element.column) : Parenthesized(element.expression->sql);
    if (element.prefix_length) part = fmt::format("LEFT({}, {})", part, *element.prefix_length);
    conditions.push_back(part + " IS NOT NULL");
    parts.push_back(part);
    if (element.column) {
      columns.push_back(*element.column);
    } else {
      for (std::string& column : ColumnsIn(table, element.expression->sql)) {
        columns.push_back(std::move(column));
      }
    }
  }
  return {Display(table.name), "rows that are not unique by " + Display(index.name),
          fmt::format("SELECT r.k, r.d FROM (SELECT {} AS k, {} AS d, COUNT(*) OVER (PARTITION BY "
                      "{}) AS same FROM {} WHERE {}) AS r WHERE r.same > 1",
                      RowKey(table), RowPart(Values(table, columns, "")), fmt::join(parts, ", "),
                      Quote(now), fmt::join(conditions, " AND "))};
}

RowQuery ForeignKeyViolators(const Table& table, const QualifiedName& now, const ForeignKey& key,
                             const QualifiedName& parent) {
  std::vector<std::string> given, names, same;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string child = "child." + Quote(key.columns[i]);
    given.push_back(child + " IS NOT NULL");
    names.push_back(Display(key.columns[i]));
    same.push_back("parent." + Quote(key.referenced_columns[i]) + " = " + child);
  }
  return {
      Display(table.name),
      fmt::format("rows whose {} is not in {}", fmt::join(names, ", "), Display(key.references)),
      fmt::format("SELECT {}, {} FROM {} AS child WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS "
                  "parent WHERE {})",
                  RowKey(table, "child."), RowPart(Values(table, key.columns, "child.")),
                  Quote(now), fmt::join(given, " AND "), Quote(parent), fmt::join(same, " AND "))};
}

std::string SameImage(const std::string& type, const std::string& a, const std::string& b) {
  const std::string lower = LowerName(type);
  if (!HasCharset(type) && lower != "json") return fmt::format("({} <=> {})", a, b);
  if (lower == "json") {
    return fmt::format("(CAST(CAST({} AS CHAR) AS BINARY) <=> CAST(CAST({} AS CHAR) AS BINARY))", a,
                       b);
  }
  return fmt::format("(CAST({} AS BINARY) <=> CAST({} AS BINARY))", a, b);
}

}  // namespace zdm::mysql
