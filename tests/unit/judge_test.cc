// SPDX-License-Identifier: Apache-2.0
// Which texts parser, memory and server settle, and what is said of those that none knows.
#include "compiler/catalog/judge.h"

#include <gtest/gtest.h>

#include "compiler/catalog/postgres_judge.h"
#include "compiler/schema/postgres_rules.h"
#include "runtime/journal/postgres_family.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

Column MakeColumn(const std::string& name, const std::string& type, const std::string& text = "",
                  bool judged = false) {
  Column column;
  column.name = name;
  column.type.sql = type;
  if (!text.empty()) column.default_value = Expression{text, judged, {}};
  return column;
}

class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    Table table;
    table.name = {"public", "t"};
    table.columns = {MakeColumn("a", "text", "'x'::text", true), MakeColumn("b", "integer")};
    table.checks = {{"t_check", {"(b > 0)", true, {}}, false, true, true, {}, {}, {}}};
    current.tables = {table};
    table.columns[0].default_value->judged = false;
    table.checks[0].expression = {"b>0", false, {}};
    desired.schema.tables = {table};
    nobody.no_scratch = "nobody is here";
  }

  Table& table() { return desired.schema.tables[0]; }

  std::vector<Judgement> Judge(const ScratchJudge& scratch) {
    diagnostics = {};
    return JudgeSchema(current, desired, PostgresRules(), memory, scratch, diagnostics);
  }
  void ExpectCode(const Code& code) {
    ASSERT_EQ(diagnostics.all().size(), 1U);
    EXPECT_EQ(ToString(diagnostics.all()[0].code), ToString(code)) << diagnostics.all()[0].text;
  }

  Schema current;
  DesiredSchema desired;
  std::vector<Judgement> memory;
  ScratchJudge nobody;
  Diagnostics diagnostics;
};

TEST_F(JudgeTest, TheParserSettlesWhatHasTheCatalogsTree) {
  EXPECT_TRUE(Judge(nobody).empty());
  EXPECT_TRUE(diagnostics.all().empty());
  EXPECT_EQ(table().checks[0].expression.sql, "(b > 0)");
  EXPECT_TRUE(table().checks[0].expression.judged);
}

TEST_F(JudgeTest, ARenamedColumnsTextsFollowIt) {
  table().columns[1].name = "c";
  table().columns[1].renamed_from = RenamedFrom{"b", {}};
  table().checks[0] = {"t_c_check", {"c > 0", false, {}}, false, true, true, {}, {}, {}};
  Judge(nobody);
  EXPECT_TRUE(diagnostics.all().empty());
  EXPECT_EQ(table().checks[0].expression.sql, "(c > 0)");
}

TEST_F(JudgeTest, AnotherTypeUnderTheTextNeedsAServer) {
  table().columns[1].type.sql = "bigint";
  Judge(nobody);
  ExpectCode(codes::kUnjudged);
  EXPECT_EQ(diagnostics.all()[0].notes.at(0).text, "nobody is here");
}

TEST_F(JudgeTest, AServerIsAskedOnceAndRemembered) {
  const test::TestDatabase database(test::SharedServer());
  ConnectOptions options;
  options.url = database.Url();
  const std::unique_ptr<Database> connection = Connect({PostgresFamily()}, options);
  std::size_t asked = 0;
  ScratchJudge server;
  JudgePlace place = JudgePlace::kInside;
  server.ask = [&](std::vector<JudgeTask>& tasks) {
    asked += tasks.size();
    AskPostgres(*connection, place, {}, tasks);
  };
  table().columns.push_back(MakeColumn("c", "text", "'y'"));
  table().columns.push_back(MakeColumn("d", "text", "'y'"));
  memory = Judge(server);
  EXPECT_TRUE(diagnostics.all().empty());
  EXPECT_EQ(asked, 1U);
  EXPECT_EQ(table().columns[3].default_value->sql, "'y'::text");
  EXPECT_EQ(table().columns[3].default_volatility, Volatility::kConstant);
  ASSERT_EQ(memory.size(), 1U);
  EXPECT_EQ(memory[0].question, "default in public as text: 'y'");

  table().columns[3].default_value = Expression{"'y'", false, {}};
  EXPECT_EQ(Judge(nobody), memory);
  EXPECT_TRUE(diagnostics.all().empty());
  EXPECT_EQ(table().columns[3].default_value->sql, "'y'::text");

  table().columns[3].default_value = Expression{"nonesuch()", false, {}};
  Judge(server);
  ExpectCode(codes::kJudgeRefused);
  place = JudgePlace::kPrivate;
  Judge(server);
  ExpectCode(codes::kScratchLacks);

  table().columns[3] = MakeColumn("d", "timestamp with time zone");
  Transition transition;
  transition.up = {{"d", {"now()", false, {}}, {}}};
  table().transitions = {transition};
  Judge(server);
  ExpectCode(codes::kNotImmutable);
}

}  // namespace
}  // namespace zdm
