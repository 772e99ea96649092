// SPDX-License-Identifier: Apache-2.0
// A NULL that the new application writes into a row which the backfill has not reached changes no
// image: the new column was NULL and stays it. The sync trigger could not see it, and the backfill
// would write over it. So each visible new column has a trigger of its own, which the server calls
// only when a statement names the column; it subtracts the column's given bit from the mark, and
// the sync trigger, which fires after it, reads there what was given.
//
// The condition is false for every row that is filled, and for the backfill, which sets the mark:
// what it costs drowns in the noise of a fill. The switch takes these triggers away, since no row
// is unfilled by then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

/// What the mark of a row carries for a new column that the statement gives as NULL.
std::int64_t GivenBit(const TargetColumn& target);
/// The names of the triggers; none when no new column is visible.
std::vector<std::string> NullGuards(const TransformShape& shape);
/// The function and the triggers.
std::vector<std::string> CreateNullGuards(const TransformShape& shape);
std::vector<std::string> DropNullGuards(const TransformShape& shape);
/// `ENABLE ALWAYS TRIGGER name` for each, clauses of ALTER TABLE.
std::vector<std::string> EnableNullGuards(const TransformShape& shape);

}  // namespace zdm::postgres
