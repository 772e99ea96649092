// SPDX-License-Identifier: Apache-2.0
// One reading of information_schema while it goes on: the model as far as it is, and what the walk
// needs beside it. Shared by the files that read one kind each, and by the walk.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/catalog/mysql_shown_table.h"
#include "compiler/catalog/object_filter.h"
#include "compiler/schema/language_rules.h"

namespace zdm::mysql {

/// What a column is before it is said in the model's words.
struct FoundColumn {
  std::string type;                ///< "int(10) unsigned"
  std::string charset, collation;  ///< "" where the type has none
};

/// What the model leaves out of a table, or says in other words.
struct FoundTable {
  ShownTable shown;
  std::string collation;
  std::map<std::string, FoundColumn> columns;
  std::set<std::string> hidden_columns;
  /// Indexes, foreign keys and checks ("index k1"): ignored, zdm's own, or over hidden columns.
  std::set<std::string> hidden_parts;
  std::set<std::string> column_checks;  ///< written at a column, and named like it
};

struct Reading {
  Database& database;
  const CatalogOptions& options;
  Diagnostics& diagnostics;
  const LanguageRules& rules;
  ObjectFilter filter;
  bool mariadb = false;
  Schema schema = {};
  std::string schemas = {};                                  ///< "'shop', 'stock'", for IN (...)
  std::unordered_map<std::string, std::size_t> places = {};  ///< in schema.tables and `found`
  std::vector<FoundTable> found = {};

  struct Place {
    Table* table = nullptr;  ///< null: not one of the tables that are read
    FoundTable* found = nullptr;
  };
  Place PlaceOf(const Value& schema_name, const Value& table_name);
  /// Whether an index, foreign key or check is ignored or zdm's own; then it is marked as hidden.
  bool HidesPart(const Place& place, const std::string& kind, const std::string& name);
  /// An error that names the object and the `ignore` that takes it out.
  void Refuse(const Code& code, const std::string& kind, const std::vector<std::string>& path,
              const std::string& text);
};

int ToInt(const Value& value);
bool Is(const Value& value, std::string_view word);

void ReadSchemas(Reading& reading);
/// Tables, each with its SHOW CREATE TABLE.
void ReadTables(Reading& reading);
void ReadColumns(Reading& reading);
void ReadIndexes(Reading& reading);
void ReadForeignKeys(Reading& reading);
void ReadChecks(Reading& reading);

/// Errors for all that the server shows and the model does not say.
void WalkTables(Reading& reading);
/// The same for what is no table.
void WalkObjects(Reading& reading);

}  // namespace zdm::mysql
