// SPDX-License-Identifier: Apache-2.0
// Rows a second of a backfill against one plain UPDATE of the same rows, on a table with the sync
// trigger, a key and two indexes, and on one with a key alone, at 100,000 and 1,000,000 rows,
// analyzed and not; and by how much the table grows. Ratios of one run; exit 1 when one falls
// short. Release build:
//   cmake --build --preset release --target zdm zdm_backfill_bench &&
//   .build/release/tests/bench/zdm_backfill_bench
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "runtime/plan/plan_json.h"
#include "tests/live/executor_plan.h"

namespace zdm::test {
namespace {

constexpr double kLeastAgainstUpdate = 0.8;
constexpr double kLeastAgainstSmall = 0.8;
constexpr double kMostGrowth = 0.4;

struct Setting {
  std::string plan;  ///< its path
  bool indexed = true;
};

struct Measure {
  double rows_a_second = 0;
  double growth = 0;
  double hot = 0;
};

double Seconds(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double Number(Session& session, const std::string& sql) {
  return std::strtod(session.Value(sql).c_str(), nullptr);
}

/// The table after expand, with its trigger.
std::unique_ptr<TestDatabase> Expanded(TestServer& server, const Setting& setting, int rows,
                                       bool analyzed) {
  auto database = std::make_unique<TestDatabase>(server);
  const auto owner = database->Connect();
  CreatePerson(*owner, rows);
  if (setting.indexed) {
    owner->Must("CREATE INDEX ON person (name)");
    owner->Must("CREATE INDEX ON person (about)");
  }
  owner->Must("ALTER TABLE person SET (autovacuum_enabled = false)");
  if (analyzed) {
    owner->Must("ANALYZE person");
  }
  const ProcessResult result = ZdmOn(*database, {"run", setting.plan, "--until", "expand"});
  if (result.exit_code != 0) {
    fmt::print("{}\n", result.Describe());
    std::exit(1);
  }
  return database;
}

Measure OfUpdate(TestServer& server, const Setting& setting, int rows) {
  const auto database = Expanded(server, setting, rows, true);
  const auto owner = database->Connect();
  const double size = Number(*owner, "SELECT pg_table_size('person')");
  const double seconds = Seconds([&] {
    owner->Must(
        "UPDATE person SET zdm_caps = pg_catalog.upper(name), zdm_mark = 1 "
        "WHERE zdm_mark = 0");
  });
  return {rows / seconds, Number(*owner, "SELECT pg_table_size('person')") / size - 1, 0};
}

Measure OfBackfill(TestServer& server, const Setting& setting, int rows, bool analyzed) {
  const auto database = Expanded(server, setting, rows, analyzed);
  const auto owner = database->Connect();
  const double size = Number(*owner, "SELECT pg_table_size('person')");
  const ProcessResult result = ZdmOn(*database, {"run"});
  if (result.exit_code != 0) {
    fmt::print("{}\n", result.Describe());
    std::exit(1);
  }
  const double busy =
      Number(*owner,
             "SELECT extract(epoch FROM s.done_at - s.started_at) FROM zdm.step AS s "
             "WHERE step_id LIKE 'm01%'");
  Measure measure{rows / busy, Number(*owner, "SELECT pg_table_size('person')") / size - 1, 0};
  measure.hot = Number(*owner,
                       "SELECT n_tup_hot_upd::float8 / greatest(n_tup_upd, 1) FROM "
                       "pg_stat_user_tables WHERE relname = 'person'");
  fmt::print("  {:>9} rows{}: {:>8.0f} rows/s, growth {:.0f} %, HOT {:.0f} %, last batch {} rows\n",
             rows, analyzed ? "" : ", never analyzed", measure.rows_a_second, measure.growth * 100,
             measure.hot * 100, owner->Value("SELECT batch_rows FROM zdm.backfill"));
  return measure;
}

bool Judge(const char* what, double value, double bound, bool at_least) {
  const bool good = at_least ? value >= bound : value <= bound;
  fmt::print("{} {:<58} {:>5.2f} (bound {:.2f})\n", good ? "ok  " : "FAIL", what, value, bound);
  return good;
}

bool Compare(TestServer& server, const Setting& setting, int large) {
  fmt::print("{}\n", setting.indexed ? "a key and two indexes" : "only a key");
  const Measure update = OfUpdate(server, setting, large);
  fmt::print("  one UPDATE of {} rows: {:.0f} rows/s, growth {:.0f} %\n", large,
             update.rows_a_second, update.growth * 100);
  const Measure small = OfBackfill(server, setting, large / 10, true);
  const Measure analyzed = OfBackfill(server, setting, large, true);
  const Measure blind = OfBackfill(server, setting, large, false);
  bool good = Judge("rows/s against one UPDATE", analyzed.rows_a_second / update.rows_a_second,
                    kLeastAgainstUpdate, true);
  good &= Judge("rows/s against a tenth of the rows", analyzed.rows_a_second / small.rows_a_second,
                kLeastAgainstSmall, true);
  good &= Judge("the same, never analyzed", blind.rows_a_second / small.rows_a_second,
                kLeastAgainstSmall, true);
  good &= Judge("growth of the table", analyzed.growth, kMostGrowth, false);
  return good;
}

int Main(int large) {
  TestServer& server = SharedServer();
  const ScratchFolder folder;
  const std::string plan = WritePlanFile(PersonPlan(server.version()), folder.path());
  const bool indexed = Compare(server, {plan, true}, large);
  const bool bare = Compare(server, {plan, false}, large);
  return indexed && bare ? 0 : 1;
}

}  // namespace
}  // namespace zdm::test

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return zdm::test::Main(argc > 1 ? std::atoi(argv[1]) : 1000000);
}
