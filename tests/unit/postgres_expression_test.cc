// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_expression.h"

#include <gtest/gtest.h>

namespace zdm {
namespace {

using Names = std::vector<std::string>;

TEST(PostgresExpression, ParseErrorAcceptsOneExpressionOnly) {
  for (const char* good : {"a", "a + 1", "(a)", "f(a, b => 1)", "'x'::public.mood",
                           "CASE WHEN a THEN 1 ELSE 2 END", "now()", "a -- why", "$$x$$"}) {
    EXPECT_EQ(ParseError(good), "") << good;
  }
  for (const char* bad : {"", "a b", "a, b", "a FROM t", "a; DROP TABLE t", "a)", "(a",
                          "a UNION SELECT 1", "a LIMIT 1", "1) FROM t; --", "'x"}) {
    EXPECT_NE(ParseError(bad), "") << bad;
  }
}

TEST(PostgresExpression, SameExpressionLooksAtTheTree) {
  EXPECT_TRUE(SameExpression("a>0", "(a > 0)"));
  EXPECT_TRUE(SameExpression("((a > 0) AND (b < 1))", "a > 0 and B < 1"));
  EXPECT_TRUE(SameExpression("x::int", "CAST(x AS integer)"));
  EXPECT_TRUE(SameExpression("\"a\" = 'it''s'", "a = E'it\\'s'"));
  EXPECT_FALSE(SameExpression("a > 0", "a > 1"));
  EXPECT_FALSE(SameExpression("a", "\"A\""));
  EXPECT_FALSE(SameExpression("'a'", "'a'::text"));
  EXPECT_FALSE(SameExpression("now()", "pg_catalog.now()"));
  // A string that looks like a place in the tree is not one.
  EXPECT_FALSE(SameExpression("'\"location\":5'", "'\"location\":6'"));
  EXPECT_FALSE(SameExpression("'\\\"location\":5'", "'\\\"location\":6'"));
  EXPECT_FALSE(SameExpression("a >", "a  >"));
  EXPECT_TRUE(SameTypeName("varchar(20)", "character varying(20)"));
  EXPECT_FALSE(SameTypeName("varchar(20)", "varchar(21)"));
}

TEST(PostgresExpression, ColumnsOfNamesEachOnce) {
  EXPECT_EQ(ColumnsOf("b + a * b + t.c"), (Names{"b", "a", "c"}));
  EXPECT_EQ(ColumnsOf("f(x => \"Y z\") || 'a'::a"), (Names{"Y z"}));
  EXPECT_EQ(ColumnsOf("(comp).field"), (Names{"comp"}));
  EXPECT_EQ(ColumnsOf("1"), Names{});
  // Not known to the parser: too many, never too few.
  EXPECT_EQ(ColumnsOf("A IS JSON 'b' \"C\"\"d\" /* e */ -- f"), (Names{"a", "is", "json", "C\"d"}));
}

TEST(PostgresExpression, BareNamesOf) {
  EXPECT_EQ(BareNamesOf("lower(a) = pg_catalog.upper('x'::mood)"), (Names{"lower", "mood"}));
}

TEST(PostgresExpression, RenameColumnsTouchesReferencesOnly) {
  EXPECT_EQ(RenameColumns("a+a(a)+'a'::a", {{"a", "b"}}), "b+a(b)+'a'::a");
  EXPECT_EQ(RenameColumns("\"A b\" = t . \"A b\"/*A b*/", {{"A b", "x"}}), "x = t . x/*A b*/");
  EXPECT_EQ(RenameColumns("a = b", {{"a", "b"}, {"b", "a"}}), "b = a");
  EXPECT_EQ(RenameColumns("a", {{"a", "Order \"x\""}}), "\"Order \"\"x\"\"\"");
  EXPECT_EQ(RenameColumns("a", {{"a", "order"}}), "\"order\"");
  EXPECT_EQ(RenameColumns("s.t.a > 1 -- a", {{"a", "c"}}), "s.t.c > 1 -- a");
  EXPECT_EQ(RenameColumns("é || \"é\"", {{"é", "ü"}}), "\"ü\" || \"ü\"");
  EXPECT_EQ(RenameColumns("a IS JSON", {{"a", "b"}}), "a IS JSON");
  EXPECT_EQ(SubstituteColumns("t.a + b", {{"a", "NEW.\"x\""}}), "NEW.\"x\" + b");
}

}  // namespace
}  // namespace zdm
