// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mysql_catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "tests/support/text.h"

namespace zdm::test {
namespace {

std::string Quoted(const std::string& name) {
  return "`" + Replaced(name, "`", "``") + "`";
}

std::vector<Row> Asked(Session& session, const std::string& sql) {
  Answer answer = session.Run(sql);
  if (!answer.ok()) throw std::runtime_error(answer.error + " (" + sql + ")");
  return std::move(answer.rows);
}

/// First values of the rows, in bytewise order.
std::vector<std::string> Names(Session& session, const std::string& sql) {
  std::vector<std::string> names;
  for (const Row& row : Asked(session, sql)) names.push_back(row.at(0).value_or(""));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Tables(Session& session, const std::string& database, bool views) {
  return Names(session, fmt::format("SELECT TABLE_NAME FROM information_schema.TABLES WHERE "
                                    "TABLE_SCHEMA = '{}' AND TABLE_TYPE {} 'VIEW'",
                                    database, views ? "=" : "<>"));
}

std::string OnOneLine(const std::string& text) {
  return Replaced(text, "\n", " ");
}

/// One item a line under four blanks, keys sorted behind the columns.
std::string TableText(const std::string& shown) {
  static const std::regex next(" AUTO_INCREMENT=[0-9]+");
  static const std::regex column("^`");
  std::vector<std::string> columns;
  std::vector<std::string> keys;
  std::string head;
  std::string tail;
  for (const std::string& line : SplitLines(shown)) {
    if (head.empty()) {
      head = line;
    } else if (line.rfind("  ", 0) == 0) {
      std::string item = Trimmed(line);
      if (item.back() == ',') item.pop_back();
      (std::regex_search(item, column) ? columns : keys).push_back(item);
    } else {
      tail += (tail.empty() ? "" : " ") + std::regex_replace(line, next, "");
    }
  }
  std::sort(keys.begin(), keys.end());
  columns.insert(columns.end(), keys.begin(), keys.end());
  return fmt::format("{}\n    {}\n{};\n", head, fmt::join(columns, ",\n    "), tail);
}

/// Columns that can be written, or all of them.
std::vector<std::string> Columns(Session& session, const std::string& database,
                                 const std::string& table, bool writable) {
  std::vector<std::string> names;
  for (const Row& row : Asked(
           session, fmt::format("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                                "TABLE_SCHEMA = '{}' AND TABLE_NAME = '{}'{} ORDER BY 1",
                                database, Replaced(table, "'", "''"),
                                writable ? " AND COALESCE(GENERATION_EXPRESSION, '') = ''" : ""))) {
    names.push_back(row.at(0).value_or(""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Shown(Session& session, const std::string& what, const std::string& database,
                  const std::string& name, std::size_t column) {
  return Asked(session, fmt::format("SHOW CREATE {} {}.{}", what, Quoted(database), Quoted(name)))
      .at(0)
      .at(column)
      .value_or("");
}

std::vector<std::string> Triggers(Session& session, const std::string& database) {
  return Names(session, fmt::format("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE "
                                    "TRIGGER_SCHEMA = '{}'",
                                    database));
}

}  // namespace

std::string MysqlCatalogText(Session& session, const std::string& database) {
  session.Must("SET SESSION sql_mode = ''");
  std::string text;
  for (const std::string& table : Tables(session, database, false)) {
    text += TableText(Shown(session, "TABLE", database, table, 1));
  }
  for (const std::string& view : Tables(session, database, true)) {
    text += OnOneLine(Shown(session, "VIEW", database, view, 1)) + ";\n";
  }
  for (const std::string& trigger : Triggers(session, database)) {
    const Row row =
        Asked(session, fmt::format("SHOW CREATE TRIGGER {}.{}", Quoted(database), Quoted(trigger)))
            .at(0);
    text += fmt::format("{}; -- sql_mode {}, {}, {};\n", OnOneLine(row.at(2).value_or("")),
                        row.at(1).value_or(""), row.at(3).value_or(""), row.at(4).value_or(""));
  }
  for (const Row& row :
       Asked(session, fmt::format("SELECT ROUTINE_TYPE, ROUTINE_NAME FROM "
                                  "information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '{}' "
                                  "ORDER BY 1, 2",
                                  database))) {
    text += OnOneLine(Shown(session, *row[0], database, *row[1], 2)) + ";\n";
  }
  text += Asked(session, "SHOW CREATE DATABASE " + Quoted(database)).at(0).at(1).value_or("");
  return Replaced(text, Quoted(database), "`(database)`") + ";\n";
}

std::string MysqlRowsText(Session& session, const std::string& database) {
  std::string text;
  for (const std::string& table : Tables(session, database, false)) {
    text += "table " + table + "\n";
    const std::vector<std::string> columns = Columns(session, database, table, false);
    std::vector<std::string> quoted;
    for (const std::string& column : columns) quoted.push_back(Quoted(column));
    if (quoted.empty()) continue;
    std::vector<std::string> lines;
    for (const Row& row :
         Asked(session, fmt::format("SELECT {} FROM {}.{}", fmt::join(quoted, ", "),
                                    Quoted(database), Quoted(table)))) {
      std::string line;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        line += fmt::format("{}{}={}", i == 0 ? "" : " | ", columns[i], row.at(i).value_or("~"));
      }
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) text += line + "\n";
  }
  return text;
}

void CopyMysqlDatabase(Session& session, const std::string& from, const std::string& to) {
  session.Must(
      "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0, "
      "unique_checks = 0");
  const std::string shown = Asked(session, "SHOW CREATE DATABASE " + Quoted(from))[0][1].value();
  static const std::regex charset("DEFAULT CHARACTER SET [a-z0-9]+( COLLATE [a-z0-9_]+)?");
  std::smatch match;
  if (std::regex_search(shown, match, charset)) {
    session.Must(fmt::format("ALTER DATABASE {} {}", Quoted(to), match.str()));
  }
  session.Must("USE " + Quoted(to));
  for (const std::string& table : Tables(session, from, false)) {
    session.Must(Shown(session, "TABLE", from, table, 1));
    std::vector<std::string> columns;
    for (const std::string& column : Columns(session, from, table, true)) {
      columns.push_back(Quoted(column));
    }
    if (columns.empty()) continue;
    const std::string list = fmt::format("{}", fmt::join(columns, ", "));
    session.Must(fmt::format("INSERT INTO {0}.{1} ({2}) SELECT {2} FROM {3}.{1}", Quoted(to),
                             Quoted(table), list, Quoted(from)));
  }
  for (const std::string& view : Tables(session, from, true)) {
    session.Must(Replaced(Shown(session, "VIEW", from, view, 1), Quoted(from), Quoted(to)));
  }
  for (const std::string& trigger : Triggers(session, from)) {
    const Row row =
        Asked(session, fmt::format("SHOW CREATE TRIGGER {}.{}", Quoted(from), Quoted(trigger)))[0];
    session.Must(fmt::format("SET SESSION sql_mode = '{}'", row.at(1).value_or("")));
    session.Must(Replaced(row.at(2).value_or(""), Quoted(from), Quoted(to)));
  }
}

}  // namespace zdm::test
