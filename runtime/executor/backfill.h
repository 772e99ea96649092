// SPDX-License-Identifier: Apache-2.0
// Fills the rows of one table in batches, each with its checkpoint in one transaction. Goes on
// where it stopped; is over when no unfilled row is left, wherever the checkpoint stands.
#pragma once

#include <string>

#include "runtime/executor/context.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// Throws Refusal: exit 7 naming the key of a row that cannot be filled, 11 when rows stay locked
/// for the whole budget, 13 when paused, 130 or 143 after a signal.
void RunBackfill(const Context& context, const Plan& plan, const std::string& step_id,
                 const Backfill& backfill);

}  // namespace zdm
