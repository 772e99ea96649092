// SPDX-License-Identifier: Apache-2.0
// The safe ways by which rules come to and go from tables that others use: each function is one
// operation of the macros that design and cases call NN (not null), CK (check), FK (foreign key),
// IDX (index) and UQ (unique).
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/postgres_recipes.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/schema.h"

namespace zdm::postgres {

/// A short ALTER TABLE .. DROP CONSTRAINT of a check or key.
Operation DropConstraint(const QualifiedName& table, const std::string& name);

/// CK 1: binds new rows from now on. A comment comes with it.
Operation AddCheckNotValid(const QualifiedName& table, Check check);
/// CK 2: reads all rows under a lock on which nobody waits.
Operation ValidateCheck(const QualifiedName& table, Check check);
/// Brings a dropped check back as it was; looks at the rows between 1 and 2.
std::vector<Operation> RestoreCheck(const Table& table, const Check& check);

/// FK 1: locks the parent first.
Operation AddForeignKeyNotValid(const QualifiedName& table, ForeignKey key);
/// FK 2.
Operation ValidateForeignKey(const QualifiedName& table, ForeignKey key);
Operation DropForeignKeyConstraint(const QualifiedName& table, const ForeignKey& key);
std::vector<Operation> RestoreForeignKey(const Table& table, const ForeignKey& key);
/// Locks that ValidateForeignKey takes by itself.
std::vector<TableLock> ForeignKeyValidationLocks(const QualifiedName& table, const ForeignKey& key);

/// The check that stands for NOT NULL on its way (NN).
Check NotNullCheck(const RecipeContext& context, const QualifiedName& table,
                   const std::string& column);
/// NN 2: needs the validated check, which goes in the same transaction.
Operation SetNotNullByCheck(const RecipeContext& context, const QualifiedName& table,
                            const std::string& column);
/// The way back of NN 2: the check stands again, not validated.
Operation LoosenNotNull(const RecipeContext& context, const QualifiedName& table,
                        const std::string& column);
/// Brings a dropped NOT NULL back.
std::vector<Operation> RestoreNotNull(const RecipeContext& context, const Table& table,
                                      const std::string& column);
/// All steps by which `column` becomes NOT NULL at contract; its check binds from expand when
/// violations are rejected. `table` names rows to people.
void TightenNotNull(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                    const Column& column);

/// IDX: what a killed build left under the name goes first; done when the index is valid.
Operation BuildIndex(const QualifiedName& table, const Index& index);
Operation DropIndexConcurrently(const QualifiedName& table, const Index& index);
/// UQ 2: the index becomes the constraint.
Operation AttachKey(const Table& table, const Key& key);

/// The name of an index of `table`.
QualifiedName IndexName(const QualifiedName& table, const std::string& index);
/// `CONSTRAINT name ON public.t`, as it stands after COMMENT ON.
std::string ConstraintForComment(const QualifiedName& table, const std::string& name);

}  // namespace zdm::postgres
