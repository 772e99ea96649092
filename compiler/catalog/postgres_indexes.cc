// SPDX-License-Identifier: Apache-2.0
// Indexes that stand behind no constraint.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

std::string IndexesQuery(const Reading& reading) {
  return fmt::format(
      "SELECT i.indexrelid, i.indrelid, r.relname, m.amname, i.indisunique, i.indisvalid AND "
      "i.indisready AND i.indislive, i.indkey::text, i.indnkeyatts, i.indoption::text, "
      "i.indclass::text, i.indcollation::text, pg_get_expr(i.indpred, i.indrelid), {0}, {1}, "
      "d.description, CASE WHEN i.indisclustered THEN 'clusters the table' END, CASE WHEN "
      "r.reltablespace <> 0 THEN 'tablespace ' || (SELECT s.spcname FROM pg_tablespace s WHERE "
      "s.oid = r.reltablespace) END, (SELECT 'depends on extension ' || string_agg(e.extname, ', ' "
      "ORDER BY e.extname) FROM pg_depend p JOIN pg_extension e ON e.oid = p.refobjid WHERE "
      "p.classid = {2} AND p.objid = i.indexrelid AND p.refclassid = 'pg_extension'::regclass AND "
      "p.deptype = 'x') FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN "
      "pg_class r ON r.oid = i.indexrelid JOIN pg_am m ON m.oid = r.relam LEFT JOIN pg_constraint "
      "x ON x.conrelid = c.oid AND x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x') LEFT "
      "JOIN pg_description d ON d.objoid = i.indexrelid AND d.classoid = {2} AND d.objsubid = 0 "
      "WHERE x.oid IS NULL AND c.relkind = 'r' AND c.relnamespace IN ({3})",
      reading.version >= 150000 ? "i.indnullsnotdistinct" : "false", "to_json(r.reloptions)",
      kRelations, reading.namespace_oids);
}

// Types with the same OID in every version.
constexpr Oid kText = 25, kVarchar = 1043;

struct OperatorClass {
  QualifiedName name;
  bool is_default = false;
  Oid type = 0;
};

/// What few indexes have, by the index's OID, and where names come from.
struct Details {
  std::unordered_map<Oid, OperatorClass> classes;
  bool varchar_has_class = false;  ///< a default one of its own, which no server brings along
  std::unordered_map<Oid, QualifiedName> collations;
  std::unordered_map<Oid, std::map<int, std::vector<std::string>>> parameters;
  std::unordered_map<Oid, std::string> statistics;  ///< elements with a target, "1, 2"
  struct Text {
    std::string definition;
    std::map<int, std::string> expressions;  ///< by element, counted from 1
  };
  std::unordered_map<Oid, Text> texts;
};

void ReadNames(Database& database, Details& details) {
  for (const Row& row : database.Query(
           "SELECT o.oid, n.nspname, o.opcname, o.opcdefault, o.opcintype FROM pg_opclass o JOIN "
           "pg_namespace n ON n.oid = o.opcnamespace")) {
    const OperatorClass opclass{{*row[1], *row[2]}, ToBool(row[3]), ToOid(row[4])};
    details.classes[ToOid(row[0])] = opclass;
    if (opclass.is_default && opclass.type == kVarchar) details.varchar_has_class = true;
  }
  for (const Row& row : database.Query(
           "SELECT o.oid, n.nspname, o.collname FROM pg_collation o JOIN pg_namespace n ON n.oid = "
           "o.collnamespace WHERE o.oid IN (SELECT unnest(i.indcollation) FROM pg_index i)")) {
    details.collations[ToOid(row[0])] = {*row[1], *row[2]};
  }
}

void ReadElementOptions(Database& database, Details& details) {
  for (const Row& row : database.Query(
           "SELECT a.attrelid, a.attnum, to_json(a.attoptions), a.attstattarget >= 0 FROM "
           "pg_attribute a JOIN pg_index i ON i.indexrelid = a.attrelid WHERE a.attoptions IS NOT "
           "NULL OR a.attstattarget >= 0 ORDER BY a.attrelid, a.attnum")) {
    const Oid index = ToOid(row[0]);
    std::vector<std::string> parameters = ToColumnOptions(row[2]);
    if (!parameters.empty()) details.parameters[index][ToInt(row[1])] = std::move(parameters);
    if (!ToBool(row[3])) continue;
    std::string& elements = details.statistics[index];
    elements += (elements.empty() ? "" : ", ") + *row[1];
  }
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

struct IndexRow {
  explicit IndexRow(const Row& from)
      : row(from),
        oid(ToOid(from[0])),
        columns(ToNumbers(from[6])),
        options(ToNumbers(from[8])),
        classes(ToOids(from[9])),
        collations(ToOids(from[10])) {}

  const Row& row;
  Oid oid;
  std::vector<int> columns, options;
  std::vector<Oid> classes, collations;
};

/// Whether the catalog alone says that the server would print neither operator class nor collation:
/// the class is the default one of exactly the column's type (varchar takes that of text) and has
/// no parameters, and the collation is the column's.
bool IsPlain(const IndexRow& index, std::size_t at, const ColumnPlace& column,
             const Details& details) {
  const OperatorClass& opclass = details.classes.at(index.classes[at]);
  const bool as_text = column.type == kVarchar && !details.varchar_has_class;
  return opclass.is_default && opclass.type == (as_text ? kText : column.type) &&
         index.collations[at] == column.collation && !details.parameters.contains(index.oid);
}

/// Asks the server to print the indexes whose elements the numbers do not tell.
void ReadTexts(const Reading& reading, const std::vector<IndexRow>& indexes, Details& details) {
  std::vector<Oid> unclear;
  for (const IndexRow& index : indexes) {
    const auto& columns = reading.columns.at(ToOid(index.row[1]));
    for (std::size_t at = 0; at < index.classes.size(); ++at) {
      const int number = index.columns[at];
      const bool plain = number > 0 && IsPlain(index, at, columns.at(number), details);
      if (plain) continue;
      unclear.push_back(index.oid);
      break;
    }
  }
  if (unclear.empty()) return;
  for (const Row& row : reading.database.Query(fmt::format(
           "SELECT i.indexrelid, 0, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE "
           "i.indexrelid IN ({0}) UNION ALL SELECT i.indexrelid, k.n, "
           "pg_get_indexdef(i.indexrelid, k.n::integer, false) FROM pg_index i, "
           "unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, n) WHERE k.number = 0 AND "
           "i.indexrelid IN ({0})",
           fmt::join(unclear, ", ")))) {
    Details::Text& text = details.texts[ToOid(row[0])];
    if (const int element = ToInt(row[1]); element > 0) {
      text.expressions[element] = *row[2];
    } else {
      text.definition = *row[2];
    }
  }
}

IndexElement ReadElement(const IndexRow& index, std::size_t at, const ColumnPlace* column,
                         const Details& details) {
  const int number = static_cast<int>(at) + 1;
  IndexElement element;
  element.descending = (index.options[at] & 1) != 0;
  element.nulls_first = (index.options[at] & 2) != 0;
  const auto parameters = details.parameters.find(index.oid);
  if (parameters != details.parameters.end() && parameters->second.contains(number)) {
    element.opclass_parameters = parameters->second.at(number);
  }
  if (column != nullptr) element.column = column->name;
  const auto text = details.texts.find(index.oid);
  if (text == details.texts.end()) return element;
  // The definition ends where it likes: compare with a blank behind it.
  const std::string definition = text->second.definition + " ";
  std::string printed;
  if (column != nullptr) {
    printed = QuoteIdentifier(column->name);
  } else {
    printed = text->second.expressions.at(number);
    element.expression = Expression{printed, true, {}};
  }
  const auto collation = details.collations.find(index.collations[at]);
  if (collation != details.collations.end()) {
    const std::string with = printed + " COLLATE " + Printed(collation->second);
    if (StandsIn(definition, with)) {
      element.collation = collation->second;
      printed = with;
    }
  }
  const QualifiedName& opclass = details.classes.at(index.classes[at]).name;
  if (StandsIn(definition, printed + " " + Printed(opclass))) element.opclass = opclass;
  return element;
}

/// nullopt when a column of it is hidden.
std::optional<Index> ReadIndex(const Reading& reading, const IndexRow& parts,
                               const Details& details) {
  const Row& row = parts.row;
  Index index;
  index.name = *row[2];
  index.method = *row[3];
  index.unique = ToBool(row[4]);
  index.valid = ToBool(row[5]);
  if (row[11]) index.where = Expression{*row[11], true, {}};
  index.nulls_not_distinct = ToBool(row[12]);
  index.storage_parameters = ToTexts(row[13]);
  const auto key_columns = static_cast<std::size_t>(ToInt(row[7]));
  const auto& columns = reading.columns.at(ToOid(row[1]));
  for (std::size_t at = 0; at < parts.columns.size(); ++at) {
    const int number = parts.columns[at];
    const ColumnPlace* column = number > 0 ? &columns.at(number) : nullptr;
    if (column != nullptr && column->hidden) return std::nullopt;
    if (at < key_columns) {
      index.elements.push_back(ReadElement(parts, at, column, details));
    } else {
      index.include.push_back(column->name);
    }
  }
  return index;
}

/// Words for what the model does not carry.
Value UnusualOf(const IndexRow& index, const Details& details) {
  std::vector<std::string> unusual;
  for (const std::size_t field : {15, 16}) {
    if (index.row[field]) unusual.push_back(*index.row[field]);
  }
  const auto statistics = details.statistics.find(index.oid);
  if (statistics != details.statistics.end()) {
    unusual.push_back("a statistics target of element " + statistics->second);
  }
  if (index.row[17]) unusual.push_back(*index.row[17]);
  if (unusual.empty()) return std::nullopt;
  return fmt::format("{}", fmt::join(unusual, ", "));
}

}  // namespace

void ReadIndexes(Reading& reading) {
  const Rows rows = reading.database.Query(IndexesQuery(reading));
  std::vector<IndexRow> indexes;
  for (const Row& row : rows) {
    if (reading.tables.contains(ToOid(row[1]))) indexes.emplace_back(row);
  }
  Details details;
  ReadNames(reading.database, details);
  ReadElementOptions(reading.database, details);
  ReadTexts(reading, indexes, details);
  for (const IndexRow& parts : indexes) {
    const Row& row = parts.row;
    Table& table = reading.schema.tables[reading.tables.at(ToOid(row[1]))];
    const Address address{kRelations, parts.oid, 0};
    const std::vector<std::string> path = {table.name.schema, *row[2]};
    std::optional<Index> index;
    if (!reading.filter.Hides("index", path) &&
        !reading.filter.Hides("index", {table.name.schema, table.name.name, *row[2]})) {
      index = ReadIndex(reading, parts, details);
    }
    if (!index) {
      reading.excused.insert(address);
      continue;
    }
    index->comment = reading.Comment(address, row[14]);
    reading.RefuseProperties("index", path, UnusualOf(parts, details));
    reading.consumed.insert(address);
    table.indexes.push_back(std::move(*index));
  }
}

}  // namespace zdm::postgres
