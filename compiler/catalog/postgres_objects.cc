// SPDX-License-Identifier: Apache-2.0
// Enums, domains, and sequences that are not the inside of an identity column.
#include <fmt/format.h>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/postgres_sequence.h"

namespace zdm::postgres {
namespace {

/// Owner, grants and comment of a type `t` or relation `c`, and that no extension brought it.
std::string Rights(const std::string& acl) {
  return fmt::format("r.rolname, {}, d.description", SortedTexts(acl));
}

std::string NotOfExtension(const char* oid, Oid catalog) {
  return fmt::format(
      "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = {} AND e.objid = {} AND e.deptype = "
      "'e')",
      catalog, oid);
}

std::string TypesQuery(const Reading& reading, const std::string& fields, char kind) {
  return fmt::format(
      "SELECT t.oid, t.typnamespace, t.typname, {}, {} FROM pg_type t JOIN pg_roles r ON r.oid = "
      "t.typowner LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = {} WHERE "
      "t.typtype = '{}' AND t.typnamespace IN ({}) AND {} ORDER BY t.typname COLLATE \"C\"",
      Rights("t.typacl"), fields, kTypes, kind, reading.namespace_oids,
      NotOfExtension("t.oid", kTypes));
}

/// Name, owner, grants and comment; false when the object is out of zdm's hands.
template <typename Object>
bool ReadCommon(Reading& reading, const Row& row, const Address& address, const std::string& kind,
                Object& object) {
  object.name = {reading.namespaces.at(ToOid(row[1])), *row[2]};
  if (reading.filter.Hides(kind, {object.name.schema, object.name.name})) {
    reading.excused.insert(address);
    return false;
  }
  object.owner = *row[3];
  object.grants = ToTexts(row[4]);
  object.comment = reading.Comment(address, row[5]);
  reading.consumed.insert(address);
  return true;
}

void ReadEnums(Reading& reading) {
  const std::string labels =
      "(SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = "
      "t.oid)";
  for (const Row& row : reading.database.Query(TypesQuery(reading, labels, 'e'))) {
    EnumType type;
    if (!ReadCommon(reading, row, {kTypes, ToOid(row[0]), 0}, "enum", type)) continue;
    for (const std::string& label : ToTexts(row[6])) type.labels.emplace_back().text = label;
    reading.schema.enums.push_back(std::move(type));
  }
}

void ReadRules(Reading& reading, const std::map<Oid, std::size_t>& places) {
  const Rows rows = reading.database.Query(fmt::format(
      "SELECT x.oid, x.contypid, x.conname, x.contype, pg_get_expr(x.conbin, 0), x.convalidated, "
      "d.description FROM pg_constraint x JOIN pg_type t ON t.oid = x.contypid LEFT JOIN "
      "pg_description d ON d.objoid = x.oid AND d.classoid = {} WHERE t.typnamespace IN ({}) ORDER "
      "BY x.conname COLLATE \"C\"",
      kConstraints, reading.namespace_oids));
  for (const Row& row : rows) {
    const auto place = places.find(ToOid(row[1]));
    if (place == places.end()) continue;
    const Address address{kConstraints, ToOid(row[0]), 0};
    reading.consumed.insert(address);
    // From 17 on NOT NULL is a constraint, too: the type says it.
    if (*row[3] != "c") continue;
    Domain::Rule rule;
    rule.name = *row[2];
    rule.expression = {*row[4], true, {}};
    rule.validated = ToBool(row[5]);
    rule.comment = reading.Comment(address, row[6]);
    reading.schema.domains[place->second].checks.push_back(std::move(rule));
  }
}

void ReadDomains(Reading& reading) {
  const std::string fields =
      "format_type(t.typbasetype, t.typtypmod), t.typnotnull, pg_get_expr(t.typdefaultbin, 0), "
      "CASE WHEN t.typcollation <> b.typcollation THEN (SELECT n.nspname FROM pg_collation o JOIN "
      "pg_namespace n ON n.oid = o.collnamespace WHERE o.oid = t.typcollation) END, CASE WHEN "
      "t.typcollation <> b.typcollation THEN (SELECT o.collname FROM pg_collation o WHERE o.oid = "
      "t.typcollation) END";
  std::string query = TypesQuery(reading, fields, 'd');
  query.replace(query.find(" FROM pg_type t "), 16,
                " FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype ");
  std::map<Oid, std::size_t> places;
  for (const Row& row : reading.database.Query(query)) {
    Domain domain;
    if (!ReadCommon(reading, row, {kTypes, ToOid(row[0]), 0}, "domain", domain)) continue;
    domain.type = {*row[6]};
    domain.not_null = ToBool(row[7]);
    if (row[8]) domain.default_value = Expression{*row[8], true, {}};
    if (row[10]) domain.collation = QualifiedName{*row[9], *row[10]};
    places.emplace(ToOid(row[0]), reading.schema.domains.size());
    reading.schema.domains.push_back(std::move(domain));
  }
  ReadRules(reading, places);
}

/// Those of identity columns are part of the column.
std::string SequencesQuery(const Reading& reading) {
  return fmt::format(
      "SELECT c.oid, c.relnamespace, c.relname, {0}, format_type(s.seqtypid, NULL), s.seqstart, "
      "s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, c.relpersistence = 'u', "
      "o.refobjid, o.refobjsubid FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid JOIN "
      "pg_roles r ON r.oid = c.relowner LEFT JOIN pg_description d ON d.objoid = c.oid AND "
      "d.classoid = {1} AND d.objsubid = 0 LEFT JOIN pg_depend o ON o.classid = {1} AND o.objid = "
      "c.oid AND o.refclassid = {1} AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i') WHERE "
      "c.relnamespace IN ({2}) AND o.deptype IS DISTINCT FROM 'i' AND {3} ORDER BY c.relname "
      "COLLATE \"C\"",
      Rights("c.relacl"), kRelations, reading.namespace_oids, NotOfExtension("c.oid", kRelations));
}

/// False when the column that owns it is in nobody's hands here: what hangs on it goes with it.
bool ReadOwner(const Reading& reading, const Row& row, Sequence& sequence) {
  if (!row[14]) return true;
  const auto table = reading.tables.find(ToOid(row[14]));
  if (table == reading.tables.end()) return false;
  const ColumnPlace& column = reading.columns.at(ToOid(row[14])).at(ToInt(row[15]));
  sequence.owned_by = Sequence::Owner{reading.schema.tables[table->second].name, column.name};
  return !column.hidden;
}

void ReadSequences(Reading& reading) {
  for (const Row& row : reading.database.Query(SequencesQuery(reading))) {
    Sequence sequence;
    if (!ReadOwner(reading, row, sequence)) continue;
    if (!ReadCommon(reading, row, {kRelations, ToOid(row[0]), 0}, "sequence", sequence)) continue;
    sequence.type = *row[6];
    SequenceOptions full;
    full.start = row[7];
    full.increment = row[8];
    full.min_value = row[9];
    full.max_value = row[10];
    full.cache = row[11];
    full.cycle = ToBool(row[12]);
    sequence.options = ReduceSequence(full, sequence.type);
    sequence.unlogged = ToBool(row[13]);
    reading.schema.sequences.push_back(std::move(sequence));
  }
}

}  // namespace

void ReadObjects(Reading& reading) {
  ReadEnums(reading);
  ReadDomains(reading);
  ReadSequences(reading);
}

}  // namespace zdm::postgres
