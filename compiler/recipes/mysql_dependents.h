// SPDX-License-Identifier: Apache-2.0
// What depends on a table or column that is about to go, as queries of AssertObjects. These servers
// keep no such record: the texts of views, triggers and routines are searched for the name as a
// word, so that one too many may be named, never one too few.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm::mysql {

/// Views and routines that name the table and one of the columns, and triggers of the table that
/// name one, but for `own` ones of ours.
std::string DependentsOfColumns(const QualifiedName& table, const std::vector<std::string>& columns,
                                const std::vector<std::string>& own);
/// Views, routines and triggers of other tables that name the table, and foreign keys to it from
/// outside the plan.
std::string DependentsOfTable(const RecipeContext& context, const QualifiedName& table);

}  // namespace zdm::mysql
