// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_defaults.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace zdm::postgres {
namespace {

// provolatile of pg_catalog's functions that make sense in a default, versions 12 to 18.
constexpr std::array<std::string_view, 12> kVolatile = {
    "clock_timestamp", "currval",       "gen_random_uuid", "lastval", "nextval", "random",
    "setval",          "random_normal", "timeofday",       "uuidv4",  "uuidv7",  "pg_notify"};
constexpr std::array<std::string_view, 17> kStable = {"now",
                                                      "transaction_timestamp",
                                                      "statement_timestamp",
                                                      "current_setting",
                                                      "current_user",
                                                      "session_user",
                                                      "current_schema",
                                                      "current_database",
                                                      "current_date",
                                                      "current_time",
                                                      "current_timestamp",
                                                      "localtime",
                                                      "localtimestamp",
                                                      "user",
                                                      "current_role",
                                                      "current_catalog",
                                                      "to_char"};

bool IsWordStart(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}
bool IsWordPart(char c) {
  return IsWordStart(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '$';
}

/// Past the quoted text that begins at `begin`.
std::size_t SkipQuoted(const std::string& sql, std::size_t begin) {
  const bool escapes = sql[begin] == '\'' && begin > 0 && (sql[begin - 1] | 0x20) == 'e';
  for (std::size_t i = begin + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == sql[begin]) {
      return i + 1;
    }
  }
  return sql.size();
}

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A cast from text to a time reads the clock and the session's zone: 'now'::timestamp.
bool NamesClock(const std::string& literal) {
  return literal.find("now") != std::string::npos || literal.find("today") != std::string::npos ||
         literal.find("tomorrow") != std::string::npos ||
         literal.find("yesterday") != std::string::npos;
}

}  // namespace

DefaultKind ClassifyDefault(const std::string& sql) {
  DefaultKind kind = DefaultKind::kConstant;
  bool qualified = false;  // the word before ended in a dot
  for (std::size_t i = 0; i < sql.size();) {
    std::size_t end = i + 1;
    std::string word;
    if (sql[i] == '\'') {
      end = SkipQuoted(sql, i);
      if (NamesClock(sql.substr(i, end - i)) && sql.compare(end, 6, "::time") == 0) {
        kind = DefaultKind::kStable;
      }
    } else if (sql[i] == '"') {
      end = SkipQuoted(sql, i);
      word = sql.substr(i + 1, end - i - 2);
    } else if (IsWordStart(sql[i])) {
      while (end < sql.size() && IsWordPart(sql[end])) ++end;
      word = sql.substr(i, end - i);
      std::transform(word.begin(), word.end(), word.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
    if (!word.empty()) {
      const bool called = end < sql.size() && sql[end] == '(';
      if (called && (qualified || Contains(kVolatile, word))) return DefaultKind::kVolatile;
      if (Contains(kStable, word)) kind = DefaultKind::kStable;
      qualified = end < sql.size() && sql[end] == '.';
    } else if (sql[i] != '.') {
      qualified = false;
    }
    i = end;
  }
  return kind;
}

DefaultKind ClassifyDefault(const Column& column) {
  return column.default_value ? ClassifyDefault(column.default_value->sql) : DefaultKind::kNone;
}

}  // namespace zdm::postgres
