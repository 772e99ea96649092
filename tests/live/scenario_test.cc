// SPDX-License-Identifier: Apache-2.0
// Each scenario there and back again: forward phase by phase, rolled back from each, forward to the
// end, purged; both applications work whenever they should; catalogs are compared by the server's
// own dump program, rows by a plain SELECT.
#include "tests/live/scenario.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <regex>

#include "tests/support/dump.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// Rows as golden: without columns of ours, whose names depend on hashes.
std::string WithoutOurColumns(const std::string& rows) {
  static const std::regex ours("^zdm_[0-9a-f]{10}");
  std::vector<std::string> lines;
  for (const std::string& line : SplitLines(rows)) {
    std::string kept;
    for (std::size_t begin = 0; begin < line.size();) {
      const std::size_t end = std::min(line.find(" | ", begin), line.size());
      const std::string part = line.substr(begin, end - begin);
      if (!std::regex_search(part, ours)) kept += (kept.empty() ? "" : " | ") + part;
      begin = end + 3;
    }
    lines.push_back(kept);
  }
  return JoinLines(lines);
}

class LiveScenario : public testing::TestWithParam<CaseFile> {
 protected:
  void SetUp() override {
    if (!CaseFitsServer(GetParam(), SharedServer())) {
      GTEST_SKIP() << "for other versions of the server: " << GetParam().Text("options");
    }
    const std::string defect = KnownDefect(GetParam(), SharedServer());
    if (!defect.empty() && std::getenv("ZDM_TEST_KNOWN") == nullptr) {
      GTEST_SKIP() << "known defect: " << defect;
    }
    scenario_ = std::make_unique<Scenario>(GetParam(), SharedServer());
    database_ = scenario_->Before();
    control_ = scenario_->Before();
    old_ = std::make_unique<Application>("old", *database_, scenario_->OldSql());
    new_ = std::make_unique<Application>("new", *database_, scenario_->NewSql());
    control_old_ = std::make_unique<Application>("control", *control_, scenario_->OldSql());
  }

  void TearDown() override {
    if (HasFailure() && scenario_) std::cout << "again: " << scenario_->Again() << "\n";
  }

  void Do(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--db", database_->Url()});
    const ProcessResult result = Zdm(all);
    ASSERT_EQ(result.exit_code, 0)
        << fmt::format("zdm {}\n", fmt::join(arguments, " ")) << result.Describe();
    scenario_->Grant(*database_);
  }
  void Run(const std::string& until) { Do({"run", scenario_->Plan(*database_), "--until", until}); }
  /// Where the new shape holds what the old cannot, the scenario says so: refused first, then kept
  /// aside.
  void RollBack(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "rollback");
    if (scenario_->HasOption("set-aside")) {
      std::vector<std::string> plain = arguments;
      plain.insert(plain.end(), {"--db", database_->Url()});
      const std::string dump = database_->Dump();
      const ProcessResult refused = Zdm(plain);
      ASSERT_EQ(refused.exit_code, 7) << refused.Describe();
      ASSERT_EQ(Difference(dump, database_->Dump()), "") << "a refusal changed something";
      arguments.emplace_back("--set-aside");
    }
    Do(arguments);
  }
  void Old(const std::string& when) { EXPECT_EQ(old_->Work(), "") << when; }
  void New(const std::string& when) { EXPECT_EQ(new_->Work(), "") << when; }
  void Both(const std::string& when) {
    Old(when);
    New(when);
  }
  void CatalogIsBefore(const std::string& when) {
    EXPECT_EQ(Difference(scenario_->BeforeDump(), database_->Dump()), "") << when;
  }
  void Golden(const std::string& section) {
    const std::string family = scenario_->server().family();
    const std::string own = family == "postgresql" ? section : family + "/" + section;
    if (!GetParam().Has(own)) return;
    const std::string rows = WithoutOurColumns(database_->Rows());
    if (UpdateGoldens()) {
      CaseFile file = LoadCase(GetParam().path);
      file.Set(own, rows);
      SaveCase(file);
    }
    EXPECT_EQ(Difference(GetParam().Text(own), rows), "") << own;
  }

  void BackFromExpand();
  void BackFromMigrate();
  void BackFromContract();
  void ToTheEnd();
  void EqualsAfter(const std::string& when);

  std::unique_ptr<Scenario> scenario_;
  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<TestDatabase> control_;
  std::unique_ptr<Application> old_;
  std::unique_ptr<Application> new_;
  std::unique_ptr<Application> control_old_;
};

/// Compiling the same files again changes nothing; what import writes says the same.
void CompilesToNothing(const ProcessResult& compiled, const std::string& plan,
                       const std::string& when) {
  ASSERT_EQ(compiled.exit_code, 0) << when << ": " << compiled.Describe();
  EXPECT_TRUE(PlanIsEmpty(plan)) << when << ": " << Zdmc({"explain", plan}).out;
}

void LiveScenario::BackFromExpand() {
  Run("expand");
  Old("after expand");
  EXPECT_EQ(control_old_->Work(), "");
  Do({"rollback"});
  CatalogIsBefore("rolled back from expand");
  EXPECT_EQ(Difference(control_->Rows(), database_->Rows()), "")
      << "rows after a rollback, against those of a database that was never migrated";
  Old("rolled back from expand");
}

void LiveScenario::BackFromMigrate() {
  Run("expand");
  Both("after expand, the second time");
  Run("migrate");
  Both("after migrate");
  ASSERT_NO_FATAL_FAILURE(RollBack());
  CatalogIsBefore("rolled back from migrate");
  Golden("rows.rollback");
  Old("rolled back from migrate");
}

void LiveScenario::BackFromContract() {
  Run("migrate");
  Both("after migrate, the second time");
  Do({"verify"});
  Do({"rollback", "--to", "expand"});
  Both("rolled back to expand");
  Run("contract");
  New("after contract");
  EXPECT_EQ(
      Difference(scenario_->InUse(scenario_->StraightDump()), scenario_->InUse(database_->Dump())),
      "")
      << "contracted, parked things apart, against a database made straight from after.zdm";
  EqualsAfter("after contract");
  Golden("rows.contract");
  ASSERT_NO_FATAL_FAILURE(RollBack());
  CatalogIsBefore("rolled back from contract");
  Old("rolled back from contract");
}

void LiveScenario::ToTheEnd() {
  Run("contract");
  New("contracted again");
  Do({"purge"});
  New("purged");
  const std::string dump = database_->Dump();
  EXPECT_EQ(
      Difference(scenario_->Comparable(scenario_->StraightDump()), scenario_->Comparable(dump)), "")
      << "purged, against a database made straight from after.zdm";
  EXPECT_FALSE(Contains(dump, "zdm_")) << dump;
  EqualsAfter("purged");
}

void LiveScenario::EqualsAfter(const std::string& when) {
  const std::string plan = scenario_->folder() + "/again.json";
  CompilesToNothing(scenario_->CompileAfter(*database_, plan), plan, when);
  const std::string imported = scenario_->folder() + "/imported/schema.zdm";
  std::filesystem::create_directories(scenario_->folder() + "/imported");
  const ProcessResult import = Zdmc({"import", "--db", database_->Url(), "-o", imported});
  if (import.exit_code != 0) {
    ADD_FAILURE() << when << ": " << import.Describe();
    return;
  }
  CompilesToNothing(scenario_->CompileFile(imported, *database_, plan), plan,
                    when + ", imported:\n" + ReadFile(imported));
}

TEST_P(LiveScenario, ThereAndBack) {
  // The language cannot name a constraint that is not validated; such a scenario says so.
  if (!scenario_->HasOption("before-unnamed")) {
    const std::string plan = scenario_->folder() + "/nothing.json";
    CompilesToNothing(scenario_->CompileBefore(*database_, plan), plan, "before");
  }
  ASSERT_NO_THROW(scenario_->Plan(*database_));
  Old("before");
  EXPECT_EQ(control_old_->Work(), "");
  ASSERT_NO_FATAL_FAILURE(BackFromExpand());
  ASSERT_NO_FATAL_FAILURE(BackFromMigrate());
  ASSERT_NO_FATAL_FAILURE(BackFromContract());
  ASSERT_NO_FATAL_FAILURE(ToTheEnd());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LiveScenario);
INSTANTIATE_TEST_SUITE_P(Cases, LiveScenario, testing::ValuesIn(LiveCases()),
                         [](const auto& each) { return TestName(each.param.name); });

}  // namespace
}  // namespace zdm::test
