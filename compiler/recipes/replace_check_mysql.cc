// SPDX-License-Identifier: Apache-2.0
// A check that changes under its name: the old one goes at expand, since the new application need
// not keep it, and the new one binds at contract, once no row breaks it.
#include "compiler/recipes/mysql_constraints.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const ReplaceCheck& change) const {
  Recipe recipe = (*this)(DropCheck{change.table, change.old_check});
  const Table& table = change.table;
  Table without = table;
  std::erase_if(without.checks,
                [&](const Check& check) { return check.name == change.old_check.name; });
  Check now = change.new_check;
  now.on_violation = OnViolation::kKeep;
  TightenCheck(recipe, *this, without, now);
  return recipe;
}

}  // namespace zdm
