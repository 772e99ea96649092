// SPDX-License-Identifier: Apache-2.0
// What MariaDB and MySQL say of texts, on tables that nobody else sees.
#include "compiler/catalog/mysql_judge.h"

#include <gtest/gtest.h>

#include "runtime/database/mysql_database.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

using Outcome = JudgeTask::Outcome;

class MysqlJudge : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string why = test::WhyNoServer(GetParam());
    if (!why.empty()) GTEST_SKIP() << why;
    home_ = std::make_unique<test::TestDatabase>(test::SharedServer(GetParam()));
    ConnectOptions options;
    options.url = home_->Url();
    database_ = ConnectMysql(options);
    mariadb_ = std::string(GetParam()) == "mariadb";
  }

  static JudgeTask Task(JudgeKind kind, const std::string& type, const std::string& text) {
    JudgeTask task;
    task.kind = kind;
    task.type = type;
    task.text = text;
    task.alphabet = "character set utf8mb4 collate utf8mb4_bin";
    for (const auto& [name, column_type] : std::vector<std::pair<const char*, const char*>>{
             {"a", "int"}, {"b", "varchar(10)"}, {"at", "timestamp"}}) {
      if (text.find(name) == std::string::npos) continue;
      Column column;
      column.name = name;
      column.type.sql = column_type;
      task.columns.push_back(std::move(column));
    }
    return task;
  }

  JudgeTask Ask(JudgeKind kind, const std::string& type, const std::string& text,
                bool pinned = false) {
    std::vector<JudgeTask> tasks = {Task(kind, type, text)};
    tasks[0].pinned = pinned;
    AskMysql(*database_, JudgePlace::kInside, {}, tasks);
    return tasks[0];
  }

  void ExpectAnswer(JudgeKind kind, const std::string& type, const std::string& text,
                    const std::string& mariadb, const std::string& mysql,
                    Volatility volatility = Volatility::kConstant) {
    const JudgeTask task = Ask(kind, type, text);
    ASSERT_EQ(task.outcome, Outcome::kJudged) << text << ": " << task.reason;
    EXPECT_EQ(task.answers.at(0), mariadb_ ? mariadb : mysql) << text;
    EXPECT_EQ(task.volatility, volatility) << text;
  }

  std::unique_ptr<test::TestDatabase> home_;
  std::unique_ptr<Database> database_;
  bool mariadb_ = false;
};

TEST_P(MysqlJudge, SaysDefaultsAsTheReaderDoes) {
  const auto kind = JudgeKind::kDefault;
  ExpectAnswer(kind, "int", "'5'", "5", "5");
  ExpectAnswer(kind, "int", "-5", "-5", "-5");
  ExpectAnswer(kind, "decimal(10,2)", "1.5", "1.50", "1.50");
  ExpectAnswer(kind, "tinyint(1)", "true", "1", "1");
  ExpectAnswer(kind, "bit(8)", "b'101'", "b'101'", "b'101'");
  ExpectAnswer(kind, "int", "1+1", "(1 + 1)", "((1 + 1))");
  ExpectAnswer(kind, "varchar(9)", "'it''s' -- why", "'it''s'", "'it''s'");
  ExpectAnswer(kind, "text", "'x'", "'x'", "(_utf8mb4'x')");
  ExpectAnswer(kind, "json", "'{}'", "'{}'", "(_utf8mb4'{}')");
  ExpectAnswer(kind, "varchar(40)", "uuid()", "uuid()", "(uuid())", Volatility::kVolatile);
  ExpectAnswer(kind, "datetime(3)", "now(3)", "current_timestamp(3)", "CURRENT_TIMESTAMP(3)",
               Volatility::kStable);
}

TEST_P(MysqlJudge, SaysExpressionsAsTheReaderDoes) {
  ExpectAnswer(JudgeKind::kCheck, "", "a>0 AND b<>'x'", "`a` > 0 and `b` <> 'x'",
               "((`a` > 0) and (`b` <> _utf8mb4'x'))");
  ExpectAnswer(JudgeKind::kGenerated, "varchar(40)", "concat(a, '-' ,b)", "concat(`a`,'-',`b`)",
               "concat(`a`,_utf8mb4'-',`b`)");
  ExpectAnswer(JudgeKind::kTransition, "int", "a*2", "`a` * 2", "(`a` * 2)");
  JudgeTask index = Task(JudgeKind::kIndex, "", "lower(b)");
  index.index.elements.resize(2);
  index.index.elements[0].expression = Expression{"LOWER(b)", false, {}};
  index.index.elements[1].column = "b";
  index.index.elements[1].prefix_length = 3;
  std::vector<JudgeTask> tasks = {index};
  AskMysql(*database_, JudgePlace::kInside, {}, tasks);
  EXPECT_EQ(tasks[0].outcome, mariadb_ ? Outcome::kRefused : Outcome::kJudged);
  if (!mariadb_) {
    EXPECT_EQ(tasks[0].answers.at(0), "lower(`b`)");
  }
}

TEST_P(MysqlJudge, WhatIsNotOfTheRowAloneIsNoWayToTravel) {
  const auto outcome = [&](const std::string& text, const std::string& type = "varchar(99)",
                           bool pinned = false) {
    return Ask(JudgeKind::kTransition, type, text, pinned).outcome;
  };
  for (const char* text :
       {"rand()", "now()", "uuid()", "@x", "@@sort_buffer_size", "f(a)", "unix_timestamp()",
        "from_unixtime(a)", "(select 1)", "current_user()", "dayname(at)", "date(at)"}) {
    EXPECT_EQ(outcome(text), Outcome::kNotImmutable) << text;
  }
  EXPECT_EQ(outcome("at", "timestamp"), Outcome::kJudged);
  EXPECT_EQ(outcome("date(at)", "date", true), Outcome::kJudged);
  EXPECT_EQ(outcome("rand()", "double", true), Outcome::kNotImmutable);
  EXPECT_EQ(outcome("no_such_column + 1"), Outcome::kRefused);
}

TEST_P(MysqlJudge, TakesOneExpressionAndLeavesNothing) {
  for (const char* text :
       {"1); drop table t; --", "1; select 1", "'x", "a +", "1) stored, c int as (2"}) {
    for (const JudgeKind kind : {JudgeKind::kDefault, JudgeKind::kCheck, JudgeKind::kTransition}) {
      EXPECT_EQ(Ask(kind, "int", text).outcome, Outcome::kRefused) << text;
    }
  }
  const auto session = home_->Connect();
  EXPECT_EQ(session->Run("show tables").Text(), "");
  EXPECT_FALSE(database_->Query("show tables").size() > 0);
}

INSTANTIATE_TEST_SUITE_P(Families, MysqlJudge, testing::Values("mariadb", "mysql"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace zdm
