// SPDX-License-Identifier: Apache-2.0
// The PL/pgSQL that keeps the old and the new shape of a row in step (design 6, R1 to R9).
//
// One function a table, called by two row triggers, BEFORE INSERT and BEFORE UPDATE. It assigns to
// NEW only: nothing of it can recurse, and no second row version is written.
//
// Which columns an INSERT gave: the default of each new column sets a bit in a session setting,
// the default of the mark, the last column, reads and clears it. The server evaluates defaults in
// the order of columns within one projection, so the row itself carries the answer (as a negative
// mark) to the trigger; tried with VALUES lists, DEFAULT keywords, INSERT .. SELECT, COPY, ON
// CONFLICT, nested triggers and functions, savepoints and prepared statements. Only built-in
// functions are called: nothing needs a grant. A bit never hides a value that is not NULL. Known
// limit: a function in the value of one new column that inserts into the same table itself makes
// the outer row forget that an earlier new column was left out; that column is then NULL instead
// of its default.
//
// What it costs (15, one core): an UPDATE of a row of 8 columns and 3 indexes that touches no
// source takes 1.1 to 1.2 times the time, nearly all of it the row lock that the server takes
// before any BEFORE UPDATE trigger; the condition is skipped by the trigger's column list.
// An exception block costs about 1 us a row, so a plain rename has none.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

/// What stands between the dollar quotes of the sync function.
std::string SyncFunctionSource(const TransformShape& shape, Side side);
/// CREATE OR REPLACE FUNCTION of it.
std::string CreateSyncFunction(const TransformShape& shape, Side side);

/// Source of the function that compares both sides of one row: bit 1: new = up(old), bit 2: old =
/// down(new); an error in either is a no. Its arguments are AgreeArguments.
std::string AgreeFunctionSource(const TransformShape& shape, const ShapedTransition& transition);
std::string CreateAgreeFunction(const TransformShape& shape, const ShapedTransition& transition);
std::vector<std::string> AgreeArgumentTypes(const TransformShape& shape,
                                            const ShapedTransition& transition);
/// SQL of an integer as the agree function gives it, over bare columns of the table.
std::string AgreeCall(const TransformShape& shape, const ShapedTransition& transition, Side side);

/// The default of a new column that only says that the INSERT left it out.
std::string AbsentDefault(const TransformShape& shape, const TargetColumn& target);
/// The default of the mark: a negative number that says which new columns were left out.
std::string MarkDefault(const TransformShape& shape);

}  // namespace zdm::postgres
