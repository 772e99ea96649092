// SPDX-License-Identifier: Apache-2.0
// The ways by which checks and foreign keys come to and go from tables that others use.
//
// MariaDB adds a check at once when it stands in parentheses beside another clause,
// `ADD (CONSTRAINT ..), COMMENT = 'as it is'`: it binds what is written from then on and reads no
// row. ADD CONSTRAINT by itself copies the table. MySQL knows no such form for one that is
// enforced. Foreign keys are added at once under foreign_key_checks=0 on both. Rows are looked at
// before and after.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/mysql_steps.h"

namespace zdm::mysql {

/// Binds new rows from now on.
Operation BindCheck(const MysqlRecipes& recipes, const Table& table, const Check& check);
Operation DropCheckOperation(const MysqlRecipes& recipes, const Table& table, const Check& check);
/// Brings a dropped check back.
std::vector<Operation> RestoreCheck(const MysqlRecipes& recipes, const Table& table,
                                    const Check& check);
/// Counts, proves, binds and proves again. With `on violation reject` it binds from expand.
void TightenCheck(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                  const Check& check);
std::vector<std::string> ColumnsOfCheck(const RecipeContext& context, const Table& table,
                                        const Check& check);

Operation BindForeignKey(const MysqlRecipes& recipes, const Table& table, const ForeignKey& key);
Operation DropForeignKeyOperation(const MysqlRecipes& recipes, const Table& table,
                                  const ForeignKey& key);
std::vector<Operation> RestoreForeignKey(const MysqlRecipes& recipes, const Table& table,
                                         const ForeignKey& key);
bool HasActions(const ForeignKey& key);
/// Resources that the key stands on.
std::vector<std::string> NeedsOfForeignKey(const RecipeContext& context, const QualifiedName& table,
                                           const ForeignKey& key);

}  // namespace zdm::mysql
