// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/journal.h"

#include <fmt/format.h>

#include <utility>

#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

constexpr std::pair<PlanState, std::string_view> kStates[] = {
    {PlanState::kRunning, "running"},        {PlanState::kExpanded, "expanded"},
    {PlanState::kMigrated, "migrated"},      {PlanState::kContracting, "contracting"},
    {PlanState::kContracted, "contracted"},  {PlanState::kRollingBack, "rolling_back"},
    {PlanState::kRolledBack, "rolled_back"}, {PlanState::kPurging, "purging"},
    {PlanState::kPurged, "purged"},
};

constexpr std::size_t kShortId = 12;

}  // namespace

std::string_view ToString(PlanState state) {
  for (const auto& [candidate, name] : kStates) {
    if (candidate == state) return name;
  }
  return "";
}

std::optional<PlanState> PlanStateFromName(std::string_view name) {
  for (const auto& [state, candidate] : kStates) {
    if (candidate == name) return state;
  }
  return std::nullopt;
}

bool IsInFlight(PlanState state) {
  switch (state) {
    case PlanState::kRunning:
    case PlanState::kExpanded:
    case PlanState::kMigrated:
    case PlanState::kContracting:
    case PlanState::kRollingBack:
      return true;
    case PlanState::kContracted:
    case PlanState::kRolledBack:
    case PlanState::kPurging:
    case PlanState::kPurged:
      return false;
  }
  return false;
}

std::string InFlightSentence(const PlanRecord& plan) {
  if (plan.state == PlanState::kRollingBack) {
    return fmt::format(
        "plan {} is in flight ({}); finish the rollback with `zdm rollback` first [{}]",
        plan.id.substr(0, kShortId), ToString(plan.state), ToString(codes::kPlanInFlight));
  }
  return fmt::format(
      "plan {} is in flight ({}); finish it with `zdm run --until contract` or undo it with "
      "`zdm rollback` first [{}]",
      plan.id.substr(0, kShortId), ToString(plan.state), ToString(codes::kPlanInFlight));
}

}  // namespace zdm
