// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_recipes.h"

namespace zdm {

Recipe MakeMysqlRecipe(const Change& change, const RecipeContext& context) {
  return std::visit(MysqlRecipes{context, change.origin}, change.kind);
}

}  // namespace zdm
