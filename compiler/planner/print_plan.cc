// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "compiler/planner/explain.h"

namespace zdm {
namespace {

std::string Indented(const std::string& text, std::size_t spaces) {
  const std::string indent(spaces, ' ');
  std::string out = indent;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += indent;
  }
  return out + "\n";
}

std::string_view PolicyName(LockPolicy policy) {
  switch (policy) {
    case LockPolicy::kShort:
      return "short";
    case LockPolicy::kPatient:
      return "patient";
    case LockPolicy::kConcurrent:
      return "concurrent";
  }
  return "";
}

std::string_view PhaseTitle(Phase phase) {
  switch (phase) {
    case Phase::kExpand:
      return "expand";
    case Phase::kMigrate:
      return "migrate";
    case Phase::kContract:
      return "contract";
  }
  return "";
}

struct ActionPrinter {
  std::string operator()(const RunSql& run) const {
    std::string text = fmt::format("{}\n", PolicyName(run.policy));
    for (const std::string& statement : run.statements) text += Indented(statement, 4);
    if (run.guard) {
      text += "    otherwise\n";
      for (const std::string& statement : run.guard->otherwise) text += Indented(statement, 6);
    }
    return text;
  }
  std::string operator()(const Backfill& fill) const {
    return fmt::format("backfill\n    update {}\n    set {}\n    where {}\n", fill.sql_table,
                       fill.assignments, fill.unfilled);
  }
  std::string operator()(const Assert& check) const {
    return fmt::format("{} {}\n", check.report_only ? "count" : "no", check.rows.summary);
  }
  std::string operator()(const AssertObjects& check) const {
    return fmt::format("no {}\n", check.summary);
  }
  std::string operator()(const SetAside& aside) const {
    return fmt::format("set aside {}\n", aside.rows.summary);
  }
};

void PrintStep(const Step& step, std::string& out) {
  out += step.id + "\n";
  for (const Hazard& hazard : step.hazards) {
    out += fmt::format("  hazard {} {}\n", hazard.code, hazard.object);
  }
  for (const TableLock& lock : step.locks) {
    out += fmt::format("  lock {} {}\n", lock.object, lock.mode);
  }
  if (step.work == Work::kScan) out += "  scans\n";
  if (step.work == Work::kRewrite) out += "  rewrites\n";
  out += "  run " + std::visit(ActionPrinter{}, step.apply.action);
  for (const Operation& operation : step.revert) {
    out += "  revert " + std::visit(ActionPrinter{}, operation.action);
  }
  for (const Loss& loss : step.losses) {
    out += fmt::format("  reverting loses {}\n", loss.rows.summary);
  }
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

}  // namespace

std::string PrintPlan(const Plan& plan) {
  std::string out;
  const Step* before = nullptr;
  for (const Step& step : plan.steps) {
    if (before == nullptr || before->phase != step.phase) {
      out += fmt::format("{}== {}\n", out.empty() ? "" : "\n", PhaseTitle(step.phase));
    }
    PrintStep(step, out);
    before = &step;
  }
  if (!plan.purge.empty()) out += "\n== purge\n";
  for (const Step& step : plan.purge) PrintStep(step, out);
  return out.empty() ? "no steps\n" : out;
}

std::string PrintGraph(const Plan& plan) {
  std::string out;
  for (const Step& step : plan.steps) {
    out += step.id + "\n";
    if (!step.needs.empty()) out += "  needs" + Join(step.needs) + "\n";
    if (!step.provides.empty()) out += "  provides" + Join(step.provides) + "\n";
    if (!step.removes.empty()) out += "  removes" + Join(step.removes) + "\n";
  }
  return out;
}

}  // namespace zdm
