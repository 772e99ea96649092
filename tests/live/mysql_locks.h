// SPDX-License-Identifier: Apache-2.0
// Looks at the metadata locks of MariaDB and MySQL from outside: what a statement asks for, which
// is seen by standing in its way, and how long anybody waits behind zdm.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_server.h"

namespace zdm::test {

/// One that shows its metadata locks; like any else otherwise.
TestServer& MysqlServerThatTells();

/// "db.table" -> the strongest lock that keeps readers or writers out ("EXCLUSIVE").
using MetadataLocks = std::map<std::string, std::string>;
std::string ShownLocks(const MetadataLocks& locks);

/// Transactions that have read and written each table of a database. A statement that wants more
/// than they leave comes to wait, and is seen; then its way is freed, as far as it has come.
class Roadblock {
 public:
  explicit Roadblock(const TestDatabase& database);

  /// Stands on every table that there is.
  void Set();
  /// Sees a statement of `backend` through to its end. What it asked for is added to `locks`.
  void Watch(int backend, MetadataLocks& locks);
  bool StandsOn(const std::string& table) const { return tables_.contains(table); }

 private:
  struct Sessions {
    std::unique_ptr<Session> writer, reader;
  };
  bool IsAtWork(int backend);
  void FreeOne(Sessions& sessions);

  const TestDatabase& database_;
  std::unique_ptr<Session> watcher_;
  std::map<std::string, Sessions> tables_;  ///< by "db.table"; freed ones are null
};

/// Polls who waits behind zdm, on a thread of its own, until destroyed.
class MysqlWaitSampler {
 public:
  explicit MysqlWaitSampler(const TestDatabase& database);
  ~MysqlWaitSampler();
  MysqlWaitSampler(const MysqlWaitSampler&) = delete;
  MysqlWaitSampler& operator=(const MysqlWaitSampler&) = delete;

  /// The longest that a statement of user `app` had taken when it was seen waiting for a table or a
  /// row that user `owner`, which is zdm, holds or queues for; by the server's clock.
  double LongestBehindUs() const { return longest_ms_; }
  int Looks() const { return looks_; }
  std::string Worst() const;

 private:
  void Loop();
  std::unique_ptr<Session> session_;
  std::string row_waits_;
  std::atomic<double> longest_ms_{0};
  std::atomic<int> looks_{0};
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::string worst_;
  std::thread thread_;
};

/// Applications that read and write every table all the time, each statement its own transaction,
/// until destroyed or until the table goes. An error is kept.
class MysqlProbes {
 public:
  explicit MysqlProbes(const TestDatabase& database);
  ~MysqlProbes();
  MysqlProbes(const MysqlProbes&) = delete;
  MysqlProbes& operator=(const MysqlProbes&) = delete;
  std::string Failure() const;
  int Statements() const { return statements_; }

 private:
  void Loop(Session& session, const std::string& sql);
  std::atomic<bool> stop_{false};
  std::atomic<int> statements_{0};
  mutable std::mutex mutex_;
  std::string failure_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<std::thread> threads_;
};

/// Quoted names of the tables of a database.
std::vector<std::string> MysqlTables(const TestDatabase& database);

}  // namespace zdm::test
