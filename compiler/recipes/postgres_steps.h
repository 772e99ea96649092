// SPDX-License-Identifier: Apache-2.0
// What recipes for PostgreSQL say again and again: locks, operations under each policy, checks made
// of fingerprint questions, and what a recipe depends on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/postgres_questions.h"
#include "compiler/recipes/postgres_recipes.h"
#include "compiler/recipes/recipe.h"
#include "compiler/recipes/resources.h"

namespace zdm::postgres {

inline constexpr const char* kRowShare = "ROW SHARE";
inline constexpr const char* kShareUpdateExclusive = "SHARE UPDATE EXCLUSIVE";
inline constexpr const char* kShareRowExclusive = "SHARE ROW EXCLUSIVE";
inline constexpr const char* kAccessExclusive = "ACCESS EXCLUSIVE";

/// A lock that a kShort action takes first, by LOCK TABLE.
TableLock Taken(const QualifiedName& table, const char* mode);
/// A lock that the statements take by themselves.
TableLock Declared(const QualifiedName& table, const char* mode);
/// Both tables in one mode, the parent first; one lock when they are the same.
std::vector<TableLock> ParentFirst(const QualifiedName& parent, const QualifiedName& child,
                                   const char* mode);

/// The object answers so.
Probe Answers(const Question& question, const std::string& answer);
/// The object is not there.
Probe Absent(const Question& question);
/// The question with its answer at the start.
Question Asked(Question question, std::string start);
/// `table` answers as the current schema says ("" when it is not there): the plan depends on it.
Question AskCurrentTable(const RecipeContext& context, const QualifiedName& table);

using Statements = std::vector<std::string>;

/// One transaction under the lock timeout.
Operation Short(std::vector<TableLock> locks, Statements statements, Probe done);
/// One transaction that may wait, since nobody queues behind its locks.
Operation Patient(Statements statements, std::optional<Probe> done);
/// Outside transactions.
Operation Concurrently(Statements statements, Probe done);
/// Goes on only when there are no such rows.
Operation Refuse(RowQuery rows, std::string advice);
/// Counts and names rows, and goes on.
Operation Report(RowQuery rows, std::string advice);
Operation KeepAside(RowQuery rows);
/// Goes on only when nothing outside the plan depends on what goes.
Operation NothingDepends(std::string summary, std::string query);

/// A step with its origin, whose locks are those of its operation and `further` ones.
DraftStep NewStep(const PostgresRecipes& recipes, Phase phase, std::string words,
                  std::string summary, Operation apply, std::vector<TableLock> further = {});

/// A hazard that a tombstone in the files has acknowledged already.
Hazard Buried(Code code, std::string object, std::string text);
/// A hazard that needs an allow.
Hazard Needs(Code code, std::string object, std::string text);

/// Adds what `other` has to `recipe`.
void Append(Recipe& recipe, Recipe other);

/// The name by which a parked column or table goes: derived from its own.
std::string ParkedName(const RecipeContext& context, const QualifiedName& table,
                       const std::string& column = "");
/// The column is not there at the start.
bool IsNewColumn(const RecipeContext& context, const QualifiedName& table,
                 const std::string& column);
bool AreNewColumns(const RecipeContext& context, const QualifiedName& table,
                   const std::vector<std::string>& columns);
/// Resources of `columns` of `table`, and the table's backfill where there is one.
std::vector<std::string> NeedsColumns(const RecipeContext& context, const QualifiedName& table,
                                      const std::vector<std::string>& columns);

}  // namespace zdm::postgres
