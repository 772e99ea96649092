// SPDX-License-Identifier: Apache-2.0
// The parts of the recipe of TransformTable on MariaDB and MySQL; transform_table_mysql.cc shows
// the whole.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/transform_shape_mysql.h"

namespace zdm::mysql {

/// What the parts of one recipe share.
struct Transform {
  const MysqlRecipes& recipes;
  const TransformTable& change;
  const TransformShape& shape;
  Recipe& recipe;
  std::string shown;  ///< the table, in display form

  const RecipeContext& context() const { return recipes.context; }
  Dialect dialect() const { return recipes.context.current.dialect; }
  /// Words of the steps that windows name.
  std::string add() const { return "add-columns-" + shown; }
  std::string start() const { return "sync-inserts-" + shown; }
  std::string fill() const { return "fill-" + shown; }
  std::string turn() const { return "switch-" + shown; }
};

/// Rows that break R8 (unfilled ones when `whole`), rows with an open note, and rows whose content
/// a rollback would lose.
RowQuery RowsOutOfStep(const TransformShape& shape, bool whole);
RowQuery RowsHeld(const TransformShape& shape);
/// `hidden`: the new columns stand under their hidden names, and nothing keeps them in step.
RowQuery RowsLost(const Transform& transform, bool hidden);
/// The name of a new column once it is out of sight.
std::string HiddenName(const Transform& transform, const std::string& column);

/// The index on the new columns while the old one has its name, and the old one once it has not.
Index Beside(const Transform& transform, const Carried<Index>& index);
Index Parked(const Transform& transform, const Index& index);
/// Whether the old index has to go at the switch, since its rule would bind parked columns.
bool BindsParked(const TransformTable& change, const Carried<Index>& index);

void TransformExpand(Transform& transform);
void TransformMigrate(Transform& transform);
void TransformContract(Transform& transform);
void TransformSwitch(Transform& transform);
void TransformPurge(Transform& transform);
void TransformFacts(Transform& transform);

}  // namespace zdm::mysql
