// SPDX-License-Identifier: Apache-2.0
// zdm run: forward, phase by phase, from wherever the plan stands.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/commands.h"
#include "runtime/executor/fingerprint.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/steps.h"
#include "runtime/executor/throttle.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Phase kPhases[] = {Phase::kExpand, Phase::kMigrate, Phase::kContract};

PlanState StateAfter(Phase phase) {
  switch (phase) {
    case Phase::kExpand:
      return PlanState::kExpanded;
    case Phase::kMigrate:
      return PlanState::kMigrated;
    case Phase::kContract:
      break;
  }
  return PlanState::kContracted;
}

Moment StartOf(Phase phase) {
  switch (phase) {
    case Phase::kExpand:
      return Moment::kStart;
    case Phase::kMigrate:
      return Moment::kExpanded;
    case Phase::kContract:
      break;
  }
  return Moment::kMigrated;
}

class Forward {
 public:
  Forward(const Context& context, const Plan& plan) : context_(context), plan_(plan) {}

  void RunPhase(Phase phase, Outcome& outcome) {
    StepRecords records = ByStep(context_.journal.ReadSteps(plan_.id));
    const bool fresh = !HasBegun(phase, records);
    if (fresh) {
      RequireFingerprint(
          context_.database, plan_, StartOf(phase), fmt::format("before {}", ToString(phase)),
          phase == Phase::kExpand ? "compile the plan again for the catalog as it is now"
                                  : "undo what changed these objects, or zdm rollback");
    }
    const PhaseCount count = CountSteps(plan_, phase, records);
    if (count.all > 0) {
      context_.reporter.Event(fmt::format("{}: {} of {} steps to do", ToString(phase),
                                          count.all - count.done, count.all));
    }
    if (phase == Phase::kContract && count.all > 0) {
      RequireNoNotes();
    }
    const bool look_again = phase == Phase::kContract && OnlyLooked(phase, records);
    for (const Step& step : plan_.steps) {
      if (step.phase != phase) {
        continue;
      }
      if (!IsDone(records, step.id) || (look_again && IsAssertion(step))) {
        RunStep(step);
        ++outcome.steps;
      }
    }
    FinishPhase(phase);
  }

 private:
  bool HasBegun(Phase phase, const StepRecords& records) const {
    return std::any_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& step) {
      return step.phase == phase && !IsAssertion(step) && records.contains(step.id);
    });
  }

  /// What was proved before the first change of a phase is proved again when it is entered again.
  bool OnlyLooked(Phase phase, const StepRecords& records) const {
    return !HasBegun(phase, records);
  }

  void RequireNoNotes() const {
    const std::int64_t notes = context_.journal.CountNotes(plan_.salt);
    if (notes == 0) {
      return;
    }
    std::vector<std::string> lines;
    for (const NoteRecord& note : context_.journal.ReadNotes(plan_.salt, 10)) {
      lines.push_back(
          fmt::format("{} {}: {} ({})", note.table, note.key, note.error, note.direction));
    }
    throw Refusal(ExitCode::kData, codes::kNotSynced,
                  fmt::format("{} {} a value that the other shape cannot hold", Count(notes, "row"),
                              notes == 1 ? "has" : "have"),
                  lines, "fix these rows and run the same command again; or zdm rollback");
  }

  void RunStep(const Step& step) {
    context_.stop.Check();
    RequireNotPaused(context_.journal);
    const auto began = steady_clock::now();
    Records records;
    records.started = [&] {
      EnterContract(step);
      context_.journal.StartStep(plan_.id, step.id);
    };
    records.finished = [&] {
      EnterContract(step);
      context_.journal.FinishStep(plan_.id, step.id);
    };
    records.withdrawn = [&] { context_.journal.ForgetStep(plan_.id, step.id); };
    const StepResult result = Perform(context_, {plan_, step, step.id}, step.apply, records);
    context_.reporter.EndProgress();
    const auto took = duration_cast<milliseconds>(steady_clock::now() - began);
    context_.reporter.Event(fmt::format("  {}  {}{}", step.id, step.summary,
                                        result == StepResult::kAlreadyDone
                                            ? " (was done already)"
                                            : fmt::format(" ({})", Span(took))));
  }

  void EnterContract(const Step& step) {
    if (step.phase == Phase::kContract && !IsAssertion(step) && !contracting_) {
      context_.journal.SetPlanState(plan_.id, PlanState::kContracting);
      contracting_ = true;
    }
  }

  void FinishPhase(Phase phase) {
    // The look at what we made ourselves: exit 0 means that the asked state holds.
    RequireFingerprint(context_.database, plan_, EndOf(phase),
                       fmt::format("after {}", ToString(phase)),
                       "undo what changed these objects and run the same command again, or zdm "
                       "rollback");
    FencedTransaction transaction(context_);
    context_.journal.SetPlanState(plan_.id, StateAfter(phase));
    if (phase == Phase::kMigrate && !HasPhase(plan_, Phase::kContract)) {
      context_.journal.SetPlanState(plan_.id, PlanState::kContracted);
    }
    transaction.Commit();
  }

  const Context& context_;
  const Plan& plan_;
  bool contracting_ = false;
};

void Start(const Context& context, const PlanText& text) {
  RequireFingerprint(context.database, text.plan, Moment::kStart, "before the first statement",
                     "compile the plan again for the catalog as it is now");
  FencedTransaction transaction(context);
  context.journal.StartPlan(text.plan, text.document);
  transaction.Commit();
}

}  // namespace

Outcome RunPlan(const Context& context, const std::optional<PlanText>& given, Phase until) {
  RequireNotPaused(context.journal);
  const Selected selected = SelectPlan(context, given);
  Outcome outcome;
  outcome.plan_id = selected.text.plan.id;
  if (selected.nothing_to_do.has_value()) {
    outcome.nothing_to_do = true;
    outcome.state = selected.state ? std::string(ToString(*selected.state)) : "";
    outcome.lines.push_back(*selected.nothing_to_do);
    return outcome;
  }
  const Plan& plan = selected.text.plan;
  PlanState state = selected.state.value_or(PlanState::kRunning);
  if (selected.state && IsPast(state, until)) {
    outcome.nothing_to_do = true;
    outcome.state = ToString(state);
    outcome.lines.push_back(fmt::format("nothing to do: plan {} is {}, already past {}",
                                        plan.id.substr(0, 12), ToString(state), ToString(until)));
    outcome.next = NextCommands(state, plan);
    return outcome;
  }
  RequireNoObstacles(context.family.preflight(context.database, NeedsOf(plan)));
  if (!selected.state) {
    Start(context, selected.text);
  }
  Forward forward(context, plan);
  for (const Phase phase : kPhases) {
    if (phase <= until && !IsPast(state, phase)) {
      forward.RunPhase(phase, outcome);
    }
  }
  const auto record = context.journal.ReadPlan(plan.id);
  state = record ? record->state : state;
  outcome.state = ToString(state);
  outcome.lines.push_back(fmt::format("plan {} is {} ({})", plan.id.substr(0, 12), ToString(state),
                                      Count(outcome.steps, "step")));
  outcome.next = NextCommands(state, plan);
  return outcome;
}

}  // namespace zdm
