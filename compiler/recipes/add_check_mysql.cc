// SPDX-License-Identifier: Apache-2.0
// A new check. MariaDB binds it at once; an enforced one of MySQL needs the shadow table.
//
//   migrate   count the rows that break it
//   contract  1  prove that none does
//             2  ADD (CONSTRAINT k CHECK (..)), COMMENT = ..      INSTANT on MariaDB
//             3  prove it again
//   revert    2  DROP CONSTRAINT k                                INSTANT
#include "compiler/recipes/mysql_constraints.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const AddCheck& change) const {
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, change.table.name),
                      AskCheck(DialectOf(*this), change.table.name, change.check.name)};
  TightenCheck(recipe, *this, change.table, change.check);
  return recipe;
}

}  // namespace zdm
