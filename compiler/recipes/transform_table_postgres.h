// SPDX-License-Identifier: Apache-2.0
// The parts of the recipe of TransformTable; transform_table_postgres.cc shows the whole.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/postgres_recipes.h"
#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

/// What the parts of one recipe share.
struct Transform {
  const PostgresRecipes& recipes;
  const TransformTable& change;
  const TransformShape& shape;
  Recipe& recipe;
  std::string shown;  ///< the table, in display form

  const RecipeContext& context() const { return recipes.context; }
  /// Words of the steps that windows name.
  std::string start() const { return "start-sync-" + shown; }
  std::string fill() const { return "fill-" + shown; }
  std::string turn() const { return "switch-" + shown; }
  std::string destroy() const { return "drop-parked-columns-" + shown; }
};

/// The table and a part of it as they physically are on one side of the switch: for looks at rows.
Table NewShape(const TransformShape& shape, Side side);
Table OldShape(const TransformShape& shape, Side side);

/// A part of the new table on its physical columns, under a derived name.
Index ShadowIndex(const Transform& transform, const Index& index);
Key ShadowKey(const Transform& transform, const Key& key);
Check ShadowCheck(const Transform& transform, const Check& check);
/// The same for the old table's parts after the switch.
Index ParkedIndex(const Transform& transform, const Index& index);
Key ParkedKey(const Transform& transform, const Key& key);
Check ParkedCheck(const Transform& transform, const Check& check);

/// Rows that break R8 (unfilled ones when `whole`), rows with an open note, and rows whose content
/// a rollback would lose.
RowQuery RowsOutOfStep(const TransformShape& shape, Side side, bool whole);
RowQuery RowsHeld(const TransformShape& shape, Side side);
/// `hidden`: names of the visible new columns once they are out of sight.
RowQuery RowsLost(const TransformShape& shape, Side side,
                  const std::map<std::string, std::string>& hidden);

void TransformExpand(Transform& transform);
void TransformMigrate(Transform& transform);
void TransformContract(Transform& transform);
/// The switch and its way back.
void TransformSwitch(Transform& transform);
void TransformPurge(Transform& transform);
/// Questions, objects of ours, verifications, notices.
void TransformFacts(Transform& transform);

/// Statements of the switch in the one and the other direction.
std::vector<std::string> SwitchStatements(const Transform& transform);
std::vector<std::string> SwitchBackStatements(const Transform& transform);

/// The operation is done when the sync function is the one of `side`; nothing: when it is gone.
Probe SyncFunctionIs(const TransformShape& shape, Side side);
Probe SyncFunctionGone(const TransformShape& shape);
/// `public.t` as ALTER TABLE wants it, with the blank behind.
std::string AlterTable(const TransformShape& shape);

}  // namespace zdm::postgres
