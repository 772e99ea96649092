// SPDX-License-Identifier: Apache-2.0
// zdm verify: for each filled row, the old and the new shape agree, or the row is noted (R8).
#include <fmt/format.h>

#include "runtime/executor/commands.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/steps.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {

Outcome Verify(const Context& context) {
  Outcome outcome;
  const auto record = NewestStanding(context.journal);
  if (!record) {
    outcome.nothing_to_do = true;
    outcome.lines.emplace_back("nothing to verify: no plan stands here");
    return outcome;
  }
  const Plan plan = StoredPlan(context.journal, record->id).plan;
  outcome.plan_id = plan.id;
  outcome.state = ToString(record->state);
  const StepRecords records = ByStep(context.journal.ReadSteps(plan.id));
  std::int64_t wrong = 0;
  int looked = 0;
  std::vector<std::string> lines;
  for (const Verification& verification : plan.verifications) {
    if (!IsOpen(verification.window, records)) {
      continue;
    }
    context.stop.Check();
    ++looked;
    RowSample sample;
    context.observer.During(context.database.session_id(), [&] {
      Transaction transaction(context.database);
      context.engine.EnterPatient(context.database, context.lock_budget);
      sample = SampleRows(context.database, verification.rows);
      transaction.Commit();
    });
    context.reporter.Event(fmt::format("  {}: {} ({})", verification.rows.table,
                                       sample.count == 0 ? "agrees" : Count(sample.count, "row"),
                                       verification.rows.summary));
    wrong += sample.count;
    lines.insert(lines.end(), sample.lines.begin(), sample.lines.end());
  }
  const std::int64_t notes = context.journal.CountNotes(plan.salt);
  if (wrong > 0) {
    throw Refusal(ExitCode::kData, codes::kNotSynced,
                  fmt::format("{} of the old and the new shape disagree", Count(wrong, "row")),
                  lines, "zdm rollback takes the plan back; contract refuses while they disagree");
  }
  outcome.lines.push_back(
      fmt::format("{} looked at: the old and the new shape agree", Count(looked, "table")));
  if (notes > 0) {
    outcome.lines.push_back(
        fmt::format("{} noted: the other shape cannot hold a value of them; contract refuses until "
                    "they are dealt with (zdm status names them)",
                    Count(notes, "row")));
  }
  return outcome;
}

}  // namespace zdm
