// SPDX-License-Identifier: Apache-2.0
// Which plan a command is about: the one given, the one in flight, or the newest.
#pragma once

#include <optional>
#include <string>

#include "runtime/executor/commands.h"
#include "runtime/journal/journal.h"

namespace zdm {

struct Selected {
  PlanText text;
  /// nullopt: not begun (or rolled back, or long purged): to be started.
  std::optional<PlanState> state;
  /// Why there is nothing to run.
  std::optional<std::string> nothing_to_do;
};

/// For `zdm run`. Throws Refusal: exit 4 when another plan is in flight or the server is not the
/// plan's, 2 when there is no plan at all.
Selected SelectPlan(const Context& context, const std::optional<PlanText>& given);

/// The plan as the journal has it.
PlanText StoredPlan(Journal& journal, const std::string& plan_id);

/// The newest plan that is not purged and not rolled back.
std::optional<PlanRecord> NewestStanding(Journal& journal);

}  // namespace zdm
