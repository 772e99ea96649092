// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_recipes.h"
#include "compiler/schema/names.h"

namespace zdm {

Recipe PostgresRecipes::operator()(const TransformTable& change) const {
  context.diagnostics.Error(codes::kRecipeDefect, origin,
                            "transitions of `" + Display(change.old_table.name) +
                                "` cannot be compiled yet");
  return {};
}

}  // namespace zdm
