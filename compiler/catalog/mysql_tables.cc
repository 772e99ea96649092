// SPDX-License-Identifier: Apache-2.0
// Databases and tables.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compiler/catalog/mysql_reading.h"
#include "compiler/schema/mysql_charsets.h"
#include "compiler/schema/names.h"

namespace zdm::mysql {
namespace {

/// Options that the model carries; all others are for the walk to name.
constexpr const char* kOptions[] = {
    "avg_row_length", "checksum",          "delay_key_write",  "key_block_size",
    "max_rows",       "min_rows",          "pack_keys",        "row_format",
    "page_checksum",  "stats_auto_recalc", "stats_persistent", "stats_sample_pages",
    "transactional",
};

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// What an engine does when nobody asks for it, and MariaDB shows all the same.
bool IsDefault(const std::string& engine, const std::string& option) {
  return engine == "Aria" && (option == "page_checksum=1" || option == "row_format=PAGE");
}

/// Those that the table shows.
std::vector<std::string> OptionsOf(const Row& row, const std::string& shown) {
  std::vector<std::string> options;
  const std::string engine = row[2].value_or("");
  if (engine != "InnoDB") options.push_back("engine=" + engine);
  const std::vector<Token> tokens = Tokenize(shown);
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    if (tokens[at].kind != Token::Kind::kWord || tokens[at + 1].text != "=") continue;
    const std::string name = Lower(tokens[at].text);
    if (std::find(std::begin(kOptions), std::end(kOptions), name) == std::end(kOptions)) continue;
    if (engine == "InnoDB" && name == "row_format") continue;
    const std::string option = name + "=" + tokens[at + 2].text;
    if (!IsDefault(engine, option)) options.push_back(option);
  }
  // How rows of InnoDB lie is a matter of the server's default when the table does not say it.
  const std::string format = Upper(row[3].value_or(""));
  if (engine == "InnoDB" && format != "DYNAMIC") options.push_back("row_format=" + format);
  std::sort(options.begin(), options.end());
  return options;
}

/// Results without conversion while this lives: bytes that are no text must not become "?".
class RawResults {
 public:
  explicit RawResults(Database& database) : database_(database) {
    database_.Execute("SET character_set_results = NULL");
  }
  RawResults(const RawResults&) = delete;
  RawResults& operator=(const RawResults&) = delete;
  ~RawResults() {
    try {
      database_.Execute("SET character_set_results = utf8mb4");
    } catch (const DatabaseError&) {
      // The session is lost: whoever uses it next is told.
    }
  }

 private:
  Database& database_;
};

std::string ShowCreate(Database& database, const QualifiedName& table) {
  const Rows rows = database.Query(
      fmt::format("SHOW CREATE TABLE {}.{}", QuotedName(table.schema), QuotedName(table.name)));
  return rows.at(0).at(1).value_or("");
}

std::string DefaultSchemaOf(const Reading& reading, const std::string& name) {
  return name.empty() ? reading.schema.default_schema : name;
}

}  // namespace

Reading::Place Reading::PlaceOf(const Value& schema_name, const Value& table_name) {
  const auto place = places.find(schema_name.value_or("") + '\0' + table_name.value_or(""));
  if (place == places.end()) return {};
  return {&schema.tables[place->second], &found[place->second]};
}

bool Reading::HidesPart(const Place& place, const std::string& kind, const std::string& name) {
  const QualifiedName& table = place.table->name;
  if (!filter.Hides(kind, {table.schema, table.name, name})) return false;
  place.found->hidden_parts.insert(kind + " " + name);
  return true;
}

void Reading::Refuse(const Code& code, const std::string& kind,
                     const std::vector<std::string>& path, const std::string& text) {
  std::string name;
  for (const std::string& part : path) name += (name.empty() ? "" : ".") + Display(part);
  diagnostics.Error(code, {}, fmt::format("{} `{}` {}", kind, name, text))
      .notes.push_back(
          {{}, fmt::format("`ignore {} {};` takes it out of zdm's hands", kind, name)});
}

int ToInt(const Value& value) {
  int number = 0;
  if (value) std::from_chars(value->data(), value->data() + value->size(), number);
  return number;
}

bool Is(const Value& value, std::string_view word) {
  return value && *value == word;
}

void ReadSchemas(Reading& reading) {
  std::vector<std::string> names;
  for (const std::string& name : reading.options.schemas) {
    names.push_back(DefaultSchemaOf(reading, name));
  }
  if (names.empty()) names.push_back(reading.schema.default_schema);
  for (const std::string& name : names) {
    if (!reading.schemas.empty()) reading.schemas += ", ";
    reading.schemas += reading.database.QuoteText(name);
  }
  for (const Row& row : reading.database.Query(
           fmt::format("SELECT schema_name, default_character_set_name, default_collation_name{} "
                       "FROM information_schema.schemata WHERE schema_name IN ({}) ORDER BY "
                       "schema_name",
                       reading.mariadb ? ", schema_comment" : "", reading.schemas))) {
    NamespaceObject schema;
    schema.name = *row[0];
    schema.charset = row[1];
    schema.collation = row[2];
    if (reading.mariadb && row[3] && !row[3]->empty()) schema.comment = row[3];
    reading.schema.schemas.push_back(std::move(schema));
  }
}

void ReadTables(Reading& reading) {
  const Rows rows = reading.database.Query(
      fmt::format("SELECT table_schema, table_name, engine, row_format, table_collation, "
                  "table_comment FROM information_schema.tables WHERE "
                  "table_schema IN ({}) AND table_type = 'BASE TABLE'",
                  reading.schemas));
  const RawResults raw(reading.database);
  for (const Row& row : rows) {
    Table table;
    table.name = {*row[0], *row[1]};
    if (reading.filter.Hides("table", {table.name.schema, table.name.name})) continue;
    FoundTable found;
    found.shown = ParseShownTable(ShowCreate(reading.database, table.name));
    found.collation = row[4].value_or("");
    table.charset = CharsetOfCollation(found.collation);
    table.collation = found.collation;
    table.options = OptionsOf(row, found.shown.options);
    if (row[5] && !row[5]->empty()) table.comment = row[5];
    reading.places[*row[0] + '\0' + *row[1]] = reading.schema.tables.size();
    reading.schema.tables.push_back(std::move(table));
    reading.found.push_back(std::move(found));
  }
}

}  // namespace zdm::mysql
