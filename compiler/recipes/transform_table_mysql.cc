// SPDX-License-Identifier: Apache-2.0
// Rename, split, merge, fill: columns that become others. Each statement commits by itself; what
// stands between two of them is right for both applications.
//
//   expand    1  CREATE FUNCTION zdm.agree ..                  compares both sides of a row
//             2  ADD COLUMN new .. INVISIBLE, .., mark ..,
//                ALTER COLUMN old SET DEFAULT ..               INSTANT; rows are unfilled
//             3  CREATE TRIGGER note AFTER INSERT              where the key is AUTO_INCREMENT
//             4  CREATE TRIGGER BEFORE UPDATE                  what is written is filled; inserted
//                                                              rows stay unfilled as yet
//             5  CREATE TRIGGER BEFORE INSERT                  from here on both work
//             6  DROP CONSTRAINT of checks on the old columns  the triggers hold the old one to
//             them
//   migrate   7  backfill, indexes on the new columns, violators counted
//   contract  8  proofs; checks bind
//             9  the switch, one statement: new columns visible with their own defaults, old ones
//                invisible, names of indexes, the default of the mark
//   purge    10  triggers, indexes and old columns go, and the mark
//   revert       the mirror: triggers go first, then the new columns out of sight, a look, DROP
#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm {

Recipe MysqlRecipes::operator()(const TransformTable& change) const {
  const std::optional<mysql::TransformShape> shape = mysql::ShapeOf(*this, change);
  Recipe recipe;
  if (!shape) return recipe;
  mysql::Transform transform{*this, change, *shape, recipe, Display(shape->table)};
  mysql::TransformExpand(transform);
  mysql::TransformMigrate(transform);
  mysql::TransformContract(transform);
  mysql::TransformSwitch(transform);
  mysql::TransformPurge(transform);
  mysql::TransformFacts(transform);
  return recipe;
}

}  // namespace zdm
