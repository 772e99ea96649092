// SPDX-License-Identifier: Apache-2.0
#include "tests/live/locks.h"

#include <fmt/format.h>

#include <array>

namespace zdm::test {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 5> kModes = {{
    {"SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"},
    {"SHARE", "ShareLock"},
    {"SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"},
    {"EXCLUSIVE", "ExclusiveLock"},
    {"ACCESS EXCLUSIVE", "AccessExclusiveLock"},
}};

}  // namespace

int Strength(const std::string& mode) {
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (mode == kModes[i].first || mode == kModes[i].second) return static_cast<int>(i) + 1;
  }
  return 0;
}

void Add(Locks& locks, const std::string& table, const std::string& mode) {
  const int strength = Strength(mode);
  if (strength == 0) return;
  std::string& known = locks[table];
  if (strength > Strength(known)) known = kModes[static_cast<std::size_t>(strength) - 1].first;
}

std::string Shown(const Locks& locks) {
  std::string text;
  for (const auto& [table, mode] : locks) text += fmt::format("  {} {}\n", mode, table);
  return text.empty() ? "  nothing\n" : text;
}

Locks HeldBy(Session& watcher, int backend) {
  Locks locks;
  // A table that the transaction has just made is in nobody else's pg_class.
  const Answer answer = watcher.Run(
      fmt::format("SELECT format('%s%I.%I', CASE c.relkind WHEN 'S' THEN 'sequence ' END,"
                  " n.nspname, c.relname), l.mode FROM pg_locks l JOIN pg_class c ON c.oid ="
                  " l.relation AND (c.relkind IN ('r', 'p', 'v', 'm') OR c.relkind = 'S' AND l.mode"
                  " IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"
                  " 'AccessExclusiveLock'))"
                  " JOIN pg_namespace n ON n.oid = c.relnamespace"
                  " WHERE l.pid = {} AND l.granted AND l.locktype = 'relation' AND l.database ="
                  " (SELECT oid FROM pg_database WHERE datname = current_database())"
                  " AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'zdm')",
                  backend));
  for (const Row& row : answer.rows) Add(locks, *row[0], *row[1]);
  return locks;
}

// Only an administrator is shown what the sessions of others wait for.
WaitSampler::WaitSampler(const TestDatabase& database) : session_(database.Connect("postgres")) {
  thread_ = std::thread([this] { Loop(); });
}

WaitSampler::~WaitSampler() {
  stop_ = true;
  thread_.join();
}

std::string WaitSampler::Worst() const {
  const std::lock_guard lock(mutex_);
  return worst_;
}

void WaitSampler::Loop() {
  while (!stop_) {
    // How long each has waited so far; the sampler polls faster than a wait that matters.
    const Answer answer = session_->Run(
        "SELECT extract(epoch FROM clock_timestamp() - a.query_start) * 1000,"
        " format('%s behind %s', a.query, b.query)"
        " FROM pg_stat_activity a, unnest(pg_blocking_pids(a.pid)) blocker"
        " JOIN pg_stat_activity b ON b.pid = blocker"
        " WHERE a.usename = 'app' AND a.wait_event_type = 'Lock' AND b.application_name LIKE "
        "'zdm%'");
    for (const Row& row : answer.rows) {
      const double waited = std::stod(*row[0]);
      if (waited <= longest_ms_) continue;
      longest_ms_ = waited;
      const std::lock_guard lock(mutex_);
      worst_ = row[1].value_or("");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Probes::Probes(const TestDatabase& database, const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    for (const std::string& sql :
         {fmt::format("SELECT 1 FROM {} LIMIT 1", table),
          fmt::format("WITH one AS (SELECT ctid FROM {0} LIMIT 1 FOR UPDATE SKIP LOCKED)"
                      " DELETE FROM {0} t USING one WHERE t.ctid = one.ctid AND false",
                      table)}) {
      sessions_.push_back(database.Connect("app"));
      Session& session = *sessions_.back();
      threads_.emplace_back([this, &session, sql] { Loop(session, sql); });
    }
  }
}

Probes::~Probes() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

std::string Probes::Failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Probes::Loop(Session& session, std::string sql) {
  while (!stop_) {
    const Answer answer = session.Run(sql);
    if (!answer.ok()) {
      const std::lock_guard lock(mutex_);
      if (answer.code != "42P01") failure_ = answer.error + " in " + sql;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Control::Control(TestServer& server)
    : session_(server.family() == "postgresql" ? server.Connect("postgres", "postgres")
                                               : server.Connect("mysql", "root")),
      thread_([this, sql = std::string(server.family() == "postgresql"
                                           ? "SELECT 1 FROM pg_catalog.pg_class LIMIT 1"
                                           : "SELECT 1 FROM mysql.db LIMIT 1")] {
        while (!stop_) {
          const auto began = std::chrono::steady_clock::now();
          session_->Run(sql);
          const std::chrono::duration<double, std::milli> took =
              std::chrono::steady_clock::now() - began;
          if (took.count() > longest_ms_) longest_ms_ = took.count();
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
      }) {}

Control::~Control() {
  stop_ = true;
  thread_.join();
}

}  // namespace zdm::test
