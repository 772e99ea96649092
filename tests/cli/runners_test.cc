// SPDX-License-Identifier: Apache-2.0
// Exactly one writer; signals; pause.
#include <fmt/format.h>
#include <signal.h>

#include <thread>

#include "tests/cli/fixture.h"
#include "tests/live/disturb.h"

namespace zdm::test {
namespace {

class Runners : public CliTest {
 protected:
  void SetUp() override { PrepareRename(); }
  /// A transaction that keeps every short lock away from the table.
  std::unique_ptr<Session> Blocker() const {
    auto session = database_->Connect();
    session->Must("BEGIN");
    session->Must("SELECT count(*) FROM person");
    return session;
  }
  std::unique_ptr<ChildProcess> Start(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), ProgramPath("zdm"));
    arguments.insert(arguments.end(), {"--db", Url()});
    return std::make_unique<ChildProcess>(arguments, ProcessOptions{});
  }
  /// How many statements the command sends on a copy of `database`.
  static int Undisturbed(const std::vector<std::string>& command, const TestDatabase& database) {
    const TestDatabase copy(SharedServer(), database.name());
    return RunDisturbed(copy, command, Disturbance::kKillBefore, 0).statements;
  }
  /// Until the runner has the lease and waits for its lock.
  bool WaitsForLock() const {
    const auto session = database_->Connect();
    for (int i = 0; i < 400; ++i) {
      if (session->Value("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                         " WHERE c.relname = 'person' AND NOT l.granted") != "0") {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
};

TEST_F(Runners, TheSecondIsTurnedAway) {
  const auto blocker = Blocker();
  const auto first = Start({"run", plan(), "--until", "expand"});
  ASSERT_TRUE(WaitsForLock()) << first->ErrSoFar();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"run", plan()}, {"rollback"}, {"purge"}}) {
    EXPECT_TRUE(Refused(Run(command), 10, {"ZDM5401"})) << command[0];
  }
  const ProcessResult status = Run({"status"});
  EXPECT_EQ(status.exit_code, 0) << "looking needs no lease: " << status.Describe();
  blocker->Must("COMMIT");
  const ProcessResult result = first->Wait(std::chrono::seconds(60));
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

TEST_F(Runners, ALeaseWhoseHolderWasKilledIsTakenAtOnce) {
  const auto blocker = Blocker();
  const auto first = Start({"run", plan(), "--until", "expand"});
  ASSERT_TRUE(WaitsForLock()) << first->ErrSoFar();
  EXPECT_TRUE(Contains(Run({"status"}).out, "at work"));
  first->Signal(SIGKILL);
  first->Wait(std::chrono::seconds(10));
  blocker->Must("COMMIT");
  bool at_work = true;
  for (int i = 0; i < 100 && at_work; ++i) at_work = Contains(Run({"status"}).out, "at work");
  EXPECT_FALSE(at_work) << "a killed runner is said to be at work";
  const auto began = std::chrono::steady_clock::now();
  const ProcessResult result = Run({"run", plan(), "--until", "expand"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST_F(Runners, SignalsEndItAtASafePoint) {
  const std::string before = database_->Dump();
  for (const auto& [number, exit_code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    const auto blocker = Blocker();
    const auto runner = Start({"run", plan(), "--until", "expand"});
    ASSERT_TRUE(WaitsForLock()) << runner->ErrSoFar();
    runner->Signal(number);
    const ProcessResult stopped = runner->Wait(std::chrono::seconds(30));
    EXPECT_EQ(stopped.exit_code, exit_code) << stopped.Describe();
    EXPECT_EQ(Difference(before, database_->Dump()), "");
  }
  const ProcessResult result = Run({"run", plan(), "--until", "contract"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

/// A rollback that was killed half way is finished before anything else; so is a purge.
TEST_F(Runners, WhatWasBegunIsFinishedFirst) {
  ASSERT_EQ(Run({"run", plan(), "--until", "contract"}).exit_code, 0);
  const TestDatabase contracted(SharedServer(), database_->name());
  const int rollback = Undisturbed({"rollback"}, contracted);
  bool seen = false;
  for (int at = rollback - 3; at > 0 && !seen; at -= 3) {
    const TestDatabase half(SharedServer(), contracted.name());
    RunDisturbed(half, {"rollback"}, Disturbance::kKillAnswered, at);
    const ProcessResult run = Zdm({"run", plan(), "--until", "contract", "--db", half.Url()});
    seen = run.exit_code == 4 && Contains(run.err, "ZDM5409");
    EXPECT_TRUE(seen || run.exit_code == 0) << run.Describe();
    if (seen) {
      EXPECT_EQ(Zdm({"rollback", "--db", half.Url()}).exit_code, 0);
    }
  }
  EXPECT_TRUE(seen) << "no kill left a rollback half way";
  const int purge = Undisturbed({"purge"}, contracted);
  seen = false;
  for (int at = purge - 3; at > 0 && !seen; at -= 3) {
    const TestDatabase half(SharedServer(), contracted.name());
    RunDisturbed(half, {"purge"}, Disturbance::kKillAnswered, at);
    const ProcessResult back = Zdm({"rollback", "--db", half.Url()});
    seen = back.exit_code == 4 && Contains(back.err, "ZDM5414");
    if (seen) {
      EXPECT_EQ(Zdm({"purge", "--db", half.Url()}).exit_code, 0);
    }
  }
  EXPECT_TRUE(seen) << "no kill left a purge half way";
}

TEST_F(Runners, PauseAndResume) {
  ASSERT_EQ(Run({"run", plan(), "--until", "expand"}).exit_code, 0);
  ProcessResult result = Run({"pause"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_TRUE(Refused(Run({"run"}), 13, {"ZDM5410", "resume"}));
  EXPECT_TRUE(Contains(Run({"status"}).out, "next      zdm resume"));
  result = Run({"resume"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  result = Run({"run"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

}  // namespace
}  // namespace zdm::test
