// SPDX-License-Identifier: Apache-2.0
// A new foreign key (FK).
//
//   1  LOCK parent, then t; ADD CONSTRAINT f FOREIGN KEY .. NOT VALID   SHARE ROW EXCLUSIVE on
//   both,
//                                                                       short
//   2  ALTER TABLE t VALIDATE CONSTRAINT f      SHARE UPDATE EXCLUSIVE on t, ROW SHARE on the
//   parent When: of a new table in expand; on new columns that old rows leave NULL in migrate,
//   after their index; else in contract, after migrate has counted and contract has looked for rows
//   without a parent. With `on violation reject`, 1 stands in expand. revert: LOCK parent, then t;
//   DROP CONSTRAINT f                      ACCESS EXCLUSIVE on both, short
#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_foreign_keys.h"
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_rows.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const AddForeignKey& change) const {
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, change.table.name),
                      AskConstraint(change.table.name, change.key.name)};
  if (change.key.references != change.table.name) {
    recipe.questions.push_back(AskCurrentTable(context, change.key.references));
  }
  TightenForeignKey(recipe, *this, change.table, change.key, change.key);
  return recipe;
}

}  // namespace zdm
