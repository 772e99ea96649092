// SPDX-License-Identifier: Apache-2.0
// One runner at a time; a dead one's lease is free at once; a lost session is told and goes on.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/live/disturb.h"
#include "tests/live/executor_plan.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

constexpr const char* kFilling = "SELECT coalesce(max(rows_done), 0) > 0 FROM zdm.backfill";

class ExecutorLease : public ::testing::Test {
 protected:
  ExecutorLease() : owner_(database_.Connect()) {
    CreatePerson(*owner_, 20000);
    path_ = WritePlanFile(PersonPlan(SharedServer().version()), folder_.path());
  }

  /// A run that is filling rows, slowly.
  std::unique_ptr<ChildProcess> StartSlowly() {
    EXPECT_EQ(ZdmOn(database_, {"run", path_, "--until", "expand"}).exit_code, 0);
    EXPECT_EQ(ZdmOn(database_, {"throttle", "--rows-per-second", "500"}).exit_code, 0);
    auto run = StartZdm(database_, {"run"});
    EXPECT_TRUE(Becomes(*owner_, kFilling, "t"));
    return run;
  }

  TestDatabase database_{SharedServer()};
  std::unique_ptr<Session> owner_;
  ScratchFolder folder_;
  std::string path_;
};

TEST_F(ExecutorLease, TheSecondRunnerNamesTheFirst) {
  const auto first = StartSlowly();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"run"}, {"rollback"}, {"purge"}}) {
    const ProcessResult second = ZdmOn(database_, command);
    EXPECT_EQ(second.exit_code, 10) << second.Describe();
    EXPECT_TRUE(Contains(second.err, "process " + std::to_string(first->pid())))
        << second.Describe();
    EXPECT_TRUE(Contains(second.err, "ZDM5401")) << second.Describe();
  }
  const ProcessResult status = ZdmOn(database_, {"status"});
  EXPECT_TRUE(Contains(status.out, "at work")) << status.Describe();
  EXPECT_TRUE(first->Running());
}

TEST_F(ExecutorLease, FreeAtOnceWhenItsHolderWasKilled) {
  const auto first = StartSlowly();
  first->Signal(SIGKILL);
  ASSERT_EQ(ZdmOn(database_, {"throttle", "--off"}).exit_code, 0);
  const ProcessResult second = ZdmOn(database_, {"run"});
  EXPECT_EQ(second.exit_code, 0) << second.Describe();
}

TEST_F(ExecutorLease, TakenFromAHolderWithoutASignOfLife) {
  const auto first = StartSlowly();
  first->Signal(SIGSTOP);
  owner_->Must("UPDATE zdm.lease SET heartbeat_at = heartbeat_at - interval '1 hour'");
  ASSERT_EQ(ZdmOn(database_, {"throttle", "--off"}).exit_code, 0);
  const ProcessResult second = ZdmOn(database_, {"run"});
  EXPECT_EQ(second.exit_code, 0) << second.Describe();
  first->Signal(SIGCONT);
  const ProcessResult result = first->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 12) << result.Describe();
  EXPECT_TRUE(Contains(result.err, "run the same command again")) << result.Describe();
}

TEST_F(ExecutorLease, NobodyWritesWithAnOldToken) {
  const auto first = StartSlowly();
  owner_->Must("UPDATE zdm.lease SET token = token + 1, holder = 'somebody else'");
  const ProcessResult result = first->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 10) << result.Describe();
  EXPECT_TRUE(Contains(result.err, "somebody else")) << result.Describe();
}

TEST_F(ExecutorLease, ACutConnectionGoesOn) {
  const auto first = StartSlowly();
  owner_->Must(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
      "'zdm run'");
  const ProcessResult result = first->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 12) << result.Describe();
  ASSERT_EQ(ZdmOn(database_, {"throttle", "--off"}).exit_code, 0);
  EXPECT_EQ(ZdmOn(database_, {"run"}).exit_code, 0);
}

/// Every statement of the whole way there and back, killed there, typed again.
TEST(ExecutorKill, AtEveryStatementOfThePlan) {
  TestServer& server = SharedServer();
  const ScratchFolder folder;
  const std::string path = WritePlanFile(PersonPlan(server.version()), folder.path());
  TestDatabase before(server);
  CreatePerson(*before.Connect(), 30);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"run", path, "--until", "contract"},
                                             {"rollback"},
                                             {"run", path, "--until", "contract"},
                                             {"purge"}}) {
    TestDatabase after(server, before.name());
    const Disturbed whole = RunDisturbed(after, command, Disturbance::kKillBefore, 0);
    ASSERT_EQ(whole.result.exit_code, 0) << whole.result.Describe();
    const std::string expected = Everything(after);
    const int step = std::getenv("ZDM_TEST_ALL") != nullptr ? 1 : 7;
    for (int at = 1 + static_cast<int>(command.size() % 7); at <= whole.statements; at += step) {
      const TestDatabase database(server, before.name());
      const Disturbance disturbance =
          at % 2 == 0 ? Disturbance::kKillSent : Disturbance::kKillAnswered;
      const Disturbed run = RunDisturbed(database, command, disturbance, at);
      const ProcessResult again = ZdmOn(database, command);
      EXPECT_EQ(again.exit_code, 0) << command[0] << " " << at << ": " << run.statement << "\n"
                                    << again.Describe();
      EXPECT_EQ(Difference(expected, Everything(database)), "")
          << command[0] << " " << at << ": " << run.statement;
    }
    ASSERT_EQ(ZdmOn(before, command).exit_code, 0);
  }
}

}  // namespace
}  // namespace zdm::test
