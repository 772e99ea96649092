// SPDX-License-Identifier: Apache-2.0
// Recipes -> plan: the steps in order and numbered, the fingerprint questions with an answer for
// each phase, the hazards with those who allowed them. Knows no kind of change and no server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm {

/// Joins the recipes of all changes. Nothing when `diagnostics` got an error (a cycle, recipes that
/// contradict each other). Hazards are not judged here: see ApplyAllows.
std::optional<Plan> BuildPlan(const std::vector<Recipe>& recipes, const RecipeContext& context);

/// Fills `allowed_by` of each hazard of the plan from `allows`; one that has it from its recipe (a
/// tombstone) needs none. Gives back the hazards that nobody
/// allowed, each once. An allow of the files that no hazard wants is an error, or a warning when
/// the plan has no steps (its migration is over).
std::vector<Hazard> ApplyAllows(Plan& plan, const std::vector<Allow>& allows,
                                Diagnostics& diagnostics);

/// "ZDM2001 public.t: text", the line to write and the flag to give, for each.
std::string HazardText(const std::vector<Hazard>& hazards);

}  // namespace zdm
