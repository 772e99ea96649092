// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/postgres_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/database/connection_url.h"

namespace zdm {
namespace {

struct Setting {
  std::string_view name;
  std::string_view value;  ///< as the server prints it back
  int since = 0;           ///< server_version_num
};

// Each is here because a plan's text, a reader's text or the executor's safety depends on it.
constexpr Setting kSettings[] = {
    {"search_path", "pg_catalog"},  // what the server prints back is qualified
    {"client_encoding", "UTF8"},
    {"TimeZone", "UTC"},
    {"DateStyle", "ISO, YMD"},
    {"IntervalStyle", "postgres"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"quote_all_identifiers", "off"},
    {"standard_conforming_strings", "on"},
    {"array_nulls", "on"},
    {"transform_null_equals", "off"},
    {"row_security", "off"},  // a policy that hides rows from us is an error, not fewer rows
    {"statement_timeout", "0"},
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0", 140000},
    {"transaction_timeout", "0", 170000},
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_deferrable", "off"},
};

/// A killed client leaves a statement running for at most about this long (PostgreSQL 14 and
/// later).
constexpr std::string_view kConnectionCheck = "200ms";

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string ConnectStringQuoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::vector<std::pair<std::string, std::string>> LinkParameters(const ConnectOptions& options) {
  const auto seconds = std::max<long long>(options.peer_timeout.count(), 2);
  return {
      {"connect_timeout", std::to_string(options.connect_timeout.count())},
      {"keepalives", "1"},
      {"keepalives_idle", std::to_string(std::max<long long>(seconds / 3, 1))},
      {"keepalives_interval", std::to_string(std::max<long long>(seconds / 6, 1))},
      {"keepalives_count", "4"},
      {"tcp_user_timeout", std::to_string(seconds * 1000)},
      {"fallback_application_name", options.application},
      {"client_encoding", "UTF8"},
  };
}

/// Whether a connection string of libpq names `parameter`; a false yes costs a default of ours.
bool Names(std::string_view connect_string, const std::string& parameter) {
  return connect_string.find(parameter) != std::string_view::npos;
}

}  // namespace

std::string PostgresConnectString(const ConnectOptions& options) {
  const ConnectionUrl url = ParseConnectionUrl(options.url);
  std::string text = options.url;
  if (!url.dialect) {
    for (const auto& [name, value] : LinkParameters(options)) {
      if (!Names(options.url, name))
        text += fmt::format(" {}={}", name, ConnectStringQuoted(value));
    }
    return text;
  }
  char separator = text.find('?') == std::string::npos ? '?' : '&';
  if (text.back() == '?' || text.back() == '&') text.pop_back();
  if (text.find('?') == std::string::npos) separator = '?';
  for (const auto& [name, value] : LinkParameters(options)) {
    if (url.parameters.count(name) != 0) continue;
    text += fmt::format("{}{}={}", separator, name, PercentEncoded(value));
    separator = '&';
  }
  return text;
}

void PreparePostgresSession(Database& database, const ConnectOptions& options) {
  const int version = database.info().version;
  std::string query;
  std::vector<const Setting*> asked;
  for (const Setting& setting : kSettings) {
    if (version < setting.since) continue;
    query += fmt::format("{}pg_catalog.set_config('{}', '{}', false)",
                         query.empty() ? "SELECT " : ", ", setting.name, setting.value);
    asked.push_back(&setting);
  }
  const Rows rows = database.Query(query);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::string got = rows.at(0).at(i).value_or("");
    if (got == asked[i]->value) continue;
    throw DatabaseError(
        ErrorKind::kOther, {},
        fmt::format("the session setting {} is \"{}\" although zdm asked for \"{}\"; something "
                    "between zdm and the server changes settings: connect directly",
                    asked[i]->name, got, asked[i]->value));
  }
  database.Query("SELECT pg_catalog.set_config('application_name', $1, false)",
                 {options.application});
  database.SetLockTimeout(options.lock_timeout);
  if (version < 140000) return;
  try {
    database.Query("SELECT pg_catalog.set_config('client_connection_check_interval', $1, false)",
                   {std::string(kConnectionCheck)});
  } catch (const DatabaseError& error) {
    // Not on every platform of the server; then the executor looks for orphans by their heartbeat.
    if (error.kind() == ErrorKind::kConnectionLost) throw;
  }
}

ServerInfo ReadPostgresInfo(Database& database) {
  const Rows rows = database.Query(
      "SELECT pg_catalog.current_setting('server_version_num'),"
      " pg_catalog.current_setting('server_version'),"
      " pg_catalog.current_database(), current_user,"
      " (SELECT oid FROM pg_catalog.pg_database"
      "   WHERE datname = pg_catalog.current_database())");
  const Row& row = rows.at(0);
  ServerInfo info;
  info.dialect = Dialect::kPostgresql;
  info.version = std::stoi(row.at(0).value_or("0"));
  info.version_text = row.at(1).value_or("");
  info.version_text = info.version_text.substr(0, info.version_text.find(' '));
  info.database = row.at(2).value_or("");
  info.user = row.at(3).value_or("");
  std::string system = "unknown";
  try {
    system = QueryValue(database, "SELECT system_identifier FROM pg_catalog.pg_control_system()")
                 .value_or(system);
  } catch (const DatabaseError& error) {
    if (error.kind() != ErrorKind::kPermission) throw;
  }
  info.identity = fmt::format("{}/{}", system, row.at(4).value_or(""));
  return info;
}

}  // namespace zdm
