// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "compiler/catalog/mysql_default.h"
#include "compiler/catalog/mysql_reading.h"
#include "compiler/schema/mysql_charsets.h"

namespace zdm::mysql {
namespace {

bool Holds(const Value& text, std::string_view words) {
  return text && text->find(words) != std::string::npos;
}

bool IsShape(std::string_view type) {
  constexpr const char* kShapes[] = {"geometry", "point", "linestring", "polygon", "collection"};
  return std::any_of(std::begin(kShapes), std::end(kShapes),
                     [&](const char* shape) { return type.find(shape) != std::string_view::npos; });
}

/// Without `/*M!100301 COMPRESSED*/`, which is no part of a type.
std::string TypeOf(const std::string& column_type) {
  std::string type = column_type.substr(0, column_type.find("/*"));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

/// The word behind `on update`.
std::optional<Expression> OnUpdateOf(const Value& extra) {
  constexpr std::string_view kWords = "on update ";
  if (!Holds(extra, kWords)) return std::nullopt;
  const std::size_t begin = extra->find(kWords) + kWords.size();
  const std::size_t end = extra->find_first_of(" ,", begin);
  return Expression{extra->substr(begin, end - begin), true, {}};
}

/// MySQL's information_schema cuts bytes at a zero, and prints expressions as they were once
/// stored; what it shows is what another server makes of them.
std::optional<Expression> DefaultOf(const Reading& reading, const ShownElement* shown,
                                    const Row& row) {
  std::string text = row[5].value_or("NULL");
  if (!reading.mariadb && shown != nullptr) text = ShownDefault(*shown, *row[4]);
  if (text.empty() || text == "NULL") return std::nullopt;
  return Expression{text, true, {}};
}

Expression GeneratedOf(const Reading& reading, const ShownElement* shown, const Row& row) {
  if (reading.mariadb || shown == nullptr) return {row[10].value_or(""), true, {}};
  return {InParenthesesAfter(*shown, "GENERATED ALWAYS AS"), true, {}};
}

Column ReadColumn(const Reading& reading, const FoundTable& found, const Row& row) {
  Column column;
  column.name = *row[2];
  const ShownElement* shown = found.shown.Find(ShownElement::Kind::kColumn, column.name);
  column.type.sql = reading.rules.type(TypeOf(*row[3])).sql;
  column.not_null = Is(row[6], "NO");
  if (row[8]) {
    column.charset = CharsetOfCollation(*row[8]);
    column.collation = QualifiedName{"", *row[8]};
  }
  column.auto_increment = Holds(row[9], "auto_increment");
  column.invisible = Holds(row[9], "INVISIBLE");
  column.on_update = OnUpdateOf(row[9]);
  if (Holds(row[9], "VIRTUAL GENERATED") || Holds(row[9], "STORED GENERATED")) {
    column.generated = GeneratedOf(reading, shown, row);
    column.generated_virtual = Holds(row[9], "VIRTUAL GENERATED");
  } else {
    column.default_value = DefaultOf(reading, shown, row);
  }
  if (row[11] && !row[11]->empty()) column.comment = row[11];
  return column;
}

/// Neither SHOW CREATE TABLE nor the list of columns tells it on MariaDB.
void RefuseReferenceSystems(Reading& reading) {
  for (const Row& row : reading.database.Query(fmt::format(
           "SELECT f_table_schema, f_table_name, g_geometry_column, srid FROM "
           "information_schema.geometry_columns WHERE f_table_schema IN ({}) AND srid <> 0",
           reading.schemas))) {
    const Reading::Place place = reading.PlaceOf(row[0], row[1]);
    if (place.table == nullptr || place.found->hidden_columns.contains(*row[2])) continue;
    reading.Refuse(codes::kPropertyNotModelled, "column", {*row[0], *row[1], *row[2]},
                   "has what zdm does not model yet: REF_SYSTEM_ID=" + *row[3]);
  }
}

}  // namespace

void ReadColumns(Reading& reading) {
  Rows rows = reading.database.Query(fmt::format(
      "SELECT table_schema, table_name, column_name, column_type, data_type, column_default, "
      "is_nullable, character_set_name, collation_name, extra, generation_expression, "
      "column_comment, ordinal_position FROM information_schema.columns WHERE table_schema IN "
      "({})",
      reading.schemas));
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return ToInt(a[12]) < ToInt(b[12]); });
  bool shapes = false;
  for (const Row& row : rows) {
    const Reading::Place place = reading.PlaceOf(row[0], row[1]);
    if (place.table == nullptr) continue;
    place.found->columns[*row[2]] = {TypeOf(*row[3]), row[7].value_or(""), row[8].value_or("")};
    if (reading.filter.Hides("column", {*row[0], *row[1], *row[2]})) {
      place.found->hidden_columns.insert(*row[2]);
      continue;
    }
    place.table->columns.push_back(ReadColumn(reading, *place.found, row));
    shapes = shapes || IsShape(*row[4]);
  }
  if (reading.mariadb && shapes) RefuseReferenceSystems(reading);
}

}  // namespace zdm::mysql
