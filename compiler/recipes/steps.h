// SPDX-License-Identifier: Apache-2.0
// What recipes of every server say again and again: checks made of fingerprint questions, looks at
// rows, steps, hazards, and what a recipe depends on.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"
#include "compiler/recipes/resources.h"

namespace zdm {

/// The object answers so.
Probe Answers(const Question& question, const std::string& answer);
/// The object is not there.
Probe Absent(const Question& question);
/// The question with its answer at the start.
Question Asked(Question question, std::string start);

using Statements = std::vector<std::string>;

/// Goes on only when there are no such rows.
Operation Refuse(RowQuery rows, std::string advice);
/// Counts and names rows, and goes on.
Operation Report(RowQuery rows, std::string advice);
Operation KeepAside(RowQuery rows);
/// Goes on only when nothing outside the plan depends on what goes.
Operation NothingDepends(std::string summary, std::string query);

/// A step with its origin, whose locks are those of its operation and `further` ones.
DraftStep NewStep(const RecipeContext& context, SourceSpan origin, Phase phase, std::string words,
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

}  // namespace zdm
