// SPDX-License-Identifier: Apache-2.0
// Plans that are not what was compiled, or not for this database: refused before the first
// statement.
#include <fmt/format.h>

#include <regex>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

class BadPlans : public CliTest {
 protected:
  void SetUp() override {
    PrepareRename();
    before_ = database_->Dump();
    text_ = ReadFile(plan());
  }
  ProcessResult RunText(const std::string& text) const {
    WriteFile(File("bad.json"), text);
    return Run({"run", File("bad.json")});
  }
  void TearDown() override {
    EXPECT_EQ(Difference(before_, database_->Dump()), "") << "something was changed";
  }
  std::string before_;
  std::string text_;
};

TEST_F(BadPlans, EditedByHand) {
  const std::string edited = Replaced(text_, "full_name", "fool_name");
  ASSERT_NE(edited, text_);
  EXPECT_TRUE(Refused(RunText(edited), 2, {"ZDM5102"}));
  const std::string slower = std::regex_replace(text_, std::regex("\"lock_timeout_ms\": *\\d+"),
                                                "\"lock_timeout_ms\": 60000");
  ASSERT_NE(slower, text_);
  EXPECT_TRUE(Refused(RunText(slower), 2, {"ZDM5102"}));
}

TEST_F(BadPlans, Truncated) {
  for (const double part : {0.0, 0.1, 0.5, 0.99}) {
    const auto size = static_cast<std::size_t>(part * static_cast<double>(text_.size()));
    EXPECT_TRUE(Refused(RunText(text_.substr(0, size)), 2, {"ZDM51"})) << part;
  }
  EXPECT_TRUE(Refused(RunText("not a plan"), 2, {"ZDM5101"}));
  EXPECT_TRUE(Refused(RunText("{}"), 2, {"ZDM51"}));
  EXPECT_TRUE(Refused(RunText("[]"), 2, {"ZDM51"}));
}

TEST_F(BadPlans, OfAnotherVersion) {
  const std::string newer =
      std::regex_replace(text_, std::regex("\"format\": *\\d+"), "\"format\": 999");
  ASSERT_NE(newer, text_);
  EXPECT_TRUE(Refused(RunText(newer), 2, {"ZDM5103", "999"}));
}

TEST_F(BadPlans, NoSuchFile) {
  const ProcessResult result = Run({"run", "/nowhere/plan.json"});
  EXPECT_TRUE(Refused(result, 2, {"/nowhere/plan.json"}));
}

TEST_F(BadPlans, ForAnotherDatabase) {
  const TestDatabase other(SharedServer());
  const ProcessResult empty = Zdm({"run", plan(), "--db", other.Url()});
  EXPECT_TRUE(Refused(empty, 4, {"ZDM5402", "person"}));
  other.Connect()->Must("CREATE TABLE person (id int, name varchar(5))");
  const ProcessResult different = Zdm({"run", plan(), "--db", other.Url()});
  EXPECT_TRUE(Refused(different, 4, {"ZDM5402", "person"}));
}

/// Where the plan touches it, the catalog must be what it was; elsewhere it may change.
TEST_F(BadPlans, TheCatalogMovedOn) {
  const auto owner = database_->Connect();
  owner->Must("ALTER TABLE person ALTER COLUMN name SET DEFAULT 'x'");
  EXPECT_TRUE(Refused(Run({"run", plan()}), 4, {"ZDM5402", "name"}));
  owner->Must("ALTER TABLE person ALTER COLUMN name DROP DEFAULT");
  owner->Must("CREATE TABLE elsewhere (id int)");
  EXPECT_EQ(Run({"run", plan()}).exit_code, 0);
  EXPECT_EQ(Run({"rollback"}).exit_code, 0);
  owner->Must("DROP TABLE elsewhere");
}

TEST_F(BadPlans, AnotherPlanIsInFlight) {
  ASSERT_EQ(Run({"run", plan(), "--until", "expand"}).exit_code, 0);
  const ProcessResult compile = CompileText(
      std::string("dialect postgresql;\n") + kPersonRenamed + "table more { id int; }\n",
      File("other.json"));
  EXPECT_TRUE(Refused(compile, 4, {"ZDM4044"}));
  ASSERT_EQ(Run({"rollback"}).exit_code, 0);
  ASSERT_EQ(CompileText(
                std::string("dialect postgresql;\n") + kPersonRenamed + "table more { id int; }\n",
                File("other.json"))
                .exit_code,
            0);
  ASSERT_EQ(Run({"run", plan(), "--until", "expand"}).exit_code, 0);
  EXPECT_TRUE(Refused(Run({"run", File("other.json")}), 4, {"ZDM5203"}));
  ASSERT_EQ(Run({"rollback"}).exit_code, 0);
}

}  // namespace
}  // namespace zdm::test
