// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_steps.h"

#include <utility>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {

TableLock Taken(const QualifiedName& table, const char* mode) {
  return {Display(table), Quote(table), mode};
}

TableLock Declared(const QualifiedName& table, const char* mode) {
  return {Display(table), "", mode};
}

std::vector<TableLock> ParentFirst(const QualifiedName& parent, const QualifiedName& child,
                                   const char* mode) {
  if (parent == child) return {Taken(child, mode)};
  return {Taken(parent, mode), Taken(child, mode)};
}

Question AskCurrentTable(const RecipeContext& context, const QualifiedName& table) {
  const Table* current = context.current.FindTable(table);
  return Asked(AskTable(table), current == nullptr ? "" : AnswerTable(*current));
}

Operation Short(std::vector<TableLock> locks, Statements statements, Probe done) {
  RunSql run;
  run.policy = LockPolicy::kShort;
  run.locks = std::move(locks);
  run.statements = std::move(statements);
  return {std::move(run), std::move(done)};
}

Operation Patient(Statements statements, std::optional<Probe> done) {
  RunSql run;
  run.policy = LockPolicy::kPatient;
  run.statements = std::move(statements);
  return {std::move(run), std::move(done)};
}

Operation Concurrently(Statements statements, Probe done) {
  RunSql run;
  run.policy = LockPolicy::kConcurrent;
  run.statements = std::move(statements);
  return {std::move(run), std::move(done)};
}

DraftStep NewStep(const PostgresRecipes& recipes, Phase phase, std::string words,
                  std::string summary, Operation apply, std::vector<TableLock> further) {
  return zdm::NewStep(recipes.context, recipes.origin, phase, std::move(words), std::move(summary),
                      std::move(apply), std::move(further));
}

}  // namespace zdm::postgres
