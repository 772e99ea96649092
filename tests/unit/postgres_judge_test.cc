// SPDX-License-Identifier: Apache-2.0
// The judge on a real server: texts come back as the server prints them, and nothing stays.
#include "compiler/catalog/postgres_judge.h"

#include <gtest/gtest.h>

#include "compiler/schema/postgres_rules.h"
#include "runtime/journal/postgres_family.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

using Outcome = JudgeTask::Outcome;

class PostgresJudgeTest : public testing::Test {
 protected:
  PostgresJudgeTest() : database_(test::SharedServer()) {
    ConnectOptions options;
    options.url = database_.Url();
    connection_ = Connect({PostgresFamily()}, options);
  }

  static Column MakeColumn(const std::string& name, const std::string& type) {
    Column column;
    column.name = name;
    column.type.sql = type;
    return column;
  }

  JudgeTask Ask(JudgeKind kind, const std::string& text, const std::string& type = "",
                const std::vector<Column>& columns = {}, bool pinned = false) {
    JudgeTask task;
    task.kind = kind;
    task.schema = "public";
    task.text = text;
    task.type = type;
    task.columns = columns;
    task.pinned = pinned;
    return Ask(std::move(task));
  }

  JudgeTask Ask(JudgeTask task, JudgePlace place = JudgePlace::kInside) {
    std::vector<JudgeTask> tasks = {std::move(task)};
    AskPostgres(*connection_, place, {extensions_}, tasks);
    return tasks[0];
  }

  test::TestDatabase database_;
  std::unique_ptr<Database> connection_;
  std::vector<Extension> extensions_;
};

TEST_F(PostgresJudgeTest, DefaultsComeBackTypedAndWithTheirVolatility) {
  const auto expect = [&](const std::string& text, const std::string& type,
                          const std::string& judged, Volatility volatility) {
    const JudgeTask task = Ask(JudgeKind::kDefault, text, type);
    ASSERT_EQ(task.outcome, Outcome::kJudged) << text << ": " << task.reason;
    EXPECT_EQ(task.answers[0], judged);
    EXPECT_EQ(task.volatility, volatility) << text;
  };
  expect("'new'", "text", "'new'::text", Volatility::kConstant);
  expect("0", "numeric(12,2)", "0", Volatility::kConstant);
  expect("1 + 1 -- two", "integer", "(1 + 1)", Volatility::kConstant);
  expect("now()", "timestamp with time zone", "now()", Volatility::kStable);
  expect("current_date", "date", "CURRENT_DATE", Volatility::kStable);
  expect("gen_random_uuid()", "uuid", "gen_random_uuid()", Volatility::kVolatile);
  expect("clock_timestamp()", "timestamp with time zone", "clock_timestamp()",
         Volatility::kVolatile);
}

TEST_F(PostgresJudgeTest, NamesAreFoundByTheSchemaAndComeBackQualified) {
  const auto owner = database_.Connect();
  owner->Must("CREATE TYPE mood AS ENUM ('sad', 'ok')");
  owner->Must(
      "CREATE FUNCTION twice(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'select $1 * 2'");
  EXPECT_EQ(Ask(JudgeKind::kType, "mood[]").answers.at(0), "public.mood[]");
  EXPECT_EQ(Ask(JudgeKind::kDefault, "'ok'", "public.mood").answers.at(0), "'ok'::public.mood");
  EXPECT_EQ(Ask(JudgeKind::kCheck, "twice(a) > 2", "", {MakeColumn("a", "integer")}).answers.at(0),
            "(public.twice(a) > 2)");
  EXPECT_EQ(Ask(JudgeKind::kCollation, "C").answers, (std::vector<std::string>{"pg_catalog", "C"}));
}

TEST_F(PostgresJudgeTest, TransitionsMustBeImmutable) {
  const std::vector<Column> columns = {MakeColumn("zdm_value", "timestamp with time zone"),
                                       MakeColumn("Full Name", "text")};
  EXPECT_EQ(Ask(JudgeKind::kTransition, "upper(\"Full Name\")", "character varying(20)", columns)
                .answers.at(0),
            "upper(\"Full Name\")");
  EXPECT_EQ(Ask(JudgeKind::kTransition, "zdm_value::text", "text", columns).outcome,
            Outcome::kNotImmutable);
  EXPECT_EQ(Ask(JudgeKind::kTransition, "now()", "timestamp with time zone", columns).outcome,
            Outcome::kNotImmutable);
  const JudgeTask pinned = Ask(JudgeKind::kTransition, "zdm_value::text", "text", columns, true);
  ASSERT_EQ(pinned.outcome, Outcome::kJudged) << pinned.reason;
  EXPECT_EQ(pinned.answers[0], "(zdm_value)::text");
  EXPECT_EQ(
      Ask(JudgeKind::kTransition, "clock_timestamp()", "timestamp with time zone", columns, true)
          .outcome,
      Outcome::kNotImmutable);
}

/// Read under pg_catalog, `NULLIF(citext, 'a')` would compare as text does.
TEST_F(PostgresJudgeTest, AnOperatorThatSqlCannotNameIsNotTakenForAnother) {
  database_.Connect()->Must("CREATE EXTENSION citext");
  const std::vector<Column> columns = {MakeColumn("a", "public.citext"), MakeColumn("b", "text"),
                                       MakeColumn("c", "public.citext")};
  for (const char* text : {"nullif(a, 'x')::text", "(a is distinct from c)::text",
                           "case a when 'x' then 'y' else 'z' end"}) {
    EXPECT_EQ(Ask(JudgeKind::kTransition, text, "text", columns).outcome, Outcome::kUnnamed)
        << text;
  }
  EXPECT_EQ(Ask(JudgeKind::kCheck, "nullif(a, 'x') is not null", "", columns).outcome,
            Outcome::kUnnamed);
  for (const char* text : {"nullif(b, 'x')", "case when a = 'x' then null else a::text end",
                           "case b when 'x' then (a = c)::text end"}) {
    const JudgeTask task = Ask(JudgeKind::kTransition, text, "text", columns);
    EXPECT_EQ(task.outcome, Outcome::kJudged) << text << ": " << task.reason;
  }
}

TEST_F(PostgresJudgeTest, IndexesComeBackByElement) {
  JudgeTask task;
  task.kind = JudgeKind::kIndex;
  task.schema = "public";
  task.columns = {MakeColumn("a", "text"), MakeColumn("b", "text")};
  task.index.elements.resize(3);
  task.index.elements[0].column = "a";
  task.index.elements[0].opclass = QualifiedName{"", "text_pattern_ops"};
  task.index.elements[1].expression = Expression{"lower(b)", false, {}};
  task.index.elements[1].opclass = QualifiedName{"", "text_ops"};
  task.index.elements[2].expression = Expression{"a || b", false, {}};
  task.index.where = Expression{"a<>''", false, {}};
  const JudgeTask judged = Ask(task);
  ASSERT_EQ(judged.outcome, Outcome::kJudged) << judged.reason;
  EXPECT_EQ(judged.answers, (std::vector<std::string>{"",
                                                      "pg_catalog",
                                                      "text_pattern_ops",
                                                      "",
                                                      "",
                                                      "lower(b)",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "((a || b))",
                                                      "",
                                                      "",
                                                      "",
                                                      "",
                                                      "(a <> ''::text)",
                                                      "",
                                                      "",
                                                      "",
                                                      ""}));
}

TEST_F(PostgresJudgeTest, RefusalsComeInTheServersWords) {
  const JudgeTask task = Ask(JudgeKind::kCheck, "a > 'x'::date", "", {MakeColumn("a", "integer")});
  EXPECT_EQ(task.outcome, Outcome::kRefused);
  EXPECT_NE(task.reason, "");
  JudgeTask missing;
  missing.kind = JudgeKind::kType;
  missing.schema = "public";
  missing.text = "nonesuch";
  EXPECT_EQ(Ask(missing).outcome, Outcome::kRefused);
  EXPECT_EQ(Ask(missing, JudgePlace::kPrivate).outcome, Outcome::kLacking);
}

TEST_F(PostgresJudgeTest, ExtensionsOfThePlanAreThereWhileItAsks) {
  extensions_ = {{"hstore", {}, {}, {}, {}}};
  EXPECT_EQ(Ask(JudgeKind::kType, "hstore").answers.at(0), "public.hstore");
  EXPECT_EQ(
      database_.Connect()->Value("SELECT count(*) FROM pg_extension WHERE extname = 'hstore'"),
      "0");
}

TEST_F(PostgresJudgeTest, NothingStays) {
  const std::string before = database_.Dump();
  Ask(JudgeKind::kDefault, "'x'", "text");
  Ask(JudgeKind::kCheck, "nonsense(", "", {});
  EXPECT_EQ(database_.Dump(), before);
  EXPECT_EQ(database_.Connect()->Value("SELECT count(*) FROM pg_class WHERE relname ~ '^zdm'"),
            "0");
}

}  // namespace
}  // namespace zdm
