// SPDX-License-Identifier: Apache-2.0
// An index gets another name. No statement of an application names one.
//
//   contract  1  ALTER INDEX a RENAME TO b                 SHARE UPDATE EXCLUSIVE on a, short
//             2  COMMENT ON INDEX b, where it changes too  in the same transaction
//   revert       ALTER INDEX b RENAME TO a
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {
namespace {

using namespace postgres;

Operation Rename(const QualifiedName& table, const Index& from, const Index& to) {
  const QualifiedName name = IndexName(table, to.name);
  Statements statements{"ALTER INDEX " + Quote(IndexName(table, from.name)) + " RENAME TO " +
                        Quote(to.name)};
  if (from.comment != to.comment) {
    statements.push_back(CommentOn("INDEX " + Quote(name), to.comment));
  }
  return Patient(std::move(statements), Answers(AskIndex(name), AnswerIndex(to, table)));
}

}  // namespace

Recipe PostgresRecipes::operator()(const RenameIndex& change) const {
  const QualifiedName& table = change.table.name;
  const QualifiedName before = IndexName(table, change.old_index.name);
  const QualifiedName after = IndexName(table, change.new_index.name);
  DraftStep step = NewStep(*this, Phase::kContract, "rename-index-" + Display(before),
                           "index " + Display(before) + " gets the name " + Display(after),
                           Rename(table, change.old_index, change.new_index));
  step.stage = Stage::kLast;
  step.step.needs = {IndexResource(before)};
  step.step.provides = {IndexResource(after)};
  step.step.removes = {IndexResource(before)};
  step.step.revert = {Rename(table, change.new_index, change.old_index)};
  step.effects = {{AskIndex(before).object, ""},
                  {AskIndex(after).object, AnswerIndex(change.new_index, table)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(AskIndex(before), AnswerIndex(change.old_index, table)),
                      AskIndex(after)};
  const auto comment = [&](const QualifiedName& name, const std::optional<std::string>& start,
                           const std::optional<std::string>& then) {
    const Question question = AskComment(Commented::kIndex, name);
    if (!start && !then) return;
    recipe.questions.push_back(Asked(question, AnswerComment(start)));
    step.effects.push_back({question.object, AnswerComment(then)});
  };
  comment(before, change.old_index.comment, std::nullopt);
  comment(after, std::nullopt, change.new_index.comment);
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
