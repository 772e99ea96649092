// SPDX-License-Identifier: Apache-2.0
// A plan forward, back, and out on MariaDB and MySQL, by the program a user types.
#include <gtest/gtest.h>

#include "tests/live/executor_plan.h"
#include "tests/live/mysql_executor_fixture.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

class MysqlExecutorRun : public MysqlExecutor {
 protected:
  void SetUp() override {
    MysqlExecutor::SetUp();
    if (!IsSkipped()) Prepare(100);
  }
};

TEST_P(MysqlExecutorRun, ForwardAndPurge) {
  Expect(0, {"run", path_});
  EXPECT_TRUE(Says("deploy the new application")) << last_.Describe();
  EXPECT_EQ(owner_->Value(kUnsynced), "0");
  Expect(0, {"run"});
  EXPECT_TRUE(Says("nothing to do")) << last_.Describe();
  Expect(0, {"verify"});
  Expect(0, {"run", "--until", "contract"});
  EXPECT_EQ(owner_->Value("SELECT zdm_caps FROM person WHERE id = 1"), "NAME 1");
  Expect(0, {"status"});
  EXPECT_TRUE(Says("contracted")) << last_.Describe();
  Expect(0, {"purge"});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM information_schema.columns WHERE table_schema = "
                          "database() AND column_name = 'zdm_mark'"),
            "0");
  Expect(0, {"run", path_});
  EXPECT_TRUE(Says("done and purged")) << last_.Describe();
  Expect(0, {"rollback"});
  EXPECT_TRUE(Says("no plan stands here")) << last_.Describe();
}

TEST_P(MysqlExecutorRun, APlanForAnotherServerVersionIsRefused) {
  plan_.server_version -= 100;
  plan_.id = "";
  Expect(4, {"run", WritePlanFile(plan_, folder_.path())});
  EXPECT_TRUE(Says("ZDM5413")) << last_.Describe();
}

TEST_P(MysqlExecutorRun, RollbackFromEveryPhase) {
  const std::string before = Everything(*database_);
  for (const char* until : {"expand", "migrate", "contract"}) {
    Expect(0, {"run", path_, "--until", until});
    Expect(0, {"rollback"});
    EXPECT_EQ(Difference(before, Everything(*database_)), "") << until;
  }
}

TEST_P(MysqlExecutorRun, RollbackToAPhase) {
  Expect(0, {"run", path_, "--until", "contract"});
  Expect(0, {"rollback", "--to", "migrate"});
  EXPECT_TRUE(Says("zdm run")) << last_.Describe();
  Expect(0, {"rollback", "--to", "expand"});
  Expect(0, {"run", "--until", "contract"});
  Expect(0, {"rollback"});
}

TEST_P(MysqlExecutorRun, RollbackLooksFirst) {
  Expect(0, {"run", path_});
  owner_->Must("UPDATE person SET zdm_caps = 'ANNA', zdm_mark = 1 WHERE id = 3");
  const std::string before = Everything(*database_);
  Expect(7, {"rollback"});
  EXPECT_TRUE(Says("person 3: ANNA")) << last_.Describe();
  EXPECT_EQ(Difference(before, Everything(*database_)), "");
  Expect(0, {"rollback", "--set-aside"});
}

TEST_P(MysqlExecutorRun, AnAssertionNamesKeys) {
  owner_->Must("UPDATE person SET name = '' WHERE id IN (4, 5)");
  Expect(7, {"run", path_});
  EXPECT_TRUE(Says("person 4: empty")) << last_.Describe();
  owner_->Must("UPDATE person SET name = 'x' WHERE name = ''");
  Expect(0, {"run"});
}

TEST_P(MysqlExecutorRun, AnotherCatalogIsRefused) {
  owner_->Must("ALTER TABLE person ADD COLUMN extra integer");
  Expect(4, {"run", path_});
  EXPECT_TRUE(Says("ZDM5402")) << last_.Describe();
}

TEST_P(MysqlExecutorRun, DryRunWritesNothing) {
  const std::string before = Everything(*database_);
  Expect(0, {"run", path_, "--dry-run", "--until", "contract"});
  EXPECT_TRUE(Contains(last_.out, "ADD COLUMN zdm_caps")) << last_.Describe();
  EXPECT_FALSE(Contains(last_.out, "BEGIN;\n-- within")) << last_.Describe();
  EXPECT_EQ(Difference(before, Everything(*database_)), "");
}

TEST_P(MysqlExecutorRun, PauseAndResume) {
  Expect(0, {"pause"});
  Expect(13, {"run", path_});
  Expect(0, {"resume"});
  Expect(0, {"run", path_});
}

/// Between two statements that commit, nothing could say where a killed run stood.
TEST_P(MysqlExecutorRun, TwoFinalStatementsInOneOperationAreRefused) {
  auto& sql = std::get<RunSql>(plan_.steps[0].apply.action);
  sql.statements.push_back("ALTER TABLE person COMMENT 'x'");
  plan_.id = "";
  const std::string before = Everything(*database_);
  Expect(1, {"run", WritePlanFile(plan_, folder_.path())});
  EXPECT_TRUE(Says("more than one statement that commits by itself")) << last_.Describe();
  EXPECT_EQ(Difference(before, Everything(*database_)), "");
}

TEST_P(MysqlExecutorRun, TwoDatabasesOfOneServer) {
  const TestDatabase other(server());
  CreateMysqlPerson(*other.Connect(), 10);
  const std::string plan = WritePlanFile(MysqlPersonPlan(other), folder_.path());
  Expect(0, {"run", path_, "--until", "expand"});
  const ProcessResult second = ZdmOn(other, {"run", plan});
  EXPECT_EQ(second.exit_code, 0) << second.Describe();
  Expect(0, {"run"});
  Expect(0, {"rollback"});
  const ProcessResult status = ZdmOn(other, {"status"});
  EXPECT_TRUE(Contains(status.out, "migrated")) << status.Describe();
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlExecutorRun, ::testing::Values("mariadb", "mysql"),
                         FamilyOfTest);

}  // namespace
}  // namespace zdm::test
