// SPDX-License-Identifier: Apache-2.0
// A check that goes: the new application may break it from the end of expand.
//
//   expand    1  ALTER TABLE t DROP CONSTRAINT k                        ACCESS EXCLUSIVE, short
//   revert    1  rows that break it are looked for before anything changes
//             2  ADD CONSTRAINT k CHECK (..) NOT VALID                  ACCESS EXCLUSIVE, short
//             3  VALIDATE CONSTRAINT k                                  SHARE UPDATE EXCLUSIVE,
//             reads all
#include "compiler/recipes/postgres_checks.h"
#include "compiler/recipes/postgres_losses.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropCheck& change) const {
  const Table& table = change.table;
  const Check& check = change.check;
  const std::string object = Display(table.name, check.name);
  const Question question = AskConstraint(table.name, check.name);
  DraftStep step = NewStep(*this, Phase::kExpand, "drop-check-" + object, "drop check " + object,
                           DropConstraint(table.name, check.name));
  step.step.needs = {TableResource(table.name)};
  for (const std::string& column : ColumnsOfCheck(table, check)) {
    step.step.needs.push_back(ColumnResource(table.name, column));
  }
  step.step.removes = {ConstraintResource(table.name, check.name)};
  if (check.validated) {
    step.step.losses = LossesOfCheck(context, table, check, step.step.id);
  }
  step.step.revert = RestoreCheck(table, check);
  step.effects = {{question.object, ""}};
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropConstraint, object, "check " + object + " is dropped"));
  }
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerCheck(check))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
