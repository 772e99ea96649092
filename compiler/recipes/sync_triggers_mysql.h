// SPDX-License-Identifier: Apache-2.0
// The triggers that keep the old and the new shape of a row in step (design 6, R1 to R9) on MariaDB
// and MySQL, and the function that compares both sides.
//
// They assign to NEW only. What cannot be computed never fails the application: handlers catch it,
// the mark says so, and zdm.note names the row. Values are computed into variables of the column's
// own type under the sql_mode of the trigger, which is that of zdm's session: strict whatever the
// application's is (tried with INSERT IGNORE and without any sql_mode). Nothing but expressions
// stands under a handler, so no lock wait and no deadlock is ever swallowed.
//
// Which application an INSERT came from: @zdm_version where the session says 'old' or 'new'; else
// the new one when it gave a new column a value other than the one that stands for "not given".
//
// An UPDATE of 500,000 rows on MariaDB takes 1.5 times its time with the trigger where only the
// first gate is asked (a backfill), and took twice as long with both gates in one expression;
// variables are declared behind them, since a frame with them costs as much again.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/transform_shape_mysql.h"

namespace zdm::mysql {

std::string CreateInsertTrigger(const TransformShape& shape, const RecipeContext& context);
std::string CreateUpdateTrigger(const TransformShape& shape, const RecipeContext& context);
/// Writes down what the insert trigger found, once the row has its key.
std::string CreateNoteTrigger(const TransformShape& shape);
std::string DropTrigger(const TransformShape& shape, const std::string& trigger);

/// Compares both sides of one row: bit 1: new = up(old), bit 2: old = down(new); an error in either
/// is a no.
std::string CreateAgreeFunction(const TransformShape& shape, const RecipeContext& context,
                                const ShapedTransition& transition);
/// SQL of that number, over the columns of a row.
std::string AgreeCall(const TransformShape& shape, const ShapedTransition& transition,
                      const std::string& row);

}  // namespace zdm::mysql
