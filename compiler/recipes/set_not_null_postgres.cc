// SPDX-License-Identifier: Apache-2.0
// A column that is there becomes NOT NULL, its rows being clean by then (NN).
//
//   migrate   1  count the rows with NULL
//   contract  2  look again, and refuse while there are any
//   contract  3  ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID   ACCESS EXCLUSIVE, short (with
//                `on violation reject`: in expand)
//   contract  4  VALIDATE CONSTRAINT k                              SHARE UPDATE EXCLUSIVE, reads
//   all contract  5  ALTER COLUMN c SET NOT NULL; DROP CONSTRAINT k     ACCESS EXCLUSIVE, short, no
//   scan
#include "compiler/recipes/postgres_constraints.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const SetNotNull& change) const {
  const QualifiedName& table = change.table.name;
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(AskNotNull(table, change.column.name), "not null: no")};
  TightenNotNull(recipe, *this, change.table, change.column);
  return recipe;
}

}  // namespace zdm
