// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/postgres_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// First key of our advisory locks ("zdm" in ASCII); the second is the lease's token.
constexpr int kLockClass = 0x7A646D;
/// Long enough for the server to move its own vacuum out of our way (deadlock_timeout is 1 s).
constexpr const char* kMaintenanceWait = "3s";
constexpr std::int64_t kDefaultDeadlockTimeoutMs = 1000;
/// Between two statements of a transaction that an application may wait for.
constexpr milliseconds kLongestSilence{1000};

const char* const kSessionColumns =
    "b.pid, a.application_name, a.usename, a.state, "
    "extract(epoch FROM pg_catalog.clock_timestamp() - "
    "coalesce(a.xact_start, a.query_start, a.backend_start)), "
    "left(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 100), a.usesysid IS NULL";

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

double Real(const Value& value) {
  return value ? std::strtod(value->c_str(), nullptr) : -1;
}

std::vector<OtherSession> ReadSessions(const Rows& rows) {
  std::vector<OtherSession> sessions;
  for (const Row& row : rows) {
    sessions.push_back({Number(row[0]), Text(row[1]), Text(row[2]), Text(row[3]), Text(row[5]),
                        Real(row[4]), Text(row[6]) == "t"});
  }
  return sessions;
}

milliseconds Left(steady_clock::time_point deadline) {
  return std::max(milliseconds(1), duration_cast<milliseconds>(deadline - steady_clock::now()));
}

class PostgresEngine final : public Engine {
 public:
  std::string SeriesOf(int version) const override { return std::to_string(version / 10000); }

  milliseconds SafeLockTimeout(Database& database, milliseconds wanted) const override {
    const std::int64_t deadlock =
        Number(QueryValue(database,
                          "SELECT setting FROM pg_catalog.pg_settings WHERE name = "
                          "'deadlock_timeout'"));
    const std::int64_t limit = (deadlock > 0 ? deadlock : kDefaultDeadlockTimeoutMs) * 9 / 10;
    return milliseconds(
        std::clamp<std::int64_t>(wanted.count(), 1, std::max<std::int64_t>(1, limit)));
  }

  void EnterShort(Database& database, const std::vector<TableLock>& locks,
                  const ShortBudget& budget) const override {
    const auto deadline = steady_clock::now() + budget.locks;
    if (!locks.empty()) {
      database.Execute(fmt::format("SET LOCAL idle_in_transaction_session_timeout = {}",
                                   kLongestSilence.count()));
    }
    for (const TableLock& lock : locks) {
      if (!lock.sql_name.empty()) {
        database.Execute(fmt::format("SET LOCAL lock_timeout = {}; LOCK TABLE {} IN {} MODE",
                                     Left(deadline).count(), lock.sql_name, lock.mode));
      }
    }
    database.Execute(fmt::format("SET LOCAL lock_timeout = {}", Left(deadline).count()));
  }

  void BoundShort(Database& database, milliseconds left) const override {
    database.Execute(fmt::format("SET LOCAL statement_timeout = {}", left.count()));
  }

  void EnterPatient(Database& database, milliseconds lock_wait) const override {
    const bool open = database.transaction_state() == TransactionState::kOpen;
    database.Execute(fmt::format("SET {0} lock_timeout = {1}; SET {0} statement_timeout = 0",
                                 open ? "LOCAL" : "SESSION", lock_wait.count()));
  }

  void EnterBatch(Database& database, milliseconds lock_wait, milliseconds run) const override {
    database.Execute(
        fmt::format("SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}; "
                    "SET LOCAL idle_in_transaction_session_timeout = {}",
                    lock_wait.count(), run.count(), kLongestSilence.count()));
  }

  bool MoveMaintenance(Database& database, const std::vector<TableLock>& locks) const override;

  void ForbidWrites(Database& database) const override {
    database.Execute("SET default_transaction_read_only = on");
  }

  std::vector<OtherSession> BlockersOf(Database& observer, std::int64_t session) const override {
    return ReadSessions(observer.Query(
        fmt::format("SELECT {} FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({})) AS b (pid) "
                    "LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid ORDER BY b.pid",
                    kSessionColumns, session)));
  }

  std::vector<OtherSession> WaitersBehind(Database& observer, std::int64_t session) const override;
  Pressure Measure(Database& observer) const override;
  std::optional<std::int64_t> TakeLease(Database& database, const std::string& holder,
                                        LeaseHolder& other) const override;
  std::optional<LeaseHolder> FindHolder(Database& database) const override;
  void ReleaseLease(Database& database, std::int64_t token) const override;

  bool Heartbeat(Database& observer, std::int64_t token) const override {
    return observer.Execute(fmt::format(
               "UPDATE zdm.lease SET heartbeat_at = pg_catalog.clock_timestamp() WHERE token = {}",
               token)) == 1;
  }

  bool EndHolder(Database& database, const LeaseHolder& holder) const override {
    try {
      return QueryValue(database,
                        fmt::format("SELECT pg_catalog.pg_terminate_backend(a.pid) "
                                    "FROM pg_catalog.pg_stat_activity AS a, zdm.lease AS l "
                                    "WHERE a.pid = {} AND l.session_id = a.pid "
                                    "AND a.application_name LIKE 'zdm%'",
                                    holder.session_id)) == "t";
    } catch (const DatabaseError& error) {
      if (error.kind() != ErrorKind::kPermission) {
        throw;
      }
      return false;
    }
  }

  std::unique_ptr<BackfillDialect> ForBackfill(Database& database,
                                               const Backfill& backfill) const override {
    return PostgresBackfill(database, backfill);
  }
};

/// A plain autovacuum worker goes away one second after somebody queues behind it, never sooner. So
/// we queue with a lock on which no reader or writer waits, until it has gone.
bool PostgresEngine::MoveMaintenance(Database& database,
                                     const std::vector<TableLock>& locks) const {
  bool found = false;
  for (const TableLock& lock : locks) {
    if (lock.sql_name.empty() || lock.mode == "ACCESS SHARE" || lock.mode == "ROW SHARE" ||
        lock.mode == "ROW EXCLUSIVE") {
      continue;
    }
    const Rows workers = database.Query(
        "SELECT a.pid FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a "
        "ON a.pid = l.pid WHERE l.locktype = 'relation' AND l.granted "
        "AND l.mode = 'ShareUpdateExclusiveLock' AND a.usesysid IS NULL "
        "AND l.relation = pg_catalog.to_regclass($1)::oid AND l.database = "
        "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
        {lock.sql_name});
    if (workers.empty()) {
      continue;
    }
    found = true;
    try {
      Transaction transaction(database);
      database.Execute(
          fmt::format("SET LOCAL lock_timeout = '{}'; LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE",
                      kMaintenanceWait, lock.sql_name));
      transaction.Commit();
    } catch (const DatabaseError& error) {
      // A worker against wraparound does not go; the short lock will name it.
      if (error.kind() != ErrorKind::kLockTimeout && error.kind() != ErrorKind::kRetry) {
        throw;
      }
    }
  }
  return found;
}

std::vector<OtherSession> PostgresEngine::WaitersBehind(Database& observer,
                                                        std::int64_t session) const {
  const bool has_wait_start = observer.info().version >= 140000;
  const Rows rows = observer.Query(fmt::format(
      "SELECT a.pid, a.application_name, a.usename, a.state, {}, '', false "
      "FROM (SELECT DISTINCT ON (pid) * FROM pg_catalog.pg_locks WHERE NOT granted) AS l "
      "JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid "
      "WHERE {} = ANY (pg_catalog.pg_blocking_pids(l.pid))",
      has_wait_start ? "extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)" : "0",
      session));
  return ReadSessions(rows);
}

Pressure PostgresEngine::Measure(Database& observer) const {
  // A role without pg_monitor sees no lag of its replicas, but that of their slots.
  const Rows rows = observer.Query(
      "SELECT name, lag, bytes FROM ("
      "SELECT application_name AS name, extract(epoch FROM replay_lag) AS lag, "
      "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)::bigint AS bytes "
      "FROM pg_catalog.pg_stat_replication "
      "UNION ALL SELECT slot_name, NULL, "
      "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)::bigint "
      "FROM pg_catalog.pg_replication_slots WHERE slot_type = 'physical' AND active) AS r "
      "ORDER BY coalesce(lag, 0) DESC, coalesce(bytes, 0) DESC");
  Pressure pressure;
  for (const Row& row : rows) {
    if (pressure.replica.empty()) {
      pressure.replica = Text(row[0]);
    }
    pressure.replica_lag_seconds = std::max(pressure.replica_lag_seconds, Real(row[1]));
    pressure.replica_lag_bytes = std::max(pressure.replica_lag_bytes, Number(row[2]));
  }
  return pressure;
}

/// The advisory lock that carries the token is the holder's proof of life: it goes with its
/// session.
bool IsHeld(Database& database, LeaseHolder& other) {
  const Rows rows = database.Query(fmt::format(
      "SELECT l.holder, k.pid, (extract(epoch FROM pg_catalog.clock_timestamp() - "
      "l.heartbeat_at) * 1000)::bigint FROM zdm.lease AS l JOIN pg_catalog.pg_locks AS k "
      "ON k.locktype = 'advisory' AND k.granted AND k.classid = {} AND k.objsubid = 2 "
      "AND k.objid = (l.token % 2147483647)::oid AND k.database = (SELECT oid FROM "
      "pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
      kLockClass));
  if (rows.empty()) {
    return false;
  }
  other = {Text(rows[0][0]), Number(rows[0][1]), Number(rows[0][2])};
  return true;
}

std::optional<LeaseHolder> PostgresEngine::FindHolder(Database& database) const {
  LeaseHolder holder;
  return IsHeld(database, holder) ? std::optional(holder) : std::nullopt;
}

/// Looks without a lock first: a holder at work keeps the row locked as long as its transaction.
/// Then again under the lock, in a snapshot of its own, so that of two takers one wins.
std::optional<std::int64_t> PostgresEngine::TakeLease(Database& database, const std::string& holder,
                                                      LeaseHolder& other) const {
  if (IsHeld(database, other)) {
    return std::nullopt;
  }
  Transaction transaction(database);
  try {
    database.Query("SELECT FROM zdm.lease FOR UPDATE");
  } catch (const DatabaseError& error) {
    if (error.kind() != ErrorKind::kLockTimeout) {
      throw;
    }
    return std::nullopt;
  }
  if (IsHeld(database, other)) {
    return std::nullopt;
  }
  const std::int64_t token = Number(QueryValue(
      database, fmt::format("UPDATE zdm.lease SET token = token + 1, holder = {}, "
                            "session_id = pg_catalog.pg_backend_pid(), "
                            "acquired_at = pg_catalog.clock_timestamp(), "
                            "heartbeat_at = pg_catalog.clock_timestamp() RETURNING token",
                            database.QuoteText(holder))));
  if (QueryValue(database, fmt::format("SELECT pg_catalog.pg_try_advisory_lock({}, ({}::bigint % "
                                       "2147483647)::integer)",
                                       kLockClass, token)) != "t") {
    return std::nullopt;
  }
  transaction.Commit();
  return token;
}

void PostgresEngine::ReleaseLease(Database& database, std::int64_t token) const {
  database.Execute(
      fmt::format("UPDATE zdm.lease SET holder = '' WHERE token = {0}; "
                  "SELECT pg_catalog.pg_advisory_unlock({1}, ({0}::bigint % 2147483647)::integer)",
                  token, kLockClass));
}

}  // namespace

std::unique_ptr<Engine> MakePostgresEngine() {
  return std::make_unique<PostgresEngine>();
}

}  // namespace zdm
