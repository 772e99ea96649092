// SPDX-License-Identifier: Apache-2.0
// What the journal knows of a plan's steps, and what follows from it. Pure functions of values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/journal/journal.h"
#include "runtime/plan/plan.h"

namespace zdm {

using StepRecords = std::map<std::string, StepRecord>;

StepRecords ByStep(const std::vector<StepRecord>& records);

bool IsDone(const StepRecords& records, const std::string& step_id);
/// A window is open while its first step is done and its last is not.
bool IsOpen(const Window& window, const StepRecords& records);

bool HasPhase(const Plan& plan, Phase phase);
bool AllDone(const Plan& plan, Phase phase, const StepRecords& records);
/// Done steps of a phase, and all of them.
struct PhaseCount {
  int done = 0;
  int all = 0;
};
PhaseCount CountSteps(const Plan& plan, Phase phase, const StepRecords& records);

/// The state in which a plan is whose steps stand as `records` say, going forward.
PlanState StateOf(const Plan& plan, const StepRecords& records);

/// Whether a plan in `state` is at least at the end of `phase`.
bool IsPast(PlanState state, Phase phase);

/// Only looks, changes nothing: has to be done again when its phase is entered again.
bool IsAssertion(const Step& step);

}  // namespace zdm
