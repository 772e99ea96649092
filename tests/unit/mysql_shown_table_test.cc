// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_shown_table.h"

#include <gtest/gtest.h>

#include "compiler/catalog/mysql_clauses.h"
#include "compiler/catalog/mysql_default.h"

namespace zdm::mysql {
namespace {

using Kind = ShownElement::Kind;

constexpr const char* kShown = R"(CREATE TABLE `t``(` (
  `a` varchar(5) CHARACTER SET latin1 DEFAULT 'it''s, \\ (x' COMMENT 'a,
b',
  `b` int DEFAULT ((`a` + 1)) /*!80023 INVISIBLE */,
  `c` enum('x','y)') GENERATED ALWAYS AS (concat(`a`,_utf8mb4'(')) STORED,
  PRIMARY KEY (`a`),
  UNIQUE KEY `u` (`b` DESC,(lower(`a`))) /*!80000 INVISIBLE */,
  FULLTEXT KEY `f` (`a`) /*!50100 WITH PARSER `ngram` */ ,
  CONSTRAINT `k` FOREIGN KEY (`b`) REFERENCES `t` (`b`),
  CONSTRAINT `h` CHECK ((`b` > 0)) /*!80016 NOT ENFORCED */,
  PERIOD FOR SYSTEM_TIME (`s`, `e`)
) ENGINE=InnoDB AUTO_INCREMENT=7
/*!50100 PARTITION BY HASH (`a`)
PARTITIONS 2 */)";

TEST(ShownTable, IsCutIntoItsElements) {
  const ShownTable table = ParseShownTable(kShown);
  std::vector<std::pair<Kind, std::string>> names;
  for (const ShownElement& element : table.elements) {
    names.emplace_back(element.kind, element.name);
  }
  const std::vector<std::pair<Kind, std::string>> expected = {
      {Kind::kColumn, "a"},           {Kind::kColumn, "b"}, {Kind::kColumn, "c"},
      {Kind::kPrimaryKey, "PRIMARY"}, {Kind::kIndex, "u"},  {Kind::kIndex, "f"},
      {Kind::kForeignKey, "k"},       {Kind::kCheck, "h"},  {Kind::kOther, ""}};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(InParenthesesAfter(*table.Find(Kind::kCheck, "h"), "CHECK"), "(`b` > 0)");
  EXPECT_EQ(InParenthesesAfter(*table.Find(Kind::kColumn, "c"), "GENERATED ALWAYS AS"),
            "concat(`a`,_utf8mb4'(')");
  EXPECT_EQ(InParenthesesAfter(*table.Find(Kind::kColumn, "b"), "CHECK"), "");
  EXPECT_EQ(table.Find(Kind::kColumn, "nope"), nullptr);
}

TEST(ShownTable, DefaultsEndWhereTheNextClauseBegins) {
  const ShownTable table = ParseShownTable(
      "CREATE TABLE `t` (`a` int DEFAULT '5' COMMENT 'x', `b` datetime(3) DEFAULT "
      "current_timestamp(3) ON UPDATE current_timestamp(3), `c` longtext DEFAULT '{}' CHECK "
      "(json_valid(`c`)), `d` int DEFAULT (`a` + 1), `e` text DEFAULT '5', `f` int NOT NULL, `g` "
      "int DEFAULT '-7' /*!80023 INVISIBLE */)");
  const auto shown = [&](const char* name, const char* type) {
    return ShownDefault(*table.Find(Kind::kColumn, name), type);
  };
  EXPECT_EQ(shown("a", "int unsigned"), "5");
  EXPECT_EQ(shown("b", "datetime(3)"), "current_timestamp(3)");
  EXPECT_EQ(shown("c", "json"), "'{}'");
  EXPECT_EQ(shown("d", "int"), "(`a` + 1)");
  EXPECT_EQ(shown("e", "text"), "'5'");
  EXPECT_EQ(shown("f", "int"), "");
  EXPECT_EQ(shown("g", "bigint(20) unsigned zerofill"), "-7");
}

TEST(ShownTable, WordsAreComparedInAnyCaseTextsAreNot) {
  EXPECT_TRUE(SameTokens("DEFAULT  Concat ( 'a' , `b` )", "default concat('a',`b`)"));
  EXPECT_TRUE(SameTokens("'it''s'", "'it\\'s'"));
  EXPECT_TRUE(SameTokens("a/*!80023 INVISIBLE */", "a invisible"));
  EXPECT_FALSE(SameTokens("'A'", "'a'"));
  EXPECT_FALSE(SameTokens("`A`", "`a`"));
  EXPECT_FALSE(SameTokens("`a`", "a"));
  EXPECT_FALSE(SameTokens("1.50", "1.5"));
}

TEST(Clauses, WhatStaysIsNamedWhereverItStands) {
  const std::vector<Clause> clauses = {{{"`a` int"}}, {{"DEFAULT NULL"}}, {{"NULL"}, true}};
  EXPECT_EQ(Compare("`a` int NULL DEFAULT NULL", clauses).unsaid, "");
  EXPECT_EQ(Compare("`a` int SHINY DEFAULT NULL NEW='x'", clauses).unsaid, "SHINY, NEW='x'");
  EXPECT_EQ(Compare("`a` int", clauses).unshown, "DEFAULT NULL");
  // Bytes that are no text do not break the message.
  EXPECT_EQ(Compare("`a` int DEFAULT NULL COMMENT '\xff\n  b'", clauses).unsaid,
            "COMMENT '\\xFF b'");
}

TEST(Clauses, AnExpressionMayHoldTheWordsOfClauses) {
  Table table;
  Column column;
  column.name = "a";
  column.not_null = true;
  column.comment = "INVISIBLE";
  column.generated =
      Expression{"cast(`b` as char character set latin1) collate latin1_bin is not null", true, {}};
  Diagnostics diagnostics;
  const FoundColumn found = {"varchar(9)", "latin1", "latin1_bin"};
  const std::vector<Clause> clauses = ClausesOf(false, found, column);
  const Difference difference = Compare(
      "`a` varchar(9) CHARACTER SET latin1 COLLATE latin1_bin GENERATED ALWAYS AS (cast(`b` as "
      "char "
      "character set latin1) collate latin1_bin is not null) STORED NOT NULL COMMENT 'INVISIBLE'",
      clauses);
  EXPECT_EQ(difference.unsaid, "");
  EXPECT_EQ(difference.unshown, "");
}

}  // namespace
}  // namespace zdm::mysql
