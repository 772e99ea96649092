// SPDX-License-Identifier: Apache-2.0
// Changes of what these servers have not. The diff never asks for them; one that does is told so
// by name.
#include "compiler/diff/diff.h"
#include "compiler/recipes/mysql_recipes.h"

namespace zdm {
namespace {

Recipe NoRecipe(const MysqlRecipes& recipes, const ChangeKind& change) {
  recipes.context.diagnostics.Error(
      codes::kRecipeDefect, recipes.origin,
      "no recipe for `" + ToString(Change{change, {}}) + "` on this server");
  return {};
}

}  // namespace

Recipe MysqlRecipes::operator()(const AddUnique& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const CreateExtension& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const DropExtension& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const DropUnique& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const ChangeEnum& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const ChangeSequence& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const CreateSequence& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const CreateType& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const DropSequence& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const DropType& change) const {
  return NoRecipe(*this, change);
}
Recipe MysqlRecipes::operator()(const ValidateConstraint& change) const {
  return NoRecipe(*this, change);
}

}  // namespace zdm
