// SPDX-License-Identifier: Apache-2.0
// The commands of zdm. Each returns when the asked state holds and throws Refusal, DatabaseError or
// LeaseLost otherwise; what a person sees meanwhile goes to the Reporter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/database/preflight.h"
#include "runtime/executor/context.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// What a command found or did, for its last lines and its JSON document.
struct Outcome {
  std::string plan_id;             ///< "" : there is none
  std::string state;               ///< of the plan, in the journal's words
  bool nothing_to_do = false;      ///< the asked state held already
  std::int64_t steps = 0;          ///< performed or taken back by this command
  std::vector<std::string> lines;  ///< for people: what was done
  std::vector<std::string> next;   ///< commands to type next
};

/// A plan with the text that it was read from.
struct PlanText {
  Plan plan;
  std::string document;
};

/// Brings `given` (or the plan in flight) at least to the end of `until`.
Outcome RunPlan(const Context& context, const std::optional<PlanText>& given, Phase until);

/// The statements that RunPlan would send, one after another with their step as a comment; asks and
/// compares, writes nothing.
std::string DryRun(const Context& context, const std::optional<PlanText>& given, Phase until);

/// Takes the newest plan that is not purged back to the end of `to` (nullopt: to its start).
Outcome RollBack(const Context& context, std::optional<Phase> to, bool set_aside);

/// Destroys what contracted plans parked: that of `plan_id` and all older ones, or ("") of all.
Outcome Purge(const Context& context, const std::string& plan_id);

/// R8 of the newest plan that is not purged: throws Refusal (exit 7) with keys that differ.
Outcome Verify(const Context& context);

/// What the role must be allowed for a plan, forward and back; for its purge.
PreflightNeeds NeedsOf(const Plan& plan);
PreflightNeeds NeedsOfPurge(const Plan& plan);

/// What comes after `state`, as commands to type.
std::vector<std::string> NextCommands(PlanState state, const Plan& plan);

}  // namespace zdm
