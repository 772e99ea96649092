// SPDX-License-Identifier: Apache-2.0
// Which literals are known to come back how, each compared with what a server prints.
#include "compiler/schema/postgres_literal.h"

#include <gtest/gtest.h>

#include <map>

#include "compiler/catalog/postgres_judge.h"
#include "runtime/journal/postgres_family.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

class PostgresLiteralTest : public testing::Test {
 protected:
  PostgresLiteralTest() : database_(test::SharedServer()) {
    const auto owner = database_.Connect();
    owner->Must("CREATE TYPE mood AS ENUM ('sad', 'ok')");
    owner->Must("CREATE DOMAIN label AS text");
    ConnectOptions options;
    options.url = database_.Url();
    connection_ = Connect({PostgresFamily()}, options);
  }

  /// What the server prints of the default; "" when it does not take it.
  std::string Printed(const std::string& written, const std::string& type) {
    JudgeTask task;
    task.kind = JudgeKind::kDefault;
    task.schema = "public";
    task.text = written;
    task.type = type;
    std::vector<JudgeTask> tasks = {task};
    AskPostgres(*connection_, JudgePlace::kInside, {}, tasks);
    return tasks[0].outcome == JudgeTask::Outcome::kJudged ? tasks[0].answers.at(0) : "";
  }

  test::TestDatabase database_;
  std::unique_ptr<Database> connection_;
};

const std::vector<std::string> kWritten = {"'new'",
                                           "''",
                                           "'it''s'",
                                           "'a\\b'",
                                           "'ok'",
                                           "'{}'",
                                           "'[]'",
                                           "'1'",
                                           "'1.0'",
                                           "'01'",
                                           "'2020-01-01'",
                                           "'now'",
                                           "'1 day'",
                                           "'2020-01-01 00:00:00'",
                                           "'101'",
                                           "'t'",
                                           "'true'",
                                           "'x'",
                                           "-1",
                                           "- 12",
                                           "-007",
                                           "-0",
                                           "-999999999",
                                           "-9999999999",
                                           "-1.5",
                                           "1",
                                           "0",
                                           "'-1'",
                                           "'a' || 'b'",
                                           "'a'::text",
                                           "E'a'",
                                           "'new'::varchar"};
const std::vector<std::string> kTypes = {"text",
                                         "character varying",
                                         "character varying(20)",
                                         "character(3)",
                                         "integer",
                                         "smallint",
                                         "bigint",
                                         "numeric",
                                         "numeric(12,2)",
                                         "double precision",
                                         "boolean",
                                         "date",
                                         "timestamp without time zone",
                                         "timestamp(3) without time zone",
                                         "interval",
                                         "interval(3)",
                                         "interval day to second(3)",
                                         "jsonb",
                                         "text[]",
                                         "character varying(5)[]",
                                         "bytea",
                                         "bit(3)",
                                         "bit varying(5)",
                                         "name",
                                         "\"char\"",
                                         "public.mood",
                                         "public.label"};

/// Never true for a text that the server would not have printed, among all that it printed here.
TEST_F(PostgresLiteralTest, NothingIsKnownThatTheServerPrintsOtherwise) {
  for (const std::string& type : kTypes) {
    std::map<std::string, std::string> printed;
    for (const std::string& written : kWritten) printed[written] = Printed(written, type);
    for (const auto& [written, answer] : printed) {
      for (const auto& [other, text] : printed) {
        if (text.empty() || !LiteralPrintsAs(written, text, type)) continue;
        EXPECT_EQ(text, answer) << written << " and " << other << " as " << type;
      }
    }
  }
}

TEST_F(PostgresLiteralTest, TheUsualDefaultsAreKnown) {
  const std::vector<std::pair<std::string, std::string>> usual = {
      {"'new'", "text"},
      {"''", "text"},
      {"'it''s'", "character varying(20)"},
      {"'{}'", "jsonb"},
      {"'{}'", "text[]"},
      {"'ok'", "public.mood"},
      {"'2020-01-01'", "date"},
      {"'new'", "name"},
      {"'2020-01-01 00:00:00'", "timestamp(3) without time zone"},
      {"-1", "integer"},
      {"-1", "bigint"},
      {"- 12", "numeric(12,2)"},
      {"-007", "smallint"},
      {"'a\\b'", "text"}};
  for (const auto& [written, type] : usual) {
    EXPECT_TRUE(LiteralPrintsAs(written, Printed(written, type), type))
        << written << " as " << type << " is printed " << Printed(written, type);
  }
}

TEST(PostgresLiteral, WhatIsNoBareLiteralIsLeftToTheServer) {
  EXPECT_FALSE(LiteralPrintsAs("'a' || 'b'", "'a' || 'b'::text", "text"));
  EXPECT_FALSE(LiteralPrintsAs("'a'", "'b'::text", "text"));
  EXPECT_FALSE(LiteralPrintsAs("'a'", "'a'::character varying", "text"));
  EXPECT_FALSE(LiteralPrintsAs("'1 day'", "'1 day'::interval", "interval(3)"));
  EXPECT_FALSE(LiteralPrintsAs("-0", "'-0'::integer", "integer"));
  EXPECT_FALSE(LiteralPrintsAs("", "''::text", "text"));
}

}  // namespace
}  // namespace zdm
