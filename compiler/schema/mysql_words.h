// SPDX-License-Identifier: Apache-2.0
// Words of SQL that stand in expressions of MariaDB and MySQL.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace zdm {

/// That a column can have as a name only in backquotes. Sorted.
inline constexpr std::array<std::string_view, 68> kReservedInExpressions = {"and",
                                                                            "as",
                                                                            "asc",
                                                                            "between",
                                                                            "binary",
                                                                            "both",
                                                                            "by",
                                                                            "case",
                                                                            "char",
                                                                            "character",
                                                                            "collate",
                                                                            "column",
                                                                            "convert",
                                                                            "cross",
                                                                            "current_date",
                                                                            "current_time",
                                                                            "current_timestamp",
                                                                            "current_user",
                                                                            "day_hour",
                                                                            "day_microsecond",
                                                                            "day_minute",
                                                                            "day_second",
                                                                            "default",
                                                                            "desc",
                                                                            "distinct",
                                                                            "div",
                                                                            "else",
                                                                            "exists",
                                                                            "false",
                                                                            "for",
                                                                            "from",
                                                                            "hour_microsecond",
                                                                            "hour_minute",
                                                                            "hour_second",
                                                                            "if",
                                                                            "in",
                                                                            "integer",
                                                                            "interval",
                                                                            "is",
                                                                            "leading",
                                                                            "left",
                                                                            "like",
                                                                            "localtime",
                                                                            "localtimestamp",
                                                                            "match",
                                                                            "minute_microsecond",
                                                                            "minute_second",
                                                                            "mod",
                                                                            "not",
                                                                            "null",
                                                                            "or",
                                                                            "regexp",
                                                                            "right",
                                                                            "rlike",
                                                                            "second_microsecond",
                                                                            "select",
                                                                            "separator",
                                                                            "sounds",
                                                                            "then",
                                                                            "trailing",
                                                                            "true",
                                                                            "using",
                                                                            "utc_date",
                                                                            "utc_time",
                                                                            "utc_timestamp",
                                                                            "when",
                                                                            "where",
                                                                            "xor"};

/// Units of time that are names elsewhere.
inline constexpr std::array<std::string_view, 9> kTimeUnits = {
    "day", "hour", "microsecond", "minute", "month", "quarter", "second", "week", "year"};

/// Further words that are no columns where they stand in an expression.
inline constexpr std::array<std::string_view, 5> kNamesOfSql = {"end", "escape", "unknown",
                                                                "unsigned", "year_month"};

inline bool IsReservedWord(std::string_view word) {
  const auto holds = [&](const auto& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  return holds(kReservedInExpressions) || holds(kNamesOfSql);
}

inline bool IsTimeUnit(std::string_view word) {
  return std::find(kTimeUnits.begin(), kTimeUnits.end(), word) != kTimeUnits.end();
}

/// Functions whose first argument is a unit of time.
inline bool TakesUnit(std::string_view function) {
  return function == "extract" || function == "timestampadd" || function == "timestampdiff" ||
         function == "get_format";
}

/// What means something else in backquotes than without.
inline bool IsSqlWord(std::string_view word) {
  return IsReservedWord(word) || IsTimeUnit(word) || word == "now" || word == "date" ||
         word == "time" || word == "timestamp";
}

}  // namespace zdm
