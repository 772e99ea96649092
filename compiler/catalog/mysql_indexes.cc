// SPDX-License-Identifier: Apache-2.0
// Primary keys and indexes.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/catalog/mysql_reading.h"

namespace zdm::mysql {
namespace {

enum Field {
  kSchema,
  kTable,
  kName,
  kPart,
  kNonUnique,
  kColumn,
  kDirection,
  kPrefix,
  kMethod,
  kComment,
  kInvisible,
};

/// Rows of one index, in the order of its elements.
using IndexRows = std::vector<const Row*>;

/// `USING HASH` is asked for in vain of some engines, but shown.
bool ShowsHash(const FoundTable& found, const std::string& name) {
  const ShownElement* element = found.shown.Find(ShownElement::Kind::kIndex, name);
  if (element == nullptr) return false;
  const std::vector<Token> wanted = Tokenize("USING HASH");
  return std::search(element->tokens.begin(), element->tokens.end(), wanted.begin(), wanted.end(),
                     Same) != element->tokens.end();
}

/// `expression`: as the index shows it, "" of a column.
IndexElement ReadElement(const std::string& method, const std::string& expression, const Row& row) {
  IndexElement element;
  if (row[kColumn]) {
    element.column = row[kColumn];
  } else {
    element.expression = Expression{expression, true, {}};
  }
  if (row[kPrefix] && method != "spatial") element.prefix_length = ToInt(row[kPrefix]);
  element.descending = Is(row[kDirection], "D");
  element.nulls_first = element.descending;
  return element;
}

Index ReadIndex(const Reading& reading, const FoundTable& found, const IndexRows& rows) {
  const Row& row = *rows.front();
  Index index;
  index.name = *row[kName];
  index.unique = Is(row[kNonUnique], "0");
  if (Is(row[kMethod], "FULLTEXT")) index.method = "fulltext";
  if (Is(row[kMethod], "SPATIAL")) index.method = "spatial";
  if (ShowsHash(found, index.name)) index.method = "hash";
  index.invisible = Is(row[kInvisible], reading.mariadb ? "YES" : "NO");
  if (row[kComment] && !row[kComment]->empty()) index.comment = row[kComment];
  const ShownElement* shown = found.shown.Find(ShownElement::Kind::kIndex, index.name);
  std::vector<std::string> expressions;
  if (shown != nullptr) expressions = ElementExpressions(*shown);
  expressions.resize(rows.size());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    index.elements.push_back(ReadElement(index.method, expressions[at], *rows[at]));
  }
  return index;
}

Key ToPrimaryKey(const Index& index) {
  Key key;
  key.name = index.name;
  key.comment = index.comment;
  for (const IndexElement& element : index.elements) {
    if (element.column) key.columns.push_back(*element.column);
  }
  return key;
}

void TakeIndex(Reading& reading, const IndexRows& rows) {
  const Row& row = *rows.front();
  const Reading::Place place = reading.PlaceOf(row[kSchema], row[kTable]);
  if (place.table == nullptr) return;
  const std::string& name = *row[kName];
  if (reading.HidesPart(place, "index", name)) return;
  const bool over_hidden = std::any_of(rows.begin(), rows.end(), [&](const Row* part) {
    const Value& column = (*part)[kColumn];
    return column && place.found->hidden_columns.contains(*column);
  });
  if (over_hidden) {
    place.found->hidden_parts.insert("index " + name);
    return;
  }
  Index index = ReadIndex(reading, *place.found, rows);
  if (name == "PRIMARY") {
    place.table->primary_key = ToPrimaryKey(index);
  } else {
    place.table->indexes.push_back(std::move(index));
  }
}

}  // namespace

void ReadIndexes(Reading& reading) {
  Rows rows = reading.database.Query(fmt::format(
      "SELECT table_schema, table_name, index_name, seq_in_index, non_unique, column_name, "
      "collation, sub_part, index_type, index_comment, {} FROM information_schema.statistics "
      "WHERE table_schema IN ({})",
      reading.mariadb ? "ignored" : "is_visible", reading.schemas));
  const auto place = [](const Row& row) {
    return std::tuple(std::string_view{*row[kSchema]}, std::string_view{*row[kTable]},
                      std::string_view{*row[kName]}, ToInt(row[kPart]));
  };
  std::sort(rows.begin(), rows.end(),
            [&](const Row& a, const Row& b) { return place(a) < place(b); });
  for (std::size_t at = 0; at < rows.size();) {
    IndexRows parts = {&rows[at]};
    while (++at < rows.size() && ToInt(rows[at][kPart]) > 1) parts.push_back(&rows[at]);
    TakeIndex(reading, parts);
  }
}

}  // namespace zdm::mysql
