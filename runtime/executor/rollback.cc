// SPDX-License-Identifier: Apache-2.0
// zdm rollback: first the look at everything that would be lost, then the reverts of what was done,
// last first.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/commands.h"
#include "runtime/executor/fingerprint.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/steps.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string Target(std::optional<Phase> to) {
  return to ? fmt::format("the end of {}", ToString(*to)) : "the start";
}

/// Rows in the way of a rollback.
struct Found {
  std::int64_t count = 0;
  std::vector<std::string> lines;

  void Add(const RowQuery& rows, const RowSample& sample) {
    if (sample.count == 0) {
      return;
    }
    count += sample.count;
    lines.push_back(
        fmt::format("{} of {}: {}", Count(sample.count, "row"), rows.table, rows.summary));
    for (const std::string& line : sample.lines) {
      lines.push_back("  " + line);
    }
  }
};

/// Whether the step's revert refuses these rows: then nothing can keep them aside.
bool IsRule(const Step& step, const Loss& loss) {
  return std::any_of(step.revert.begin(), step.revert.end(), [&](const Operation& operation) {
    const auto* assertion = std::get_if<Assert>(&operation.action);
    return assertion != nullptr && !assertion->report_only &&
           assertion->rows.summary == loss.rows.summary;
  });
}

class Backward {
 public:
  Backward(const Context& context, const Plan& plan, std::optional<Phase> to)
      : context_(context),
        plan_(plan),
        to_(to),
        records_(ByStep(context.journal.ReadSteps(plan.id))) {
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
      if ((!to || step->phase > *to) && records_.contains(step->id)) {
        steps_.push_back(&*step);
      }
    }
  }

  const std::vector<const Step*>& steps() const { return steps_; }

  /// Whether a revert may report that it leaves something as it is.
  bool MayLeave() const {
    const auto reports = [](const Operation& operation) {
      const auto* assertion = std::get_if<Assert>(&operation.action);
      return assertion != nullptr && assertion->report_only;
    };
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step* step) {
      return std::any_of(step->revert.begin(), step->revert.end(), reports);
    });
  }

  /// Nothing has changed when this throws. A step whose revert has begun was looked at then. Rows
  /// that only hold content of the new shape are let through when they are set aside; rows that
  /// break a rule that comes back never are.
  void LookForLosses(bool set_aside) const {
    Found lost;
    Found broken;
    for (const Step* step : steps_) {
      if (!IsDone(records_, step->id)) {
        continue;
      }
      for (const Loss& loss : step->losses) {
        const bool rule = IsRule(*step, loss);
        if (IsOpen(loss.window, records_) && (rule || !set_aside)) {
          (rule ? broken : lost).Add(loss.rows, Sample(loss.rows));
        }
      }
    }
    if (lost.count > 0) {
      lost.lines.insert(lost.lines.end(), broken.lines.begin(), broken.lines.end());
      throw Refusal(ExitCode::kData, codes::kRowsWouldBeLost,
                    fmt::format("{} would lose content by going back to {}; nothing was changed",
                                Count(lost.count, "row"), Target(to_)),
                    lost.lines,
                    broken.count > 0
                        ? "correct the rows that break a rule; then zdm rollback --set-aside keeps "
                          "the others in zdm.set_aside and goes back"
                        : "zdm rollback --set-aside keeps them in zdm.set_aside and goes back; or "
                          "change the rows and run the same command again");
    }
    if (broken.count > 0) {
      throw Refusal(
          ExitCode::kData, codes::kRowsInTheWay,
          fmt::format("{} {} a rule that comes back by going back to {}; nothing was changed",
                      Count(broken.count, "row"), broken.count == 1 ? "breaks" : "break",
                      Target(to_)),
          broken.lines, "correct these rows and run the same command again");
    }
  }

  void Begin() const {
    FencedTransaction transaction(context_);
    context_.journal.SetPlanState(plan_.id, PlanState::kRollingBack);
    transaction.Commit();
  }

  void Revert(const Step& step) const {
    context_.stop.Check();
    const auto began = steady_clock::now();
    const StepRecord& record = records_.at(step.id);
    const int first = record.state == StepState::kReverting ? record.reverted : 0;
    const int count = static_cast<int>(step.revert.size());
    if (first >= count) {
      FencedTransaction transaction(context_);
      context_.journal.ForgetStep(plan_.id, step.id);
      transaction.Commit();
    }
    for (int index = first; index < count; ++index) {
      Records records;
      records.started = [&, index] { context_.journal.RevertStep(plan_.id, step.id, index); };
      records.finished = [&, index] {
        if (index + 1 == count) {
          context_.journal.ForgetStep(plan_.id, step.id);
        } else {
          context_.journal.RevertStep(plan_.id, step.id, index + 1);
        }
      };
      Perform(context_, {plan_, step, "back " + step.id},
              step.revert[static_cast<std::size_t>(index)], records);
    }
    const auto took = duration_cast<milliseconds>(steady_clock::now() - began);
    if (count > 0) {
      context_.reporter.Event(fmt::format("  back {}  ({})", step.id, Span(took)));
    }
  }

  PlanState Finish() const {
    PlanState state = PlanState::kRolledBack;
    if (to_) {
      state = StateOf(plan_, ByStep(context_.journal.ReadSteps(plan_.id)));
      if (state == PlanState::kContracted && HasPhase(plan_, Phase::kContract)) {
        state = PlanState::kMigrated;
      }
    }
    FencedTransaction transaction(context_);
    context_.journal.SetPlanState(plan_.id, state);
    if (!to_) {
      context_.journal.ClearNotes(plan_.salt);
    }
    transaction.Commit();
    return state;
  }

  /// After the state is written: what others changed meanwhile must not be a dead end.
  void Verify(PlanState state) const {
    if (to_ && state == PlanState::kRunning) {
      return;  // an earlier rollback had gone further back
    }
    RequireFingerprint(context_.database, plan_, to_ ? EndOf(*to_) : Moment::kStart,
                       fmt::format("every step was taken back, but at {}", Target(to_)),
                       "somebody else changed these objects meanwhile; nothing of the plan is left "
                       "in them");
  }

 private:
  RowSample Sample(const RowQuery& rows) const {
    RowSample sample;
    context_.observer.During(context_.database.session_id(), [&] {
      Transaction transaction(context_.database);
      context_.engine.EnterPatient(context_.database, context_.lock_budget);
      sample = SampleRows(context_.database, rows);
      transaction.Commit();
    });
    return sample;
  }

  const Context& context_;
  const Plan& plan_;
  std::optional<Phase> to_;
  StepRecords records_;
  std::vector<const Step*> steps_;
};

/// What a killed run left in doubt is done when its check says so: then its rows are looked at,
/// too.
void SettleDoubts(const Context& context, const Plan& plan) {
  if (!context.engine.HasFinalStatements()) {
    return;
  }
  const StepRecords records = ByStep(context.journal.ReadSteps(plan.id));
  for (const Step& step : plan.steps) {
    const auto record = records.find(step.id);
    if (record == records.end() || record->second.state != StepState::kStarted ||
        !std::holds_alternative<RunSql>(step.apply.action) || !step.apply.done ||
        !Holds(context.database, *step.apply.done)) {
      continue;
    }
    FencedTransaction transaction(context);
    context.journal.FinishStep(plan.id, step.id);
    transaction.Commit();
  }
}

std::int64_t RowsAside(Journal& journal, const std::string& plan_id) {
  std::int64_t rows = 0;
  for (const SetAsideCount& count : journal.ReadSetAside()) {
    rows += count.plan_id == plan_id ? count.rows : 0;
  }
  return rows;
}

Outcome AlreadyThere(const PlanRecord& record, const Plan& plan, std::optional<Phase> to) {
  Outcome outcome;
  outcome.plan_id = record.id;
  outcome.state = ToString(record.state);
  outcome.nothing_to_do = true;
  outcome.lines.push_back(fmt::format("nothing to do: plan {} is {}, not past {}",
                                      record.id.substr(0, 12), ToString(record.state), Target(to)));
  outcome.next = NextCommands(record.state, plan);
  return outcome;
}

}  // namespace

Outcome RollBack(const Context& context, std::optional<Phase> to, bool set_aside) {
  const auto record = NewestStanding(context.journal);
  if (!record) {
    Outcome outcome;
    outcome.nothing_to_do = true;
    outcome.lines.emplace_back("nothing to do: no plan stands here that could be rolled back");
    return outcome;
  }
  if (record->state == PlanState::kPurging) {
    throw Refusal(ExitCode::kStale, codes::kPointOfNoReturn,
                  fmt::format("plan {} is being purged: what it parked is being destroyed",
                              record->id.substr(0, 12)),
                  {}, "zdm purge finishes it");
  }
  const PlanText text = StoredPlan(context.journal, record->id);
  const Plan& plan = text.plan;
  PreflightNeeds needs = NeedsOf(plan);
  needs.created.clear();
  RequireNoObstacles(context.family.preflight(context.database, needs));
  SettleDoubts(context, plan);
  Backward backward(context, plan, to);
  if (backward.steps().empty() && to && record->state != PlanState::kRollingBack) {
    return AlreadyThere(*record, plan, to);
  }
  const std::int64_t aside_before = RowsAside(context.journal, plan.id);
  backward.LookForLosses(set_aside);
  backward.Begin();
  context.reporter.Event(
      fmt::format("rolling back to {}: {} to take back", Target(to),
                  Count(static_cast<std::int64_t>(backward.steps().size()), "step")));
  for (const Step* step : backward.steps()) {
    backward.Revert(*step);
  }
  const PlanState state = backward.Finish();
  backward.Verify(state);
  Outcome outcome;
  outcome.plan_id = plan.id;
  outcome.state = ToString(state);
  outcome.steps = static_cast<std::int64_t>(backward.steps().size());
  outcome.lines.push_back(
      fmt::format("the catalog is again what it was at {}{}: {} taken back, {} objects compared",
                  Target(to), backward.MayLeave() ? ", but for what a note above names" : "",
                  Count(outcome.steps, "step"), plan.questions.size()));
  if (const std::int64_t aside = RowsAside(context.journal, plan.id) - aside_before; aside > 0) {
    outcome.lines.push_back(Count(aside, "row") + " kept in zdm.set_aside");
  }
  outcome.next = NextCommands(state, plan);
  return outcome;
}

}  // namespace zdm
