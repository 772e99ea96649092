// SPDX-License-Identifier: Apache-2.0
// Backfills on MariaDB and MySQL: keys of many kinds and none, rows that cannot be filled, rows
// that somebody holds, traffic meanwhile; paused and stopped.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/plan/plan_json.h"
#include "tests/live/locks.h"
#include "tests/live/mysql_executor_fixture.h"

namespace zdm::test {
namespace {

constexpr const char* kTwice = "twice = n * 2, mark = 1";

class MysqlExecutorBackfill : public MysqlExecutor {
 protected:
  void SetUp() override {
    MysqlExecutor::SetUp();
    if (!IsSkipped()) Prepare(1);
  }

  /// One step that fills column `twice` of table `thing`.
  std::string FillPlan(std::vector<KeyColumn> key, const std::string& assignments,
                       const std::string& careful = "") {
    Plan plan = plan_;
    zdm::Backfill fill;
    fill.table = database_->name() + ".thing";
    fill.sql_table = "`" + database_->name() + "`.`thing`";
    fill.key = std::move(key);
    fill.unfilled = "mark = 0";
    fill.assignments = assignments;
    fill.careful_assignments = careful;
    Step step;
    step.id = "m01-fill-thing";
    step.phase = Phase::kMigrate;
    step.summary = "fill thing";
    step.apply.action = fill;
    step.apply.done = Probe{"SELECT count(*) FROM " + fill.sql_table + " WHERE mark = 0", "0"};
    plan.salt += std::to_string(++plans_);
    plan.steps = {step};
    plan.questions.clear();
    plan.verifications.clear();
    plan.purge.clear();
    plan.id = PlanId(plan);
    return WritePlanFile(plan, folder_.path());
  }

  /// Table thing with the numbers 1 to `rows` as `i` in `values`.
  void Create(const std::string& columns, const std::string& values, int rows) {
    owner_->Must("DROP TABLE IF EXISTS thing");
    owner_->Must("CREATE TABLE thing (" + columns + ", twice bigint, mark tinyint DEFAULT 0)");
    owner_->Must(fmt::format(
        "INSERT INTO thing WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
        "< {}) SELECT {}, NULL, 0 FROM n",
        rows, values));
  }
  std::string Unfilled() { return owner_->Value("SELECT count(*) FROM thing WHERE mark = 0"); }
  std::string RowsDone() {
    return owner_->Value(
        "SELECT rows_done FROM zdm.backfill WHERE database_name = database() ORDER BY updated_at "
        "DESC LIMIT 1");
  }

  int plans_ = 0;
};

TEST_P(MysqlExecutorBackfill, WithoutAKey) {
  Create("n bigint", "i", 5000);
  Expect(0, {"run", FillPlan({}, kTwice)});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "5000");
  EXPECT_EQ(RowsDone(), "5000");
}

TEST_P(MysqlExecutorBackfill, KeysOfManyKinds) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"int", "i - 1000"},
      {"bigint unsigned", "18446744073709551615 - i"},
      {"varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
       "if(i = 1, '', concat(char(39), char(92), i))"},
      {"varchar(40) CHARACTER SET latin1", "concat('k ', i)"},
      {"char(36)", "uuid()"},
      {"datetime(6)", "date_add('2020-01-01', INTERVAL i * 1000001 MICROSECOND)"},
      {"decimal(20,3)", "i * 10.125"},
      {"binary(16)", "unhex(lpad(hex(i * 77), 32, 'ff'))"},
      {"varbinary(20)", "unhex(lpad(hex(i), 8, '0'))"},
      {"date", "date_add('1000-01-01', INTERVAL i DAY)"},
  };
  for (const auto& [type, value] : kinds) {
    Create("n bigint, `Key;1` " + type + ", PRIMARY KEY (`Key;1`)", "i, " + value, 3000);
    Expect(0, {"run", FillPlan({{"`Key;1`", type}}, kTwice)});
    EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "3000") << type;
    EXPECT_EQ(RowsDone(), "3000") << type;
  }
  Create(
      "n bigint, a enum('z', 'y', 'x') NOT NULL, b int NOT NULL, c varchar(9) NOT NULL, UNIQUE "
      "(a, b, c)",
      "i, 1 + i % 3, i % 50, i", 3000);
  Expect(0, {"run", FillPlan({{"`a`", "enum('z','y','x')"}, {"`b`", "int"}, {"`c`", "varchar(9)"}},
                             kTwice)});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "3000");
}

TEST_P(MysqlExecutorBackfill, ARowThatCannotBeFilledIsNamed) {
  Create("id int PRIMARY KEY, n bigint", "i, if(i = 777, 0, i)", 2000);
  Expect(7, {"run", FillPlan({{"`id`", "int"}}, "twice = 10 / n, mark = 1")});
  EXPECT_TRUE(Says("thing 777: ")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5405")) << last_.Describe();
  owner_->Must("UPDATE thing SET n = 1 WHERE id = 777");
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
}

TEST_P(MysqlExecutorBackfill, CarefulWhereAValueDoesNotFit) {
  Create("id int PRIMARY KEY, n bigint", "i, i % 500", 2000);
  Expect(0,
         {"run", FillPlan({{"`id`", "int"}}, "twice = 10 / n, mark = 1",
                          "twice = if(n = 0, NULL, 10 / nullif(n, 0)), mark = if(n = 0, 2, 1)")});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE mark = 2"), "4");
}

/// A batch that passes over rows of others and is ended for its length becomes a smaller one.
TEST_P(MysqlExecutorBackfill, SlowRowsBesideOnesThatSomebodyHolds) {
  Create("id int PRIMARY KEY, n bigint", "i, i", 600);
  const auto application = database_->Connect("app");
  application->Must("START TRANSACTION");
  application->Must("UPDATE thing SET n = n WHERE id = 7");
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::seconds(4));
    application->Run("COMMIT");
  });
  owner_->Must(
      "CREATE TRIGGER slow BEFORE UPDATE ON thing FOR EACH ROW "
      "SET NEW.twice = NEW.twice + benchmark(2000, sha2(concat('x', NEW.n), 256))");
  Expect(0, {"run", FillPlan({{"`id`", "int"}}, kTwice)});
  leaves.join();
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "600");
}

/// Nobody is waited for, and the key may stand in the expression.
TEST_P(MysqlExecutorBackfill, RowsThatSomebodyHolds) {
  Create("id int PRIMARY KEY, n bigint", "i, i", 3000);
  const auto application = database_->Connect("app");
  application->Must("START TRANSACTION");
  application->Must("UPDATE thing SET n = n + 1 WHERE id IN (7, 1500)");
  server().Administer("GRANT PROCESS ON *.* TO owner@'%'", "");
  Expect(11, {"run", FillPlan({{"`id`", "int"}}, "twice = n * 2 + id * 0, mark = 1"),
              "--lock-budget", "2"});
  server().Administer("REVOKE PROCESS ON *.* FROM owner@'%'", "");
  EXPECT_TRUE(Says(fmt::format("process {} (", application->BackendId()))) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5404")) << last_.Describe();
  EXPECT_EQ(Unfilled(), "2");
  application->Must("COMMIT");
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
}

/// A server that takes a table for empty would read all of it first, and meet the held row.
TEST_P(MysqlExecutorBackfill, RowsThatSomebodyHoldsInATableTakenForEmpty) {
  Create("id int PRIMARY KEY, n bigint", "i, i", 0);
  owner_->Must("DELETE FROM thing");
  owner_->Must("ALTER TABLE thing STATS_PERSISTENT = 1, STATS_AUTO_RECALC = 0");
  owner_->Must("ANALYZE TABLE thing");
  owner_->Must(
      "INSERT INTO thing WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "900) SELECT i, i, NULL, 0 FROM n");
  const auto application = database_->Connect("app");
  application->Must("START TRANSACTION");
  application->Must("UPDATE thing SET n = n + 1 WHERE id = 7");
  Expect(11, {"run", FillPlan({{"`id`", "int"}}, kTwice), "--lock-budget", "2"});
  EXPECT_EQ(Unfilled(), "1");
}

TEST_P(MysqlExecutorBackfill, PausedAndStopped) {
  Create("id int PRIMARY KEY, n bigint", "i, i", 20000);
  Expect(0, {"throttle", "--rows-per-second", "3000"});
  const std::string path = FillPlan({{"`id`", "int"}}, kTwice);
  const std::string filled =
      "SELECT coalesce(max(rows_done), 0) > 0 FROM zdm.backfill WHERE database_name = database()";
  for (const auto& [signal, exit] : {std::pair(SIGTERM, 143), std::pair(SIGINT, 130)}) {
    const auto run = StartZdm(*database_, {"run", path});
    ASSERT_TRUE(Becomes(*owner_, filled, "1"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    run->Signal(signal);
    const ProcessResult result = run->Wait(std::chrono::seconds(20));
    EXPECT_EQ(result.exit_code, exit) << result.Describe();
  }
  const auto run = StartZdm(*database_, {"run"});
  Expect(0, {"pause"});
  const ProcessResult result = run->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 13) << result.Describe();
  Expect(0, {"resume"});
  Expect(0, {"throttle", "--off"});
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
  EXPECT_EQ(RowsDone(), "20000");
}

/// Both sides are kept in sync while an application writes, and none of its statements waits long.
TEST_P(MysqlExecutorBackfill, WithTraffic) {
  Prepare(60000);
  Expect(0, {"run", path_, "--until", "expand"});
  std::atomic<bool> ending{false};
  std::atomic<int> failed{0};
  std::atomic<int> statements{0};
  std::atomic<double> longest{0};
  const Control control(server());
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      const auto session = database_->Connect("app");
      for (int i = 0; !ending; ++i) {
        const int id = (writer * 7919 + i * 104729) % 60000 + 1;
        const std::string sql =
            i % 5 == 0 ? fmt::format("INSERT INTO person (name) VALUES ('new {} {}')", writer, i)
            : i % 5 == 1
                ? fmt::format("DELETE FROM person WHERE id = {}", id)
                : fmt::format("UPDATE person SET name = 'w{} {}' WHERE id = {}", writer, i, id);
        const auto began = std::chrono::steady_clock::now();
        failed += session->Run(sql).ok() ? 0 : 1;
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - began;
        if (took.count() > longest) longest = took.count();
        ++statements;
      }
    });
  }
  Expect(0, {"run"});
  ending = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(owner_->Value(kUnsynced), "0");
  EXPECT_EQ(failed, 0) << "of " << statements;
  EXPECT_LE(longest, kLongestWaitMs + control.LongestMs()) << "of " << statements;
  Expect(0, {"verify"});
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlExecutorBackfill, ::testing::Values("mariadb", "mysql"),
                         FamilyOfTest);

}  // namespace
}  // namespace zdm::test
