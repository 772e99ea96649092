// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dump.h"

#include <algorithm>
#include <regex>
#include <set>
#include <vector>

#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// At the line's end, or before what our own reader of a new server's catalog adds.
bool EndsStatement(const std::string& line) {
  if (line.empty() || line.back() == ';') return !line.empty();
  return line.rfind("    ", 0) != 0 && line.find("; -- ") != std::string::npos;
}

/// The statements of a normalized dump; each may span lines.
std::vector<std::string> Statements(const std::string& dump) {
  std::vector<std::string> result;
  std::string current;
  bool in_body = false;  // between the dollar quotes of a function
  for (const std::string& line : SplitLines(dump)) {
    current += line + "\n";
    std::size_t quotes = 0;
    for (std::size_t at = line.find("$$"); at != std::string::npos; at = line.find("$$", at + 2)) {
      ++quotes;
    }
    if (quotes % 2 == 1) in_body = !in_body;
    if (!in_body && EndsStatement(line)) {
      result.push_back(current);
      current.clear();
    }
  }
  if (!current.empty()) result.push_back(current);
  return result;
}

bool IsCreateTable(const std::string& statement) {
  return statement.rfind("CREATE TABLE ", 0) == 0 || statement.rfind("CREATE UNLOGGED ", 0) == 0;
}

/// Splits "CREATE TABLE t (\n a,\n b\n)...;" into its head, items without commas, and tail.
struct Parts {
  std::string head;
  std::vector<std::string> items;
  std::string tail;
};

Parts Split(const std::string& statement) {
  Parts parts;
  for (std::string line : SplitLines(statement)) {
    if (parts.head.empty()) {
      parts.head = line + "\n";
    } else if (parts.tail.empty() && line.rfind("    ", 0) == 0) {
      if (line.back() == ',') line.pop_back();
      parts.items.push_back(line);
    } else {
      parts.tail += line + "\n";
    }
  }
  return parts;
}

std::string Joined(const Parts& parts) {
  std::string text = parts.head;
  for (std::size_t i = 0; i < parts.items.size(); ++i) {
    text += parts.items[i] + (i + 1 < parts.items.size() ? ",\n" : "\n");
  }
  return text + parts.tail;
}

/// Without the statements that have `pattern`; of tables whose name has it not, without such items.
std::string Without(const std::string& dump, const std::string& pattern) {
  const std::regex out(pattern);
  std::string text;
  for (const std::string& statement : Statements(dump)) {
    if (!std::regex_search(statement, out)) {
      text += statement;
      continue;
    }
    Parts parts = Split(statement);
    if (!IsCreateTable(statement) || std::regex_search(parts.head, out)) continue;
    std::erase_if(parts.items,
                  [&](const std::string& item) { return std::regex_search(item, out); });
    text += Joined(parts);
  }
  return text;
}

}  // namespace

std::string NormalizedDump(const std::string& dump) {
  std::vector<std::string> kept;
  for (const std::string& line : SplitLines(dump)) {
    if (line.empty() || line.rfind("--", 0) == 0) continue;
    if (line.rfind("\\restrict", 0) == 0 || line.rfind("\\unrestrict", 0) == 0) continue;
    kept.push_back(line);
  }
  return JoinLines(kept);
}

std::string WithoutColumnOrder(const std::string& dump) {
  std::string text;
  std::set<std::string> comments;  // of the columns of one table
  for (const std::string& statement : Statements(dump)) {
    if (statement.find("COMMENT ON COLUMN ") != std::string::npos) {
      comments.insert(statement);
      continue;
    }
    for (const std::string& comment : comments) text += comment;
    comments.clear();
    if (!IsCreateTable(statement)) {
      text += statement;
      continue;
    }
    Parts parts = Split(statement);
    std::sort(parts.items.begin(), parts.items.end());
    text += Joined(parts);
  }
  for (const std::string& comment : comments) text += comment;
  return text;
}

std::string WithoutParked(const std::string& dump) {
  return WithoutColumnOrder(Without(dump, "zdm_[0-9a-f]{10}"));
}

std::string WithoutHidden(const std::string& dump) {
  return Without(dump, "zdm_[0-9a-f]{10}|\\b(INVISIBLE|IGNORED)\\b");
}

}  // namespace zdm::test
