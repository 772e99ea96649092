// SPDX-License-Identifier: Apache-2.0
// Tables and their columns.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/postgres_sequence.h"

namespace zdm::postgres {
namespace {

/// Those of a plain table. Partitions and tables of extensions are not plain.
std::string PlainTables(const Reading& reading) {
  return fmt::format(
      "c.relnamespace IN ({}) AND c.relkind = 'r' AND NOT c.relispartition AND NOT EXISTS (SELECT "
      "FROM pg_depend e WHERE e.classid = {} AND e.objid = c.oid AND e.deptype = 'e')",
      reading.namespace_oids, kRelations);
}

const char* const kUnusualTable =
    "concat_ws(', ', 'tablespace ' || (SELECT "
    "s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace), 'access method ' || (SELECT "
    "m.amname FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'), CASE WHEN "
    "c.relrowsecurity THEN 'row level security' END, CASE WHEN c.relforcerowsecurity THEN 'forced "
    "row level security' END, 'replica identity ' || CASE c.relreplident WHEN 'n' THEN 'nothing' "
    "WHEN 'f' THEN 'full' WHEN 'i' THEN 'using index' END, CASE WHEN c.reloftype <> 0 THEN 'of "
    "type ' || format_type(c.reloftype, NULL) END, (SELECT 'inherits "
    "from ' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits "
    "i WHERE i.inhrelid = c.oid), (SELECT 'inherited by ' || "
    "string_agg(i.inhrelid::regclass::text, "
    "', ' ORDER BY i.inhrelid::regclass::text) FROM pg_inherits i WHERE i.inhparent = c.oid), "
    "(SELECT 'disabled triggers of foreign keys' WHERE EXISTS (SELECT "
    "FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O')))";

/// From 14 on a column knows how it is compressed.
std::string Compression(const Reading& reading) {
  return reading.version >= 140000
             ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"
             : "NULL";
}

const char* const kUnusualColumn =
    "concat_ws(', ', CASE a.attgenerated WHEN 'v' THEN 'generated virtual' END, CASE WHEN "
    "q.seqtypid <> a.atttypid THEN 'an identity whose sequence is of type ' || "
    "format_type(q.seqtypid, NULL) END, CASE WHEN q.relpersistence = 'u' AND c.relpersistence <> "
    "'u' THEN 'an identity whose sequence is unlogged' END)";

/// In any order; of tables that are not plain, too.
std::string ColumnsQuery(const Reading& reading) {
  return fmt::format(
      "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
      "CASE WHEN a.attcollation <> t.typcollation THEN on_.nspname END, CASE WHEN a.attcollation "
      "<> t.typcollation THEN o.collname END, pg_get_expr(d.adbin, d.adrelid), a.attgenerated, "
      "a.attidentity, b.description, CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END, CASE "
      "WHEN a.attstorage <> t.typstorage THEN a.attstorage END, {0}, CASE WHEN "
      "left(a.attoptions[1], 10) <> 'pg_attver=' OR a.attoptions[2] IS NOT NULL THEN "
      "to_json(a.attoptions) END, {1}, d.oid, q.oid, q.relname, q.seqstart, q.seqincrement, "
      "q.seqmin, q.seqmax, q.seqcache, q.seqcycle, {2}, a.atttypid, a.attcollation FROM pg_class c "
      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN "
      "pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation o ON o.oid = a.attcollation LEFT "
      "JOIN pg_namespace on_ ON on_.oid = o.collnamespace LEFT JOIN pg_attrdef d ON d.adrelid = "
      "c.oid AND d.adnum = a.attnum LEFT JOIN pg_description b ON b.objoid = c.oid AND b.classoid "
      "= {3} AND b.objsubid = a.attnum LEFT JOIN LATERAL (SELECT s.*, r.oid, r.relname, "
      "r.relpersistence FROM pg_depend e JOIN pg_sequence s ON s.seqrelid = e.objid JOIN pg_class "
      "r ON r.oid = e.objid WHERE e.refclassid = {3} AND e.refobjid = c.oid AND e.refobjsubid = "
      "a.attnum AND e.classid = {3} AND e.deptype = 'i' AND a.attidentity <> '') q ON true WHERE "
      "c.relnamespace IN ({4}) AND c.relkind = 'r'",
      Compression(reading), SortedTexts("a.attacl"), kUnusualColumn, kRelations,
      reading.namespace_oids);
}

/// The rows of the tables that were read, by table and number.
std::vector<const Row*> InOrder(const Reading& reading, const Rows& rows) {
  struct Place {
    Oid relation;
    int number;
    const Row* row;
  };
  std::vector<Place> places;
  for (const Row& row : rows) {
    const Oid relation = ToOid(row[0]);
    if (reading.tables.contains(relation)) places.push_back({relation, ToInt(row[1]), &row});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.relation, a.number) < std::tie(b.relation, b.number);
  });
  std::vector<const Row*> ordered;
  ordered.reserve(places.size());
  for (const Place& place : places) ordered.push_back(place.row);
  return ordered;
}

std::string StorageWord(const std::string& letter) {
  if (letter == "p") return "plain";
  if (letter == "e") return "external";
  return letter == "m" ? "main" : "extended";
}

Identity ReadIdentity(const Row& row, const std::string& type) {
  Identity identity;
  identity.always = *row[9] == "a";
  SequenceOptions full;
  full.start = row[19];
  full.increment = row[20];
  full.min_value = row[21];
  full.max_value = row[22];
  full.cache = row[23];
  full.cycle = ToBool(row[24]);
  identity.sequence = ReduceSequence(full, type);
  return identity;
}

/// One row of ColumnsQuery.
Column ReadColumn(const Row& row) {
  Column column;
  column.name = *row[2];
  column.type.sql = *row[3];
  column.not_null = ToBool(row[4]);
  if (row[6]) column.collation = QualifiedName{*row[5], *row[6]};
  if (row[7]) {
    const Expression expression{*row[7], true, {}};
    (*row[8] == "" ? column.default_value : column.generated) = expression;
  }
  if (row[17]) column.identity = ReadIdentity(row, column.type.sql);
  if (row[11]) column.statistics_target = ToInt(row[11]);
  if (row[12]) column.storage = StorageWord(*row[12]);
  column.compression = row[13];
  column.options = ToColumnOptions(row[14]);
  column.grants = ToTexts(row[15]);
  return column;
}

}  // namespace

void ReadTables(Reading& reading) {
  const Rows rows = reading.database.Query(fmt::format(
      "SELECT c.oid, c.relnamespace, c.relname, r.rolname, {}, CASE WHEN c.reloptions IS NOT NULL "
      "OR s.reloptions IS NOT NULL THEN (SELECT json_agg(x ORDER BY x COLLATE \"C\") FROM (SELECT "
      "unnest(c.reloptions) UNION ALL SELECT 'toast.' || unnest(s.reloptions)) o(x)) END, "
      "d.description, {}, c.relpersistence = 'u' FROM pg_class c JOIN pg_roles r ON r.oid = "
      "c.relowner LEFT JOIN pg_class "
      "s "
      "ON s.oid = c.reltoastrelid LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = "
      "{} AND d.objsubid = 0 WHERE {}",
      SortedTexts("c.relacl"), kUnusualTable, kRelations, PlainTables(reading)));
  for (const Row& row : rows) {
    const Address address{kRelations, ToOid(row[0]), 0};
    Table table;
    table.name = {reading.namespaces.at(ToOid(row[1])), *row[2]};
    const std::vector<std::string> path = {table.name.schema, table.name.name};
    if (reading.filter.Hides("table", path)) {
      reading.excused.insert(address);
      continue;
    }
    table.unlogged = ToBool(row[8]);
    table.owner = *row[3];
    table.grants = ToTexts(row[4]);
    table.options = ToTexts(row[5]);
    table.comment = reading.Comment(address, row[6]);
    reading.RefuseProperties("table", path, row[7]);
    reading.consumed.insert(address);
    reading.tables[address.objid] = reading.schema.tables.size();
    reading.schema.tables.push_back(std::move(table));
  }
}

void ReadColumns(Reading& reading) {
  const Rows rows = reading.database.Query(ColumnsQuery(reading));
  for (const Row* at : InOrder(reading, rows)) {
    const Row& row = *at;
    const Address address{kRelations, ToOid(row[0]), ToInt(row[1])};
    Table& table = reading.schema.tables[reading.tables.at(address.objid)];
    const std::vector<std::string> path = {table.name.schema, table.name.name, *row[2]};
    const bool hidden = reading.filter.Hides("column", path);
    reading.columns[address.objid][address.part] = {*row[2], hidden, ToOid(row[26]),
                                                    ToOid(row[27])};
    if (hidden) {
      reading.excused.insert(address);
      continue;
    }
    if (row[16]) reading.consumed.insert({kDefaults, ToOid(row[16]), 0});
    if (row[17]) reading.consumed.insert({kRelations, ToOid(row[17]), 0});
    Column column = ReadColumn(row);
    column.comment = reading.Comment(address, row[10]);
    reading.RefuseProperties("column", path, row[25]);
    table.columns.push_back(std::move(column));
  }
}

}  // namespace zdm::postgres
