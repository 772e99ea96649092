// SPDX-License-Identifier: Apache-2.0
// Indexes that stand behind no constraint.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

std::string IndexesQuery(const Reading& reading) {
  return fmt::format(
      "SELECT i.indexrelid, i.indrelid, r.relname, m.amname, i.indisunique, i.indisvalid AND "
      "i.indisready AND i.indislive, i.indkey::text, i.indnkeyatts, i.indoption::text, "
      "i.indclass::text, i.indcollation::text, pg_get_indexdef(i.indexrelid), CASE WHEN i.indexprs "
      "IS NOT NULL THEN (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k) FROM "
      "generate_series(1, i.indnkeyatts) k) END, pg_get_expr(i.indpred, i.indrelid), {0}, {1}, "
      "d.description, (SELECT json_object_agg(a.attnum, (SELECT json_agg(x ORDER BY x COLLATE "
      "\"C\") FROM unnest(a.attoptions) x WHERE left(x, 10) <> 'pg_attver=')) FROM pg_attribute a "
      "WHERE a.attrelid = i.indexrelid AND a.attoptions IS NOT NULL), concat_ws(', ', CASE WHEN "
      "i.indisclustered THEN 'clusters the table' END, 'tablespace ' || (SELECT s.spcname FROM "
      "pg_tablespace s WHERE s.oid = r.reltablespace), (SELECT 'a statistics target of element ' "
      "|| string_agg(a.attnum::text, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid "
      "= i.indexrelid AND a.attstattarget >= 0), (SELECT 'depends on extension ' || "
      "string_agg(e.extname, ', ' ORDER BY e.extname) FROM pg_depend p JOIN pg_extension e ON "
      "e.oid = p.refobjid WHERE p.classid = {2} AND p.objid = i.indexrelid AND p.refclassid = "
      "'pg_extension'::regclass AND p.deptype = 'x')) FROM pg_class c JOIN pg_index i ON "
      "i.indrelid = "
      "c.oid JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_am m ON m.oid = r.relam LEFT JOIN "
      "pg_constraint x ON x.conrelid = c.oid AND x.conindid = i.indexrelid AND x.contype IN ('p', "
      "'u', 'x') LEFT JOIN pg_description d ON d.objoid = i.indexrelid AND d.classoid = {2} AND "
      "d.objsubid = 0 WHERE x.oid IS NULL AND c.relkind = 'r' AND c.relnamespace IN ({3})",
      reading.version >= 150000 ? "i.indnullsnotdistinct" : "false", "to_json(r.reloptions)",
      kRelations, reading.namespace_oids);
}

/// Operator classes and collations by their OIDs.
struct Names {
  std::unordered_map<Oid, QualifiedName> classes, collations;
};

Names ReadNames(Database& database) {
  Names names;
  for (const Row& row : database.Query(
           "SELECT 1, o.oid, n.nspname, o.opcname FROM pg_opclass o JOIN pg_namespace n ON n.oid = "
           "o.opcnamespace UNION ALL SELECT 2, o.oid, n.nspname, o.collname FROM pg_collation o "
           "JOIN pg_namespace n ON n.oid = o.collnamespace WHERE o.oid IN (SELECT unnest(i."
           "indcollation) FROM pg_index i)")) {
    (*row[0] == "1" ? names.classes : names.collations)[ToOid(row[1])] = {*row[2], *row[3]};
  }
  return names;
}

/// As pg_get_indexdef prints the name under search_path = pg_catalog.
std::string Printed(const QualifiedName& name) {
  return (name.schema == "pg_catalog" ? "" : QuoteIdentifier(name.schema) + ".") +
         QuoteIdentifier(name.name);
}

/// Whether the words stand in the definition between blanks, commas or parentheses. The server
/// prints an operator class exactly when it is not the default one.
bool StandsIn(const std::string& definition, const std::string& words) {
  const auto blank = [](char c) { return c == ' ' || c == '(' || c == ')' || c == ','; };
  for (std::size_t at = definition.find(words); at != std::string::npos;
       at = definition.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    if (at > 0 && blank(definition[at - 1]) && end < definition.size() && blank(definition[end])) {
      return true;
    }
  }
  return false;
}

struct IndexRow {
  const Row& row;
  std::vector<int> columns, options;
  std::vector<Oid> classes, collations;
  std::vector<std::string> texts;  ///< of the elements, when one of them is an expression
  nlohmann::json parameters;       ///< of operator classes, by element number
};

std::vector<Oid> ToOids(const Value& value) {
  std::vector<Oid> oids;
  std::size_t at = 0;
  while (value && at < value->size()) {
    const std::size_t end = std::min(value->find(' ', at), value->size());
    oids.push_back(ToOid(value->substr(at, end - at)));
    at = end + 1;
  }
  return oids;
}

IndexElement ReadElement(const IndexRow& index, std::size_t at, const ColumnPlace* column,
                         const Names& names) {
  const std::string& definition = *index.row[11];
  IndexElement element;
  std::string printed;
  if (column != nullptr) {
    element.column = column->name;
    printed = QuoteIdentifier(column->name);
  } else {
    element.expression = Expression{index.texts[at], true, {}};
    printed = index.texts[at];
  }
  const auto collation = names.collations.find(index.collations[at]);
  if (collation != names.collations.end()) {
    const std::string with = printed + " COLLATE " + Printed(collation->second);
    // The definition ends where it likes: compare with a blank behind it.
    if (StandsIn(definition + " ", with)) {
      element.collation = collation->second;
      printed = with;
    }
  }
  const QualifiedName& opclass = names.classes.at(index.classes[at]);
  if (StandsIn(definition + " ", printed + " " + Printed(opclass))) element.opclass = opclass;
  const std::string number = std::to_string(at + 1);
  if (index.parameters.contains(number) && index.parameters[number].is_array()) {
    element.opclass_parameters = index.parameters[number].get<std::vector<std::string>>();
  }
  element.descending = (index.options[at] & 1) != 0;
  element.nulls_first = (index.options[at] & 2) != 0;
  return element;
}

/// nullopt when a column of it is hidden.
std::optional<Index> ReadIndex(const Reading& reading, const Row& row, const Names& names) {
  IndexRow parts{row,
                 ToNumbers(row[6]),
                 ToNumbers(row[8]),
                 ToOids(row[9]),
                 ToOids(row[10]),
                 ToTexts(row[12]),
                 row[17] ? nlohmann::json::parse(*row[17]) : nlohmann::json::object()};
  Index index;
  index.name = *row[2];
  index.method = *row[3];
  index.unique = ToBool(row[4]);
  index.valid = ToBool(row[5]);
  index.nulls_not_distinct = ToBool(row[14]);
  index.storage_parameters = ToTexts(row[15]);
  if (row[13]) index.where = Expression{*row[13], true, {}};
  const auto key_columns = static_cast<std::size_t>(ToInt(row[7]));
  const auto& columns = reading.columns.at(ToOid(row[1]));
  for (std::size_t at = 0; at < parts.columns.size(); ++at) {
    const int number = parts.columns[at];
    const ColumnPlace* column = number > 0 ? &columns.at(number) : nullptr;
    if (column != nullptr && column->hidden) return std::nullopt;
    if (at < key_columns) {
      index.elements.push_back(ReadElement(parts, at, column, names));
    } else {
      index.include.push_back(column->name);
    }
  }
  return index;
}

}  // namespace

void ReadIndexes(Reading& reading) {
  const Names names = ReadNames(reading.database);
  for (const Row& row : reading.database.Query(IndexesQuery(reading))) {
    const auto place = reading.tables.find(ToOid(row[1]));
    if (place == reading.tables.end()) continue;
    Table& table = reading.schema.tables[place->second];
    const Address address{kRelations, ToOid(row[0]), 0};
    const std::vector<std::string> path = {table.name.schema, *row[2]};
    std::optional<Index> index;
    if (!reading.filter.Hides("index", path) &&
        !reading.filter.Hides("index", {table.name.schema, table.name.name, *row[2]})) {
      index = ReadIndex(reading, row, names);
    }
    if (!index) {
      reading.excused.insert(address);
      continue;
    }
    index->comment = reading.Comment(address, row[16]);
    reading.RefuseProperties("index", path, row[18]);
    reading.consumed.insert(address);
    table.indexes.push_back(std::move(*index));
  }
}

}  // namespace zdm::postgres
