// SPDX-License-Identifier: Apache-2.0
// Looks at the rows that break a rule which a rollback would bring back. What the rule names may be
// parked by then: the looks follow it there.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm::postgres {

/// Columns of `table` that DropColumn takes away (a transform's sources apart), in their order.
std::vector<std::string> DroppedColumns(const RecipeContext& context, const QualifiedName& table);

/// Words of the steps that park: all dropped columns of a table at once, and a table.
std::string ParkColumnsWords(const QualifiedName& table);
std::string ParkTableWords(const QualifiedName& table);
/// Where a parked table stands.
QualifiedName ParkedTable(const RecipeContext& context, const QualifiedName& table);

/// Rows in the way of reverting step `since`, which took the rule away.
std::vector<Loss> LossesOfNotNull(const RecipeContext& context, const Table& table,
                                  const std::string& column, const std::string& since);
std::vector<Loss> LossesOfCheck(const RecipeContext& context, const Table& table,
                                const Check& check, const std::string& since);
std::vector<Loss> LossesOfUnique(const RecipeContext& context, const Table& table,
                                 const Index& index, const std::string& since);
std::vector<Loss> LossesOfForeignKey(const RecipeContext& context, const Table& table,
                                     const ForeignKey& key, const std::string& since);

}  // namespace zdm::postgres
