// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/explain.h"

#include <fmt/format.h>

#include <cctype>

#include "compiler/planner/explain_parts.h"

namespace zdm {
namespace {

void AddStep(const Step& step, std::string& out) {
  out += fmt::format("\n  {}\n    {}\n", step.id, step.summary);
  out += fmt::format("    lock   {}\n", LocksText(step));
  out += fmt::format("    work   {}\n", WorkText(step));
  out += fmt::format("    undo   {}\n", UndoText(step));
  for (const std::string& loss : LossesText(step)) {
    out += fmt::format("    keeps  refuses to undo while there are {}\n", loss);
  }
  if (!step.origin.empty()) out += fmt::format("    from   {}\n", step.origin);
  for (const Hazard& hazard : step.hazards) {
    out += fmt::format("    HAZARD {} {}: {}\n", hazard.code, hazard.object, hazard.text);
    if (!hazard.allowed_by.empty())
      out += fmt::format("           allowed: {}\n", hazard.allowed_by);
  }
}

std::string Upper(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
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
      plan.server_version, plan.compiler, CountSteps(plan, Phase::kExpand),
      CountSteps(plan, Phase::kMigrate), CountSteps(plan, Phase::kContract), plan.lock_timeout_ms);
  if (!plan.notices.empty()) {
    out += "\nWhat applications must know\n";
    for (const std::string& notice : plan.notices) out += "  - " + notice + "\n";
  }
  for (const PhaseWords& words : AllPhases()) {
    out += fmt::format("\n{}: {}; {}\n", Upper(words.name), words.does, words.who);
    if (CountSteps(plan, words.phase) == 0) out += "  (no steps)\n";
    for (const Step& step : plan.steps) {
      if (step.phase == words.phase) AddStep(step, out);
    }
    if (words.phase == Phase::kMigrate) {
      out += fmt::format("\n  ---- {} ----\n", kDeployHere);
    }
  }
  out += fmt::format("\nPURGE: {}\n", kUndoUntilPurge);
  if (plan.purge.empty()) out += "  (nothing is parked)\n";
  for (const Step& step : plan.purge) {
    out += fmt::format("\n  {}\n    {}\n    lock   {}\n", step.id, step.summary, LocksText(step));
  }
  if (!plan.purge.empty()) out += "\n  ---- the point of no return ----\n";
  return out;
}

}  // namespace zdm
