// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/steps.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace zdm {

Probe Answers(const Question& question, const std::string& answer) {
  return {question.query, answer};
}

Probe Absent(const Question& question) {
  return {question.query, ""};
}

Question Asked(Question question, std::string start) {
  question.start = std::move(start);
  return question;
}

Operation Refuse(RowQuery rows, std::string advice) {
  return {Assert{std::move(rows), false, std::move(advice)}, std::nullopt};
}

Operation Report(RowQuery rows, std::string advice) {
  return {Assert{std::move(rows), true, std::move(advice)}, std::nullopt};
}

Operation KeepAside(RowQuery rows) {
  return {SetAside{std::move(rows)}, std::nullopt};
}

Operation NothingDepends(std::string summary, std::string query) {
  return {AssertObjects{std::move(summary), std::move(query)}, std::nullopt};
}

DraftStep NewStep(const RecipeContext& context, SourceSpan origin, Phase phase, std::string words,
                  std::string summary, Operation apply, std::vector<TableLock> further) {
  DraftStep draft;
  draft.step.id = std::move(words);
  draft.step.phase = phase;
  draft.step.summary = std::move(summary);
  draft.step.apply = std::move(apply);
  if (const auto* run = std::get_if<RunSql>(&draft.step.apply.action)) {
    draft.step.locks = run->locks;
  }
  std::move(further.begin(), further.end(), std::back_inserter(draft.step.locks));
  draft.step.origin = context.files.Origin(origin);
  return draft;
}

Hazard Buried(Code code, std::string object, std::string text) {
  return {ToString(code), std::move(object), std::move(text), "tombstone"};
}

Hazard Needs(Code code, std::string object, std::string text) {
  return {ToString(code), std::move(object), std::move(text), ""};
}

void Append(Recipe& recipe, Recipe other) {
  const auto move_all = [](auto& from, auto& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  move_all(other.steps, recipe.steps);
  move_all(other.purge, recipe.purge);
  move_all(other.questions, recipe.questions);
  move_all(other.verifications, recipe.verifications);
  move_all(other.objects, recipe.objects);
  move_all(other.notices, recipe.notices);
}

std::string ParkedName(const RecipeContext& context, const QualifiedName& table,
                       const std::string& column) {
  return DerivedName(context, "parked", column.empty() ? Display(table) : Display(table, column));
}

bool IsNewColumn(const RecipeContext& context, const QualifiedName& table,
                 const std::string& column) {
  const Table* current = context.current.FindTable(table);
  return current == nullptr || current->FindColumn(column) == nullptr;
}

bool AreNewColumns(const RecipeContext& context, const QualifiedName& table,
                   const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return IsNewColumn(context, table, column);
  });
}

std::vector<std::string> NeedsColumns(const RecipeContext& context, const QualifiedName& table,
                                      const std::vector<std::string>& columns) {
  std::vector<std::string> needs{TableResource(table)};
  for (const std::string& column : columns) needs.push_back(ColumnResource(table, column));
  if (context.current.FindTable(table) != nullptr) needs.push_back(FilledResource(table));
  return needs;
}

}  // namespace zdm
