// SPDX-License-Identifier: Apache-2.0
// Building indexes beside running applications, and proving that a unique one can be built.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/postgres_constraints.h"

namespace zdm::postgres {

/// Columns that the index names, each once.
std::vector<std::string> ColumnsOfIndex(const Index& index);

/// Migrate, except for a unique one that old writes may break and the files do not let bind before
/// contract.
Phase BuildPhase(const RecipeContext& context, const QualifiedName& table, const Index& index);

/// Counts duplicates at the end of migrate and refuses in contract while there are any; for one
/// that is built in migrate, refuses before the build.
void ProveUnique(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                 const Index& index, Phase phase);

/// The step that builds the index; it is the last of `recipe`.
void AddBuild(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
              const Index& index, Phase phase);

/// Its comment, and ANALYZE when it holds expressions.
void AddIndexAftermath(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                       const Index& index, Phase phase);

/// Builds a dropped index again, comment and all.
std::vector<Operation> RestoreIndex(const Table& table, const Index& index);

/// Whether rows of the new application, which leaves out dropped columns, can collide in the key.
bool BindsNewRows(const RecipeContext& context, const Table& table,
                  const std::vector<std::string>& columns);

}  // namespace zdm::postgres
