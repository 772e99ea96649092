// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_session.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace zdm {
namespace {

enum class Where { kBoth, kMysqlOnly, kMariadbOnly };

struct Setting {
  std::string_view name;
  std::string_view value;  ///< as the server prints it back
  Where where = Where::kBoth;
  int since = 0;
};

// Each is here because a plan's text, a reader's text or the executor's safety depends on it.
// sql_mode lets through what tables have already: zero dates, and 0 in an AUTO_INCREMENT column.
constexpr Setting kSettings[] = {
    {"sql_mode",
     "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION"},
    {"time_zone", "+00:00"},
    {"autocommit", "1"},
    {"completion_type", "NO_CHAIN"},
    {"foreign_key_checks", "1"},
    {"unique_checks", "1"},
    {"check_constraint_checks", "1", Where::kMariadbOnly},
    {"sql_safe_updates", "0"},
    {"sql_auto_is_null", "0"},
    {"sql_big_selects", "1"},
    {"sql_select_limit", "18446744073709551615"},
    {"sql_quote_show_create", "1"},
    {"sql_notes", "1"},
    {"group_concat_max_len", "4194304"},
    {"div_precision_increment", "4"},
    {"lc_time_names", "en_US"},
    {"lc_messages", "en_US"},
    {"default_storage_engine", "InnoDB"},
    {"wait_timeout", "86400"},
    {"net_write_timeout", "600"},
    {"max_execution_time", "0", Where::kMysqlOnly},
    {"explicit_defaults_for_timestamp", "1", Where::kMysqlOnly},
    {"show_create_table_verbosity", "0", Where::kMysqlOnly},
    {"explicit_defaults_for_timestamp", "1", Where::kMariadbOnly, 101000},
    {"information_schema_stats_expiry", "0", Where::kMysqlOnly},
    {"transaction_isolation", "READ-COMMITTED", Where::kMysqlOnly},
    {"transaction_read_only", "0", Where::kMysqlOnly},
    {"tx_isolation", "READ-COMMITTED", Where::kMariadbOnly},
    {"tx_read_only", "0", Where::kMariadbOnly},
    {"max_statement_time", "0.000000", Where::kMariadbOnly},
    {"idle_transaction_timeout", "0", Where::kMariadbOnly},
    {"idle_write_transaction_timeout", "0", Where::kMariadbOnly},
    {"idle_readonly_transaction_timeout", "0", Where::kMariadbOnly},
    {"system_versioning_alter_history", "ERROR", Where::kMariadbOnly},
    {"alter_algorithm", "DEFAULT", Where::kMariadbOnly},
};

bool Applies(const Setting& setting, const ServerInfo& info) {
  if (info.version < setting.since) return false;
  if (setting.where == Where::kBoth) return true;
  return (setting.where == Where::kMariadbOnly) == (info.dialect == Dialect::kMariadb);
}

/// "sql_mode" comes back in an order of the server's own.
bool SameValue(std::string_view name, const std::string& got, std::string_view wanted) {
  if (name != "sql_mode") return got == wanted;
  std::string rest = "," + got + ",";
  if (got.size() != wanted.size()) return false;
  while (!wanted.empty()) {
    const std::string_view word = wanted.substr(0, wanted.find(','));
    wanted.remove_prefix(std::min(wanted.size(), word.size() + 1));
    if (rest.find(fmt::format(",{},", word)) == std::string::npos) return false;
  }
  return true;
}

bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string Major(const std::string& version) {
  return version.substr(0, version.find_first_of("- "));
}

int Number(const std::string& version) {
  int number = 0;
  int part = 0;
  int parts = 0;
  for (std::size_t i = 0; i <= version.size() && parts < 3; ++i) {
    if (i < version.size() && version[i] >= '0' && version[i] <= '9') {
      part = part * 10 + (version[i] - '0');
      continue;
    }
    number = number * 100 + part;
    part = 0;
    ++parts;
    if (i < version.size() && version[i] != '.') break;
  }
  for (; parts < 3; ++parts) number *= 100;
  return number;
}

}  // namespace

void PrepareMysqlSession(Database& database, const ConnectOptions& options) {
  const ServerInfo& info = database.info();
  std::string set;
  std::string query;
  std::vector<const Setting*> asked;
  for (const Setting& setting : kSettings) {
    if (!Applies(setting, info)) continue;
    const std::string value =
        IsNumber(setting.value) ? std::string(setting.value) : database.QuoteText(setting.value);
    set += fmt::format("{}SESSION {} = {}", set.empty() ? "SET " : ", ", setting.name, value);
    query += fmt::format("{}@@SESSION.{}", query.empty() ? "SELECT " : ", ", setting.name);
    asked.push_back(&setting);
  }
  database.Execute("SET NAMES utf8mb4");
  database.Execute(set);
  const Rows rows = database.Query(query);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::string got = rows.at(0).at(i).value_or("");
    if (SameValue(asked[i]->name, got, asked[i]->value)) continue;
    throw DatabaseError(
        ErrorKind::kOther, {},
        fmt::format("the session setting {} is \"{}\" although zdm asked for \"{}\"; something "
                    "between zdm and the server changes settings: connect directly",
                    asked[i]->name, got, asked[i]->value));
  }
  database.SetLockTimeout(options.lock_timeout);
}

ServerInfo ReadMysqlInfo(Database& database) {
  // Poolers answer some well-known queries themselves, so the number of the session is asked for in
  // words that none of them knows.
  const Rows rows = database.Query(
      "SELECT VERSION(), @@version_comment, DATABASE(), CURRENT_USER(), CONNECTION_ID() + 0");
  const Row& row = rows.at(0);
  const std::string version = row.at(0).value_or("");
  const std::string comment = row.at(1).value_or("");
  if (row.at(4) != std::to_string(database.session_id()) ||
      comment.find("ProxySQL") != std::string::npos) {
    throw DatabaseError(ErrorKind::kPooler, {},
                        "a connection pooler sits between zdm and the server, and it would lend "
                        "zdm's settings and locks to other sessions; name the server's own "
                        "address in --db instead of the pooler's");
  }
  if (!row.at(2)) {
    throw DatabaseError(ErrorKind::kUsage, {},
                        "the URL names no database; write its name after the host: "
                        "mysql://user@host/NAME");
  }
  ServerInfo info;
  const bool mariadb = (version + comment).find("MariaDB") != std::string::npos ||
                       (version + comment).find("mariadb") != std::string::npos;
  info.dialect = mariadb ? Dialect::kMariadb : Dialect::kMysql;
  info.version = Number(version);
  info.version_text = Major(version);
  info.database = row.at(2).value_or("");
  info.user = row.at(3).value_or("");
  // Not every MariaDB has a number of its own that it shows.
  const Rows server =
      database.Query("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uid', 'server_uuid')");
  info.identity = fmt::format("{}/{}", server.empty() ? "unknown" : server[0].at(1).value_or(""),
                              info.database);
  return info;
}

}  // namespace zdm
