// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/explain_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace zdm {
namespace {

/// The code point of a two or three byte sequence at `at`, or 0.
unsigned CodePoint(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) == 0xC2U && at + 1 < text.size()) return byte(1);
  if (byte(0) != 0xE2U || at + 2 >= text.size()) return 0;
  return 0x2000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
}

bool TurnsDirection(unsigned point) {
  return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0x200E || point == 0x200F;
}

}  // namespace

const std::array<PhaseWords, 3>& AllPhases() {
  static constexpr std::array<PhaseWords, 3> kPhases = {{
      {Phase::kExpand, "expand", "adds and loosens", "the old application works on unchanged",
       "zdm run PLAN --until expand"},
      {Phase::kMigrate, "migrate", "fills and builds", "both applications work", "zdm run PLAN"},
      {Phase::kContract, "contract", "tightens and switches",
       "the new application works, the old is parked", "zdm run --until contract"},
  }};
  return kPhases;
}

std::size_t CountSteps(const Plan& plan, Phase phase) {
  return static_cast<std::size_t>(std::count_if(
      plan.steps.begin(), plan.steps.end(), [&](const Step& step) { return step.phase == phase; }));
}

std::string_view WaitText(const Step& step) {
  const auto* run = std::get_if<RunSql>(&step.apply.action);
  if (step.locks.empty() || run == nullptr) return "";
  switch (run->policy) {
    case LockPolicy::kShort:
      return "short, tried again with pauses";
    case LockPolicy::kPatient:
      return "blocks no reader or writer";
    case LockPolicy::kConcurrent:
      return "outside a transaction, blocks no reader or writer";
  }
  return "";
}

std::string LocksText(const Step& step) {
  if (step.locks.empty()) return "none that anybody waits for";
  std::string text;
  for (const TableLock& lock : step.locks) {
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", ", lock.mode, lock.object);
  }
  const std::string_view wait = WaitText(step);
  return wait.empty() ? text : fmt::format("{}; {}", text, wait);
}

std::string_view WorkText(const Step& step) {
  if (std::holds_alternative<Backfill>(step.apply.action)) return "updates rows in small batches";
  if (std::holds_alternative<Assert>(step.apply.action)) return "reads rows";
  if (std::holds_alternative<AssertObjects>(step.apply.action)) return "reads the catalog";
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

std::string UndoText(const Step& step) {
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
  if (text.size() > 100) {
    std::size_t end = 97;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text = text.substr(0, end) + "...";
  }
  if (statements > 1) text += fmt::format(" (and {} more)", statements - 1);
  return text.empty() ? "by its own operations" : text;
}

std::vector<std::string> LossesText(const Step& step) {
  // A loss that is looked for before and after the switch is one thing to people.
  std::vector<std::string> texts;
  std::set<std::string> said;
  for (const Loss& loss : step.losses) {
    if (said.insert(loss.rows.summary).second) texts.push_back(loss.rows.summary);
  }
  return texts;
}

std::string SqlOfRevert(const Step& step) {
  std::string text;
  for (const Operation& operation : step.revert) text += SqlOf(operation);
  return text;
}

std::vector<StepHazard> AllHazards(const Plan& plan) {
  std::vector<StepHazard> all;
  for (const Step& step : plan.steps) {
    for (const Hazard& hazard : step.hazards) all.push_back({&step, &hazard});
  }
  return all;
}

std::string Visible(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const unsigned point = lead < 0x80U ? lead : CodePoint(text, i);
    const bool control = lead < 0x20U && text[i] != '\n' && text[i] != '\t';
    const bool hidden = control || lead == 0x7FU || (lead == 0xC2U && point < 0xA0U) ||
                        (lead == 0xE2U && TurnsDirection(point));
    const std::size_t length = lead < 0x80U ? 1 : (lead == 0xC2U ? 2 : 3);
    if (hidden) {
      out += fmt::format("\\u{{{:04X}}}", point);
      i += length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace zdm
