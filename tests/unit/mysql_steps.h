// SPDX-License-Identifier: Apache-2.0
// A recipe of MariaDB or MySQL, run step by step on a real server without the runtime: each check
// must hold after its statement, and every question must answer as the recipe
// says.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "compiler/recipes/mysql_recipes.h"
#include "compiler/recipes/mysql_sql.h"
#include "runtime/journal/mysql_journal_schema.h"
#include "tests/support/test_server.h"

namespace zdm {

inline Column MakeColumn(const std::string& name, const std::string& type, bool not_null = false) {
  Column column;
  column.name = name;
  column.type.sql = type;
  column.not_null = not_null;
  return column;
}

class MysqlSteps : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string why = test::WhyNoServer(GetParam());
    if (!why.empty()) GTEST_SKIP() << why;
    database_ = std::make_unique<test::TestDatabase>(test::SharedServer(GetParam()));
    session_ = database_->Connect();
    ours_ = database_->Connect();
    ours_->Must("SET NAMES utf8mb4");
    ours_->Must(
        "SET sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', "
        "time_zone = '+00:00'");
    for (const char* name : {"zdm", "zdm_trash"}) {
      ours_->Must(std::string("CREATE DATABASE IF NOT EXISTS ") + name);
    }
    for (const std::string_view sql : MysqlJournalUpgrade(0)) ours_->Must(std::string(sql));
    ours_->Must("DELETE FROM zdm.note");
  }

  Dialect dialect() const { return *DialectFromName(GetParam()); }

  /// The schemas of both sides and the recipes of what leads from one to the other.
  void Compile(const std::vector<Table>& before, const std::vector<Table>& after,
               const std::vector<ChangeKind>& changes) {
    current_.dialect = target_.dialect = dialect();
    NamespaceObject space;
    space.name = database_->name();
    space.charset = ours_->Value("SELECT @@character_set_database");
    space.collation = ours_->Value("SELECT @@collation_database");
    current_.schemas = target_.schemas = {space};
    current_.tables = before;
    target_.tables = after;
    RecipeContext context{current_, target_, files_, diagnostics_, "5a17", {}};
    for (const ChangeKind& change : changes) {
      const auto* transform = std::get_if<TransformTable>(&change);
      if (transform != nullptr) context.transforms.push_back(transform);
    }
    for (const ChangeKind& change : changes) {
      Recipe recipe = MakeMysqlRecipe(Change{change, {}}, context);
      const auto move_all = [](auto& from, auto& to) {
        for (auto& each : from) to.push_back(std::move(each));
      };
      move_all(recipe.steps, recipe_.steps);
      move_all(recipe.purge, recipe_.purge);
      move_all(recipe.questions, recipe_.questions);
      move_all(recipe.notices, recipe_.notices);
      move_all(recipe.verifications, recipe_.verifications);
    }
    for (const Diagnostic& diagnostic : diagnostics_.all()) ADD_FAILURE() << diagnostic.text;
    for (const Table& table : before) {
      ours_->Must(mysql::CreateTableSql(dialect(), table));
      for (const ForeignKey& key : table.foreign_keys) {
        ours_->Must(mysql::AlterTable(table.name) + "ADD " + mysql::ForeignKeyClause(key));
      }
    }
    AskAll();
  }

  void RunOperation(const Operation& operation, const std::string& what) {
    if (const auto* run = std::get_if<RunSql>(&operation.action)) {
      if (operation.done && Ask(operation.done->query) == operation.done->expected) return;
      if (run->repair) {
        for (const test::Row& row : ours_->Run(run->repair->query).rows) ours_->Must(*row[0]);
      }
      for (const std::string& sql : run->statements) {
        const test::Answer answer = ours_->Run(sql);
        EXPECT_EQ(answer.error, "") << what << "\n" << sql;
      }
    } else if (const auto* fill = std::get_if<Backfill>(&operation.action)) {
      const test::Answer answer = ours_->Run("UPDATE " + fill->sql_table + " SET " +
                                             fill->assignments + " WHERE " + fill->unfilled);
      if (!answer.ok()) {
        ours_->Must("UPDATE " + fill->sql_table + " SET " + fill->careful_assignments + " WHERE " +
                    fill->unfilled);
      }
    } else if (const auto* look = std::get_if<Assert>(&operation.action)) {
      if (!look->report_only) {
        EXPECT_EQ(Look(look->rows), "") << what;
      }
    } else if (const auto* objects = std::get_if<AssertObjects>(&operation.action)) {
      EXPECT_EQ(ours_->Run(objects->query).Text(), "") << what;
    } else if (const auto* aside = std::get_if<SetAside>(&operation.action)) {
      EXPECT_EQ(Look(aside->rows), "") << what;
    }
    if (operation.done) {
      EXPECT_EQ(Ask(operation.done->query), operation.done->expected) << what << " after";
    }
  }

  std::string Look(const RowQuery& rows) {
    const test::Answer answer =
        ours_->Run("WITH q (k, d) AS (\n" + rows.query + "\n) SELECT q.k, q.d FROM q");
    EXPECT_EQ(answer.error, "") << rows.query;
    return answer.Text();
  }

  std::string Ask(const std::string& query) {
    const test::Answer answer = ours_->Run(query);
    EXPECT_EQ(answer.error, "") << query;
    return answer.rows.empty() ? "" : answer.rows[0][0].value_or("");
  }

  void Forward(Phase phase) {
    for (const Stage stage : {Stage::kFirst, Stage::kMain, Stage::kLast}) {
      for (const DraftStep& draft : recipe_.steps) {
        if (draft.step.phase != phase || draft.stage != stage) continue;
        RunOperation(draft.step.apply, draft.step.id);
        done_.push_back(&draft.step);
        for (const Effect& effect : draft.effects) answers_[effect.object] = effect.answer;
      }
    }
    AskAll();
  }

  /// The server says of each object what the recipe expects of it by now.
  void AskAll() {
    for (const Question& question : recipe_.questions) {
      const auto changed = answers_.find(question.object);
      EXPECT_EQ(Ask(question.query), changed == answers_.end() ? question.start : changed->second)
          << question.object;
    }
  }

  void Back() {
    for (; !done_.empty(); done_.pop_back()) {
      for (const Operation& operation : done_.back()->revert) {
        RunOperation(operation, "revert of " + done_.back()->id);
      }
    }
  }

  void Purge() {
    for (const DraftStep& draft : recipe_.purge) RunOperation(draft.step.apply, draft.step.id);
  }

  /// How far the numbers are is data.
  std::string Shape(const std::string& table) {
    static const std::regex numbers(" AUTO_INCREMENT=[0-9]+");
    const test::Answer answer = ours_->Run("SHOW CREATE TABLE " + table);
    return std::regex_replace(answer.error + answer.Text(), numbers, "");
  }

  std::unique_ptr<test::TestDatabase> database_;
  std::unique_ptr<test::Session> session_, ours_;
  Schema current_, target_;
  SourceFiles files_;
  Diagnostics diagnostics_;
  Recipe recipe_;
  std::vector<const Step*> done_;
  std::map<std::string, std::string> answers_;
};

}  // namespace zdm
