// SPDX-License-Identifier: Apache-2.0
// Options, default charset and comment of a table.
//
//   contract  1  ALTER TABLE t ROW_FORMAT=.. (rebuilds while writes flow) / STATS_..
//             1  ALTER TABLE t DEFAULT CHARACTER SET .. COLLATE ..      what new columns get
//   expand    1  ALTER TABLE t COMMENT = '..'
//   revert       the same back
#include <fmt/format.h>

#include <algorithm>

#include "compiler/recipes/mysql_indexes.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

std::string NameOf(const std::string& option) {
  return option.substr(0, option.find('='));
}

/// Clauses that bring the options `from` to `to`; those that are absent go back to the default.
std::vector<std::string> OptionClauses(const std::vector<std::string>& from,
                                       const std::vector<std::string>& to) {
  std::vector<std::string> clauses = to;
  std::erase_if(clauses, [&](const std::string& option) {
    return std::find(from.begin(), from.end(), option) != from.end();
  });
  for (const std::string& option : from) {
    const bool named = std::any_of(to.begin(), to.end(), [&](const std::string& other) {
      return NameOf(other) == NameOf(option);
    });
    if (named) continue;
    if (NameOf(option) == "row_format") {
      clauses.push_back("row_format=DEFAULT");
    } else if (NameOf(option) == "key_block_size") {
      clauses.push_back("key_block_size=0");
    } else {
      clauses.push_back(NameOf(option) + "=DEFAULT");
    }
  }
  return clauses;
}

std::vector<Alter> KindsOf(const std::vector<std::string>& clauses) {
  std::vector<Alter> kinds;
  for (const std::string& clause : clauses) {
    const std::string name = NameOf(clause);
    kinds.push_back(name == "engine"             ? Alter::kChangeTypeElse
                    : name.starts_with("stats_") ? Alter::kTableStatistics
                                                 : Alter::kRowFormat);
  }
  return kinds;
}

std::string CharsetWords(const Schema& schema, const Table& table) {
  Column column;
  column.type.sql = "text";
  const std::string clause = FullTypeClause(schema, table, column);
  return "DEFAULT" + clause.substr(4);
}

}  // namespace

Recipe MysqlRecipes::operator()(const ChangeTableOptions& change) const {
  const QualifiedName& table = change.old_table.name;
  const std::string object = Display(table);
  const Question question = AskOptions(table);
  const auto set = [&](const Table& from, const Table& to) {
    const std::vector<std::string> clauses = OptionClauses(from.options, to.options);
    Table traits = change.old_table;
    traits.options.clear();
    const bool engine = std::any_of(clauses.begin(), clauses.end(), [](const std::string& clause) {
      return NameOf(clause) == "engine";
    });
    if (engine) traits.options = {"engine=other"};
    return Asserted(*this, {traits, clauses, KindsOf(clauses)},
                    Answers(question, AnswerOptions(to)));
  };
  DraftStep step =
      NewStep(*this, Phase::kContract, "change-options-" + object,
              "change options of table " + object, set(change.old_table, change.new_table));
  step.stage = Stage::kLast;
  step.step.revert = {set(change.new_table, change.old_table)};
  step.step.needs = {TableResource(table)};
  step.step.work = Work::kRewrite;
  step.effects = {{question.object, AnswerOptions(change.new_table)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(question, AnswerOptions(change.old_table))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const ChangeTableCharset& change) const {
  const QualifiedName& table = change.old_table.name;
  const std::string object = Display(table);
  const Question question = AskCharset(table);
  const auto set = [&](const Schema& schema, const Table& to) {
    return Asserted(*this,
                    {change.old_table, {CharsetWords(schema, to)}, {Alter::kTableDefaultCharset}},
                    Answers(question, AnswerCharset(to)));
  };
  DraftStep step = NewStep(*this, Phase::kContract, "change-charset-" + object,
                           "change the default charset of table " + object,
                           set(context.target, change.new_table));
  step.stage = Stage::kLast;
  step.step.revert = {set(context.current, change.old_table)};
  step.step.needs = {TableResource(table)};
  step.effects = {{question.object, AnswerCharset(change.new_table)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(question, AnswerCharset(change.old_table))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const ChangeComment& change) const {
  const Table* table = context.current.FindTable(change.table);
  if (table == nullptr || !change.object.starts_with("table ")) {
    // The comment of an index is part of it.
    if (table != nullptr) {
      for (const Index& index : table->indexes) {
        if (change.object != "index " + Display(table->name, index.name)) continue;
        Index commented = index;
        commented.comment = change.new_comment;
        return (*this)(ReplaceIndex{*table, index, commented});
      }
    }
    context.diagnostics.Error(codes::kShadowTable, origin,
                              "the comment on " + change.object + " cannot change here yet");
    return {};
  }
  const Question question = AskTableComment(table->name);
  const auto set = [&](const std::optional<std::string>& comment) {
    return Asserted(
        *this, {*table, {"COMMENT = " + Literal(comment.value_or(""))}, {Alter::kTableComment}},
        Answers(question, AnswerComment(comment)));
  };
  DraftStep step = NewStep(*this, Phase::kExpand, "comment-on-" + Display(table->name),
                           "comment on " + change.object, set(change.new_comment));
  step.step.revert = {set(change.old_comment)};
  step.step.needs = {TableResource(table->name)};
  step.effects = {{question.object, AnswerComment(change.new_comment)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table->name),
                      Asked(question, AnswerComment(change.old_comment))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
