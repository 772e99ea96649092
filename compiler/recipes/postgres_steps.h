// SPDX-License-Identifier: Apache-2.0
// What recipes for PostgreSQL say again and again: locks, and operations under each policy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/postgres_questions.h"
#include "compiler/recipes/postgres_recipes.h"
#include "compiler/recipes/steps.h"

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

/// `table` answers as the current schema says ("" when it is not there): the plan depends on it.
Question AskCurrentTable(const RecipeContext& context, const QualifiedName& table);

/// One transaction under the lock timeout.
Operation Short(std::vector<TableLock> locks, Statements statements, Probe done);
/// One transaction that may wait, since nobody queues behind its locks.
Operation Patient(Statements statements, std::optional<Probe> done);
/// Outside transactions.
Operation Concurrently(Statements statements, Probe done);
/// A step with its origin, whose locks are those of its operation and `further` ones.
DraftStep NewStep(const PostgresRecipes& recipes, Phase phase, std::string words,
                  std::string summary, Operation apply, std::vector<TableLock> further = {});

}  // namespace zdm::postgres
