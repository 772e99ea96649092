// SPDX-License-Identifier: Apache-2.0
// The order in which steps run: by phase and stage, then by what they need, provide and remove,
// then as they were declared.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm {

/// A step of the recipe number `recipe`; those of one recipe are declared one after the other.
struct OrderedStep {
  const DraftStep* draft = nullptr;
  std::size_t recipe = 0;
};

struct StepOrder {
  std::vector<std::size_t> order;  ///< indexes into the steps; empty when there is a cycle
  std::vector<std::size_t> cycle;  ///< steps that wait for each other, in a row
};

/// Within one phase and stage:
///   - steps of one recipe keep their order;
///   - who provides a resource goes before who needs it;
///   - who needs a resource that nobody here provides goes before who removes it;
///   - who removes a resource goes before another recipe's step that provides it anew.
/// Where that leaves a choice, the order of declaration holds.
StepOrder OrderSteps(const std::vector<OrderedStep>& steps);

}  // namespace zdm
