// SPDX-License-Identifier: Apache-2.0
// Building indexes while writes flow, and proving that a unique one can be built.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/mysql_steps.h"

namespace zdm::mysql {

/// Columns that the index names, each once.
std::vector<std::string> ColumnsOfIndex(const Table& table, const Index& index);

/// Migrate, except for a unique one that old writes may break and the files do not let bind before
/// contract.
Phase BuildPhase(const RecipeContext& context, const QualifiedName& table, const Index& index);

/// Which form of ADD INDEX it takes.
Alter BuildKind(const Index& index);
Operation BuildIndex(const MysqlRecipes& recipes, const Table& table, const Index& index);
Operation DropIndexOperation(const MysqlRecipes& recipes, const Table& table,
                             const std::string& index);
Operation RenameIndexOperation(const MysqlRecipes& recipes, const Table& table,
                               const std::string& from, const Index& to);
/// Out of the optimizer's sight, or back.
Operation HideIndex(const MysqlRecipes& recipes, const Table& table, const Index& index, bool hide);

/// Counts duplicates at the end of migrate and refuses in contract while there are any; for one
/// that is built in migrate, refuses before the build.
void ProveUnique(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                 const Index& index, Phase phase);

/// The step that builds the index; it is the last of `recipe`. `table` has its columns.
void AddBuild(Recipe& recipe, const MysqlRecipes& recipes, const Table& table, const Index& index,
              Phase phase);

/// Builds a dropped index again.
std::vector<Operation> RestoreIndex(const MysqlRecipes& recipes, const Table& table,
                                    const Index& index);

}  // namespace zdm::mysql
