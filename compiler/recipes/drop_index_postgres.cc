// SPDX-License-Identifier: Apache-2.0
// An index that goes. It holds no data: rolling back builds it again.
//
//   contract  1  DROP INDEX CONCURRENTLY i                     SHARE UPDATE EXCLUSIVE on t, waits
//   revert    1  (a unique one:) duplicates are looked for before anything changes
//             2  CREATE INDEX CONCURRENTLY i ON t (..)          SHARE UPDATE EXCLUSIVE, reads all
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_losses.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropIndex& change) const {
  const Table& table = change.table;
  const Index& index = change.index;
  const QualifiedName name = IndexName(table.name, index.name);
  const Question question = AskIndex(name);
  DraftStep step = NewStep(*this, Phase::kContract, "drop-index-" + Display(name),
                           "drop index " + Display(name), DropIndexConcurrently(table.name, index),
                           {Declared(table.name, kShareUpdateExclusive)});
  step.stage = Stage::kLast;
  step.step.needs = NeedsColumns(context, table.name, ColumnsOfIndex(index));
  step.step.removes = {IndexResource(name)};
  step.effects = {{question.object, ""}};
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropIndex, Display(name), "index " + Display(name) + " is dropped"));
  }
  if (index.unique) {
    step.step.losses = LossesOfUnique(context, table, index, step.step.id);
    if (BindsNewRows(context, table, ColumnsOfIndex(index))) {
      step.step.hazards.push_back(
          Needs(codes::kUniqueBinds, Display(name),
                "until contract, rows that the new application writes must still be unique by " +
                    Display(name)));
    }
  }
  step.step.revert = RestoreIndex(table, index);
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name),
                      Asked(question, AnswerIndex(index, table.name))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
