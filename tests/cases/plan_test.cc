// SPDX-License-Identifier: Apache-2.0
// Before x after gives exactly the changes and the plan that stand in the scenario file.
#include <gtest/gtest.h>

#include <regex>

#include "tests/live/scenario.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// What differs from one machine or minor version to the next is taken out: hashes, paths,
/// versions.
std::string Golden(std::string text, const std::string& folder) {
  text = Replaced(text, folder + "/", "");
  text = std::regex_replace(text, std::regex("[0-9a-f]{64}"), "(plan id)");
  text = std::regex_replace(text, std::regex("^Plan [0-9a-f]{12} "), "Plan (id) ");
  text = std::regex_replace(text, std::regex("zdm_[0-9a-f]{10}"), "zdm_(hash)");
  text = std::regex_replace(text, std::regex("'[0-9a-f]{10,16}'"), "'(salt)'");
  text = std::regex_replace(text, std::regex("\\b1[0-9]00[0-9]{2}\\b"), "(server)");
  // The id covers the places of the files too, which differ from run to run.
  text = std::regex_replace(text, std::regex("Plan [0-9a-f]{12} for"), "Plan (id) for");
  return text;
}

class PlanOfCase : public testing::TestWithParam<CaseFile> {
 protected:
  void Expect(CaseFile& file, const std::string& section, const std::string& seen) {
    if (UpdateGoldens()) file.Set(section, seen);
    EXPECT_EQ(Difference(file.Text(section), seen), "")
        << section << " of " << file.path
        << "\nZDM_UPDATE_GOLDENS=1 rewrites it; read what changed line by line";
  }
};

/// Those of the family whose goldens are kept; what only others have is tried live.
std::vector<CaseFile> GoldenCases() {
  std::vector<CaseFile> cases = AllCases();
  std::erase_if(cases, [](const CaseFile& file) { return !file.Has("before.zdm"); });
  return cases;
}

TEST_P(PlanOfCase, IsTheOneInTheFile) {
  if (!CaseFitsServer(GetParam(), SharedServer())) GTEST_SKIP() << "for other versions";
  Scenario scenario(GetParam(), SharedServer());
  CaseFile file = LoadCase(GetParam().path);
  const ProcessResult changes = scenario.PrintChanges();
  ASSERT_EQ(changes.exit_code, 0) << changes.Describe();
  Expect(file, "changes", changes.out);
  const std::unique_ptr<TestDatabase> before = scenario.Before();
  const ProcessResult explained = Zdmc({"explain", scenario.Plan(*before)});
  ASSERT_EQ(explained.exit_code, 0) << explained.Describe();
  Expect(file, "plan", Golden(explained.out, scenario.folder()));
  if (UpdateGoldens()) SaveCase(file);
}

TEST_P(PlanOfCase, BothSchemasCheckOffline) {
  const ScratchFolder folder;
  for (const std::string section : {"before.zdm", "after.zdm"}) {
    const std::string path = folder.path() + "/" + section;
    WriteFile(path, GetParam().Text(section));
    const ProcessResult result = Zdmc({"check", path});
    EXPECT_EQ(result.exit_code, 0) << section << ": " << result.Describe();
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PlanOfCase);
INSTANTIATE_TEST_SUITE_P(Cases, PlanOfCase, testing::ValuesIn(GoldenCases()),
                         [](const auto& each) { return TestName(each.param.name); });

}  // namespace
}  // namespace zdm::test
