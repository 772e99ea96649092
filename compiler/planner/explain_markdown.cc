// SPDX-License-Identifier: Apache-2.0
// For the description or a comment of a pull request: GitHub's Markdown. Texts of the plan are
// escaped so that no name or comment can open markup, mention people or link issues.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/planner/explain.h"
#include "compiler/planner/explain_parts.h"

namespace zdm {
namespace {

/// A comment takes 65,536 characters at most; longer ones go without SQL.
constexpr std::size_t kLongest = 60000;

/// One line of running text, also within a table.
std::string Prose(std::string_view raw) {
  constexpr std::string_view kMarkup = "\\`*_[]|~$";
  std::string out;
  for (const char c : Visible(raw)) {
    if (c == '\n' || c == '\t') {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (kMarkup.find(c) != std::string_view::npos) out += '\\';
      out += c;
      // Neither a mention nor a link to an issue begins here.
      if (c == '@' || c == '#') out += "<!-- -->";
    }
  }
  return out;
}

std::size_t LongestRun(std::string_view text, char of) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// A name or a place, also within a table.
std::string Code(std::string_view raw) {
  std::string text;
  for (const char c : Visible(raw)) {
    if (c == '|') text += '\\';
    text += c == '\n' || c == '\t' ? ' ' : c;
  }
  if (text.empty()) return "";
  const std::string fence(LongestRun(text, '`') + 1, '`');
  const bool pad = fence.size() > 1;
  return fence + (pad ? " " : "") + text + (pad ? " " : "") + fence;
}

/// Sentences of ours hold commands in backticks.
std::string ProseWithCode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) return out + Prose(text);
    out += Prose(text.substr(0, open)) + Code(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string Sentence(std::string_view text) {
  std::string out(text);
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string Fenced(const std::string& sql) {
  const std::string fence(std::max<std::size_t>(3, LongestRun(sql, '`') + 1), '`');
  return fmt::format("{0}sql\n{1}{2}{0}\n", fence, Visible(sql), sql.ends_with('\n') ? "" : "\n");
}

std::string Locks(const Step& step) {
  std::string text;
  for (const TableLock& lock : step.locks) {
    text +=
        fmt::format("{}{} on {}", text.empty() ? "" : "<br>", Prose(lock.mode), Code(lock.object));
  }
  if (text.empty()) return "none that anybody waits for";
  const std::string_view wait = WaitText(step);
  return wait.empty() ? text : fmt::format("{}<br>*{}*", text, wait);
}

std::string Row(const Step& step) {
  std::string what = Prose(step.summary) + "<br><sub>" + Code(step.id);
  if (!step.origin.empty()) what += " from " + Code(step.origin);
  what += "</sub>";
  for (const Hazard& hazard : step.hazards) {
    what += fmt::format("<br>:warning: {} {}", Prose(hazard.code), ProseWithCode(hazard.text));
  }
  std::string undo = step.revert.empty() ? "nothing to undo" : Code(UndoText(step));
  for (const std::string& loss : LossesText(step)) {
    undo += "<br>refuses while there are " + ProseWithCode(loss);
  }
  return fmt::format("| {} | {} | {} | {} |\n", what, Locks(step), WorkText(step), undo);
}

struct Writer {
  const Plan& plan;
  bool with_sql;
  std::string out;

  void Steps(const std::vector<const Step*>& steps) {
    out += "| step | locks | work | undo |\n|---|---|---|---|\n";
    for (const Step* step : steps) out += Row(*step);
    out += "\n";
    if (!with_sql) return;
    std::string sql;
    std::string back;
    out += "<details><summary>SQL</summary>\n\n";
    for (const Step* step : steps)
      sql += fmt::format("-- {}\n{}\n", OneLine(step->id), SqlOf(step->apply));
    out += Fenced(sql) + "\n</details>\n";
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      if ((*step)->revert.empty()) continue;
      back += fmt::format("-- undo {}\n{}\n", OneLine((*step)->id), SqlOfRevert(**step));
    }
    if (!back.empty()) {
      out +=
          "<details><summary>SQL of the way back</summary>\n\n" + Fenced(back) + "\n</details>\n";
    }
    out += "\n";
  }

  static std::string OneLine(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  void Head() {
    out += fmt::format("## Migration plan {}\n\n", Code(plan.id.substr(0, 12)));
    out += fmt::format(
        "{} to expand, {} to migrate, {} to contract, {} to purge. Compiled for {} (server version "
        "{}) by zdmc {}. No application statement waits longer than {} ms for a lock of ours.\n\n",
        CountSteps(plan, Phase::kExpand), CountSteps(plan, Phase::kMigrate),
        CountSteps(plan, Phase::kContract), plan.purge.size(), ToString(plan.dialect),
        plan.server_version, Prose(plan.compiler), plan.lock_timeout_ms);
  }

  void Hazards() {
    const std::vector<StepHazard> hazards = AllHazards(plan);
    if (hazards.empty()) return;
    out += "### Hazards\n\n| code | object | what it means | allowed by |\n|---|---|---|---|\n";
    for (const auto& [step, hazard] : hazards) {
      out += fmt::format("| {} | {} | {} | {} |\n", Prose(hazard->code), Code(hazard->object),
                         ProseWithCode(hazard->text), Prose(hazard->allowed_by));
    }
    out += "\n";
  }

  void Notices() {
    if (plan.notices.empty()) return;
    out += "### What applications must know\n\n";
    for (const std::string& notice : plan.notices) out += "- " + ProseWithCode(notice) + "\n";
    out += "\n";
  }

  void Phases() {
    for (const PhaseWords& words : AllPhases()) {
      out += fmt::format("### {}: {}\n\n{}. `{}`\n\n", Sentence(words.name), words.does,
                         Sentence(words.who), words.command);
      std::vector<const Step*> steps;
      for (const Step& step : plan.steps) {
        if (step.phase == words.phase) steps.push_back(&step);
      }
      if (steps.empty()) {
        out += "No steps.\n\n";
      } else {
        Steps(steps);
      }
      if (words.phase == Phase::kMigrate)
        out += fmt::format("> :rocket: **{}**\n\n", Sentence(kDeployHere));
    }
  }

  void Purge() {
    out += "### Purge: the point of no return\n\n";
    out += fmt::format("`zdm purge`, {}.\n\n", kUndoUntilPurge);
    std::vector<const Step*> steps;
    for (const Step& step : plan.purge) steps.push_back(&step);
    if (steps.empty()) {
      out += "Nothing is parked.\n";
    } else {
      Steps(steps);
    }
  }
};

std::string Document(const Plan& plan, bool with_sql) {
  Writer writer{plan, with_sql, ""};
  writer.Head();
  if (!with_sql) {
    writer.out += "The SQL is too long for this page: `zdmc explain PLAN --format sql`.\n\n";
  }
  writer.Hazards();
  writer.Notices();
  writer.Phases();
  writer.Purge();
  return std::move(writer.out);
}

}  // namespace

std::string ExplainMarkdown(const Plan& plan) {
  if (plan.steps.empty()) {
    return "## Migration plan\n\nThe database is as the files say: this plan has no steps.\n";
  }
  std::string text = Document(plan, true);
  return text.size() <= kLongest ? text : Document(plan, false);
}

}  // namespace zdm
