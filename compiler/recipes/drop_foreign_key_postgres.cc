// SPDX-License-Identifier: Apache-2.0
// A foreign key that goes: without actions in expand, since the new application need not keep it;
// with actions in contract, since the old one lives by them.
//
//   1  LOCK parent, then t; ALTER TABLE t DROP CONSTRAINT f       ACCESS EXCLUSIVE on both, short
//   revert: rows without a parent are looked for before anything changes; then FK:
//   1  LOCK parent, then t; ADD CONSTRAINT f .. NOT VALID         SHARE ROW EXCLUSIVE on both,
//   short 2  VALIDATE CONSTRAINT f                                      SHARE UPDATE EXCLUSIVE on t
#include "compiler/recipes/postgres_foreign_keys.h"
#include "compiler/recipes/postgres_losses.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropForeignKey& change) const {
  const Table& table = change.table;
  const ForeignKey& key = change.key;
  const std::string object = Display(table.name, key.name);
  const Question question = AskConstraint(table.name, key.name);
  const bool acts = HasActions(key);
  DraftStep step =
      NewStep(*this, acts ? Phase::kContract : Phase::kExpand, "drop-foreign-key-" + object,
              "drop foreign key " + object, DropForeignKeyConstraint(table.name, key));
  if (acts) step.stage = Stage::kLast;
  step.step.needs = NeedsOfForeignKey(context, table.name, key);
  step.step.removes = {ConstraintResource(table.name, key.name)};
  step.effects = {{question.object, ""}};
  if (key.validated) {
    step.step.losses = LossesOfForeignKey(context, table, key, step.step.id);
  }
  step.step.revert = RestoreForeignKey(table, key);
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropConstraint, object, "foreign key " + object + " is dropped"));
  }
  if (acts && context.target.FindTable(table.name) != nullptr) {
    step.step.hazards.push_back(Needs(codes::kForeignKeyActs, object,
                                      "until contract, foreign key " + object +
                                          " still changes its rows when rows of " +
                                          Display(key.references) + " are deleted or updated"));
  }
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerForeignKey(key))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
