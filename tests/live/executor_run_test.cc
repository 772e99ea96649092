// SPDX-License-Identifier: Apache-2.0
// A plan forward, back, and out, by the program a user types.
#include <gtest/gtest.h>

#include "tests/live/executor_plan.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

class ExecutorRun : public ::testing::Test {
 protected:
  ExecutorRun() : owner_(database_.Connect()), plan_(PersonPlan(SharedServer().version())) {
    CreatePerson(*owner_, 100);
    path_ = WritePlanFile(plan_, folder_.path());
  }

  void Expect(int exit, std::vector<std::string> arguments) {
    last_ = ZdmOn(database_, std::move(arguments));
    ASSERT_EQ(last_.exit_code, exit) << last_.Describe();
  }
  bool Says(const std::string& part) const { return Contains(last_.err + last_.out, part); }

  TestDatabase database_{SharedServer()};
  std::unique_ptr<Session> owner_;
  ScratchFolder folder_;
  Plan plan_;
  std::string path_;
  ProcessResult last_;
};

TEST_F(ExecutorRun, ForwardAndPurge) {
  Expect(0, {"run", path_});
  EXPECT_TRUE(Says("deploy the new application")) << last_.Describe();
  EXPECT_EQ(
      owner_->Value("SELECT count(*) FROM person WHERE zdm_caps IS DISTINCT FROM upper(name)"),
      "0");
  Expect(0, {"run"});
  EXPECT_TRUE(Says("nothing to do")) << last_.Describe();
  Expect(0, {"verify"});
  Expect(0, {"run", "--until", "contract"});
  EXPECT_EQ(owner_->Value("SELECT caps FROM person WHERE id = 1"), "NAME 1");
  Expect(0, {"status"});
  EXPECT_TRUE(Says("contracted")) << last_.Describe();
  Expect(0, {"purge"});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM pg_attribute WHERE attrelid = 'person'::regclass "
                          "AND attname LIKE 'zdm%' AND NOT attisdropped"),
            "0");
  Expect(0, {"run", path_});
  EXPECT_TRUE(Says("done and purged")) << last_.Describe();
  Expect(0, {"rollback"});
  EXPECT_TRUE(Says("no plan stands here")) << last_.Describe();
}

TEST_F(ExecutorRun, APlanForAnotherServerVersionIsRefused) {
  plan_.server_version = 990001;
  path_ = WritePlanFile(plan_, folder_.path());
  const std::string before = Everything(database_);
  Expect(4, {"run", path_});
  EXPECT_TRUE(Says("ZDM5413")) << last_.Describe();
  EXPECT_EQ(Difference(before, Everything(database_)), "");
}

/// Never success without a look: a step whose check does not hold afterwards is a failure.
TEST_F(ExecutorRun, AStepWhoseCheckDoesNotHoldFails) {
  Step step;
  step.id = "e00-says-more-than-it-does";
  step.summary = "a step that does nothing";
  step.apply = {
      RunSql{LockPolicy::kShort, {}, {"SELECT 1"}, {}, {}},
      Probe{"SELECT count(*)::text FROM public.person WHERE name = 'nobody has it'", "1"}};
  plan_.steps.insert(plan_.steps.begin(), step);
  path_ = WritePlanFile(plan_, folder_.path());
  const std::string before = Everything(database_);
  Expect(1, {"run", path_});
  EXPECT_TRUE(Says("ZDM5403")) << last_.Describe();
  EXPECT_TRUE(Says("nobody has it")) << last_.Describe();
  Expect(0, {"rollback"});
  EXPECT_EQ(Difference(before, Everything(database_)), "");
}

TEST_F(ExecutorRun, BackFromEveryPhase) {
  const std::string before = Everything(database_);
  for (const std::string until : {"expand", "migrate", "contract"}) {
    Expect(0, {"run", path_, "--until", until});
    Expect(0, {"rollback"});
    EXPECT_EQ(Difference(before, Everything(database_)), "") << until;
    EXPECT_TRUE(Says("the catalog is again what it was")) << last_.Describe();
  }
}

TEST_F(ExecutorRun, BackToAPhaseAndForwardAgain) {
  Expect(0, {"run", path_, "--until", "contract"});
  Expect(0, {"rollback", "--to", "migrate"});
  EXPECT_EQ(owner_->Value("SELECT state FROM zdm.plan"), "migrated");
  Expect(0, {"rollback", "--to", "expand"});
  EXPECT_EQ(owner_->Value("SELECT state FROM zdm.plan"), "expanded");
  Expect(0, {"run", "--until", "contract"});
  EXPECT_EQ(owner_->Value("SELECT state FROM zdm.plan"), "contracted");
}

TEST_F(ExecutorRun, RowsThatARollbackWouldLose) {
  Expect(0, {"run", path_});
  owner_->Must("UPDATE person SET zdm_caps = 'OTHER' WHERE id = 3");
  const std::string migrated = Everything(database_);
  Expect(7, {"rollback"});
  EXPECT_TRUE(Says("public.person 3: OTHER")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5407")) << last_.Describe();
  EXPECT_EQ(Difference(migrated, Everything(database_)), "");
  Expect(7, {"verify"});
  EXPECT_TRUE(Says("ZDM5412")) << last_.Describe();
  Expect(0, {"rollback", "--set-aside"});
}

TEST_F(ExecutorRun, AnotherCatalog) {
  owner_->Must("ALTER TABLE person ADD COLUMN extra integer");
  const std::string before = Everything(database_);
  Expect(4, {"run", path_});
  EXPECT_TRUE(Says("+ extra integer")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5402")) << last_.Describe();
  EXPECT_EQ(Difference(before, Everything(database_)), "");
  owner_->Must("ALTER TABLE person DROP COLUMN extra");
  Expect(0, {"run", path_, "--until", "expand"});
  owner_->Must("ALTER TABLE person ADD COLUMN extra integer");
  Expect(4, {"run"});
  EXPECT_TRUE(Says("before migrate")) << last_.Describe();
  Expect(4, {"rollback"});
  EXPECT_TRUE(Says("+ extra integer")) << last_.Describe();
  EXPECT_EQ(owner_->Value("SELECT state FROM zdm.plan"), "rolled_back");
}

TEST_F(ExecutorRun, OnePlanInFlight) {
  Expect(0, {"run", path_, "--until", "expand"});
  Plan other = plan_;
  other.salt = "ffff";
  const std::string other_path = WritePlanFile(other, folder_.path());
  Expect(4, {"run", other_path});
  EXPECT_TRUE(Says("ZDM5203")) << last_.Describe();
  EXPECT_TRUE(Says(plan_.id.substr(0, 12))) << last_.Describe();
  EXPECT_TRUE(Says("zdm rollback")) << last_.Describe();
}

TEST_F(ExecutorRun, ViolationsNameKeysAndBothWaysOut) {
  owner_->Must("UPDATE person SET name = '' WHERE id IN (2, 5)");
  Expect(7, {"run", path_});
  EXPECT_TRUE(Says("public.person 2")) << last_.Describe();
  EXPECT_TRUE(Says("give these people a name")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5405")) << last_.Describe();
  owner_->Must("UPDATE person SET name = 'x' WHERE name = ''");
  Expect(0, {"run"});
}

TEST_F(ExecutorRun, DryRunWritesNothing) {
  const std::string before = Everything(database_);
  Expect(0, {"run", path_, "--dry-run", "--until", "contract"});
  EXPECT_TRUE(Contains(last_.out, "LOCK TABLE public.person IN ACCESS EXCLUSIVE MODE;"));
  EXPECT_EQ(Difference(before, Everything(database_)), "");
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM pg_namespace WHERE nspname = 'zdm'"), "0");
}

TEST_F(ExecutorRun, NoPlan) {
  Expect(2, {"run"});
  EXPECT_TRUE(Says("ZDM5408")) << last_.Describe();
  Expect(0, {"rollback"});
  Expect(0, {"status"});
  Expect(0, {"purge"});
  Expect(2, {"purge", "--plan", "77"});
  EXPECT_TRUE(Says("ZDM5415")) << last_.Describe();
}

TEST_F(ExecutorRun, Json) {
  Expect(0, {"run", path_, "--format", "json", "--until", "expand"});
  EXPECT_TRUE(Contains(last_.out, "\"state\": \"expanded\"")) << last_.Describe();
  EXPECT_EQ(last_.err, "");
  Expect(0, {"status", "--format", "json"});
  EXPECT_TRUE(Contains(last_.out, "\"state\": \"pending\"")) << last_.Describe();
  owner_->Must("ALTER TABLE person ADD COLUMN extra integer");
  Expect(4, {"run", "--format", "json"});
  EXPECT_TRUE(Contains(last_.out, "\"code\": \"ZDM5402\"")) << last_.Describe();
  EXPECT_EQ(last_.err, "");
}

}  // namespace
}  // namespace zdm::test
