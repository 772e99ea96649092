// SPDX-License-Identifier: Apache-2.0
// Nobody waits: each step takes the locks that its plan declares and no others, and no application
// statement waits behind us longer than the plan's lock timeout and 50 ms, whoever is in the way.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "tests/live/declared_locks.h"
#include "tests/live/locks.h"
#include "tests/live/sample.h"
#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/proxy.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

Locks LocksOf(const DeclaredStep& step) {
  Locks locks;
  for (const auto& [table, mode] : step.locks) Add(locks, table, mode);
  return locks;
}

/// Watches each statement pass and what its backend then holds.
class LockRecorder {
 public:
  LockRecorder(const TestDatabase& database, std::vector<DeclaredStep> steps)
      : database_(database), steps_(std::move(steps)), watcher_(database.Connect()) {}

  ProxyHooks Hooks() {
    ProxyHooks hooks;
    hooks.arrived = [this](const ProxiedStatement& statement) {
      if (Concurrent(statement.text)) HoldUp(statement);
      return Verdict::kPass;
    };
    hooks.sent = [this](const ProxiedStatement& statement) {
      if (Concurrent(statement.text)) SeeConcurrent(statement);
      return Verdict::kPass;
    };
    hooks.answered = [this](const ProxiedStatement& statement) {
      Recognise(statement);
      if (statement.in_transaction) {
        Note(current_[statement.backend], HeldBy(*watcher_, statement.backend));
      } else {
        current_.erase(statement.backend);
      }
      return Verdict::kPass;
    };
    return hooks;
  }

  /// What was seen that was not declared, or the other way round.
  std::string Findings() const {
    std::string text;
    for (const DeclaredStep& step : steps_) {
      const auto seen = seen_.find(step.id);
      if (seen == seen_.end()) continue;  // asserts, backfills and what was done already
      const Locks declared = LocksOf(step);
      if (seen->second != declared) {
        text += fmt::format("{}\n declared\n{} held\n{}", step.id, Shown(declared),
                            Shown(seen->second));
      }
    }
    return text;
  }
  std::size_t seen() const { return seen_.size(); }

 private:
  static bool Concurrent(const std::string& text) {
    return Contains(text, " CONCURRENTLY ") && !Contains(text, "pg_");
  }
  /// Locks taken before the step's own statement (LOCK TABLE) belong to it too.
  void Recognise(const ProxiedStatement& statement) {
    const DeclaredStep* step = StepOf(steps_, statement.text);
    if (step == nullptr) return;
    current_[statement.backend] = step->id;
    seen_[step->id];
  }
  /// Under the lock of a table the sequences of its columns go along.
  void Note(const std::string& id, const Locks& locks) {
    if (id.empty()) return;
    const bool table_locked = std::any_of(locks.begin(), locks.end(), [](const auto& lock) {
      return !lock.first.starts_with("sequence ") && lock.second == "ACCESS EXCLUSIVE";
    });
    for (const auto& [relation, mode] : locks) {
      if (!relation.starts_with("sequence ")) {
        Add(seen_[id], relation, mode);
        continue;
      }
      const std::string name = relation.substr(std::string("sequence ").size());
      if (!table_locked || Declares(id, name)) Add(seen_[id], name, mode);
    }
  }
  bool Declares(const std::string& id, const std::string& relation) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const DeclaredStep& step) {
      return step.id == id && std::any_of(step.locks.begin(), step.locks.end(),
                                          [&](const auto& lock) { return lock.first == relation; });
    });
  }
  /// A writer of the table makes a concurrent statement wait where it can be looked at.
  void HoldUp(const ProxiedStatement& statement) {
    const DeclaredStep* step = StepOf(steps_, statement.text);
    if (step == nullptr) return;
    blocker_ = database_.Connect();
    blocker_->Must("BEGIN");
    for (const auto& [table, mode] : step->locks) {
      blocker_->Must(fmt::format("LOCK TABLE {} IN ROW EXCLUSIVE MODE", table));
    }
  }
  void SeeConcurrent(const ProxiedStatement& statement) {
    const DeclaredStep* step = StepOf(steps_, statement.text);
    if (step == nullptr) return;
    seen_[step->id];
    for (int i = 0; i < 300 && seen_[step->id].empty(); ++i) {
      Note(step->id, HeldBy(*watcher_, statement.backend));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    blocker_.reset();
  }

  const TestDatabase& database_;
  std::vector<DeclaredStep> steps_;
  std::unique_ptr<Session> watcher_;
  std::unique_ptr<Session> blocker_;
  std::map<int, std::string> current_;  ///< backend -> the step that it is in
  std::map<std::string, Locks> seen_;
};

class LockScenario : public testing::TestWithParam<CaseFile> {
 protected:
  void SetUp() override {
    if (!CaseFitsServer(GetParam(), SharedServer())) GTEST_SKIP() << "for other versions";
    scenario_ = std::make_unique<Scenario>(GetParam(), SharedServer());
    database_ = scenario_->Before();
  }
  std::vector<std::string> Tables() const {
    std::vector<std::string> tables;
    for (const Row& row : database_->Connect()
                              ->Run("SELECT oid::regclass FROM pg_class WHERE relkind = 'r'"
                                    " AND relnamespace = 'public'::regnamespace")
                              .rows) {
      tables.push_back(*row[0]);
    }
    return tables;
  }
  std::unique_ptr<Scenario> scenario_;
  std::unique_ptr<TestDatabase> database_;
};

TEST_P(LockScenario, DeclaredIsHeld) {
  LockRecorder recorder(*database_, DeclaredSteps(scenario_->Plan(*database_)));
  {
    Proxy proxy(SharedServer(), recorder.Hooks());
    const ProcessResult result = Zdm({"run", scenario_->Plan(*database_), "--until", "contract",
                                      "--db", proxy.Through(database_->Url())});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
  }
  EXPECT_GT(recorder.seen(), 0U) << "no statement of the plan was recognised";
  EXPECT_EQ(recorder.Findings(), "");
}

/// Probes on every table and a reader that stays: zdm must get through, and nobody wait for it.
TEST_P(LockScenario, NobodyWaits) {
  const int seconds = Everything() ? 10 : 2;
  const Control control(SharedServer());
  const WaitSampler sampler(*database_);
  const Probes probes(*database_, Tables());
  auto reader = database_->Connect("app");
  reader->Must("BEGIN");
  for (const std::string& table : Tables()) {
    reader->Must(fmt::format("SELECT 1 FROM {} LIMIT 1", table));
  }
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    reader->Run("COMMIT");
  });
  const ProcessResult forward =
      Zdm({"run", scenario_->Plan(*database_), "--until", "contract", "--db", database_->Url()});
  leaves.join();
  const ProcessResult back = Zdm({"rollback", "--set-aside", "--db", database_->Url()});
  ASSERT_EQ(forward.exit_code, 0) << forward.Describe();
  ASSERT_EQ(back.exit_code, 0) << back.Describe();
  ASSERT_EQ(probes.Failure(), "");
  EXPECT_LE(sampler.LongestBehindUs(), kLongestWaitMs + control.LongestMs())
      << sampler.Worst() << "\nthe machine's own noise: " << control.LongestMs() << " ms";
  std::cout << fmt::format("longest wait behind us {:.0f} ms, noise {:.0f} ms\n",
                           sampler.LongestBehindUs(), control.LongestMs());
}

/// The first scenario of each folder; all of them with ZDM_TEST_ALL=1.
std::vector<CaseFile> LockCases() {
  std::vector<CaseFile> result;
  if (OnSecondFamily()) return result;
  std::set<std::string> folders;
  for (CaseFile& file : LiveCases()) {
    const bool first = folders.insert(file.name.substr(0, file.name.find('/'))).second;
    const bool marked = Contains("\n" + file.Text("options"), "\nkill");
    if (first || marked || Everything()) {
      result.push_back(std::move(file));
    }
  }
  return result;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LockScenario);
INSTANTIATE_TEST_SUITE_P(Cases, LockScenario, testing::ValuesIn(LockCases()),
                         [](const auto& each) { return TestName(each.param.name); });

/// A plain autovacuum of the table is moved out of the way without anybody waiting for it.
TEST(Autovacuum, IsMovedOutOfTheWay) {
  if (OnSecondFamily()) GTEST_SKIP() << "only PostgreSQL has it";
  ServerOptions options;
  // A vacuum that sleeps 100 ms after each page.
  options.settings = {{"autovacuum_naptime", "1s"},
                      {"autovacuum_max_workers", "1"},
                      {"autovacuum_vacuum_cost_delay", "100ms"},
                      {"autovacuum_vacuum_cost_limit", "1"},
                      {"autovacuum_vacuum_threshold", "10000"},
                      {"autovacuum_vacuum_scale_factor", "0"},
                      {"autovacuum_analyze_threshold", "1000000"}};
  const auto server = StartServer(options);
  CaseFile file;
  file.name = "autovacuum";
  file.Set("before.zdm",
           "dialect postgresql;\ntable item {\n  id bigint primary key;\n  name text;\n}\n");
  file.Set("after.zdm",
           "dialect postgresql;\ntable item {\n  id bigint primary key;\n"
           "  title text renamed from name;\n}\n");
  file.Set("rows.sql", "INSERT INTO item SELECT i, 'n' FROM generate_series(1, 20000) i");
  Scenario scenario(file, *server);
  const auto database = scenario.Before();
  const std::string plan = scenario.Plan(*database);
  const auto owner = database->Connect();
  owner->Must("UPDATE item SET name = 'm'");
  // Whose it is is hidden from a plain role; nobody else takes this lock here.
  const std::string workers =
      "SELECT count(*) FROM pg_locks WHERE relation = 'item'::regclass AND granted"
      " AND mode = 'ShareUpdateExclusiveLock'";
  for (int i = 0; i < 600 && owner->Value(workers) == "0"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ASSERT_NE(owner->Value(workers), "0") << "no autovacuum came";
  const Control control(*server);
  const WaitSampler sampler(*database);
  const Probes probes(*database, {"item"});
  const ProcessResult result = Zdm({"run", plan, "--until", "expand", "--db", database->Url()});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(probes.Failure(), "");
  EXPECT_LE(sampler.LongestBehindUs(), kLongestWaitMs + control.LongestMs()) << sampler.Worst();
}

}  // namespace
}  // namespace zdm::test
