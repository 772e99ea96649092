// SPDX-License-Identifier: Apache-2.0
// zdm run --dry-run: the statements that would be sent, in a session that cannot write.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <variant>

#include "runtime/executor/commands.h"
#include "runtime/executor/final_statement.h"
#include "runtime/executor/fingerprint.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/steps.h"
#include "runtime/plan/plan_json.h"

namespace zdm {
namespace {

struct Printer {
  const Engine& engine;
  int lock_timeout_ms;
  std::string& out;

  void Statements(const std::vector<std::string>& statements) const {
    for (const std::string& statement : statements) {
      out += statement + ";\n";
    }
  }

  void operator()(const RunSql& action) const {
    const bool final = HasFinal(engine, action);
    const bool in_transaction = action.policy != LockPolicy::kConcurrent && !final;
    if (in_transaction) {
      out += "BEGIN;\n";
    }
    if (action.policy == LockPolicy::kShort) {
      out += fmt::format("-- within {} ms for {}, else again\n", lock_timeout_ms,
                         final ? "its lock" : "all locks");
      for (const TableLock& lock : action.locks) {
        if (!lock.sql_name.empty() && !final) {
          out += fmt::format("LOCK TABLE {} IN {} MODE;\n", lock.sql_name, lock.mode);
        }
      }
    }
    if (action.repair) {
      out += "-- first what a killed run may have left: " + action.repair->query + "\n";
    }
    Statements(action.statements);
    if (action.guard) {
      out += fmt::format("-- instead, unless \"{}\" answers \"{}\":\n", action.guard->when.query,
                         action.guard->when.expected);
      for (const std::string& statement : action.guard->otherwise) {
        out += "--   " + statement + ";\n";
      }
    }
    if (in_transaction) {
      out += "COMMIT;\n";
    }
  }
  void operator()(const Backfill& action) const {
    out += fmt::format("-- in batches of at most {} ms each\nUPDATE {} SET {} WHERE {};\n",
                       lock_timeout_ms / 2, action.sql_table, action.assignments, action.unfilled);
  }
  void operator()(const Assert& action) const {
    out += fmt::format("-- {} no row that is one of \"{}\"\n{};\n",
                       action.report_only ? "report unless there is" : "go on only with",
                       action.rows.summary, action.rows.query);
  }
  void operator()(const AssertObjects& action) const {
    out += fmt::format("-- go on only with no row: {}\n{};\n", action.summary, action.query);
  }
  void operator()(const SetAside& action) const {
    out +=
        fmt::format("-- keep in zdm.set_aside: {}\n{};\n", action.rows.summary, action.rows.query);
  }
};

}  // namespace

std::string DryRun(const Context& context, const std::optional<PlanText>& given, Phase until) {
  context.engine.ForbidWrites(context.database);
  const Selected selected = SelectPlan(context, given);
  if (selected.nothing_to_do) {
    return "-- " + *selected.nothing_to_do + "\n";
  }
  const Plan& plan = selected.text.plan;
  PreflightNeeds needs = NeedsOf(plan);
  needs.write = needs.journal = false;
  RequireNoObstacles(context.family.preflight(context.database, needs));
  if (!selected.state) {
    RequireFingerprint(context.database, plan, Moment::kStart, "before the first statement",
                       "compile the plan again for the catalog as it is now");
  }
  const StepRecords records =
      selected.state ? ByStep(context.journal.ReadSteps(plan.id)) : StepRecords();
  std::string out;
  std::optional<Phase> phase;
  for (const Step& step : plan.steps) {
    if (step.phase > until || IsDone(records, step.id)) {
      continue;
    }
    if (phase != step.phase) {
      phase = step.phase;
      out += fmt::format("{}-- phase {}\n", out.empty() ? "" : "\n", ToString(step.phase));
    }
    out += fmt::format("\n-- {}: {}\n", step.id, step.summary);
    std::visit(Printer{context.engine, plan.lock_timeout_ms, out}, step.apply.action);
  }
  return out.empty() ? "-- nothing to do\n" : out;
}

}  // namespace zdm
