// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_expression.h"

#include <gtest/gtest.h>

namespace zdm::test {
namespace {

using Names = std::vector<std::string>;

TEST(MysqlExpression, SameByTokens) {
  const auto same = [](const char* a, const char* b) { return SameMysqlExpression(a, b); };
  EXPECT_TRUE(same("price > 0", "(`PRICE`>0)"));
  EXPECT_TRUE(same("a != 1", "`a` <> 1"));
  EXPECT_TRUE(same("now()", "CURRENT_TIMESTAMP"));
  EXPECT_TRUE(same("localtimestamp(3)", "current_timestamp(3)"));
  EXPECT_TRUE(same("'it''s'", "\"it's\""));
  EXPECT_TRUE(same("a /* why */ + b", "a+b"));
  EXPECT_FALSE(same("now(3)", "now()"));
  EXPECT_FALSE(same("'A'", "'a'"));
  EXPECT_FALSE(same("null", "`null`"));
  EXPECT_FALSE(same("(a + b) * c", "a + (b * c)"));
  EXPECT_FALSE(same("(a) or (b)", "a or b"));
  EXPECT_FALSE(same("ab", "a b"));
}

TEST(MysqlExpression, Columns) {
  EXPECT_EQ(MysqlColumnsOf("coalesce(`First Name`, name) <> 'x'"), (Names{"First Name", "name"}));
  EXPECT_EQ(MysqlColumnsOf("extract(year from born)"), Names{"born"});
  EXPECT_EQ(MysqlColumnsOf("born + interval 3 day"), Names{"born"});
  EXPECT_EQ(MysqlColumnsOf("day + year"), (Names{"day", "year"}));
  EXPECT_EQ(MysqlColumnsOf("cast(a as unsigned) + cast(b as char(10))"), (Names{"a", "b"}));
  EXPECT_EQ(MysqlColumnsOf("convert(a using utf8mb4) collate utf8mb4_bin"), Names{"a"});
  EXPECT_EQ(MysqlColumnsOf("_utf8mb4'x' = a and date '2020-01-01' < `date`"), (Names{"a", "date"}));
  EXPECT_EQ(MysqlColumnsOf("j ->> '$.a' is not null and @mode = 1"), Names{"j"});
  EXPECT_EQ(MysqlColumnsOf("case when a in (1, 2) then b else null end"), (Names{"a", "b"}));
}

TEST(MysqlExpression, Renames) {
  EXPECT_EQ(RenameMysqlColumns("lower(Name) <> 'name'", {{"name", "full `name`"}}),
            "lower(`full ``name```) <> 'name'");
  EXPECT_EQ(RenameMysqlColumns("year(year)", {{"year", "y"}}), "year(`y`)");
}

TEST(MysqlExpression, Mistakes) {
  EXPECT_EQ(MysqlExpressionError("a + (b"), "a parenthesis is not closed");
  EXPECT_EQ(MysqlExpressionError("'a"), "a text is not closed");
  EXPECT_EQ(MysqlExpressionError(" "), "there is nothing");
  EXPECT_EQ(MysqlExpressionError("a -- b"), "");
}

TEST(MysqlExpression, LiteralsAsTheCatalogShowsThem) {
  EXPECT_TRUE(MysqlLiteralPrintsAs("'5'", "5", "int"));
  EXPECT_TRUE(MysqlLiteralPrintsAs("true", "1", "tinyint(1)"));
  EXPECT_TRUE(MysqlLiteralPrintsAs("0", "0.00", "decimal(10,2)"));
  EXPECT_TRUE(MysqlLiteralPrintsAs("-0.50", "-.5", "double"));
  EXPECT_TRUE(MysqlLiteralPrintsAs("\"x\"", "'x'", "varchar(3)"));
  EXPECT_FALSE(MysqlLiteralPrintsAs("5", "05", "varchar(3)"));
  EXPECT_FALSE(MysqlLiteralPrintsAs("a", "a", "varchar(3)"));
}

}  // namespace
}  // namespace zdm::test
