// SPDX-License-Identifier: Apache-2.0
// Foreign keys and checks.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/catalog/mysql_reading.h"

namespace zdm::mysql {
namespace {

/// RESTRICT and NO ACTION are the same here, and the default.
ForeignKeyAction ToAction(const Value& word) {
  if (Is(word, "CASCADE")) return ForeignKeyAction::kCascade;
  if (Is(word, "SET NULL")) return ForeignKeyAction::kSetNull;
  if (Is(word, "SET DEFAULT")) return ForeignKeyAction::kSetDefault;
  return ForeignKeyAction::kNoAction;
}

bool IsJsonTest(const std::string& clause, const std::string& column) {
  return SameTokens(clause, "json_valid(" + QuotedName(column) + ")");
}

/// `json` is a word of MariaDB's parser for a longtext of this collation with this check.
bool TakeJson(const Reading::Place& place, const std::string& name, const std::string& clause) {
  const auto column = std::find_if(place.table->columns.begin(), place.table->columns.end(),
                                   [&](const Column& candidate) { return candidate.name == name; });
  if (column == place.table->columns.end()) return false;
  const FoundColumn& found = place.found->columns.at(name);
  if (found.type != "longtext" || found.collation != "utf8mb4_bin") return false;
  if (!IsJsonTest(clause, name)) return false;
  column->type.sql = "json";
  column->charset = std::nullopt;
  column->collation = std::nullopt;
  return true;
}

void TakeCheck(Reading& reading, const Row& row) {
  const Reading::Place place = reading.PlaceOf(row[0], row[1]);
  if (place.table == nullptr) return;
  const std::string& name = *row[2];
  const ShownElement* shown = place.found->shown.Find(ShownElement::Kind::kCheck, name);
  const std::string clause = reading.mariadb || shown == nullptr
                                 ? row[3].value_or("")
                                 : InParenthesesAfter(*shown, "CHECK");
  const bool at_column = Is(row[5], "Column");
  if (at_column && place.found->hidden_columns.contains(name)) return;
  if (at_column && TakeJson(place, name, clause)) return;
  if (reading.HidesPart(place, "constraint", name)) return;
  if (at_column) place.found->column_checks.insert(name);
  Check check;
  check.name = name;
  check.expression = Expression{clause, true, {}};
  check.enforced = Is(row[4], "YES");
  place.table->checks.push_back(std::move(check));
}

/// A foreign key with its first pair of columns.
void TakeForeignKey(Reading& reading, const Row& row) {
  const Reading::Place place = reading.PlaceOf(row[0], row[1]);
  if (place.table == nullptr) return;
  const std::string& name = *row[2];
  std::vector<ForeignKey>& keys = place.table->foreign_keys;
  if (ToInt(row[3]) == 1) {
    if (reading.HidesPart(place, "constraint", name)) return;
    ForeignKey key;
    key.name = name;
    key.references = {row[5].value_or(""), row[6].value_or("")};
    key.on_update = ToAction(row[8]);
    key.on_delete = ToAction(row[9]);
    keys.push_back(std::move(key));
  }
  if (place.found->hidden_parts.contains("constraint " + name)) return;
  if (place.found->hidden_columns.contains(*row[4])) {
    place.found->hidden_parts.insert("constraint " + name);
    keys.pop_back();
    return;
  }
  keys.back().columns.push_back(*row[4]);
  keys.back().referenced_columns.push_back(row[7].value_or(""));
}

}  // namespace

void ReadForeignKeys(Reading& reading) {
  Rows rows = reading.database.Query(fmt::format(
      "SELECT k.table_schema, k.table_name, k.constraint_name, k.ordinal_position, k.column_name, "
      "k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name, NULL, NULL "
      "FROM information_schema.key_column_usage k WHERE k.table_schema IN ({}) AND "
      "k.referenced_table_name IS NOT NULL",
      reading.schemas));
  // A join of the two is slow where they are no tables.
  std::map<std::string, const Row*> actions;
  const Rows rules = reading.database.Query(fmt::format(
      "SELECT constraint_schema, table_name, constraint_name, update_rule, delete_rule FROM "
      "information_schema.referential_constraints WHERE constraint_schema IN ({})",
      reading.schemas));
  const auto name_of = [](const Row& row) { return *row[0] + '\0' + *row[1] + '\0' + *row[2]; };
  for (const Row& rule : rules) actions[name_of(rule)] = &rule;
  const auto place = [](const Row& row) {
    return std::tuple(std::string_view{*row[0]}, std::string_view{*row[1]},
                      std::string_view{*row[2]}, ToInt(row[3]));
  };
  std::sort(rows.begin(), rows.end(),
            [&](const Row& a, const Row& b) { return place(a) < place(b); });
  for (Row& row : rows) {
    const auto rule = actions.find(name_of(row));
    if (rule != actions.end()) {
      row[8] = (*rule->second)[3];
      row[9] = (*rule->second)[4];
    }
    TakeForeignKey(reading, row);
  }
}

void ReadChecks(Reading& reading) {
  const Rows rows =
      reading.mariadb
          ? reading.database.Query(fmt::format(
                "SELECT constraint_schema, table_name, constraint_name, check_clause, 'YES', level "
                "FROM information_schema.check_constraints WHERE constraint_schema IN ({})",
                reading.schemas))
          : reading.database.Query(fmt::format(
                "SELECT t.table_schema, t.table_name, c.constraint_name, c.check_clause, "
                "t.enforced, 'Table' FROM information_schema.check_constraints c JOIN "
                "information_schema.table_constraints t ON t.constraint_schema = "
                "c.constraint_schema AND t.constraint_name = c.constraint_name AND "
                "t.constraint_type = 'CHECK' WHERE c.constraint_schema IN ({})",
                reading.schemas));
  for (const Row& row : rows) TakeCheck(reading, row);
}

}  // namespace zdm::mysql
