// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/mysql_statement.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

namespace zdm {
namespace {

constexpr std::string_view kFinal[] = {
    "ALTER", "ANALYZE",  "CHECK",  "CREATE", "DROP",   "FLUSH",    "GRANT",
    "LOCK",  "OPTIMIZE", "RENAME", "REPAIR", "REVOKE", "TRUNCATE", "UNLOCK",
};

bool IsSpace(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view SkipSpace(std::string_view text) {
  while (!text.empty()) {
    if (IsSpace(text.front())) {
      text.remove_prefix(1);
    } else if (text.starts_with("/*")) {
      const std::size_t end = text.find("*/", 2);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    } else if (text.starts_with("-- ") || text.starts_with("#")) {
      const std::size_t end = text.find('\n');
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else {
      break;
    }
  }
  return text;
}

/// Takes the next word off `text`, in capitals.
std::string TakeWord(std::string_view& text) {
  text = SkipSpace(text);
  std::string word;
  while (!text.empty() &&
         (std::isalnum(static_cast<unsigned char>(text.front())) != 0 || text.front() == '_')) {
    word += static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    text.remove_prefix(1);
  }
  return word;
}

/// What stands behind "SET STATEMENT name = value, ... FOR".
std::string_view BehindSetStatement(std::string_view text) {
  while (!text.empty()) {
    const std::string word = TakeWord(text);
    if (word == "FOR") return text;
    if (!word.empty()) continue;
    const char quote = text.front();
    text.remove_prefix(1);
    if (quote == '\'' || quote == '"') {
      const std::size_t end = text.find(quote);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }
  return text;
}

}  // namespace

bool IsFinalMysqlStatement(std::string_view statement) {
  std::string word = TakeWord(statement);
  if (word == "SET" && TakeWord(statement) == "STATEMENT") {
    return IsFinalMysqlStatement(BehindSetStatement(statement));
  }
  return std::find(std::begin(kFinal), std::end(kFinal), word) != std::end(kFinal);
}

bool IsMysqlSetting(std::string_view statement) {
  const std::string word = TakeWord(statement);
  return word == "DO" || (word == "SET" && TakeWord(statement) != "STATEMENT");
}

}  // namespace zdm
