// SPDX-License-Identifier: Apache-2.0
// The steps by which a foreign key comes to bind, and when.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/postgres_constraints.h"

namespace zdm::postgres {

/// Counts, proves, adds and validates `key`, which goes by the name of `named` while it comes.
void TightenForeignKey(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                       const ForeignKey& key, const ForeignKey& named);

/// Whether a deleted or updated row of the parent changes rows of the child.
bool HasActions(const ForeignKey& key);

/// Resources that the key stands on: both tables, their columns, and the parent's unique key.
std::vector<std::string> NeedsOfForeignKey(const RecipeContext& context, const QualifiedName& table,
                                           const ForeignKey& key);

}  // namespace zdm::postgres
