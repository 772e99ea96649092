// SPDX-License-Identifier: Apache-2.0
// The steps by which a check comes to bind a table that others use.
#pragma once

#include "compiler/recipes/postgres_constraints.h"

namespace zdm::postgres {

/// Counts, proves, adds and validates `check`, which goes by the name of `named` while it comes.
/// With `on violation reject` it binds from expand.
void TightenCheck(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                  const Check& check, const Check& named);

/// Columns that the check names.
std::vector<std::string> ColumnsOfCheck(const Table& table, const Check& check);

}  // namespace zdm::postgres
