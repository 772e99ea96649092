// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/mysql_lease.h"

#include <fmt/format.h>

#include <cstdlib>

namespace zdm {
namespace {

/// Without a visible connection: so long after its last sign of life a holder counts as gone.
constexpr std::int64_t kSilentMs = 30000;
/// The server was started anew since, and no sign of life came after that.
constexpr std::int64_t kMissedBeatsMs = 10000;
/// The server counts whole seconds since its start.
constexpr std::int64_t kStartSlack = 2;

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

/// The server that we talk to; connection numbers are its own, and start anew with it.
struct Server {
  std::string name;
  std::int64_t started = 0;  ///< seconds since 1970
};

Server ReadServer(Database& database) {
  const Rows rows =
      database.Query("SELECT concat(@@hostname, ':', @@port, ' ', @@datadir), unix_timestamp()");
  const Rows uptime = database.Query("SHOW GLOBAL STATUS LIKE 'Uptime'");
  const std::int64_t seconds = uptime.empty() ? 0 : Number(uptime[0].at(1));
  return {Text(rows.at(0).at(0)).substr(0, 300), Number(rows.at(0).at(1)) - seconds};
}

struct Lease {
  std::string holder, login, server;
  std::int64_t session_id = 0, server_started = 0, heartbeat_age_ms = 0;
};

std::optional<Lease> ReadLease(Database& database) {
  const Rows rows = database.Query(fmt::format(
      "SELECT l.holder, l.login, l.server, l.session_id, l.server_started, "
      "timestampdiff(MICROSECOND, coalesce(h.beat_at, l.acquired_at), utc_timestamp(6)) DIV 1000 "
      "FROM zdm.lease AS l LEFT JOIN zdm.heartbeat AS h "
      "ON h.database_name = l.database_name AND h.token = l.token WHERE l.database_name = {}",
      database.QuoteText(database.info().database)));
  if (rows.empty() || Text(rows[0][0]).empty()) {
    return std::nullopt;
  }
  const Row& row = rows[0];
  return Lease{Text(row[0]),   Text(row[1]),   Text(row[2]),
               Number(row[3]), Number(row[4]), Number(row[5])};
}

bool SeesEverybody(Database& database) {
  return QueryValue(database,
                    "SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE "
                    "privilege_type = 'PROCESS')") == "1";
}

bool IsOurUser(Database& database, const Lease& lease) {
  return QueryValue(database, "SELECT substring_index(user(), '@', 1)") == lease.login;
}

bool HasSession(Database& database, const Lease& lease, std::int64_t id) {
  return QueryValue(database,
                    fmt::format("SELECT 1 FROM information_schema.processlist WHERE id = {} AND "
                                "user = {}",
                                id, database.QuoteText(lease.login)))
      .has_value();
}

/// A session that does not show is not there.
bool SeesSessionsOf(Database& database, const Lease& lease) {
  return IsOurUser(database, lease) || SeesEverybody(database);
}

bool IsAlive(Database& database, const Lease& lease) {
  const Server server = ReadServer(database);
  if (server.name != lease.server) {
    return lease.heartbeat_age_ms < kSilentMs;
  }
  if (std::llabs(server.started - lease.server_started) > kStartSlack &&
      lease.heartbeat_age_ms > kMissedBeatsMs) {
    return false;  // its number may be somebody else's by now
  }
  if (HasSession(database, lease, lease.session_id)) {
    return true;
  }
  return !SeesSessionsOf(database, lease) && lease.heartbeat_age_ms < kSilentMs;
}

/// Of a lease that is alive: the session that gave signs of life is gone.
bool IsLeftBehind(Database& database, const Lease& lease) {
  const auto watcher = QueryValue(
      database, fmt::format("SELECT w.session_id FROM zdm.watcher AS w JOIN zdm.lease AS l ON "
                            "l.database_name = w.database_name AND l.token = w.token WHERE "
                            "w.database_name = {}",
                            database.QuoteText(database.info().database)));
  return watcher && ReadServer(database).name == lease.server &&
         !HasSession(database, lease, Number(watcher)) && SeesSessionsOf(database, lease);
}

bool IsHeld(Database& database, LeaseHolder& other) {
  const std::optional<Lease> lease = ReadLease(database);
  if (!lease || !IsAlive(database, *lease)) {
    return false;
  }
  other = {lease->holder, lease->session_id, lease->heartbeat_age_ms, false};
  return true;
}

}  // namespace

/// Looks without a lock first: a holder at work shares the row as long as its transaction. Then
/// again under the lock, so that of two takers one wins.
std::optional<std::int64_t> TakeMysqlLease(Database& database, const std::string& holder,
                                           LeaseHolder& other) {
  if (IsHeld(database, other)) {
    const std::optional<Lease> lease = ReadLease(database);
    other.left_behind =
        lease && lease->session_id == other.session_id && IsLeftBehind(database, *lease);
    return std::nullopt;
  }
  const std::string name = database.QuoteText(database.info().database);
  const std::string of_database = "database_name = " + name;
  if (!QueryValue(database, "SELECT 1 FROM zdm.lease WHERE " + of_database)) {
    database.Execute(fmt::format(
        "INSERT IGNORE INTO zdm.lease (database_name, token, holder, session_id, login, server, "
        "server_started) VALUES ({}, 0, '', 0, '', '', 0)",
        name));
  }
  const Server server = ReadServer(database);
  Transaction transaction(database);
  std::int64_t token = 0;
  try {
    token = Number(QueryValue(
        database, "SELECT token FROM zdm.lease WHERE " + of_database + " FOR UPDATE NOWAIT"));
  } catch (const DatabaseError& error) {
    if (error.kind() != ErrorKind::kLockTimeout && error.kind() != ErrorKind::kRetry) {
      throw;
    }
    return std::nullopt;
  }
  if (IsHeld(database, other)) {
    return std::nullopt;
  }
  ++token;
  database.Execute(
      fmt::format("UPDATE zdm.lease SET token = {}, holder = {}, session_id = connection_id(), "
                  "login = substring_index(user(), '@', 1), server = {}, server_started = {}, "
                  "acquired_at = utc_timestamp(6) WHERE {}",
                  token, database.QuoteText(holder), database.QuoteText(server.name),
                  server.started, of_database));
  database.Execute(fmt::format(
      "INSERT INTO zdm.heartbeat (database_name, token, beat_at) VALUES ({0}, {1}, "
      "utc_timestamp(6)) ON DUPLICATE KEY UPDATE token = {1}, beat_at = utc_timestamp(6)",
      name, token));
  transaction.Commit();
  return token;
}

std::optional<LeaseHolder> FindMysqlHolder(Database& database) {
  LeaseHolder holder;
  return IsHeld(database, holder) ? std::optional(holder) : std::nullopt;
}

void ReleaseMysqlLease(Database& database, std::int64_t token) {
  database.Execute(
      fmt::format("UPDATE zdm.lease SET holder = '' WHERE database_name = {} AND token = {}",
                  database.QuoteText(database.info().database), token));
}

bool BeatMysqlHeart(Database& observer, std::int64_t token) {
  const std::string name = observer.QuoteText(observer.info().database);
  observer.Execute(
      fmt::format("INSERT INTO zdm.watcher (database_name, token, session_id) VALUES ({}, {}, "
                  "connection_id()) ON DUPLICATE KEY UPDATE session_id = if(token > VALUES(token), "
                  "session_id, connection_id()), token = greatest(token, VALUES(token))",
                  name, token));
  return observer.Execute(fmt::format(
             "UPDATE zdm.heartbeat SET beat_at = utc_timestamp(6) WHERE database_name = {} AND "
             "token = {}",
             name, token)) == 1;
}

bool EndMysqlHolder(Database& database, const LeaseHolder& holder) {
  const std::optional<Lease> lease = ReadLease(database);
  if (!lease || lease->session_id != holder.session_id ||
      ReadServer(database).name != lease->server ||
      !HasSession(database, *lease, lease->session_id)) {
    return false;
  }
  try {
    database.Execute(fmt::format("KILL CONNECTION {}", holder.session_id));
    return true;
  } catch (const DatabaseError& error) {
    if (error.kind() == ErrorKind::kConnectionLost) {
      throw;
    }
    return false;
  }
}

}  // namespace zdm
