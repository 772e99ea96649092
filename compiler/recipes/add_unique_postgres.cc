// SPDX-License-Identifier: Apache-2.0
// A new unique constraint on a table that others use (UQ).
//
//   migrate   1  count the rows that are not unique
//   contract  2  look again, and refuse while there are any
//   contract  3  CREATE UNIQUE INDEX CONCURRENTLY k ON t (..)           SHARE UPDATE EXCLUSIVE,
//   reads contract  4  ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX k    ACCESS EXCLUSIVE,
//   short 2 to 4 stand in migrate with `on violation reject`, and where old rows have NULL in a new
//   column.
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const AddUnique& change) const {
  const Table& table = change.table;
  const Key& key = change.key;
  const Index index = IndexOfKey(key);
  const std::string object = Display(table.name, key.name);
  const Phase phase = BuildPhase(context, table.name, index);
  const Question question = AskConstraint(table.name, key.name);
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), question};
  ProveUnique(recipe, *this, table, index, phase);
  AddBuild(recipe, *this, table, index, phase);
  const std::string built = recipe.steps.back().step.id;

  DraftStep attach =
      NewStep(*this, phase, "add-unique-" + object, "the index becomes unique constraint " + object,
              AttachKey(table, key));
  attach.step.revert = {DropConstraint(table.name, key.name)};
  attach.step.needs = {IndexResource(IndexName(table.name, key.name))};
  attach.step.provides = {ConstraintResource(table.name, key.name)};
  attach.effects = {{question.object, AnswerKey(key, false)}};
  recipe.objects.push_back(
      {"index", Display(IndexName(table.name, key.name)), {built, attach.step.id}, false});
  recipe.steps.push_back(std::move(attach));
  return recipe;
}

}  // namespace zdm
