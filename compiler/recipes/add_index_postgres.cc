// SPDX-License-Identifier: Apache-2.0
// A new index on a table that others use.
//
//   migrate   1  (what a killed build left:) DROP INDEX CONCURRENTLY i   SHARE UPDATE EXCLUSIVE
//             2  CREATE INDEX CONCURRENTLY i ON t (..)                   SHARE UPDATE EXCLUSIVE,
//             reads
//                                                                        all twice; done when valid
//             3  ANALYZE t, for expressions                              SHARE UPDATE EXCLUSIVE
//   A unique one on columns that were there is built in contract, after a look for duplicates that
//   migrate has counted; with `on violation reject` in migrate.
//   revert       DROP INDEX CONCURRENTLY i                               SHARE UPDATE EXCLUSIVE
#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const AddIndex& change) const {
  const Table& table = change.table;
  const Index& index = change.index;
  const Phase phase = BuildPhase(context, table.name, index);
  Recipe recipe;
  const Question question = AskIndex(IndexName(table.name, index.name));
  recipe.questions = {AskCurrentTable(context, table.name), question};
  if (index.unique) ProveUnique(recipe, *this, table, index, phase);
  AddBuild(recipe, *this, table, index, phase);
  recipe.steps.back().effects = {{question.object, AnswerIndex(index, table.name)}};
  AddIndexAftermath(recipe, *this, table, index, phase);
  return recipe;
}

}  // namespace zdm
