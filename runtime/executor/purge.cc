// SPDX-License-Identifier: Apache-2.0
// zdm purge: destroys what contract parked, oldest plan first. There is no way back from here.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/commands.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/steps.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

bool IsPurgeable(PlanState state) {
  return state == PlanState::kContracted || state == PlanState::kPurging;
}

/// Oldest first; throws when `plan_id` names none that may be purged.
std::vector<PlanRecord> PlansToPurge(Journal& journal, const std::string& plan_id) {
  std::vector<PlanRecord> plans = journal.ReadPlans();
  std::reverse(plans.begin(), plans.end());
  if (!plan_id.empty()) {
    const auto named = std::find_if(plans.begin(), plans.end(), [&](const PlanRecord& plan) {
      return plan.id.starts_with(plan_id);
    });
    if (named == plans.end()) {
      throw Refusal(ExitCode::kUsage, codes::kUsage,
                    fmt::format("the journal knows no plan {}", plan_id), {},
                    "zdm status lists the plans");
    }
    if (IsInFlight(named->state)) {
      throw Refusal(ExitCode::kStale, codes::kPlanInFlight, InFlightSentence(*named));
    }
    plans.erase(std::next(named), plans.end());
  }
  std::erase_if(plans, [](const PlanRecord& plan) { return !IsPurgeable(plan.state); });
  return plans;
}

void PurgePlan(const Context& context, const PlanRecord& record, Outcome& outcome) {
  const Plan plan = StoredPlan(context.journal, record.id).plan;
  {
    FencedTransaction transaction(context);
    context.journal.SetPlanState(plan.id, PlanState::kPurging);
    transaction.Commit();
  }
  const StepRecords done = ByStep(context.journal.ReadSteps(plan.id));
  for (const Step& step : plan.purge) {
    context.stop.Check();
    if (IsDone(done, step.id)) {
      continue;
    }
    Records records;
    records.started = [&] { context.journal.StartStep(plan.id, step.id); };
    records.finished = [&] { context.journal.FinishStep(plan.id, step.id); };
    records.withdrawn = [&] { context.journal.ForgetStep(plan.id, step.id); };
    Perform(context, {plan, step, step.id}, step.apply, records);
    context.reporter.Event(fmt::format("  {}  {}", step.id, step.summary));
    ++outcome.steps;
  }
  FencedTransaction transaction(context);
  context.journal.SetPlanState(plan.id, PlanState::kPurged);
  context.journal.ClearNotes(plan.salt);
  transaction.Commit();
  outcome.lines.push_back(
      fmt::format("plan {} is purged: {} destroyed", plan.id.substr(0, 12),
                  Count(static_cast<std::int64_t>(plan.purge.size()), "parked thing")));
}

}  // namespace

Outcome Purge(const Context& context, const std::string& plan_id) {
  Outcome outcome;
  const std::vector<PlanRecord> plans = PlansToPurge(context.journal, plan_id);
  for (const PlanRecord& plan : plans) {  // before the point of no return
    RequireNoObstacles(context.family.preflight(
        context.database, NeedsOfPurge(StoredPlan(context.journal, plan.id).plan)));
  }
  for (const PlanRecord& plan : plans) {
    PurgePlan(context, plan, outcome);
    outcome.plan_id = plan.id;
    outcome.state = ToString(PlanState::kPurged);
  }
  if (plans.empty()) {
    outcome.nothing_to_do = true;
    const auto in_flight = context.journal.ReadInFlight();
    outcome.lines.push_back(in_flight ? "nothing to purge: " + InFlightSentence(*in_flight)
                                      : "nothing to do: no contracted plan waits for purge");
  }
  return outcome;
}

}  // namespace zdm
