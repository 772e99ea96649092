// SPDX-License-Identifier: Apache-2.0
// Seeded plans that use every field of the format, with texts that need escaping.
#pragma once

#include "runtime/plan/plan.h"

namespace zdm {

/// The same seed gives the same plan. Its windows name steps that it has.
Plan RandomPlan(unsigned seed);

}  // namespace zdm
