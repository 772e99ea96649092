// SPDX-License-Identifier: Apache-2.0
// A server prints what was made from a replayable text as it printed the first one.
#include "compiler/schema/postgres_replay.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/schema/postgres_expression.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

TEST(PostgresReplay, CastsWhatTheParserWouldTakeApart) {
  EXPECT_EQ(Replayable("(((a >= 1) AND (a <= 2)) AND (b > 0))"),
            "(((a >= 1) AND (a <= 2))::boolean AND (b > 0))");
  EXPECT_EQ(Replayable("((((a AND b) AND c) AND d) OR e)"),
            "((((a AND b)::boolean AND c)::boolean AND d) OR e)");
  EXPECT_EQ(Replayable("((s)::text = ANY ((ARRAY['a'::varchar, ']'::varchar])::text[]))"),
            "((s)::text = ANY ((ARRAY['a'::varchar, ']'::varchar]::anyarray)::text[]))");
}

TEST(PostgresReplay, LeavesAllElseAsItIs) {
  for (const std::string text :
       {"(a AND (b AND c))", "((a OR b) AND c)", "((a AND b) = (c AND d))", "(NOT (a AND b))",
        "(((a AND b) IS TRUE) AND c)", "('((a AND b) AND c)'::text = x)",
        "(E'\\'((a AND b) AND c)'::text = x)", "(\"(ARRAY[\" = ANY (ARRAY[1, 2]))",
        "(ARRAY['a'::text])", "((\"A\"\"ND\" > 1) AND b)", "CASE WHEN (a AND b) THEN c END", "(",
        ")", "'", ""}) {
    EXPECT_EQ(Replayable(text), text);
  }
}

TEST(PostgresReplay, IsTheSameExpression) {
  const std::string nested = "(((a >= 1) AND (a <= 2)) AND (b > 0))";
  const std::string array = "((s)::text = ANY ((ARRAY['a'::varchar])::text[]))";
  EXPECT_TRUE(SameExpression(Replayable(nested), nested));
  EXPECT_TRUE(SameExpression(array, Replayable(array)));
  EXPECT_FALSE(SameExpression(Replayable(nested), "(((a >= 1) AND (a <= 2)) AND (b > 1))"));
}

TEST(PostgresReplay, IsPrintedAsBefore) {
  test::TestDatabase home(test::SharedServer());
  const auto session = home.Connect();
  session->Must("create table t (s varchar(10), c char(3), x int, y int, n numeric, b bigint)");
  const char* const kExpressions[] = {
      "s in ('a', 'it''s')",
      "s not in ('a', 'b') and x between 1 and 2",
      "x between 1 and 2 and y > 0",
      "x between 1 and 2 and y between 1 and 2 and n > 0 or b = 1 or x in (1, y)",
      "x in (1, y) or y > 0",
      "(x, y) = (1, 2) and y > 0 and n > 0",
      "x not between symmetric 1 and 2 and y > 0",
      "not (x between 1 and 2 and s in ('a', 'b'))",
      "n = any (array[1, 2])",
      "s = any (array[s, 'x'])",
      "c in ('a', 'b') and s like 'a\\%' and s <> E'\\\\(('",
      "case when x between 1 and 2 and y > 0 then s in ('a', 'b') else true end",
  };
  for (const std::string expression : kExpressions) {
    const auto printed = [&](const std::string& text) {
      session->Must("alter table t drop constraint if exists k");
      session->Must("alter table t add constraint k check (" + text + ")");
      return session->Value(
          "select pg_get_expr(conbin, conrelid) from pg_constraint where conname = 'k'");
    };
    const std::string first = printed(expression);
    EXPECT_EQ(printed(Replayable(first)), first) << expression;
  }
}

}  // namespace
}  // namespace zdm
