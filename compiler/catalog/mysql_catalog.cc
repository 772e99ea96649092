// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/catalog/mysql_reading.h"
#include "compiler/schema/mysql_charsets.h"
#include "compiler/schema/mysql_rules.h"

namespace zdm {
namespace {

/// As often as a catalog may change under the reader's eyes.
constexpr int kReadings = 5;

/// The model's order: everything by name, columns as they stand.
void SortParts(Schema& schema) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(schema.tables.begin(), schema.tables.end(), by_name);
  for (Table& table : schema.tables) {
    std::sort(table.foreign_keys.begin(), table.foreign_keys.end(), by_name);
    std::sort(table.checks.begin(), table.checks.end(), by_name);
    std::sort(table.indexes.begin(), table.indexes.end(), by_name);
  }
}

struct Outcome {
  Schema schema;
  Diagnostics findings;
  std::vector<Ignore> unused;
};

std::vector<std::string> Messages(const Diagnostics& diagnostics) {
  std::vector<std::string> messages;
  for (const Diagnostic& one : diagnostics.all()) messages.push_back(one.text);
  return messages;
}

Rows ListTables(mysql::Reading& reading) {
  Rows rows = reading.database.Query(
      fmt::format("SELECT table_schema, table_name, table_type FROM information_schema.tables "
                  "WHERE table_schema IN ({})",
                  reading.schemas));
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// One reading of everything. Nothing when a table came or went meanwhile.
std::optional<Outcome> ReadOnce(Database& database, const CatalogOptions& options) {
  Outcome outcome;
  const ServerInfo& info = database.info();
  mysql::Reading reading{database, options, outcome.findings,
                         info.dialect == Dialect::kMariadb ? MariadbRules() : MysqlRules(),
                         ObjectFilter(options, info.database)};
  reading.mariadb = info.dialect == Dialect::kMariadb;
  reading.schema.dialect = info.dialect;
  reading.schema.server_version = info.version;
  reading.schema.default_schema = info.database;
  ReadSchemas(reading);
  const Rows before = ListTables(reading);
  try {
    ReadTables(reading);
  } catch (const DatabaseError& error) {
    if (error.sqlstate() == "1146") return std::nullopt;
    throw;
  }
  ReadColumns(reading);
  ReadIndexes(reading);
  ReadForeignKeys(reading);
  ReadChecks(reading);
  WalkTables(reading);
  WalkObjects(reading);
  if (ListTables(reading) != before) return std::nullopt;
  // Last, for the walk and the parts of tables need all that is said of each column.
  LeaveOutDefaults(reading.schema);
  SortParts(reading.schema);
  outcome.schema = std::move(reading.schema);
  outcome.unused = reading.filter.Unused();
  return outcome;
}

/// A reading that another one confirmed, or in which nothing was found.
std::optional<Outcome> ReadUntilStill(Database& database, const CatalogOptions& options) {
  std::optional<Outcome> last;
  for (int reading = 0; reading < kReadings; ++reading) {
    std::optional<Outcome> next = ReadOnce(database, options);
    if (!next) continue;
    const bool still = !next->findings.HasErrors() ||
                       (last && Messages(last->findings) == Messages(next->findings));
    last = std::move(next);
    if (still) break;
  }
  return last;
}

}  // namespace

std::optional<Schema> ReadMysqlCatalog(Database& database, const CatalogOptions& options,
                                       Diagnostics& diagnostics) {
  std::optional<Outcome> outcome = ReadUntilStill(database, options);
  if (!outcome) {
    throw DatabaseError(ErrorKind::kOther, {},
                        "tables come and go while the catalog is read: try again when nobody "
                        "changes it");
  }
  for (const Diagnostic& finding : outcome->findings.all()) {
    diagnostics.Error(finding.code, finding.span, finding.text).notes = finding.notes;
  }
  for (const Ignore& ignore : outcome->unused) {
    diagnostics.Warning(codes::kStaleTombstone, ignore.origin,
                        fmt::format("`ignore {} {}` takes nothing out of zdm's hands: this line "
                                    "can go",
                                    ignore.kind, ignore.pattern));
  }
  if (outcome->findings.HasErrors()) return std::nullopt;
  return std::move(outcome->schema);
}

}  // namespace zdm
