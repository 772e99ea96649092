// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace zdm {
namespace {

struct Title {
  Phase phase;
  std::string_view name, says;
};
constexpr Title kTitles[] = {
    {Phase::kExpand, "EXPAND", "adds and loosens; the old application works on unchanged"},
    {Phase::kMigrate, "MIGRATE", "fills and builds; both applications work"},
    {Phase::kContract, "CONTRACT",
     "tightens and switches; the new application works, the old is parked"},
};

std::string Locks(const Step& step) {
  if (step.locks.empty()) return "none that anybody waits for";
  std::string text;
  for (const TableLock& lock : step.locks) {
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", ", lock.mode, lock.object);
  }
  const auto* run = std::get_if<RunSql>(&step.apply.action);
  if (run == nullptr) return text;
  switch (run->policy) {
    case LockPolicy::kShort:
      return text + "; short, tried again with pauses";
    case LockPolicy::kPatient:
      return text + "; blocks no reader or writer";
    case LockPolicy::kConcurrent:
      return text + "; outside a transaction, blocks no reader or writer";
  }
  return text;
}

std::string_view WorkText(const Step& step) {
  if (std::holds_alternative<Backfill>(step.apply.action)) return "updates rows in small batches";
  if (std::holds_alternative<Assert>(step.apply.action)) return "reads rows";
  switch (step.work) {
    case Work::kMetadata:
      return "changes the catalog only";
    case Work::kScan:
      return "reads the table";
    case Work::kRewrite:
      return "rewrites the table";
  }
  return "";
}

std::string Undo(const Step& step) {
  if (step.revert.empty()) return "nothing to undo";
  std::string text;
  std::size_t statements = 0;
  for (const Operation& operation : step.revert) {
    const auto* run = std::get_if<RunSql>(&operation.action);
    if (run == nullptr) continue;
    for (const std::string& statement : run->statements) {
      if (statements++ == 0) text = statement.substr(0, statement.find('\n'));
    }
  }
  if (text.size() > 100) text = text.substr(0, 97) + "...";
  if (statements > 1) text += fmt::format(" (and {} more)", statements - 1);
  return text.empty() ? "by its own operations" : text;
}

void AddStep(const Step& step, std::string& out) {
  out += fmt::format("\n  {}\n    {}\n", step.id, step.summary);
  out += fmt::format("    lock   {}\n", Locks(step));
  out += fmt::format("    work   {}\n", WorkText(step));
  out += fmt::format("    undo   {}\n", Undo(step));
  // A loss that is looked for before and after the switch is one thing to people.
  std::set<std::string> said;
  for (const Loss& loss : step.losses) {
    if (!said.insert(loss.rows.summary).second) continue;
    out += fmt::format("    keeps  refuses to undo while there are {}\n", loss.rows.summary);
  }
  if (!step.origin.empty()) out += fmt::format("    from   {}\n", step.origin);
  for (const Hazard& hazard : step.hazards) {
    out += fmt::format("    HAZARD {} {}: {}\n", hazard.code, hazard.object, hazard.text);
    if (!hazard.allowed_by.empty())
      out += fmt::format("           allowed: {}\n", hazard.allowed_by);
  }
}

std::size_t Count(const Plan& plan, Phase phase) {
  return static_cast<std::size_t>(std::count_if(
      plan.steps.begin(), plan.steps.end(), [&](const Step& step) { return step.phase == phase; }));
}

}  // namespace

std::string ExplainText(const Plan& plan) {
  if (plan.steps.empty()) {
    return "The database is as the files say: this plan has no steps.\n";
  }
  std::string out = fmt::format(
      "Plan {} for {} (server version {}), by zdmc {}\n"
      "{} to expand, {} to migrate, {} to contract; no application statement waits longer than\n"
      "{} ms for a lock of ours.\n",
      plan.id.empty() ? "(not written yet)" : plan.id.substr(0, 12), ToString(plan.dialect),
      plan.server_version, plan.compiler, Count(plan, Phase::kExpand), Count(plan, Phase::kMigrate),
      Count(plan, Phase::kContract), plan.lock_timeout_ms);
  if (!plan.notices.empty()) {
    out += "\nWhat applications must know\n";
    for (const std::string& notice : plan.notices) out += "  - " + notice + "\n";
  }
  for (const Title& title : kTitles) {
    out += fmt::format("\n{}: {}\n", title.name, title.says);
    if (Count(plan, title.phase) == 0) out += "  (no steps)\n";
    for (const Step& step : plan.steps) {
      if (step.phase == title.phase) AddStep(step, out);
    }
    if (title.phase == Phase::kMigrate) {
      out += "\n  ---- deploy the new application here: it reads every row ----\n";
    }
  }
  out += "\nPURGE: its own command; until then everything can be undone with `zdm rollback`\n";
  if (plan.purge.empty()) out += "  (nothing is parked)\n";
  for (const Step& step : plan.purge) {
    out += fmt::format("\n  {}\n    {}\n    lock   {}\n", step.id, step.summary, Locks(step));
  }
  if (!plan.purge.empty()) out += "\n  ---- the point of no return ----\n";
  return out;
}

}  // namespace zdm
