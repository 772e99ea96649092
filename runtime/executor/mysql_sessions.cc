// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/mysql_sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A bound is kept from below: the question and the word to stop take their time.
constexpr milliseconds kAhead{8};
constexpr int kMostNamed = 5;

/// States of a session that waits for a lock on which others queue behind it.
constexpr const char* kWaits =
    "(p.state LIKE 'Waiting for % lock' OR p.state LIKE 'Waiting for table flush%')";

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

double Real(const Value& value) {
  return value ? std::strtod(value->c_str(), nullptr) : -1;
}

/// nullopt: we may not ask that, or the server does not have it.
std::optional<Rows> Ask(Database& database, const std::string& sql) {
  try {
    return database.Query(sql);
  } catch (const DatabaseError& error) {
    if (error.kind() == ErrorKind::kConnectionLost) throw;
    return std::nullopt;
  }
}

std::vector<OtherSession> ToSessions(const std::optional<Rows>& rows) {
  std::vector<OtherSession> sessions;
  for (const Row& row : rows.value_or(Rows())) {
    sessions.push_back({Number(row[0]), Text(row[1]), Text(row[2]), Text(row[3]), Text(row[5]),
                        Real(row[4]), false});
  }
  return sessions;
}

/// Of a process `p`; `age` in seconds.
std::string Columns(const std::string& age, const char* asleep = "idle in transaction") {
  return fmt::format(
      "p.id, concat('from ', p.host), p.user, "
      "if(p.command = 'Sleep', '{}', lower(coalesce(nullif(p.state, ''), p.command))), {}, "
      "left(coalesce(p.info, ''), 100)",
      asleep, age);
}

/// Since its statement began.
std::string StatementAge(const Database& database) {
  return database.info().dialect == Dialect::kMariadb ? "p.time_ms / 1000" : "p.time";
}

/// trx_started is in the server's own time zone.
constexpr const char* kTransactionAge =
    "timestampdiff(MICROSECOND, t.trx_started, convert_tz(now(6), '+00:00', 'SYSTEM')) / 1000000";

std::vector<OtherSession> ByPerformanceSchema(Database& observer, std::int64_t session_id) {
  return ToSessions(Ask(
      observer,
      fmt::format(
          "SELECT DISTINCT h.processlist_id, concat('from ', coalesce(h.processlist_host, '')), "
          "h.processlist_user, if(h.processlist_command = 'Sleep', 'idle in transaction', "
          "lower(coalesce(h.processlist_state, h.processlist_command, ''))), h.processlist_time, "
          "left(coalesce(h.processlist_info, ''), 100) "
          "FROM performance_schema.threads AS ours "
          "JOIN performance_schema.metadata_locks AS w ON w.owner_thread_id = ours.thread_id "
          "JOIN performance_schema.metadata_locks AS g ON g.object_type = w.object_type "
          "AND g.object_schema <=> w.object_schema AND g.object_name <=> w.object_name "
          "AND g.owner_thread_id <> w.owner_thread_id "
          "JOIN performance_schema.threads AS h ON h.thread_id = g.owner_thread_id "
          "WHERE ours.processlist_id = {} AND w.lock_status = 'PENDING' "
          "AND g.lock_status = 'GRANTED' AND g.lock_type NOT IN ('INTENTION_EXCLUSIVE') "
          "AND h.processlist_id IS NOT NULL LIMIT {}",
          session_id, kMostNamed)));
}

std::vector<OtherSession> ByPlugin(Database& observer, std::int64_t session_id,
                                   const std::string& statement) {
  return ToSessions(
      Ask(observer, fmt::format("SELECT DISTINCT {} FROM information_schema.metadata_lock_info "
                                "AS m JOIN information_schema.processlist AS p "
                                "ON p.id = m.thread_id WHERE p.id <> {} AND NOT {} "
                                "AND m.lock_type = 'Table metadata lock' "
                                "AND instr({}, m.table_name) > 0 LIMIT {}",
                                Columns("p.time_ms / 1000"), session_id, kWaits,
                                observer.QuoteText(statement), kMostNamed)));
}

std::vector<OtherSession> ByTransactions(Database& observer, std::int64_t session_id) {
  return ToSessions(
      Ask(observer, fmt::format("SELECT {} FROM information_schema.innodb_trx AS t "
                                "JOIN information_schema.processlist AS p "
                                "ON p.id = t.trx_mysql_thread_id WHERE p.id NOT IN ({}, "
                                "connection_id()) AND NOT coalesce({}, false) "
                                "ORDER BY t.trx_started LIMIT {}",
                                Columns(kTransactionAge), session_id, kWaits, kMostNamed)));
}

/// Whether sessions of other users show in the list of sessions.
bool SeesOthers(Database& observer) {
  const auto rows =
      Ask(observer,
          "SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = "
          "'PROCESS') OR EXISTS (SELECT 1 FROM information_schema.processlist WHERE user <> "
          "substring_index(user(), '@', 1))");
  return rows && !rows->empty() && Text((*rows)[0][0]) == "1";
}

/// Whoever could hold the lock though no transaction of his shows. One that is idle may hold it by
/// LOCK TABLES, but as long as others do not show it is hardly him.
std::vector<OtherSession> ByGuess(Database& observer, std::int64_t session_id) {
  const bool all = SeesOthers(observer);
  std::vector<OtherSession> sessions = ToSessions(Ask(
      observer,
      fmt::format("SELECT {} FROM information_schema.processlist AS p WHERE p.id NOT IN ({}, "
                  "connection_id()) AND NOT coalesce({}, false) AND p.db = database() AND ({} OR "
                  "p.command <> 'Sleep') ORDER BY p.time DESC LIMIT {}",
                  Columns(StatementAge(observer), "idle"), session_id, kWaits, all, kMostNamed)));
  if (!all) {
    OtherSession unseen;
    unseen.id = -1;
    unseen.application = fmt::format(
        "a session of another user, which {} may not see; GRANT PROCESS ON *.* lets zdm name it",
        observer.info().user);
    sessions.push_back(unseen);
  }
  return sessions;
}

/// Rows that a transaction of ours waits for; only MariaDB tells without a look at every lock.
std::vector<OtherSession> RowWaits(Database& observer, const std::string& ours,
                                   const std::string& theirs, std::int64_t session_id) {
  if (observer.info().dialect != Dialect::kMariadb) {
    return {};
  }
  return ToSessions(
      Ask(observer,
          fmt::format("SELECT {} FROM information_schema.innodb_lock_waits AS w "
                      "JOIN information_schema.innodb_trx AS o ON o.trx_id = w.{}_trx_id "
                      "JOIN information_schema.innodb_trx AS t ON t.trx_id = w.{}_trx_id "
                      "JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id "
                      "WHERE o.trx_mysql_thread_id = {} LIMIT {}",
                      Columns("p.time_ms / 1000"), ours, theirs, session_id, kMostNamed)));
}

}  // namespace

std::vector<OtherSession> MysqlBlockersOf(Database& observer, std::int64_t session_id) {
  const Rows rows = observer.Query(
      fmt::format("SELECT {}, p.info FROM information_schema.processlist AS p WHERE p.id = {}",
                  kWaits, session_id));
  if (rows.empty()) {
    return {};
  }
  if (Text(rows[0][0]) != "1") {
    return RowWaits(observer, "requesting", "blocking", session_id);
  }
  std::vector<OtherSession> blockers = ByPerformanceSchema(observer, session_id);
  if (blockers.empty()) {
    blockers = ByPlugin(observer, session_id, Text(rows[0][1]));
  }
  if (blockers.empty()) {
    blockers = ByTransactions(observer, session_id);
  }
  return blockers.empty() ? ByGuess(observer, session_id) : blockers;
}

std::vector<OtherSession> MysqlWaitersBehind(Database& observer, std::int64_t session_id) {
  const Rows rows = observer.Query(fmt::format(
      "SELECT coalesce(p.info, '') RLIKE '^[[:space:]]*(update|select|insert|delete|commit)' "
      "FROM information_schema.processlist AS p WHERE p.id = {}",
      session_id));
  if (rows.empty()) {
    return {};
  }
  if (Text(rows[0][0]) == "1") {
    return RowWaits(observer, "blocking", "requesting", session_id);
  }
  return ToSessions(
      Ask(observer, fmt::format("SELECT {} FROM information_schema.processlist AS p WHERE "
                                "p.id <> {} AND {} LIMIT {}",
                                Columns(StatementAge(observer)), session_id, kWaits, kMostNamed)));
}

std::vector<OtherSession> MysqlSuspects(Database& database) {
  std::vector<OtherSession> sessions = ByTransactions(database, database.session_id());
  return sessions.empty() ? ByGuess(database, database.session_id()) : sessions;
}

Overdue EndOverdueMysql(Database& observer, std::int64_t session_id, Oversight& oversight) {
  const Rows rows = observer.Query(
      fmt::format("SELECT coalesce(max(if(p.id = {0}, {1}, 0)), 0), "
                  "coalesce(sum(p.id <> {0} AND p.state = 'Waiting for table metadata lock'), 0) "
                  "FROM information_schema.processlist AS p",
                  session_id, kWaits));
  const bool waits = Number(rows.at(0).at(0)) != 0;
  const bool others = Number(rows.at(0).at(1)) != 0;
  const auto now = steady_clock::now();
  const auto beyond = [&](steady_clock::time_point since, milliseconds bound) {
    return bound.count() > 0 && now - since >= bound - kAhead;
  };
  if (!waits) {
    oversight.last_free = now;
  }
  const Bounds& bounds = oversight.bounds;
  Overdue overdue = Overdue::kNo;
  if (waits && beyond(oversight.last_free, bounds.wait) &&
      (!bounds.build || others || !SeesOthers(observer))) {
    overdue = Overdue::kWaited;
  } else if (beyond(oversight.since, bounds.run) ||
             (!waits && others && beyond(oversight.since, bounds.others))) {
    overdue = Overdue::kWorked;
  }
  if (overdue != Overdue::kNo) {
    Ask(observer, fmt::format("KILL QUERY {}", session_id));
  }
  return overdue;
}

}  // namespace zdm
