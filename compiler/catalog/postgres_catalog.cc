// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/postgres_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace postgres {

Oid ToOid(const Value& value) {
  Oid oid = 0;
  if (value) std::from_chars(value->data(), value->data() + value->size(), oid);
  return oid;
}

int ToInt(const Value& value) {
  int number = 0;
  if (value) std::from_chars(value->data(), value->data() + value->size(), number);
  return number;
}

bool ToBool(const Value& value) {
  return value && *value == "t";
}

std::vector<int> ToNumbers(const Value& value) {
  std::vector<int> numbers;
  const char* at = value ? value->data() : nullptr;
  const char* const end = value ? at + value->size() : nullptr;
  while (at < end) {
    int number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) {
      numbers.push_back(number);
      at = next;
    } else {
      ++at;
    }
  }
  return numbers;
}

std::vector<std::string> ToTexts(const Value& value) {
  if (!value) return {};
  return nlohmann::json::parse(*value).get<std::vector<std::string>>();
}

std::vector<std::string> ToColumnOptions(const Value& value) {
  std::vector<std::string> options = ToTexts(value);
  std::erase_if(options,
                [](const std::string& option) { return option.starts_with("pg_attver="); });
  std::sort(options.begin(), options.end());
  return options;
}

std::string SortedTexts(const std::string& array) {
  return fmt::format(
      "CASE WHEN {0} IS NOT NULL THEN (SELECT json_agg(o::text ORDER BY o::text "
      "COLLATE \"C\") FROM unnest({0}) o) END",
      array);
}

void Reading::RefuseProperties(const std::string& kind, const std::vector<std::string>& path,
                               const Value& unusual) {
  if (!unusual || unusual->empty() || filter.Ignores(kind, path)) return;
  std::string name;
  for (const std::string& part : path) name += (name.empty() ? "" : ".") + Display(part);
  diagnostics
      .Error(codes::kPropertyNotModelled, {},
             fmt::format("{} `{}` has what zdm does not model yet: {}", kind, name, *unusual))
      .notes.push_back(
          {{}, fmt::format("`ignore {} {};` takes it out of zdm's hands", kind, name)});
}

void ReadNamespaces(Reading& reading) {
  const std::vector<std::string>& wanted = reading.options.schemas;
  const std::string names = wanted.empty() ? "[\"public\"]" : nlohmann::json(wanted).dump();
  const Rows rows = reading.database.Query(
      fmt::format("SELECT n.oid, n.nspname, r.rolname, {}, d.description FROM pg_namespace n JOIN "
                  "pg_roles r ON r.oid = n.nspowner LEFT JOIN pg_description d ON d.objoid = n.oid "
                  "AND d.classoid = {} WHERE n.nspname IN (SELECT "
                  "jsonb_array_elements_text($1::jsonb)) ORDER BY n.nspname COLLATE \"C\"",
                  SortedTexts("n.nspacl"), kNamespaces),
      {names});
  reading.namespace_oids = "0";
  for (const Row& row : rows) {
    const Oid oid = ToOid(row[0]);
    NamespaceObject schema;
    schema.name = *row[1];
    schema.owner = *row[2];
    schema.grants = ToTexts(row[3]);
    schema.comment = reading.Comment({kNamespaces, oid, 0}, row[4]);
    if (schema.name == "public" && schema.comment == "standard public schema") {
      schema.comment = std::nullopt;
    }
    reading.namespaces[oid] = schema.name;
    reading.namespace_oids += fmt::format(", {}", oid);
    reading.consumed.insert({kNamespaces, oid, 0});
    reading.schema.schemas.push_back(std::move(schema));
  }
}

void ReadExtensions(Reading& reading) {
  // A comment that the extension brought along is its default.
  const Rows rows = reading.database.Query(
      fmt::format("SELECT e.oid, e.extname, n.nspname, e.extversion, d.description, d.description "
                  "IS DISTINCT FROM a.comment FROM pg_extension e JOIN pg_namespace n ON n.oid = "
                  "e.extnamespace LEFT JOIN pg_description d ON d.objoid = e.oid AND d.classoid = "
                  "{} LEFT JOIN pg_available_extensions a ON a.name = e.extname WHERE e.oid >= "
                  "16384 ORDER BY e.extname COLLATE \"C\"",
                  kExtensions));
  for (const Row& row : rows) {
    const Address address{kExtensions, ToOid(row[0]), 0};
    if (reading.filter.Hides("extension", {*row[1]})) {
      reading.excused.insert(address);
      continue;
    }
    Extension extension;
    extension.name = *row[1];
    extension.schema = *row[2];
    extension.version = *row[3];
    const auto comment = reading.Comment(address, row[4]);
    if (ToBool(row[5])) extension.comment = comment;
    reading.consumed.insert(address);
    reading.schema.extensions.push_back(std::move(extension));
  }
}

namespace {

/// The model's order: everything by name, columns as they stand.
void SortParts(Schema& schema) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(schema.tables.begin(), schema.tables.end(), by_name);
  std::sort(schema.enums.begin(), schema.enums.end(), by_name);
  std::sort(schema.sequences.begin(), schema.sequences.end(), by_name);
  std::sort(schema.domains.begin(), schema.domains.end(), by_name);
  for (Table& table : schema.tables) {
    std::sort(table.uniques.begin(), table.uniques.end(), by_name);
    std::sort(table.foreign_keys.begin(), table.foreign_keys.end(), by_name);
    std::sort(table.checks.begin(), table.checks.end(), by_name);
    std::sort(table.indexes.begin(), table.indexes.end(), by_name);
  }
}

}  // namespace
}  // namespace postgres

std::optional<Schema> ReadPostgresCatalog(Database& database, const CatalogOptions& options,
                                          Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.all().size();
  Transaction transaction(database);
  // The catalogs of thousands of tables look like work for the just-in-time compiler, which takes
  // longer than the query.
  database.Execute(
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = "
      "pg_catalog; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'");
  postgres::Reading reading{database, options, diagnostics, ObjectFilter(options, "public")};
  reading.version = database.info().version;
  reading.schema.dialect = database.info().dialect;
  reading.schema.server_version = reading.version;
  ReadNamespaces(reading);
  ReadExtensions(reading);
  ReadTables(reading);
  ReadColumns(reading);
  ReadConstraints(reading);
  ReadIndexes(reading);
  ReadObjects(reading);
  WalkCatalog(reading);
  transaction.Commit();
  for (const Ignore& ignore : reading.filter.Unused()) {
    diagnostics.Warning(codes::kStaleTombstone, ignore.origin,
                        fmt::format("`ignore {} {}` takes nothing out of zdm's hands: this line "
                                    "can go",
                                    ignore.kind, ignore.pattern));
  }
  postgres::SortParts(reading.schema);
  const auto& all = diagnostics.all();
  const bool failed = std::any_of(
      all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
  if (failed) return std::nullopt;
  return std::move(reading.schema);
}

}  // namespace zdm
