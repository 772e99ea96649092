// SPDX-License-Identifier: Apache-2.0
#include "tests/live/mysql_locks.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <set>

#include "tests/support/text.h"

namespace zdm::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Metadata locks that a reader or a writer cannot share, from the weakest to the strongest.
constexpr std::array<const char*, 5> kModes = {"SHARED_NO_WRITE", "SHARED_READ_ONLY",
                                               "SHARED_NO_READ_WRITE",
                                               "SHARED_NO_READ_WRITE_BACKUP", "EXCLUSIVE"};

int StrengthOf(const std::string& mode) {
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (mode == kModes[i]) return static_cast<int>(i) + 1;
  }
  return 0;
}

void Note(MetadataLocks& locks, const std::string& table, const std::string& mode) {
  if (StrengthOf(mode) == 0) return;
  std::string& known = locks[table];
  if (StrengthOf(mode) > StrengthOf(known)) known = mode;
}

std::string Quoted(const std::string& name) {
  return "`" + Replaced(name, "`", "``") + "`";
}

/// A statement has so long to end or to be seen waiting.
constexpr std::chrono::seconds kPatience{60};
/// A server that is busy elsewhere may begin with a statement only then.
constexpr milliseconds kSlowStart{30};
constexpr milliseconds kSlowWake{15};

}  // namespace

TestServer& MysqlServerThatTells() {
  static const std::unique_ptr<TestServer> server = [] {
    ServerOptions options;
    options.family = std::getenv("ZDM_TEST_FAMILY");
    options.settings = {{"performance-schema", "ON"},
                        {"performance-schema-instrument", "'wait/lock/metadata/sql/mdl=ON'"},
                        {"performance-schema-consumer-global-instrumentation", "ON"},
                        {"performance-schema-consumer-thread-instrumentation", "ON"},
                        {"performance-schema-consumer-events-statements-current", "ON"}};
    return StartServer(options);
  }();
  return *server;
}

std::string ShownLocks(const MetadataLocks& locks) {
  std::string text;
  for (const auto& [table, mode] : locks) text += fmt::format("  {} {}\n", mode, table);
  return text.empty() ? "  nothing\n" : text;
}

std::vector<std::string> MysqlTables(const TestDatabase& database) {
  std::vector<std::string> tables;
  for (const Row& row : database.Connect()
                            ->Run("SELECT table_name FROM information_schema.tables WHERE "
                                  "table_schema = database() AND table_type = 'BASE TABLE'")
                            .rows) {
    tables.push_back(Quoted(*row[0]));
  }
  return tables;
}

Roadblock::Roadblock(const TestDatabase& database)
    : database_(database), watcher_(database.Connect("root")) {}

void Roadblock::Set() {
  tables_.clear();
  for (const std::string& table : MysqlTables(database_)) {
    Sessions sessions{database_.Connect("app"), database_.Connect("app")};
    for (Session* session : {sessions.writer.get(), sessions.reader.get()}) {
      session->Must("START TRANSACTION");
      session->Must(fmt::format("SELECT 1 FROM {} LIMIT 1", table));
    }
    sessions.writer->Must(fmt::format("DELETE FROM {} WHERE rand() > 2", table));
    tables_[database_.name() + "." + table.substr(1, table.size() - 2)] = std::move(sessions);
  }
}

bool Roadblock::IsAtWork(int backend) {
  const Answer answer = watcher_->Run(
      fmt::format("SELECT 1 FROM performance_schema.threads WHERE processlist_id = {} AND "
                  "processlist_command <> 'Sleep'",
                  backend));
  return !answer.rows.empty();
}

/// First the writer: what waits for it alone may want more behind it. The writer of a parent stands
/// on the tables of its foreign keys too.
void Roadblock::FreeOne(Sessions& sessions) {
  const auto free = [](std::unique_ptr<Session>& session) {
    if (session) session->Must("ROLLBACK");
    session.reset();
  };
  if (sessions.writer || sessions.reader) {
    free(sessions.writer ? sessions.writer : sessions.reader);
  } else {
    for (auto& [table, others] : tables_) free(others.writer);
  }
}

void Roadblock::Watch(int backend, MetadataLocks& locks) {
  const auto began = steady_clock::now();
  std::string freed;
  auto freed_at = began;
  const auto passed = [&](milliseconds time) { return steady_clock::now() - began > time; };
  do {
    const Answer answer = watcher_->Run(fmt::format(
        "SELECT concat(l.object_schema, '.', l.object_name), l.lock_type, l.lock_status "
        "FROM performance_schema.metadata_locks l JOIN performance_schema.threads t "
        "ON t.thread_id = l.owner_thread_id WHERE t.processlist_id = {} "
        "AND l.object_type = 'TABLE'",
        backend));
    for (const Row& row : answer.rows) {
      const auto found = tables_.find(row[0].value_or(""));
      if (found == tables_.end()) continue;
      Note(locks, found->first, row[1].value_or(""));
      if (row[2] != "PENDING") continue;
      // One that has just got its way may still be shown as waiting.
      const std::string wanted = *row[0] + " " + row[1].value_or("");
      if (wanted == freed && steady_clock::now() - freed_at < kSlowWake) continue;
      FreeOne(found->second);
      freed = wanted;
      freed_at = steady_clock::now();
    }
    std::this_thread::sleep_for(milliseconds(1));
  } while (!passed(kPatience) && (!passed(kSlowStart) || IsAtWork(backend)));
  for (auto& [table, sessions] : tables_) sessions = {};
}

// Only an administrator is shown what the sessions of others wait for.
MysqlWaitSampler::MysqlWaitSampler(const TestDatabase& database)
    : session_(database.Connect("root")) {
  row_waits_ =
      database.server().family() == "mysql"
          ? "SELECT requesting_thread_id AS waits, blocking_thread_id AS blocks "
            "FROM performance_schema.data_lock_waits"
          : "SELECT wt.thread_id AS waits, bt.thread_id AS blocks "
            "FROM information_schema.innodb_lock_waits lw "
            "JOIN information_schema.innodb_trx w ON w.trx_id = lw.requesting_trx_id "
            "JOIN information_schema.innodb_trx b ON b.trx_id = lw.blocking_trx_id "
            "JOIN performance_schema.threads wt ON wt.processlist_id = w.trx_mysql_thread_id "
            "JOIN performance_schema.threads bt ON bt.processlist_id = b.trx_mysql_thread_id";
  thread_ = std::thread([this] { Loop(); });
}

MysqlWaitSampler::~MysqlWaitSampler() {
  stop_ = true;
  thread_.join();
}

std::string MysqlWaitSampler::Worst() const {
  const std::lock_guard lock(mutex_);
  return worst_;
}

void MysqlWaitSampler::Loop() {
  const std::string sql = fmt::format(
      "SELECT s.timer_wait / 1000000000, concat(s.sql_text, ' behind ', "
      "coalesce(o.sql_text, 'an idle session'), coalesce(wt.processlist_state, '')) FROM ("
      "SELECT w.owner_thread_id AS waits, g.owner_thread_id AS blocks "
      "FROM performance_schema.metadata_locks w JOIN performance_schema.metadata_locks g "
      "ON g.object_type = w.object_type AND g.object_schema <=> w.object_schema "
      "AND g.object_name <=> w.object_name AND g.owner_thread_id <> w.owner_thread_id "
      "WHERE w.lock_status = 'PENDING' AND g.lock_type IN ('SHARED_NO_WRITE', "
      "'SHARED_READ_ONLY', 'SHARED_NO_READ_WRITE', 'EXCLUSIVE') UNION {}) AS pair "
      "JOIN performance_schema.threads wt ON wt.thread_id = pair.waits "
      "AND wt.processlist_user = 'app' "
      "JOIN performance_schema.threads bt ON bt.thread_id = pair.blocks "
      "AND bt.processlist_user = 'owner' "
      "JOIN performance_schema.events_statements_current s ON s.thread_id = wt.thread_id "
      "AND s.end_event_id IS NULL "
      "LEFT JOIN performance_schema.events_statements_current o ON o.thread_id = bt.thread_id",
      row_waits_);
  while (!stop_) {
    const Answer answer = session_->Run(sql);
    ++looks_;
    for (const Row& row : answer.rows) {
      const double waited = row[0] ? std::stod(*row[0]) : 0;
      if (waited <= longest_ms_) continue;
      longest_ms_ = waited;
      const std::lock_guard lock(mutex_);
      worst_ = row[1].value_or("");
    }
    if (!answer.ok()) {
      const std::lock_guard lock(mutex_);
      worst_ = answer.error;
      longest_ms_ = 1e9;  // nobody has looked
      return;
    }
    std::this_thread::sleep_for(milliseconds(2));
  }
}

MysqlProbes::MysqlProbes(const TestDatabase& database) {
  for (const std::string& table : MysqlTables(database)) {
    for (const std::string& sql : {fmt::format("SELECT 1 FROM {} LIMIT 1", table),
                                   fmt::format("DELETE FROM {} WHERE rand() > 2", table)}) {
      sessions_.push_back(database.Connect("app"));
      Session& session = *sessions_.back();
      threads_.emplace_back([this, &session, sql] { Loop(session, sql); });
    }
  }
}

MysqlProbes::~MysqlProbes() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

std::string MysqlProbes::Failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void MysqlProbes::Loop(Session& session, const std::string& sql) {
  constexpr const char* kNoSuchTable = "1146";
  while (!stop_) {
    const Answer answer = session.Run(sql);
    if (!answer.ok()) {
      const std::lock_guard lock(mutex_);
      if (answer.code != kNoSuchTable) failure_ = answer.error + " in " + sql;
      return;
    }
    ++statements_;
    std::this_thread::sleep_for(milliseconds(2));
  }
}

}  // namespace zdm::test
