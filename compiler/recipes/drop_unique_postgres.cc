// SPDX-License-Identifier: Apache-2.0
// A unique constraint that goes. It binds both applications until contract, since the old one may
// count on it (ON CONFLICT names it).
//
//   contract  1  ALTER TABLE t DROP CONSTRAINT k                        ACCESS EXCLUSIVE, short
//   revert    1  duplicates are looked for before anything changes
//             2  CREATE UNIQUE INDEX CONCURRENTLY k ON t (..)           SHARE UPDATE EXCLUSIVE,
//             reads 3  ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX k    ACCESS EXCLUSIVE,
//             short
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropUnique& change) const {
  const Table& table = change.table;
  const Key& key = change.key;
  const Index index = IndexOfKey(key);
  const std::string object = Display(table.name, key.name);
  const Question question = AskConstraint(table.name, key.name);
  DraftStep step =
      NewStep(*this, Phase::kContract, "drop-unique-" + object, "drop unique constraint " + object,
              DropConstraint(table.name, key.name));
  step.stage = Stage::kLast;
  step.step.needs = NeedsColumns(context, table.name, key.columns);
  step.step.removes = {ConstraintResource(table.name, key.name)};
  step.effects = {{question.object, ""}};
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropConstraint, object, "unique constraint " + object + " is dropped"));
  }
  if (BindsNewRows(context, table, key.columns)) {
    step.step.hazards.push_back(Needs(
        codes::kUniqueBinds, object,
        "until contract, rows that the new application writes must still be unique by " + object));
  }
  step.step.losses = LossesOfUnique(context, table, index, step.step.id);
  step.step.revert = RestoreIndex(table, index);
  step.step.revert.push_back(AttachKey(table, key));
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerKey(key, false))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
