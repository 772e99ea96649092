// SPDX-License-Identifier: Apache-2.0
// The families of servers: the only shared mention of both.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace zdm {

enum class Dialect { kPostgresql, kMysql, kMariadb };

inline constexpr Dialect kDialects[] = {Dialect::kPostgresql, Dialect::kMysql, Dialect::kMariadb};

constexpr std::string_view ToString(Dialect dialect) {
  switch (dialect) {
    case Dialect::kPostgresql:
      return "postgresql";
    case Dialect::kMysql:
      return "mysql";
    case Dialect::kMariadb:
      return "mariadb";
  }
  return "";
}

constexpr std::optional<Dialect> DialectFromName(std::string_view name) {
  for (Dialect dialect : kDialects) {
    if (ToString(dialect) == name) return dialect;
  }
  return std::nullopt;
}

/// Schemes of database URLs.
inline constexpr std::pair<std::string_view, Dialect> kUrlSchemes[] = {
    {"postgresql", Dialect::kPostgresql},
    {"postgres", Dialect::kPostgresql},
    {"mysql", Dialect::kMysql},
    {"mariadb", Dialect::kMariadb},
};

}  // namespace zdm
