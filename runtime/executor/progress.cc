// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/progress.h"

#include <algorithm>

namespace zdm {

StepRecords ByStep(const std::vector<StepRecord>& records) {
  StepRecords by_step;
  for (const StepRecord& record : records) {
    by_step.emplace(record.step_id, record);
  }
  return by_step;
}

bool IsDone(const StepRecords& records, const std::string& step_id) {
  const auto record = records.find(step_id);
  return record != records.end() && record->second.state == StepState::kDone;
}

bool IsOpen(const Window& window, const StepRecords& records) {
  return (window.since.empty() || IsDone(records, window.since)) &&
         (window.until.empty() || !IsDone(records, window.until));
}

bool HasPhase(const Plan& plan, Phase phase) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [&](const Step& step) { return step.phase == phase; });
}

PhaseCount CountSteps(const Plan& plan, Phase phase, const StepRecords& records) {
  PhaseCount count;
  for (const Step& step : plan.steps) {
    if (step.phase == phase) {
      ++count.all;
      count.done += IsDone(records, step.id) ? 1 : 0;
    }
  }
  return count;
}

bool AllDone(const Plan& plan, Phase phase, const StepRecords& records) {
  const PhaseCount count = CountSteps(plan, phase, records);
  return count.done == count.all;
}

PlanState StateOf(const Plan& plan, const StepRecords& records) {
  if (!AllDone(plan, Phase::kExpand, records)) {
    return PlanState::kRunning;
  }
  if (!AllDone(plan, Phase::kMigrate, records)) {
    return PlanState::kExpanded;
  }
  if (AllDone(plan, Phase::kContract, records)) {
    return PlanState::kContracted;
  }
  return CountSteps(plan, Phase::kContract, records).done > 0 ? PlanState::kContracting
                                                              : PlanState::kMigrated;
}

bool IsPast(PlanState state, Phase phase) {
  switch (state) {
    case PlanState::kRunning:
    case PlanState::kRollingBack:
    case PlanState::kRolledBack:
      return false;
    case PlanState::kExpanded:
      return phase == Phase::kExpand;
    case PlanState::kMigrated:
    case PlanState::kContracting:
      return phase != Phase::kContract;
    case PlanState::kContracted:
    case PlanState::kPurging:
    case PlanState::kPurged:
      break;
  }
  return true;
}

bool IsAssertion(const Step& step) {
  return std::holds_alternative<Assert>(step.apply.action) ||
         std::holds_alternative<AssertObjects>(step.apply.action);
}

}  // namespace zdm
