// SPDX-License-Identifier: Apache-2.0
// Killed anywhere, it goes on: every command of a scenario's way forward and back is killed at a
// statement, typed again, killed at the next one, and so on until it comes to its end; catalog and
// rows must then be those of an undisturbed run. Some statements meet a cut connection or a crash
// of the server instead.
//
// A sample of the statements of a sample of the scenarios; all with ZDM_TEST_ALL=1. One alone, in a
// database where nothing was disturbed before:
//   ZDM_TEST_CASES='^rename_column/basic$' ZDM_TEST_KILL='run --until expand@17' zdm_kill_tests
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "tests/live/disturb.h"
#include "tests/live/landmarks.h"
#include "tests/live/sample.h"
#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

std::string Chosen() {
  const char* value = std::getenv("ZDM_TEST_KILL");
  return value == nullptr ? "" : value;
}

/// One command of the way, the database before it, and what an undisturbed run makes of that.
struct Leg {
  std::vector<std::string> arguments;
  std::unique_ptr<TestDatabase> before;  ///< a copy, where the state lives in the database
  std::string state;                     ///< else the whole server as it was
  std::string dump;
  std::string rows;
  std::vector<std::string> statements;

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
  /// The database as it was before the leg.
  std::shared_ptr<TestDatabase> Restored(const Leg& leg) const;
  void DisturbOnce(const Leg& leg, Disturbance disturbance, int at);
  void DisturbAll(const Leg& leg);
  void IsAsUndisturbed(const Leg& leg, const TestDatabase& database, const std::string& what);

  std::unique_ptr<Scenario> scenario_;
  std::shared_ptr<TestDatabase> database_;
  std::vector<Leg> legs_;
  std::mt19937_64 random_{1};
  int disturbances_ = 0;
};

/// Rows without what no two runs share: moments and random UUIDs (of volatile defaults), and the
/// values of columns that the scenario calls `counted` (a batch done again counts on).
std::string RowsOf(const TestDatabase& database, const CaseFile& file) {
  static const std::regex moment(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00)");
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
  static const std::regex counted("^counted (\\w+)$");
  std::string rows = std::regex_replace(database.Rows(), moment, "(a moment)");
  rows = std::regex_replace(rows, uuid, "(a uuid)");
  for (const std::string& line : SplitLines(file.Text("options"))) {
    std::smatch match;
    if (!std::regex_match(line, match, counted)) continue;
    rows = std::regex_replace(rows, std::regex("\\b" + match[1].str() + "=\\d+"),
                              match[1].str() + "=(counted)");
  }
  return rows;
}

void Kill::AddLeg(TestDatabase& database, std::vector<std::string> arguments) {
  Leg leg;
  leg.arguments = std::move(arguments);
  if (database.server().family() == "postgresql") {
    leg.before = std::make_unique<TestDatabase>(database.server(), database.name());
  } else {
    leg.state = database.server().SaveState();
  }
  int backend = 0;
  const Disturbed run =
      RunDisturbed(database, leg.arguments, [&](const ProxiedStatement& statement) {
        if (backend == 0) backend = statement.backend;
        if (statement.backend == backend) leg.statements.push_back(statement.text);
        return Disturbance::kNone;
      });
  ASSERT_EQ(run.result.exit_code, 0) << leg.Command() << ": " << run.result.Describe();
  leg.dump = database.Dump();
  leg.rows = RowsOf(database, GetParam());
  legs_.push_back(std::move(leg));
}

/// Forward phase by phase with both applications' writes between, back from contract, forward to
/// the end in one go, purge.
void Kill::Prepare() {
  database_ = scenario_->Before();
  const auto database = database_;
  const std::string plan = scenario_->Plan(*database);
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
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"rollback", "--set-aside"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"run", plan, "--until", "contract"}));
  ASSERT_NO_FATAL_FAILURE(AddLeg(*database, {"purge"}));
}

std::shared_ptr<TestDatabase> Kill::Restored(const Leg& leg) const {
  if (leg.before) {
    return std::make_shared<TestDatabase>(leg.before->server(), leg.before->name());
  }
  database_->server().RestoreState(leg.state);
  return database_;
}

void Kill::IsAsUndisturbed(const Leg& leg, const TestDatabase& database, const std::string& what) {
  EXPECT_EQ(Difference(leg.dump, database.Dump()), "") << what;
  EXPECT_EQ(Difference(leg.rows, RowsOf(database, GetParam())), "") << what;
  EXPECT_EQ(Zdm({"status", "--db", database.Url()}).exit_code, 0) << what;
}

void Kill::DisturbOnce(const Leg& leg, Disturbance disturbance, int at) {
  const auto restored = Restored(leg);
  const TestDatabase& database = *restored;
  const Disturbed run = RunDisturbed(database, leg.arguments, disturbance, at);
  const std::string what = fmt::format("`zdm {}`, {} statement {}: {}", leg.Command(),
                                       ToString(disturbance), at, run.statement);
  ASSERT_TRUE(run.reached) << what;
  std::vector<std::string> arguments = leg.arguments;
  arguments.insert(arguments.end(), {"--db", database.Url()});
  const ProcessResult again = Zdm(arguments);
  ASSERT_EQ(again.exit_code, 0) << what << "\nthe first time: " << run.result.Describe()
                                << "\nthe second time: " << again.Describe();
  IsAsUndisturbed(leg, database, what);
}

/// One in so many statements is disturbed in a sample.
constexpr std::uint64_t kSample = 8;

void Kill::DisturbAll(const Leg& leg) {
  const auto restored = Restored(leg);
  const TestDatabase& database = *restored;
  Landmarks landmarks(leg.statements);
  std::set<std::string> seen;
  std::string story;
  for (std::size_t runs = 0; runs <= 3 * leg.statements.size() + 10; ++runs) {
    landmarks.Restart();
    int backend = 0;
    Disturbance how = Disturbance::kNone;
    const auto choose = [&](const ProxiedStatement& statement) {
      if (backend == 0) backend = statement.backend;
      if (statement.backend != backend) return Disturbance::kNone;  // the watcher beside it
      if (!seen.insert(landmarks.Place(statement.text)).second) return Disturbance::kNone;
      if (!Everything() && random_() % kSample != 0) return Disturbance::kNone;
      const std::uint64_t dice = random_() % 32;
      how = dice == 0   ? Disturbance::kCrash
            : dice < 4  ? Disturbance::kTerminate
            : dice < 18 ? Disturbance::kKillSent
                        : Disturbance::kKillAnswered;
      return how;
    };
    const Disturbed run = RunDisturbed(database, leg.arguments, choose);
    if (!run.reached) {
      ASSERT_EQ(run.result.exit_code, 0) << leg.Command() << " after\n"
                                         << story << run.result.Describe();
      return IsAsUndisturbed(leg, database, leg.Command() + " after\n" + story);
    }
    ++disturbances_;
    story += fmt::format("{}: {}\n", ToString(how), run.statement);
    const bool killed = how == Disturbance::kKillSent || how == Disturbance::kKillAnswered;
    // The last statement of all may be the one whose connection was cut.
    ASSERT_TRUE(killed || run.result.exit_code == 12 || run.result.exit_code == 0)
        << leg.Command() << " after\n"
        << story << run.result.Describe();
  }
  FAIL() << leg.Command() << " does not come to its end:\n" << story;
}

/// The statement that was asked for by ZDM_TEST_KILL, in every way.
void OnlyChosen(const std::string& chosen, const Leg& leg,
                const std::function<void(Disturbance, int)>& disturb) {
  const std::string prefix = leg.Command() + "@";
  if (chosen.compare(0, prefix.size(), prefix) != 0) return;
  const int at = std::stoi(chosen.substr(prefix.size()));
  for (const auto how :
       {Disturbance::kKillBefore, Disturbance::kKillSent, Disturbance::kKillAnswered,
        Disturbance::kTerminate, Disturbance::kCrash}) {
    disturb(how, at);
  }
}

TEST_P(Kill, GoesOn) {
  ASSERT_NO_FATAL_FAILURE(Prepare());
  for (const Leg& leg : legs_) {
    if (!Chosen().empty()) {
      OnlyChosen(Chosen(), leg, [&](Disturbance how, int at) { DisturbOnce(leg, how, at); });
    } else {
      DisturbAll(leg);
    }
    if (HasFailure()) return;
  }
  std::cout << disturbances_ << " disturbances\n";
}

/// Of the scenarios of the second family, whose servers start anew for each leg, one in so many.
constexpr std::size_t kScenarioSample = 15;

/// The first scenario of each folder and those marked "kill"; all of them with ZDM_TEST_ALL=1.
std::vector<CaseFile> KillCases() {
  if (OnSecondFamily()) return TodaysShare(LiveCases(), kScenarioSample);
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
