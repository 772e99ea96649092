// SPDX-License-Identifier: Apache-2.0
// Primary and unique keys, foreign keys, checks, and the NOT NULL constraints of 18.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compiler/catalog/postgres_reading.h"

namespace zdm::postgres {
namespace {

/// A column of ConstraintsQuery that older servers lack.
std::string Since(const Reading& reading, int version, const char* column, const char* otherwise) {
  return reading.version >= version ? column : otherwise;
}

std::string ConstraintsQuery(const Reading& reading) {
  const std::string unusual = fmt::format(
      "concat_ws(', ', CASE WHEN x.coninhcount > 0 THEN 'inherited' END, CASE WHEN {} THEN "
      "'without overlaps' END, CASE WHEN NOT {} THEN 'not enforced' END, CASE WHEN x.confmatchtype "
      "= 'p' THEN 'match partial' END, CASE WHEN i.indisclustered THEN 'clusters the table' END, "
      "CASE WHEN ic.reltablespace <> 0 THEN 'tablespace ' || (SELECT s.spcname FROM "
      "pg_tablespace s WHERE s.oid = ic.reltablespace) END)",
      Since(reading, 180000, "x.conperiod", "false"),
      Since(reading, 180000, "x.conenforced", "true"));
  return fmt::format(
      "SELECT x.oid, x.conrelid, x.conname, x.contype, x.conkey::text, x.condeferrable, "
      "x.condeferred, x.convalidated, x.connoinherit, CASE x.contype WHEN 'c' THEN "
      "pg_get_expr(x.conbin, x.conrelid) END, fn.nspname, f.relname, x.confkey::text, "
      "x.confupdtype, x.confdeltype, x.confmatchtype, {0}, d.description, x.conindid, "
      "i.indkey::text, i.indnkeyatts, {1}, {2}, {3}, x.confrelid FROM pg_class c JOIN "
      "pg_constraint x ON x.conrelid = c.oid AND "
      "x.contype IN ('p', 'u', 'f', 'c', 'n') LEFT JOIN pg_index i ON i.indexrelid = x.conindid "
      "AND x.contype IN ('p', 'u') LEFT JOIN pg_class ic ON ic.oid = i.indexrelid LEFT JOIN "
      "pg_class f ON f.oid = x.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace LEFT "
      "JOIN pg_description d ON d.objoid = x.oid AND d.classoid = {4} WHERE c.relnamespace IN "
      "({5}) "
      "AND c.relkind = 'r'",
      Since(reading, 150000, "x.confdelsetcols::text", "NULL"),
      Since(reading, 150000, "i.indnullsnotdistinct", "false"), "to_json(ic.reloptions)", unusual,
      kConstraints, reading.namespace_oids);
}

/// Names of the columns; nullopt when one of them is hidden: then what stands on it is, too.
std::optional<std::vector<std::string>> VisibleNames(const Reading& reading, Oid relation,
                                                     const std::vector<int>& numbers) {
  std::vector<std::string> names;
  for (const int number : numbers) {
    const ColumnPlace& place = reading.columns.at(relation).at(number);
    if (place.hidden) return std::nullopt;
    names.push_back(place.name);
  }
  return names;
}

ForeignKeyAction ToAction(const Value& letter) {
  switch (letter->front()) {
    case 'r':
      return ForeignKeyAction::kRestrict;
    case 'c':
      return ForeignKeyAction::kCascade;
    case 'n':
      return ForeignKeyAction::kSetNull;
    case 'd':
      return ForeignKeyAction::kSetDefault;
    default:
      return ForeignKeyAction::kNoAction;
  }
}

Key ReadKey(Reading& reading, const Row& row, const std::vector<std::string>& columns) {
  Key key;
  key.name = *row[2];
  key.columns = columns;
  key.deferrable = ToBool(row[5]);
  key.initially_deferred = ToBool(row[6]);
  const std::vector<int> all = ToNumbers(row[19]);
  const auto included =
      VisibleNames(reading, ToOid(row[1]), {all.begin() + ToInt(row[20]), all.end()});
  key.include = included.value_or(std::vector<std::string>{});
  key.nulls_not_distinct = ToBool(row[21]);
  key.storage_parameters = ToTexts(row[22]);
  return key;
}

ForeignKey ReadForeignKey(Reading& reading, const Row& row, const std::vector<std::string>& columns,
                          const std::vector<std::string>& referenced) {
  ForeignKey key;
  key.name = *row[2];
  key.columns = columns;
  key.references = {*row[10], *row[11]};
  key.referenced_columns = referenced;
  key.on_update = ToAction(row[13]);
  key.on_delete = ToAction(row[14]);
  key.match = *row[15] == "f" ? ForeignKeyMatch::kFull : ForeignKeyMatch::kSimple;
  key.on_delete_columns =
      VisibleNames(reading, ToOid(row[1]), ToNumbers(row[16])).value_or(std::vector<std::string>{});
  key.deferrable = ToBool(row[5]);
  key.initially_deferred = ToBool(row[6]);
  key.validated = ToBool(row[7]);
  return key;
}

Check ReadCheck(const Row& row) {
  Check check;
  check.name = *row[2];
  check.expression = {*row[9], true, {}};
  check.no_inherit = ToBool(row[8]);
  check.validated = ToBool(row[7]);
  return check;
}

/// From 18 on NOT NULL is a constraint with a name and a state of its own; the model knows neither.
Value UnusualNotNull(const Row& row, const std::string& column, Table& table) {
  std::string unusual;
  if (!ToBool(row[7])) {
    unusual = "not null that is not validated";
    const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                                 [&](const Column& other) { return other.name == column; });
    if (at != table.columns.end()) at->not_null = false;
  }
  if (ToBool(row[8])) unusual += (unusual.empty() ? "" : ", ") + std::string("no inherit");
  return unusual.empty() ? std::nullopt : Value(unusual);
}

/// Column names of relations that foreign keys refer to and that are in nobody's hands here.
using ForeignColumns = std::map<std::pair<Oid, int>, std::string>;

ForeignColumns ReadForeignColumns(Reading& reading, const Rows& constraints) {
  std::set<Oid> relations;
  for (const Row& row : constraints) {
    const Oid relation = ToOid(row[24]);
    if (relation != 0 && !reading.columns.contains(relation)) relations.insert(relation);
  }
  ForeignColumns names;
  if (relations.empty()) return names;
  for (const Row& row : reading.database.Query(
           fmt::format("SELECT attrelid, attnum, attname FROM pg_attribute WHERE attrelid IN ({}) "
                       "AND attnum > 0",
                       fmt::join(relations, ", ")))) {
    names[{ToOid(row[0]), ToInt(row[1])}] = *row[2];
  }
  return names;
}

std::vector<std::string> ReferencedNames(const Reading& reading, const Row& row,
                                         const ForeignColumns& foreign) {
  const Oid relation = ToOid(row[24]);
  const auto columns = reading.columns.find(relation);
  std::vector<std::string> names;
  for (const int number : ToNumbers(row[12])) {
    names.push_back(columns == reading.columns.end() ? foreign.at({relation, number})
                                                     : columns->second.at(number).name);
  }
  return names;
}

void ReadConstraint(Reading& reading, const Row& row, const ForeignColumns& foreign, Table& table) {
  const Address address{kConstraints, ToOid(row[0]), 0};
  const Address index{kRelations, ToOid(row[18]), 0};
  const std::vector<std::string> path = {table.name.schema, table.name.name, *row[2]};
  const auto columns = VisibleNames(reading, ToOid(row[1]), ToNumbers(row[4]));
  if (!columns || reading.filter.Hides("constraint", path)) {
    reading.excused.insert(address);
    return;
  }
  const char kind = row[3]->front();
  reading.consumed.insert(address);
  if (kind == 'p' || kind == 'u') reading.consumed.insert(index);
  const Value unusual = kind == 'n' ? UnusualNotNull(row, columns->front(), table) : row[23];
  reading.RefuseProperties("constraint", path, unusual);
  if (kind == 'n') return;
  const auto comment = reading.Comment(address, row[17]);
  if (kind == 'c') {
    table.checks.push_back(ReadCheck(row));
    table.checks.back().comment = comment;
  } else if (kind == 'f') {
    table.foreign_keys.push_back(
        ReadForeignKey(reading, row, *columns, ReferencedNames(reading, row, foreign)));
    table.foreign_keys.back().comment = comment;
  } else {
    Key key = ReadKey(reading, row, *columns);
    key.comment = comment;
    if (kind == 'p') {
      table.primary_key = std::move(key);
    } else {
      table.uniques.push_back(std::move(key));
    }
  }
}

}  // namespace

void ReadConstraints(Reading& reading) {
  const Rows rows = reading.database.Query(ConstraintsQuery(reading));
  const ForeignColumns foreign = ReadForeignColumns(reading, rows);
  for (const Row& row : rows) {
    const auto place = reading.tables.find(ToOid(row[1]));
    if (place == reading.tables.end()) continue;
    ReadConstraint(reading, row, foreign, reading.schema.tables[place->second]);
  }
}

}  // namespace zdm::postgres
