// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_recipes.h"

#include <variant>

namespace zdm {

Recipe MakePostgresRecipe(const Change& change, const RecipeContext& context) {
  return std::visit(PostgresRecipes{context, change.origin}, change.kind);
}

}  // namespace zdm
