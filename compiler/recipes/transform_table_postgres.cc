// SPDX-License-Identifier: Apache-2.0
// Columns become other columns while both versions of the application work: rename, split, merge,
// change of type, fill, new columns with a value for each old row, dropped columns with `down`.
// All transitions of one table share one trigger function, one pass and one switch.
//
//   expand    1  new columns, the mark, function and triggers, old        ACCESS EXCLUSIVE, short
//                rules that `down` may not meet go: one transaction
//   migrate   2  backfill of values and mark                              row locks
//             3  indexes and keys that the old ones imply, concurrently   SHARE UPDATE EXCLUSIVE
//             4  checks and NOT NULL that the old ones imply: not valid,  ACCESS EXCLUSIVE, short,
//                then validated                                           SHARE UPDATE EXCLUSIVE
//             5  ANALYZE; count who breaks the coming rules
//   contract  6  prove that both sides agree, that nothing is noted, that nobody depends
//             7  the other rules, as 3 and 4
//             8  switch: names, defaults, NOT NULL, keys, indexes,        ACCESS EXCLUSIVE, short
//                comments; the function now fills the parked columns
//   purge     9  triggers, parked columns, mark and functions go          ACCESS EXCLUSIVE, short
//   revert    each step has its mirror image; old rules come back not valid, are looked at, then
//             validated
#include "compiler/recipes/transform_table_postgres.h"

#include "compiler/schema/names.h"

namespace zdm {

Recipe PostgresRecipes::operator()(const TransformTable& change) const {
  Recipe recipe;
  const std::optional<postgres::TransformShape> shape = postgres::ShapeOf(change, context);
  if (!shape) return recipe;
  postgres::Transform transform{*this, change, *shape, recipe, Display(change.old_table.name)};
  postgres::TransformFacts(transform);
  postgres::TransformExpand(transform);
  postgres::TransformMigrate(transform);
  postgres::TransformContract(transform);
  postgres::TransformSwitch(transform);
  postgres::TransformPurge(transform);
  return recipe;
}

}  // namespace zdm
