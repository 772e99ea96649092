// SPDX-License-Identifier: Apache-2.0
// A column no longer has to have a value: the new application may write NULL from the end of
// expand.
//
//   expand    1  ALTER TABLE t ALTER COLUMN c DROP NOT NULL          ACCESS EXCLUSIVE, short
//   revert    1  rows with NULL are looked for before anything changes
//             2  ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID    ACCESS EXCLUSIVE, short
//             3  VALIDATE CONSTRAINT k                               SHARE UPDATE EXCLUSIVE, reads
//             all 4  SET NOT NULL; DROP CONSTRAINT k                     ACCESS EXCLUSIVE, short
#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropNotNull& change) const {
  const QualifiedName& table = change.table.name;
  const std::string& column = change.column.name;
  const std::string object = Display(table, column);
  const Question question = AskNotNull(table, column);
  DraftStep step = NewStep(
      *this, Phase::kExpand, "drop-not-null-" + object, object + " may be NULL",
      Short({Taken(table, kAccessExclusive)},
            {"ALTER TABLE " + Quote(table) + " ALTER COLUMN " + Quote(column) + " DROP NOT NULL"},
            Answers(question, "not null: no")));
  step.step.needs = {TableResource(table), ColumnResource(table, column)};
  step.step.losses = LossesOfNotNull(context, change.table, column, step.step.id);
  step.step.revert = RestoreNotNull(context, change.table, column);
  step.effects = {{question.object, "not null: no"}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table), Asked(question, "not null: yes")};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
