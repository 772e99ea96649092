// SPDX-License-Identifier: Apache-2.0
// Killed anywhere, it goes on: every command of a scenario's way forward and back, disturbed at
// every statement, then typed again; catalog and rows must be those of an undisturbed run.
//
// A sample of the statements of a sample of the scenarios; all with ZDM_TEST_ALL=1. One alone:
//   ZDM_TEST_CASES='^rename_column/basic$' ZDM_TEST_KILL='run --until expand@17' zdm_kill_tests
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <regex>

#include "tests/live/disturb.h"
#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

bool Everything() {
  return std::getenv("ZDM_TEST_ALL") != nullptr;
}

std::string Chosen() {
  const char* value = std::getenv("ZDM_TEST_KILL");
  return value == nullptr ? "" : value;
}

/// One command of the way, the database before it, and what an undisturbed run makes of that.
struct Leg {
  std::vector<std::string> arguments;
  std::unique_ptr<TestDatabase> before;
  std::string dump;
  std::string rows;
  int statements = 0;

  std::string Command() const {
    std::vector<std::string> words = arguments;
    std::erase_if(words, [](const std::string& word) { return Contains(word, ".json"); });
    return fmt::format("{}", fmt::join(words, " "));
  }
};

class Kill : public testing::TestWithParam<CaseFile> {
 protected:
  void SetUp() override {
    if (!CaseFitsServer(GetParam(), SharedServer())) {
      GTEST_SKIP() << "for other versions of the server";
    }
    scenario_ = std::make_unique<Scenario>(GetParam(), SharedServer());
  }

  void Prepare();
  void AddLeg(TestDatabase& database, std::vector<std::string> arguments);
  void Disturb(const Leg& leg, Disturbance disturbance, int at);

  std::unique_ptr<Scenario> scenario_;
  std::vector<Leg> legs_;
};

void Kill::AddLeg(TestDatabase& database, std::vector<std::string> arguments) {
  Leg leg;
  leg.arguments = std::move(arguments);
  leg.before = std::make_unique<TestDatabase>(database.server(), database.name());
  const Disturbed run = RunDisturbed(database, leg.arguments, Disturbance::kKillBefore, 0);
  ASSERT_EQ(run.result.exit_code, 0) << leg.Command() << ": " << run.result.Describe();
  leg.dump = database.Dump();
  leg.rows = database.Rows();
  leg.statements = run.statements;
  legs_.push_back(std::move(leg));
}

/// Forward phase by phase with both applications' writes between, back from contract, forward to
/// the end in one go, purge.
void Kill::Prepare() {
  const auto database = scenario_->Before();
  const std::string plan = scenario_->Plan();
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"run", plan, "--until", "expand"}));
  scenario_->Grant(*database);
  {
    Application old_application("old", *database, scenario_->OldSql());
    Application new_application("new", *database, scenario_->NewSql());
    ASSERT_EQ(old_application.Work(), "");
    ASSERT_EQ(new_application.Work(), "");
  }
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"run"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"run", "--until", "contract"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"rollback"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"run", plan, "--until", "contract"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"purge"}));
}

void Kill::Disturb(const Leg& leg, Disturbance disturbance, int at) {
  const TestDatabase database(leg.before->server(), leg.before->name());
  const Disturbed run = RunDisturbed(database, leg.arguments, disturbance, at);
  const std::string what = fmt::format(
      "`zdm {}`, {} statement {} of {}: {}\nagain: ZDM_TEST_CASES='^{}$' ZDM_TEST_KILL='{}@{}' "
      ".build/debug/tests/live/zdm_kill_tests",
      leg.Command(), ToString(disturbance), at, leg.statements, run.statement, GetParam().name,
      leg.Command(), at);
  if (!run.reached) {  // fewer statements than the undisturbed run: nothing was disturbed
    EXPECT_EQ(run.result.exit_code, 0) << what << "\n" << run.result.Describe();
  } else {
    std::vector<std::string> arguments = leg.arguments;
    arguments.insert(arguments.end(), {"--db", database.Url()});
    const ProcessResult again = Zdm(arguments);
    ASSERT_EQ(again.exit_code, 0) << what << "\nthe first time: " << run.result.Describe()
                                  << "\nthe second time: " << again.Describe();
  }
  EXPECT_EQ(Difference(leg.dump, database.Dump()), "") << what;
  EXPECT_EQ(Difference(leg.rows, database.Rows()), "") << what;
  EXPECT_EQ(Zdm({"status", "--db", database.Url()}).exit_code, 0) << what;
}

/// The statements of a leg that are disturbed, and how.
std::vector<std::pair<int, Disturbance>> Moments(const Leg& leg, std::uint64_t seed) {
  std::vector<std::pair<int, Disturbance>> moments;
  const std::string chosen = Chosen();
  for (int at = 1; at <= leg.statements; ++at) {
    if (!chosen.empty() && chosen != fmt::format("{}@{}", leg.Command(), at)) continue;
    moments.emplace_back(at, Disturbance::kKillAnswered);
    moments.emplace_back(at, Disturbance::kKillSent);
    if (at % 4 == 0 || !chosen.empty()) moments.emplace_back(at, Disturbance::kTerminate);
    if (at % 8 == 0 || !chosen.empty()) moments.emplace_back(at, Disturbance::kCrash);
  }
  if (Everything() || !chosen.empty()) return moments;
  std::mt19937_64 random(seed);
  std::shuffle(moments.begin(), moments.end(), random);
  moments.resize(std::min<std::size_t>(moments.size(), 4));
  return moments;
}

TEST_P(Kill, GoesOn) {
  ASSERT_NO_FATAL_FAILURE(Prepare());
  std::uint64_t seed = 1;
  int moments = 0;
  for (const Leg& leg : legs_) {
    for (const auto& [at, disturbance] : Moments(leg, seed++)) {
      ASSERT_NO_FATAL_FAILURE(Disturb(leg, disturbance, at));
      if (HasFailure()) return;
      ++moments;
    }
  }
  std::cout << moments << " disturbances\n";
}

/// The first scenario of each folder and those marked "kill"; all of them with ZDM_TEST_ALL=1.
std::vector<CaseFile> KillCases() {
  std::vector<CaseFile> result;
  std::map<std::string, int> folders;
  for (CaseFile& file : LiveCases()) {
    const int nth = folders[file.name.substr(0, file.name.find('/'))]++;
    const bool marked = Contains("\n" + file.Text("options"), "\nkill");
    if (nth == 0 || marked || Everything()) result.push_back(std::move(file));
  }
  return result;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Kill);
INSTANTIATE_TEST_SUITE_P(Cases, Kill, testing::ValuesIn(KillCases()),
                         [](const auto& each) { return TestName(each.param.name); });

}  // namespace
}  // namespace zdm::test
