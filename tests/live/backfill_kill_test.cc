// SPDX-License-Identifier: Apache-2.0
// Kills at random moments of a backfill: it goes on where it was, and fills no row twice but those
// of the batch that was under way.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <random>
#include <thread>

#include "tests/live/disturb.h"
#include "tests/live/sample.h"
#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

constexpr int kRows = 40000;

CaseFile LargeTable() {
  CaseFile file;
  file.name = "backfill";
  file.Set("before.zdm",
           "dialect postgresql;\ntable item {\n  id bigint primary key;\n  price text;\n}\n");
  file.Set("after.zdm",
           "dialect postgresql;\ntable item {\n  id bigint primary key;\n  price integer;\n"
           "  transition {\n    from price text;\n    up price = price::integer;\n"
           "    down price = price::text;\n  }\n}\n");
  file.Set("rows.sql", fmt::format("INSERT INTO item SELECT i, (i % 977)::text FROM "
                                   "generate_series(1, {}) i; ANALYZE item;",
                                   kRows));
  file.Set("mariadb/before.zdm",
           "dialect mariadb;\ntable item {\n  id bigint primary key;\n  price varchar(20);\n}\n");
  file.Set("mariadb/after.zdm",
           "dialect mariadb;\ntable item {\n  id bigint primary key;\n"
           "  cost varchar(20) renamed from price;\n}\n");
  file.Set("mariadb/rows.sql",
           fmt::format("INSERT INTO item WITH d AS (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 "
                       "UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT "
                       "7 UNION SELECT 8 UNION SELECT 9) SELECT i, i % 977 FROM (SELECT a.n + "
                       "10 * b.n + 100 * c.n + 1000 * e.n + 10000 * f.n + 1 AS i FROM d a, d b, "
                       "d c, d e, d f) AS s WHERE i <= {};",
                       kRows));
  file.Set("options", "allow all\n");
  return file;
}

class BackfillKill : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scenario_ = std::make_unique<Scenario>(LargeTable(), SharedServer());
    expanded_ = scenario_->Before();
    const ProcessResult result =
        Zdm({"run", scenario_->Plan(*expanded_), "--until", "expand", "--db", expanded_->Url()});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
    if (OnSecondFamily()) state_ = SharedServer().SaveState();
    const auto whole = Expanded();
    const Disturbed run = RunDisturbed(*whole, {"run"}, Disturbance::kKillBefore, 0);
    ASSERT_EQ(run.result.exit_code, 0) << run.result.Describe();
    statements_ = run.statements;
    rows_ = whole->Rows();
  }
  static void TearDownTestSuite() {
    expanded_.reset();
    scenario_.reset();
  }

  /// A database as it is after expand.
  static std::shared_ptr<TestDatabase> Expanded() {
    if (!OnSecondFamily()) {
      return std::make_shared<TestDatabase>(SharedServer(), expanded_->name());
    }
    SharedServer().RestoreState(state_);  // the journal stands outside the database
    return expanded_;
  }

  static std::unique_ptr<Scenario> scenario_;
  static std::shared_ptr<TestDatabase> expanded_;
  static std::string state_;
  static int statements_;
  static std::string rows_;
};

std::unique_ptr<Scenario> BackfillKill::scenario_;
std::shared_ptr<TestDatabase> BackfillKill::expanded_;
std::string BackfillKill::state_;
int BackfillKill::statements_ = 0;
std::string BackfillKill::rows_;

/// Rows that were updated since the database was made, as the server counts them.
std::int64_t UpdatedRows(const TestDatabase& database) {
  const auto session = database.Connect();
  if (OnSecondFamily()) {
    return std::stoll(*session->Run("SHOW GLOBAL STATUS LIKE 'Handler_update'").rows.at(0).at(1));
  }
  std::int64_t last = -1;
  for (int attempt = 0; attempt < 100; ++attempt) {  // counters of ended sessions come late
    const std::int64_t now = std::stoll(
        session->Value("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'item'"));
    if (now >= kRows && now == last) return now;
    last = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return last;
}

TEST_F(BackfillKill, AtRandomMoments) {
  ASSERT_GT(statements_, 0);
  const int kills = Everything() ? 200 : 10;
  std::mt19937_64 random(7);
  int done = 0;
  while (done < kills) {
    const auto expanded = Expanded();
    const TestDatabase& database = *expanded;
    int here = 0;
    std::string story;
    // Several kills of one backfill, then to its end.
    for (int i = 0; i < 4; ++i, ++here) {
      const int at = 1 + static_cast<int>(random() % static_cast<std::uint64_t>(statements_));
      const auto how = static_cast<Disturbance>(random() % 3);
      const Disturbed run = RunDisturbed(database, {"run"}, how, at);
      story += fmt::format("{} statement {}: {}\n", ToString(how), at, run.statement);
      if (!run.reached) break;
    }
    const ProcessResult last = Zdm({"run", "--db", database.Url()});
    ASSERT_EQ(last.exit_code, 0) << story << last.Describe();
    EXPECT_EQ(Difference(rows_, database.Rows()), "") << story;
    // A batch is at most a few thousand rows, and some are taken back on a slow machine; a backfill
    // that starts anew would do all of them.
    EXPECT_LE(UpdatedRows(database), kRows + 5000 * (here + 1)) << story;
    const ProcessResult verified = Zdm({"verify", "--db", database.Url()});
    EXPECT_EQ(verified.exit_code, 0) << story << verified.Describe();
    if (HasFailure()) return;
    done += std::max(here, 1);
  }
}

}  // namespace
}  // namespace zdm::test
