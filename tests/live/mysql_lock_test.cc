// SPDX-License-Identifier: Apache-2.0
// Nobody waits on MariaDB and MySQL: each statement asks for the metadata locks that its step
// declares and no others, and no application statement waits behind us longer than the plan's lock
// timeout and 50 ms, whoever is in the way.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/live/declared_locks.h"
#include "tests/live/locks.h"
#include "tests/live/mysql_locks.h"
#include "tests/live/sample.h"
#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/proxy.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// Stands in the way of each statement of the plan that changes the catalog.
class MysqlLockRecorder {
 public:
  MysqlLockRecorder(const TestDatabase& database, std::vector<DeclaredStep> steps)
      : steps_(std::move(steps)), roadblock_(database) {}

  ProxyHooks Hooks() {
    ProxyHooks hooks;
    hooks.arrived = [this](const ProxiedStatement& statement) {
      if (Find(statement) != nullptr) roadblock_.Set();
      return Verdict::kPass;
    };
    hooks.sent = [this](const ProxiedStatement& statement) {
      const DeclaredStep* step = Find(statement);
      if (step == nullptr) return Verdict::kPass;
      roadblock_.Watch(statement.backend, seen_[step->id]);
      // A table that the step makes, or that is parked, has nobody who could wait.
      for (const auto& [table, mode] : step->locks) {
        if (roadblock_.StandsOn(table)) declared_[step->id][table] = mode;
      }
      return Verdict::kPass;
    };
    return hooks;
  }

  /// What was asked for and not declared, or the other way round.
  std::string Findings() const {
    std::string text;
    for (const auto& [step, locks] : seen_) {
      const auto found = declared_.find(step);
      const MetadataLocks declared = found == declared_.end() ? MetadataLocks() : found->second;
      if (locks != declared) {
        text += fmt::format("{}\n declared\n{} asked for\n{}", step, ShownLocks(declared),
                            ShownLocks(locks));
      }
    }
    return text;
  }
  std::size_t seen() const { return seen_.size(); }

 private:
  const DeclaredStep* Find(const ProxiedStatement& statement) const {
    for (const char* word :
         {"ALTER ", "CREATE ", "DROP ", "RENAME ", "ANALYZE ", "SET STATEMENT "}) {
      if (statement.text.starts_with(word)) return StepOf(steps_, statement.text);
    }
    return nullptr;
  }

  std::vector<DeclaredStep> steps_;
  Roadblock roadblock_;
  std::map<std::string, MetadataLocks> declared_, seen_;
};

class MysqlLockScenario : public testing::TestWithParam<CaseFile> {
 protected:
  void SetUp() override {
    TestServer& server = MysqlServerThatTells();
    const std::string defect = KnownDefect(GetParam(), server);
    if (!defect.empty()) GTEST_SKIP() << "known defect: " << defect;
    scenario_ = std::make_unique<Scenario>(GetParam(), server);
    database_ = scenario_->Before();
  }
  std::unique_ptr<Scenario> scenario_;
  std::unique_ptr<TestDatabase> database_;
};

TEST_P(MysqlLockScenario, DeclaredIsAskedFor) {
  const std::string plan = scenario_->Plan(*database_);
  MysqlLockRecorder recorder(*database_, DeclaredSteps(plan));
  {
    Proxy proxy(MysqlServerThatTells(), recorder.Hooks());
    const ProcessResult result =
        Zdm({"run", plan, "--until", "contract", "--db", proxy.Through(database_->Url())});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
  }
  EXPECT_GT(recorder.seen(), 0U) << "no statement of the plan was recognised";
  EXPECT_EQ(recorder.Findings(), "");
}

/// Probes on every table and a reader that stays: zdm must get through, and nobody wait for it.
TEST_P(MysqlLockScenario, NobodyWaits) {
  const int seconds = Everything() ? 10 : 2;
  const std::string plan = scenario_->Plan(*database_);
  const Control control(MysqlServerThatTells());
  const MysqlWaitSampler sampler(*database_);
  const MysqlProbes probes(*database_);
  auto reader = database_->Connect("app");
  reader->Must("START TRANSACTION");
  for (const std::string& table : MysqlTables(*database_)) {
    reader->Must(fmt::format("SELECT 1 FROM {} LIMIT 1", table));
  }
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    reader->Run("COMMIT");
  });
  const ProcessResult forward = Zdm({"run", plan, "--until", "contract", "--db", database_->Url()});
  leaves.join();
  const ProcessResult back = Zdm({"rollback", "--set-aside", "--db", database_->Url()});
  ASSERT_EQ(forward.exit_code, 0) << forward.Describe();
  ASSERT_EQ(back.exit_code, 0) << back.Describe();
  ASSERT_EQ(probes.Failure(), "");
  EXPECT_GT(sampler.Looks(), 10);
  EXPECT_LE(sampler.LongestBehindUs(), kLongestWaitMs + control.LongestMs())
      << sampler.Worst() << "\nthe machine's own noise: " << control.LongestMs() << " ms";
  std::cout << fmt::format("longest wait behind us {:.0f} ms, noise {:.0f} ms, {} statements\n",
                           sampler.LongestBehindUs(), control.LongestMs(), probes.Statements());
}

/// One scenario in so many; all of them with ZDM_TEST_ALL=1.
constexpr std::size_t kScenarioSample = 6;

std::vector<CaseFile> MysqlLockCases() {
  if (!OnSecondFamily()) return {};
  return TodaysShare(LiveCases(), kScenarioSample);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MysqlLockScenario);
INSTANTIATE_TEST_SUITE_P(Cases, MysqlLockScenario, testing::ValuesIn(MysqlLockCases()),
                         [](const auto& each) { return TestName(each.param.name); });

}  // namespace
}  // namespace zdm::test
