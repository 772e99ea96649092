// SPDX-License-Identifier: Apache-2.0
// Changes that this server has not, or that come as others here. The diff never asks for them; one
// that does is told so by name.
#include "compiler/diff/diff.h"
#include "compiler/recipes/postgres_recipes.h"

namespace zdm {
namespace {

Recipe Refuse(const PostgresRecipes& recipes, const ChangeKind& change) {
  recipes.context.diagnostics.Error(
      codes::kRecipeDefect, recipes.origin,
      "no recipe for `" + ToString(Change{change, {}}) + "` on this server");
  return {};
}

}  // namespace

Recipe PostgresRecipes::operator()(const ChangeAutoIncrement& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeColumnComment& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeGenerated& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeIndexVisibility& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeInvisible& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeOnUpdate& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeTableCharset& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const ChangeTableOptions& change) const {
  return Refuse(*this, change);
}
Recipe PostgresRecipes::operator()(const MoveColumn& change) const {
  return Refuse(*this, change);
}

}  // namespace zdm
