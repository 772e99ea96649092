// SPDX-License-Identifier: Apache-2.0
// What keeps zdm from working on a database of MySQL or MariaDB. A pooler is found earlier, by
// ConnectMysql itself: nothing may be set through one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "runtime/database/mysql_database.h"
#include "runtime/database/mysql_grants.h"

namespace zdm {
namespace {

constexpr int kOldestMariadb = 100600;
constexpr int kOldestMysql = 80400;

const std::vector<std::string>& RightsOnTarget() {
  static const std::vector<std::string> rights = {"SELECT",     "INSERT",      "UPDATE", "DELETE",
                                                  "CREATE",     "DROP",        "ALTER",  "INDEX",
                                                  "REFERENCES", "LOCK TABLES", "TRIGGER"};
  return rights;
}

const std::vector<std::string>& RightsOnOurs() {
  static const std::vector<std::string> rights = {
      "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"};
  return rights;
}

/// `user@host` as GRANT wants it.
std::string Account(Database& database) {
  const std::string& user = database.info().user;
  const std::size_t at = user.rfind('@');
  if (at == std::string::npos) return database.QuoteName(user);
  return database.QuoteName(user.substr(0, at)) + "@" + database.QuoteName(user.substr(at + 1));
}

void LookAtVersion(Database& database, std::vector<Obstacle>& obstacles) {
  const ServerInfo& info = database.info();
  const bool mariadb = info.dialect == Dialect::kMariadb;
  if (info.version >= (mariadb ? kOldestMariadb : kOldestMysql)) return;
  obstacles.push_back({ErrorKind::kServerVersion,
                       fmt::format("the server is {} {}, zdm knows MariaDB from 10.6 on and MySQL "
                                   "from 8.4 on; upgrade the server first",
                                   mariadb ? "MariaDB" : "MySQL", info.version_text)});
}

MysqlGrants ReadGrants(Database& database) {
  std::vector<std::string> lines;
  for (const Row& row : database.Query("SHOW GRANTS")) lines.push_back(row.at(0).value_or(""));
  return MysqlGrants(lines);
}

bool IsReplica(Database& database) {
  if (database.info().dialect == Dialect::kMariadb) {
    const Rows rows = database.Query("SHOW GLOBAL STATUS LIKE 'Slave\\_running'");
    return !rows.empty() && rows[0].at(1) == "ON";
  }
  try {
    return !database.Query("SHOW REPLICA STATUS").empty();
  } catch (const DatabaseError& error) {
    if (error.kind() != ErrorKind::kPermission) throw;
    return false;  // then its read_only has to tell
  }
}

/// Returns whether rights on objects are worth asking about.
bool LookAtWrites(Database& database, const MysqlGrants& grants, std::vector<Obstacle>& obstacles) {
  if (IsReplica(database)) {
    obstacles.push_back({ErrorKind::kReadOnly,
                         fmt::format("the server at {} is a replica: what is written there is lost "
                                     "to its primary; name the primary in --db",
                                     database.info().host)});
    return false;
  }
  const bool read_only = QueryValue(database, "SELECT @@GLOBAL.read_only") != "0";
  const bool may = grants.HasGlobally("READ ONLY ADMIN") || grants.HasGlobally("SUPER") ||
                   grants.HasGlobally("CONNECTION_ADMIN");
  if (!read_only || may) return true;
  obstacles.push_back({ErrorKind::kReadOnly,
                       fmt::format("the server at {} is read-only (read_only is on): name the "
                                   "primary in --db, or let an administrator run: "
                                   "SET GLOBAL read_only = 0",
                                   database.info().host)});
  return false;
}

void LookAtRights(Database& database, const MysqlGrants& grants, const std::string& name,
                  const std::vector<std::string>& rights, std::vector<Obstacle>& obstacles) {
  const std::vector<std::string> missing = grants.Missing(rights, name);
  if (missing.empty()) return;
  // In a grant `_` stands for any character.
  std::string pattern;
  for (char c : name) pattern += c == '_' || c == '%' ? fmt::format("\\{}", c) : std::string(1, c);
  obstacles.push_back(
      {ErrorKind::kPermission,
       fmt::format("user {0} may not {1} in database {2}; let an administrator run: "
                   "GRANT {3} ON {4}.* TO {0}",
                   Account(database), fmt::join(missing, ", "), name,
                   missing.size() == rights.size() ? "ALL PRIVILEGES"
                                                   : fmt::format("{}", fmt::join(missing, ", ")),
                   database.QuoteName(pattern))});
}

/// The database in "`shop`.`item`", "shop.item" or "shop".
std::string DatabaseOf(std::string_view name) {
  if (name.empty() || name[0] != '`') return std::string(name.substr(0, name.find('.')));
  return std::string(name.substr(1, name.find('`', 1) - 1));
}

std::vector<std::string> TouchedDatabases(Database& database, const PreflightNeeds& needs) {
  std::vector<std::string> names = {database.info().database};
  for (const std::string& table : needs.owned_tables) names.push_back(DatabaseOf(table));
  for (const std::string& resource : needs.created) {
    const std::size_t colon = resource.find(':');
    const std::string kind = resource.substr(0, colon);
    if (kind == "schema" || kind == "table" || kind == "index") {
      names.push_back(DatabaseOf(std::string_view(resource).substr(colon + 1)));
    }
  }
  std::sort(names.begin() + 1, names.end());
  names.erase(std::unique(names.begin() + 1, names.end()), names.end());
  names.erase(std::remove(names.begin() + 1, names.end(), names.front()), names.end());
  return names;
}

/// With the binary log on, a trigger is an administrator's to make.
void LookAtTriggers(Database& database, const MysqlGrants& grants, const PreflightNeeds& needs,
                    std::vector<Obstacle>& obstacles) {
  const bool makes =
      std::any_of(needs.created.begin(), needs.created.end(),
                  [](const std::string& resource) { return resource.starts_with("trigger:"); });
  if (!makes || grants.HasGlobally("SUPER")) return;
  if (QueryValue(database,
                 "SELECT @@GLOBAL.log_bin = 0 OR "
                 "@@GLOBAL.log_bin_trust_function_creators = 1") == "1") {
    return;
  }
  obstacles.push_back(
      {ErrorKind::kPermission,
       fmt::format("the plan makes triggers, and while the binary log is on user {} may make none "
                   "(error 1419); let an administrator run: "
                   "SET GLOBAL log_bin_trust_function_creators = 1, and write it into the server's "
                   "configuration",
                   Account(database))});
}

void LookAtBinaryLog(Database& database, std::vector<Obstacle>& obstacles) {
  if (QueryValue(database,
                 "SELECT @@GLOBAL.log_bin = 1 AND @@SESSION.binlog_format = 'STATEMENT'") != "1") {
    return;
  }
  obstacles.push_back({ErrorKind::kOther,
                       "binlog_format is STATEMENT, which lets nobody write at READ COMMITTED "
                       "(error 1665); let an administrator run: SET GLOBAL binlog_format = 'ROW'"});
}

}  // namespace

std::vector<Obstacle> MysqlPreflight(Database& database, const PreflightNeeds& needs) {
  std::vector<Obstacle> obstacles;
  LookAtVersion(database, obstacles);
  if (!obstacles.empty() || !needs.write) return obstacles;
  const MysqlGrants grants = ReadGrants(database);
  if (!LookAtWrites(database, grants, obstacles)) return obstacles;
  LookAtBinaryLog(database, obstacles);
  for (const std::string& name : TouchedDatabases(database, needs)) {
    LookAtRights(database, grants, name, RightsOnTarget(), obstacles);
  }
  if (needs.journal) {
    LookAtRights(database, grants, "zdm", RightsOnOurs(), obstacles);
    LookAtRights(database, grants, "zdm_trash", RightsOnTarget(), obstacles);
  }
  LookAtTriggers(database, grants, needs, obstacles);
  return obstacles;
}

}  // namespace zdm
