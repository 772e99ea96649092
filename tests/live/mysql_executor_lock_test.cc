// SPDX-License-Identifier: Apache-2.0
// Locks on MariaDB and MySQL: nobody waits long behind us, what a killed or cut run left in doubt
// is looked up, one runner at a time.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/live/locks.h"
#include "tests/live/mysql_executor_fixture.h"

namespace zdm::test {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Reads one row of person again and again, and remembers the longest read.
class Reader {
 public:
  explicit Reader(const TestDatabase& database)
      : session_(database.Connect("app")), thread_([this] {
          while (!ending_) {
            const auto began = steady_clock::now();
            session_->Must("SELECT id FROM person LIMIT 1");
            const auto took = duration_cast<milliseconds>(steady_clock::now() - began);
            longest_ = std::max(longest_, static_cast<double>(took.count()));
            std::this_thread::sleep_for(milliseconds(2));
          }
        }) {}
  ~Reader() { Longest(); }
  double Longest() {
    ending_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
    return longest_;
  }

 private:
  std::unique_ptr<Session> session_;
  std::atomic<bool> ending_{false};
  double longest_ = 0;  ///< in milliseconds
  std::thread thread_;
};

class MysqlExecutorLock : public MysqlExecutor {
 protected:
  void SetUp() override {
    MysqlExecutor::SetUp();
    if (!IsSkipped()) Prepare(20000);
  }

  /// Of another user, in the middle of a transaction that has read person.
  std::unique_ptr<Session> LongReport() {
    auto report = database_->Connect("app");
    report->Must("START TRANSACTION");
    report->Must("SELECT count(*) FROM person");
    return report;
  }

  std::string SessionOfRun() {
    return "SELECT coalesce(max(id), 0) FROM information_schema.processlist WHERE info LIKE "
           "'ALTER TABLE `" +
           database_->name() + "`%'";
  }
};

TEST_P(MysqlExecutorLock, GivesWayAndNamesWhoIsInTheWay) {
  const std::string before = Everything(*database_);
  const auto report = LongReport();
  {
    const Control control(server());
    Reader reader(*database_);
    Expect(11, {"run", path_, "--lock-budget", "3"});
    EXPECT_TRUE(Says("GRANT PROCESS")) << last_.Describe();
    EXPECT_LE(reader.Longest(), kLongestWaitMs + control.LongestMs());
  }
  EXPECT_EQ(Difference(before, Everything(*database_)), "");
  server().Administer("GRANT PROCESS ON *.* TO owner@'%'", "");
  Expect(11, {"run", path_, "--lock-budget", "3"});
  server().Administer("REVOKE PROCESS ON *.* FROM owner@'%'", "");
  EXPECT_TRUE(Says(fmt::format("process {} (", report->BackendId()))) << last_.Describe();
  EXPECT_TRUE(Says("user app")) << last_.Describe();
  report->Must("COMMIT");
  Expect(0, {"run", path_});
}

/// The application's reads meet a closing lock of the build, behind a transaction that stays open.
TEST_P(MysqlExecutorLock, ABuildGivesWayAtItsEnd) {
  Expect(0, {"run", path_, "--until", "expand"});
  std::atomic<bool> ending{false};
  double longest = 0;
  const Control control(server());
  std::thread reports([&] {
    const auto session = database_->Connect("app");
    while (!ending) {
      session->Must("START TRANSACTION");
      session->Must("SELECT count(*) FROM person");
      std::this_thread::sleep_for(milliseconds(300));
      session->Must("COMMIT");
      std::this_thread::sleep_for(milliseconds(200));
    }
  });
  {
    Reader reader(*database_);
    Expect(0, {"run", "--lock-budget", "60"});
    longest = reader.Longest();
  }
  ending = true;
  reports.join();
  EXPECT_LE(longest, kLongestWaitMs + control.LongestMs());
  EXPECT_EQ(owner_->Value(kUnsynced), "0");
}

TEST_P(MysqlExecutorLock, AConnectionLostInAStatementIsLookedUp) {
  for (const bool kill_runner : {false, true}) {
    const auto report = LongReport();
    const auto run = StartZdm(*database_, {"run", path_});
    std::string session = "0";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (session == "0" && std::chrono::steady_clock::now() < deadline) {
      session = owner_->Value(SessionOfRun());
    }
    ASSERT_NE(session, "0");
    if (kill_runner) {
      run->Signal(SIGKILL);
    } else {
      owner_->Run("KILL CONNECTION " + session);
    }
    const ProcessResult result = run->Wait(std::chrono::seconds(20));
    if (!kill_runner) {
      EXPECT_EQ(result.exit_code, 12) << result.Describe();
    }
    report->Must("COMMIT");
    Expect(0, {"run", path_});
    EXPECT_EQ(owner_->Value(kUnsynced), "0");
    Expect(0, {"rollback"});
  }
}

/// Killed after so many milliseconds, wherever it then is; the same command again ends it.
TEST_P(MysqlExecutorLock, KilledAtAnyMoment) {
  const std::string before = Everything(*database_);
  Expect(0, {"run", path_, "--until", "contract"});
  const std::string after = Everything(*database_);
  Expect(0, {"rollback"});
  const auto whole_way = [&](const std::vector<std::string>& command, const std::string& expected) {
    for (int ms = 20; ms < 2000; ms += 45) {
      const auto run = StartZdm(*database_, command);
      std::this_thread::sleep_for(milliseconds(ms));
      const bool running = run->Running();
      run->Signal(SIGKILL);
      run->Wait(std::chrono::seconds(5));
      if (!running) break;
    }
    Expect(0, command);
    EXPECT_EQ(Difference(expected, Everything(*database_)), "") << command[0];
  };
  whole_way({"run", path_, "--until", "contract"}, after);
  whole_way({"rollback"}, before);
}

class MysqlExecutorLease : public MysqlExecutorLock {
 protected:
  /// A run that is filling rows, slowly.
  std::unique_ptr<ChildProcess> StartSlowly() {
    Expect(0, {"run", path_, "--until", "expand"});
    Expect(0, {"throttle", "--rows-per-second", "500"});
    auto run = StartZdm(*database_, {"run"});
    EXPECT_TRUE(Becomes(*owner_,
                        "SELECT coalesce(max(rows_done), 0) > 0 FROM zdm.backfill WHERE "
                        "database_name = database()",
                        "1"));
    return run;
  }
};

TEST_P(MysqlExecutorLease, TheSecondRunnerNamesTheFirst) {
  const auto first = StartSlowly();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"run"}, {"rollback"}, {"purge"}}) {
    Expect(10, command);
    EXPECT_TRUE(Says("process " + std::to_string(first->pid()))) << last_.Describe();
    EXPECT_TRUE(Says("ZDM5401")) << last_.Describe();
  }
  Expect(0, {"status"});
  EXPECT_TRUE(Says("at work")) << last_.Describe();
  EXPECT_TRUE(first->Running());
}

TEST_P(MysqlExecutorLease, FreeAtOnceWhenItsHolderWasKilled) {
  const auto first = StartSlowly();
  first->Signal(SIGKILL);
  Expect(0, {"throttle", "--off"});
  Expect(0, {"run"});
}

/// Its own session stays as long as the server works on its last statement, and is then ended.
TEST_P(MysqlExecutorLease, FreeAtOnceWhenItsHolderWasKilledInAStatement) {
  const auto first = StartSlowly();
  const auto working = database_->Connect();
  first->Signal(SIGKILL);
  owner_->Must("UPDATE zdm.lease SET session_id = " + std::to_string(working->BackendId()));
  Expect(0, {"throttle", "--off"});
  const auto began = steady_clock::now();
  Expect(0, {"run"});
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(20));
  EXPECT_TRUE(working->Run("SELECT 1").connection_lost);
}

TEST_P(MysqlExecutorLease, TakenFromAHolderWithoutASignOfLife) {
  const auto first = StartSlowly();
  first->Signal(SIGSTOP);
  owner_->Must("UPDATE zdm.heartbeat SET beat_at = beat_at - INTERVAL 1 HOUR");
  Expect(0, {"throttle", "--off"});
  Expect(0, {"run"});
  first->Signal(SIGCONT);
  const ProcessResult result = first->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 12) << result.Describe();
}

TEST_P(MysqlExecutorLease, NobodyWritesWithAnOldToken) {
  const auto first = StartSlowly();
  owner_->Must(
      "UPDATE zdm.lease SET token = token + 1, holder = 'somebody else' WHERE database_name = "
      "database()");
  const ProcessResult result = first->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 10) << result.Describe();
  EXPECT_TRUE(Contains(result.err, "somebody else")) << result.Describe();
}

TEST_P(MysqlExecutorLease, AServerCrashGoesOn) {
  const auto first = StartSlowly();
  server().Crash();
  const ProcessResult result = first->Wait(std::chrono::seconds(40));
  EXPECT_EQ(result.exit_code, 12) << result.Describe();
  server().Start();
  owner_ = database_->Connect();
  Expect(0, {"throttle", "--off"});
  Expect(0, {"run"});
  EXPECT_EQ(owner_->Value(kUnsynced), "0");
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlExecutorLock, ::testing::Values("mariadb", "mysql"),
                         FamilyOfTest);
INSTANTIATE_TEST_SUITE_P(Servers, MysqlExecutorLease, ::testing::Values("mariadb", "mysql"),
                         FamilyOfTest);

}  // namespace
}  // namespace zdm::test
