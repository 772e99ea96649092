// SPDX-License-Identifier: Apache-2.0
// A new check on a table that others use (CK).
//
//   migrate   1  count the rows that break it
//   contract  2  look again, and refuse while there are any
//   contract  3  ALTER TABLE t ADD CONSTRAINT k CHECK (..) NOT VALID   ACCESS EXCLUSIVE, short
//   (with
//                `on violation reject`: in expand)
//   contract  4  ALTER TABLE t VALIDATE CONSTRAINT k                   SHARE UPDATE EXCLUSIVE,
//   reads all revert       ALTER TABLE t DROP CONSTRAINT k                       ACCESS EXCLUSIVE,
//   short
#include "compiler/recipes/postgres_checks.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const AddCheck& change) const {
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, change.table.name),
                      AskConstraint(change.table.name, change.check.name)};
  TightenCheck(recipe, *this, change.table, change.check, change.check);
  return recipe;
}

}  // namespace zdm
