// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "compiler/planner/explain.h"
#include "compiler/planner/explain_parts.h"

namespace zdm {
namespace {

std::string Commented(const std::string& text) {
  std::string out = "-- ";
  for (const char c : text) {
    out += c;
    if (c == '\n' || c == '\r') out += "-- ";
  }
  return out + "\n";
}

struct SqlWriter {
  std::string& out;

  void operator()(const RunSql& run) const {
    const bool transaction = run.policy != LockPolicy::kConcurrent;
    if (run.repair)
      out += Commented("first removes what a killed run left, as given by: " + run.repair->query);
    if (transaction) out += "BEGIN;\n";
    if (run.guard) {
      out += Commented("when " + run.guard->when.query + " answers '" + run.guard->when.expected +
                       "':");
    }
    for (const std::string& statement : run.statements) out += statement + ";\n";
    if (run.guard) {
      out += Commented("otherwise:");
      for (const std::string& statement : run.guard->otherwise) out += Commented(statement + ";");
    }
    if (transaction) out += "COMMIT;\n";
  }
  void operator()(const Backfill& fill) const {
    out += Commented("in small batches, until no such row is left:");
    out += fmt::format("UPDATE {} SET {} WHERE {};\n", fill.sql_table, fill.assignments,
                       fill.unfilled);
  }
  void operator()(const Assert& check) const {
    out += Commented((check.report_only ? "counts " : "goes on only when there are no ") +
                     check.rows.summary);
    out += check.rows.query + ";\n";
  }
  void operator()(const AssertObjects& check) const {
    out += Commented("goes on only when there is no " + check.summary);
    out += check.query + ";\n";
  }
  void operator()(const SetAside& aside) const {
    out += Commented("with --set-aside, keeps " + aside.rows.summary);
    out += aside.rows.query + ";\n";
  }
};

void AddHead(const Step& step, std::string& out) {
  out += "\n" + Commented(step.id) + Commented(step.summary);
  for (const TableLock& lock : step.locks) {
    out += Commented(fmt::format("lock: {} on {}", lock.mode, lock.object));
  }
  if (!step.origin.empty()) out += Commented("from: " + step.origin);
}

}  // namespace

std::string SqlOf(const Operation& operation) {
  std::string text;
  std::visit(SqlWriter{text}, operation.action);
  return text;
}

std::string ExplainSql(const Plan& plan) {
  if (plan.steps.empty()) return "-- The database is as the files say: this plan has no steps.\n";
  std::string out = "-- What `zdm run` does; to be read, not to be run by hand.\n";
  for (const auto& [phase, name, does, who, command] : AllPhases()) {
    out += fmt::format("\n-- ==== {} ====\n", name);
    for (const Step& step : plan.steps) {
      if (step.phase != phase) continue;
      AddHead(step, out);
      out += SqlOf(step.apply);
    }
    out += fmt::format("\n-- ---- the way back from {} ----\n", name);
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
      if (step->phase != phase || step->revert.empty()) continue;
      out += "\n" + Commented("undo " + step->id);
      out += SqlOfRevert(*step);
    }
  }
  if (plan.purge.empty()) return out;
  out += "\n-- ==== purge: the point of no return ====\n";
  for (const Step& step : plan.purge) {
    AddHead(step, out);
    out += SqlOf(step.apply);
  }
  return out;
}

}  // namespace zdm
