// SPDX-License-Identifier: Apache-2.0
// Backfills of tables without a key, with keys of every kind, with rows that cannot be filled, with
// rows that somebody holds; paused, throttled, stopped.
#include <gtest/gtest.h>
#include <signal.h>

#include "runtime/plan/plan_json.h"
#include "tests/live/executor_plan.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// One step that fills column `twice` of table `thing`.
Plan FillPlan(std::vector<KeyColumn> key, const std::string& assignments,
              const std::string& careful = "") {
  Step step;
  step.id = "m01-fill-public.thing";
  step.phase = Phase::kMigrate;
  step.summary = "fill thing";
  zdm::Backfill fill;
  fill.table = "public.thing";
  fill.sql_table = "public.thing";
  fill.key = std::move(key);
  fill.unfilled = "mark = 0";
  fill.assignments = assignments;
  fill.careful_assignments = careful;
  step.apply.action = fill;
  step.apply.done = Probe{"SELECT count(*)::text FROM public.thing WHERE mark = 0", "0"};
  Plan plan;
  plan.compiler = "by hand";
  plan.dialect = Dialect::kPostgresql;
  plan.server_version = SharedServer().version() * 10000;
  plan.salt = "cafe";
  plan.steps = {step};
  plan.id = PlanId(plan);
  return plan;
}

class ExecutorBackfill : public ::testing::Test {
 protected:
  ExecutorBackfill() : owner_(database_.Connect()) {}

  void Create(const std::string& columns, const std::string& rows) {
    owner_->Must("CREATE TABLE public.thing (" + columns +
                 ", twice bigint, mark smallint DEFAULT 0)");
    owner_->Must(rows);
  }
  void Expect(int exit, std::vector<std::string> arguments) {
    last_ = ZdmOn(database_, std::move(arguments));
    ASSERT_EQ(last_.exit_code, exit) << last_.Describe();
  }
  std::string Unfilled() { return owner_->Value("SELECT count(*) FROM thing WHERE mark = 0"); }
  bool Says(const std::string& part) const { return Contains(last_.err, part); }

  TestDatabase database_{SharedServer()};
  std::unique_ptr<Session> owner_;
  ScratchFolder folder_;
  ProcessResult last_;
};

constexpr const char* kTwice = "twice = n * 2, mark = 1";

TEST_F(ExecutorBackfill, WithoutAKey) {
  Create("n bigint", "INSERT INTO thing (n) SELECT i FROM generate_series(1, 5000) i");
  Expect(0, {"run", WritePlanFile(FillPlan({}, kTwice), folder_.path())});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "5000");
  EXPECT_EQ(owner_->Value("SELECT rows_done FROM zdm.backfill"), "5000");
}

TEST_F(ExecutorBackfill, KeysOfManyKinds) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"integer", "i - 1000"},
      {"text COLLATE \"C\"", "CASE i WHEN 1 THEN '' ELSE chr(39) || chr(92) || i END"},
      {"uuid", "md5(i::text)::uuid"},
      {"timestamptz", "'2020-01-01'::timestamptz + i * interval '1.000001 seconds'"},
      {"double precision", "CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE i / 3.0 END"},
      {"bytea", "decode(lpad(to_hex(i), 8, '0'), 'hex')"},
      {"numeric", "i * 10"},
      {"boolean, n2 bigint", "i % 2 = 0, i"},
  };
  for (const auto& [type, value] : kinds) {
    owner_->Must("DROP TABLE IF EXISTS thing");
    const bool two = Contains(type, "n2");
    Create("n bigint, \"Key;1\" " + type + ", PRIMARY KEY (\"Key;1\"" + (two ? ", n2" : "") + ")",
           "INSERT INTO thing SELECT i, " + value + " FROM generate_series(1, 3000) i");
    std::vector<KeyColumn> key = {{"\"Key;1\"", type.substr(0, type.find_first_of(",C"))}};
    if (two) {
      key.push_back({"n2", "bigint"});
    }
    Plan plan = FillPlan(key, kTwice);
    plan.salt = type;
    Expect(0, {"run", WritePlanFile(plan, folder_.path())});
    EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE twice = n * 2"), "3000") << type;
  }
}

TEST_F(ExecutorBackfill, ARowThatCannotBeFilledIsNamed) {
  Create("id integer PRIMARY KEY, n bigint",
         "INSERT INTO thing SELECT i, CASE i WHEN 777 THEN 0 ELSE i END FROM "
         "generate_series(1, 2000) i");
  Expect(7, {"run", WritePlanFile(FillPlan({{"id", "integer"}}, "twice = 10 / n, mark = 1"),
                                  folder_.path())});
  EXPECT_TRUE(Says("public.thing 777: division by zero")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5405")) << last_.Describe();
  owner_->Must("UPDATE thing SET n = 1 WHERE id = 777");
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
}

TEST_F(ExecutorBackfill, CarefulWhereAValueDoesNotFit) {
  Create("id integer PRIMARY KEY, n bigint",
         "INSERT INTO thing SELECT i, i % 500 FROM generate_series(1, 2000) i");
  const std::string careful =
      "twice = CASE WHEN n = 0 THEN NULL ELSE 10 / n END, mark = CASE WHEN n = 0 THEN 2 ELSE 1 END";
  Expect(0,
         {"run", WritePlanFile(FillPlan({{"id", "integer"}}, "twice = 10 / n, mark = 1", careful),
                               folder_.path())});
  EXPECT_EQ(owner_->Value("SELECT count(*) FROM thing WHERE mark = 2"), "4");
}

TEST_F(ExecutorBackfill, RowsThatSomebodyHolds) {
  Create("id integer PRIMARY KEY, n bigint",
         "INSERT INTO thing SELECT i, i FROM generate_series(1, 3000) i");
  const auto application = database_.Connect();
  application->Must("SET application_name = 'the shop'");
  application->Must("BEGIN");
  application->Must("UPDATE thing SET n = n + 1 WHERE id IN (7, 1500)");
  Expect(11, {"run", WritePlanFile(FillPlan({{"id", "integer"}}, kTwice), folder_.path()),
              "--lock-budget", "2"});
  EXPECT_TRUE(Says("the shop")) << last_.Describe();
  EXPECT_TRUE(Says("ZDM5404")) << last_.Describe();
  EXPECT_EQ(Unfilled(), "2");
  application->Must("COMMIT");
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
}

TEST_F(ExecutorBackfill, RowsFarApartAmongRowsThatAreSlowToRead) {
  Create(
      "id integer PRIMARY KEY, n bigint",
      "INSERT INTO thing SELECT i, i, 0, (i % 150 <> 0)::integer FROM generate_series(1, 600) i");
  owner_->Must(
      "CREATE FUNCTION slow(smallint) RETURNS boolean LANGUAGE sql VOLATILE AS "
      "$$SELECT pg_sleep(0.001) IS NOT NULL AND $1 = 0$$");
  Plan plan = FillPlan({{"id", "integer"}}, kTwice);
  std::get<zdm::Backfill>(plan.steps[0].apply.action).unfilled = "public.slow(mark)";
  plan.id = PlanId(plan);
  // No batch reads what lies between the rows: each is cancelled after 100 ms.
  const auto began = std::chrono::steady_clock::now();
  Expect(0, {"run", WritePlanFile(plan, folder_.path())});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(60));
  EXPECT_EQ(Unfilled(), "0");
  EXPECT_EQ(owner_->Value("SELECT rows_done FROM zdm.backfill"), "4");
}

TEST_F(ExecutorBackfill, PausedStoppedAndHeldBack) {
  Create("id integer PRIMARY KEY, n bigint",
         "INSERT INTO thing SELECT i, i FROM generate_series(1, 40000) i");
  Expect(0, {"throttle", "--rows-per-second", "3000"});
  const std::string path = WritePlanFile(FillPlan({{"id", "integer"}}, kTwice), folder_.path());
  const auto filled = "SELECT coalesce(max(rows_done), 0) > 0 FROM zdm.backfill";
  const auto at_work =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
      "pg_database WHERE datname = current_database())";
  for (const auto& [signal, exit] : {std::pair(SIGTERM, 143), std::pair(SIGINT, 130)}) {
    const auto run = StartZdm(database_, {"run", path});
    ASSERT_TRUE(Becomes(*owner_, at_work, "1"));
    ASSERT_TRUE(Becomes(*owner_, filled, "t"));
    run->Signal(signal);
    const ProcessResult result = run->Wait(std::chrono::seconds(20));
    EXPECT_EQ(result.exit_code, exit) << result.Describe();
    EXPECT_TRUE(Contains(result.err, "ZDM5411")) << result.Describe();
  }
  const auto run = StartZdm(database_, {"run"});
  Expect(0, {"pause"});
  ProcessResult result = run->Wait(std::chrono::seconds(20));
  EXPECT_EQ(result.exit_code, 13) << result.Describe();
  EXPECT_TRUE(Contains(result.err, "ZDM5410")) << result.Describe();
  Expect(13, {"run"});
  Expect(0, {"status"});
  EXPECT_TRUE(Contains(last_.out, "paused")) << last_.Describe();
  Expect(0, {"status", "--format", "json"});
  EXPECT_TRUE(Contains(last_.out, "zdm resume")) << last_.Describe();
  EXPECT_FALSE(Contains(last_.out, "zdm run")) << last_.Describe();
  Expect(0, {"resume"});
  Expect(0, {"throttle", "--off"});
  EXPECT_NE(Unfilled(), "0");
  Expect(0, {"run"});
  EXPECT_EQ(Unfilled(), "0");
  // Went on each time: but for batches that gave way no row was filled twice.
  EXPECT_EQ(owner_->Value("SELECT rows_done FROM zdm.backfill"), "40000");
}

}  // namespace
}  // namespace zdm::test
