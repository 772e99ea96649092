// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/catalog/judge_collector.h"
#include "compiler/schema/match.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::string_view Word(JudgeKind kind) {
  switch (kind) {
    case JudgeKind::kType:
      return "type";
    case JudgeKind::kCollation:
      return "collation";
    case JudgeKind::kDefault:
      return "default";
    case JudgeKind::kGenerated:
      return "generated";
    case JudgeKind::kCheck:
      return "check";
    case JudgeKind::kDomainCheck:
      return "domain check";
    case JudgeKind::kIndex:
      return "index";
    case JudgeKind::kTransition:
      return "transition";
  }
  return "";
}

/// Asks memory and server, once for each question, and reports what is left.
class Court {
 public:
  Court(const std::vector<Judgement>& memory, const ScratchJudge& scratch, Diagnostics& diagnostics)
      : scratch_(scratch), diagnostics_(diagnostics) {
    for (const Judgement& judgement : memory) known_.emplace(judgement.question, judgement);
  }

  void Settle(const std::vector<PendingJudgement>& pending) {
    std::map<std::string, std::size_t> open;
    std::vector<JudgeTask> tasks;
    for (const PendingJudgement& one : pending) {
      const std::string question = QuestionOf(one.task);
      if (known_.contains(question) || !open.emplace(question, tasks.size()).second) continue;
      tasks.push_back(one.task);
    }
    if (!tasks.empty() && scratch_.ask) scratch_.ask(tasks);
    for (const PendingJudgement& one : pending) {
      const std::string question = QuestionOf(one.task);
      const auto asked = open.find(question);
      if (asked != open.end()) {
        const JudgeTask& task = tasks[asked->second];
        if (task.outcome != JudgeTask::Outcome::kJudged) {
          Report(one.task, task);
          continue;
        }
        known_[question] = {question, task.answers, task.volatility};
      }
      used_.insert(question);
      one.take(known_.at(question));
    }
  }

  std::vector<Judgement> Remembered() const {
    std::vector<Judgement> judgements;
    for (const std::string& question : used_) judgements.push_back(known_.at(question));
    return judgements;
  }

 private:
  void Report(const JudgeTask& asked, const JudgeTask& answer) {
    switch (answer.outcome) {
      case JudgeTask::Outcome::kRefused:
        diagnostics_.Error(codes::kJudgeRefused, asked.origin,
                           "the server does not take the " + asked.what + ": " + answer.reason);
        return;
      case JudgeTask::Outcome::kNotImmutable:
        diagnostics_
            .Error(codes::kNotImmutable, asked.origin,
                   "the " + asked.what +
                       " is not immutable: its value could differ from session "
                       "to session or from time to time" +
                       (answer.reason.empty() ? "" : " (" + answer.reason + ")"))
            .notes.push_back({SourceSpan(),
                              "what hangs on the time zone can be pinned: `with timezone 'UTC'` in "
                              "the transition; dates and numbers are written with an explicit "
                              "format"});
        return;
      case JudgeTask::Outcome::kLacking:
        diagnostics_
            .Error(codes::kScratchLacks, asked.origin,
                   "the scratch server cannot judge the " + asked.what + ": " + answer.reason)
            .notes.push_back({SourceSpan(),
                              "with `--scratch inside` the connected database judges, in a "
                              "transaction that is rolled back; with `--scratch URL` another one"});
        return;
      case JudgeTask::Outcome::kUnnamed:
        diagnostics_
            .Error(codes::kJudgeRefused, asked.origin,
                   "the " + asked.what +
                       " compares by an operator of an extension where SQL has no place for its "
                       "name: it would be taken for another one")
            .notes.push_back({SourceSpan(),
                              "instead of NULLIF(a, b) write `case when a = b then null else a "
                              "end`; IS DISTINCT FROM and CASE a WHEN b likewise"});
        return;
      case JudgeTask::Outcome::kOpen:
      case JudgeTask::Outcome::kJudged:
        diagnostics_
            .Error(codes::kUnjudged, asked.origin,
                   "no server has judged the " + asked.what + " (`" + asked.text + "`)")
            .notes.push_back({SourceSpan(), scratch_.no_scratch});
        return;
    }
  }

  std::map<std::string, Judgement> known_;
  std::set<std::string> used_;
  const ScratchJudge& scratch_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::string QuestionOf(const JudgeTask& task) {
  std::string columns;
  for (const Column& column : task.columns) {
    columns += (columns.empty() ? " on (" : ", ") + Display(column.name) + " " + column.type.sql;
    if (column.charset) columns += " character set " + *column.charset;
    if (column.collation) columns += " collate " + Display(*column.collation);
  }
  if (!columns.empty()) columns += ")";
  if (!task.alphabet.empty()) columns += " " + task.alphabet;
  return fmt::format("{}{} in {}{}{}: {}", Word(task.kind), task.pinned ? " pinned" : "",
                     Display(task.schema), columns, task.type.empty() ? "" : " as " + task.type,
                     task.text);
}

namespace {

/// That of the table, or of its schema.
std::string AlphabetOf(const Schema& schema, const Table& table) {
  std::optional<std::string> charset = table.charset, collation = table.collation;
  const auto of_schema = std::find_if(
      schema.schemas.begin(), schema.schemas.end(),
      [&](const NamespaceObject& candidate) { return candidate.name == table.name.schema; });
  if (!charset && of_schema != schema.schemas.end()) {
    charset = of_schema->charset;
    if (!collation) collation = of_schema->collation;
  }
  std::string words = charset ? "character set " + *charset : "";
  if (collation) words += (words.empty() ? "" : " ") + ("collate " + *collation);
  return words;
}

}  // namespace

std::vector<Judgement> JudgeSchema(const Schema& current, DesiredSchema& desired,
                                   const LanguageRules& rules, const std::vector<Judgement>& memory,
                                   const ScratchJudge& scratch, Diagnostics& diagnostics) {
  Court court(memory, scratch, diagnostics);
  std::vector<PendingJudgement> types;
  for (Domain& domain : desired.schema.domains) {
    CollectTypes(current, desired, domain, rules, types);
  }
  for (Table& table : desired.schema.tables) {
    CollectTypes({current.FindTable(table.name), table, AlphabetOf(desired.schema, table)}, desired,
                 rules, types);
  }
  court.Settle(types);
  // Expressions are judged over settled types only.
  if (diagnostics.HasErrors()) return court.Remembered();
  std::vector<PendingJudgement> expressions;
  ExpressionMemo memo(*rules.expressions);
  for (Domain& domain : desired.schema.domains) {
    CollectExpressions(current.FindDomain(domain.name), domain, *rules.expressions, expressions);
  }
  for (Table& table : desired.schema.tables) {
    CollectExpressions({current.FindTable(table.name), table, AlphabetOf(desired.schema, table)},
                       desired, *rules.expressions, memo, expressions);
  }
  court.Settle(expressions);
  return court.Remembered();
}

}  // namespace zdm
