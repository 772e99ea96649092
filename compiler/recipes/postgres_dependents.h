// SPDX-License-Identifier: Apache-2.0
// What depends on a table or column that is about to go, as queries of AssertObjects: views,
// functions with SQL bodies, policies, triggers on columns, foreign keys and defaults of others.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm::postgres {

/// Dependents of a column other than what goes with it. Constraints that the plan drops by changes
/// of their own are left out.
std::string DependentsOfColumn(const RecipeContext& context, const QualifiedName& table,
                               const std::string& column);
/// What keeps the server from changing the type of a column. Its constraints and indexes, which the
/// files know, are left out.
std::string DependentsOfType(const QualifiedName& table, const std::string& column);
/// Dependents of a table other than its own parts.
std::string DependentsOfTable(const RecipeContext& context, const QualifiedName& table);
std::string DependentsOfExtension(const std::string& extension);

/// Relations of zdm_trash that bear the name of the table's indexes or sequences.
std::string NamesTakenInTrash(const QualifiedName& table);

}  // namespace zdm::postgres
