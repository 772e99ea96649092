// SPDX-License-Identifier: Apache-2.0
// The walk over everything in the databases that is not a plain table.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/catalog/mysql_reading.h"

namespace zdm::mysql {
namespace {

/// SELECTs of schema, kind, table ("" where it belongs to none) and name.
std::string ObjectsQuery(const Reading& reading, bool libraries) {
  std::string query = fmt::format(
      "SELECT table_schema, table_type, '', table_name FROM information_schema.tables WHERE "
      "table_type NOT IN ('BASE TABLE', 'TEMPORARY') AND table_schema IN ({0}) UNION ALL SELECT "
      "routine_schema, routine_type, '', routine_name FROM information_schema.routines WHERE "
      "routine_schema IN ({0}) UNION ALL SELECT event_object_schema, 'trigger', "
      "event_object_table, trigger_name FROM information_schema.triggers WHERE trigger_schema IN "
      "({0}) UNION ALL SELECT event_schema, 'event', '', event_name FROM "
      "information_schema.events WHERE event_schema IN ({0})",
      reading.schemas);
  if (libraries) {
    query += fmt::format(
        " UNION ALL SELECT library_schema, 'library', '', library_name FROM "
        "information_schema.libraries WHERE library_schema IN ({})",
        reading.schemas);
  }
  return query;
}

/// One word, as `ignore` spells it.
std::string KindWord(const std::string& type) {
  std::string kind;
  for (const char c : type) {
    kind += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return kind;
}

bool IsHidden(const Reading& reading, const std::string& kind, const std::string& schema,
              const std::string& table, const std::string& name) {
  const ObjectFilter& filter = reading.filter;
  if (filter.Hides(kind, {schema, name})) return true;
  if (table.empty()) return false;
  return filter.Hides(kind, {schema, table, name}) || filter.Hides("table", {schema, table});
}

}  // namespace

void WalkObjects(Reading& reading) {
  const bool libraries =
      !reading.mariadb && QueryValue(reading.database,
                                     "SELECT 1 FROM information_schema.tables WHERE table_schema = "
                                     "'information_schema' AND table_name = 'LIBRARIES'")
                              .has_value();
  Rows rows = reading.database.Query(ObjectsQuery(reading, libraries));
  std::sort(rows.begin(), rows.end());
  for (const Row& row : rows) {
    std::string kind = KindWord(*row[1]);
    const std::string& table = *row[2];
    const bool versioned = kind == "system_versioned";
    if (versioned) kind = "table";
    if (IsHidden(reading, kind, *row[0], table, *row[3])) continue;
    std::vector<std::string> path = {*row[0], *row[3]};
    if (!table.empty()) path.insert(path.begin() + 1, table);
    if (versioned) {
      reading.Refuse(codes::kPropertyNotModelled, kind, path,
                     "has what zdm does not model yet: WITH SYSTEM VERSIONING");
    } else {
      reading.Refuse(codes::kNotModelled, kind, path, "is something that zdm does not model yet");
    }
  }
}

}  // namespace zdm::mysql
