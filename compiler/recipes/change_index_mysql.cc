// SPDX-License-Identifier: Apache-2.0
// An index gets another name or becomes hidden: the catalog alone changes.
//
//   contract  1  RENAME INDEX a TO b / ALTER INDEX i INVISIBLE
//   revert       the same back
#include "compiler/recipes/mysql_indexes.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const RenameIndex& change) const {
  const QualifiedName& table = change.table.name;
  const Dialect dialect = DialectOf(*this);
  const Question before = AskIndex(dialect, table, change.old_index.name);
  const Question after = AskIndex(dialect, table, change.new_index.name);
  Index renamed = change.old_index;
  renamed.name = change.new_index.name;
  DraftStep step =
      NewStep(*this, Phase::kContract, "rename-index-" + Display(table, change.old_index.name),
              "rename index " + Display(table, change.old_index.name) + " to " +
                  Display(change.new_index.name),
              RenameIndexOperation(*this, change.table, change.old_index.name, renamed));
  step.stage = Stage::kLast;
  step.step.revert = {
      RenameIndexOperation(*this, change.table, change.new_index.name, change.old_index)};
  step.step.needs = {TableResource(table)};
  step.step.provides = {IndexOfTable(table, change.new_index.name)};
  step.step.removes = {IndexOfTable(table, change.old_index.name)};
  step.effects = {{before.object, ""}, {after.object, AnswerIndex(renamed)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table), Asked(before, AnswerIndex(change.old_index)),
                      after};
  recipe.notices.push_back("index hints that name " + Display(table, change.old_index.name) +
                           " must say " + Display(change.new_index.name) + " from contract on");
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const ChangeIndexVisibility& change) const {
  const QualifiedName& table = change.table.name;
  const std::string object = Display(table, change.new_index.name);
  const Question question = AskIndex(DialectOf(*this), table, change.new_index.name);
  Index after = change.old_index;
  after.invisible = change.new_index.invisible;
  DraftStep step = NewStep(*this, Phase::kContract, "show-or-hide-index-" + object,
                           (after.invisible ? "hide index " : "show index ") + object,
                           HideIndex(*this, change.table, change.old_index, after.invisible));
  step.stage = Stage::kLast;
  step.step.revert = {HideIndex(*this, change.table, change.old_index, change.old_index.invisible)};
  step.step.needs = {TableResource(table)};
  step.effects = {{question.object, AnswerIndex(after)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(question, AnswerIndex(change.old_index))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
