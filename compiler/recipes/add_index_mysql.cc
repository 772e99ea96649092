// SPDX-License-Identifier: Apache-2.0
// A new index. Writes flow while it is built; its two short locks have their own policy.
//
//   migrate   1  ADD KEY i (..)               MariaDB NOCOPY, MySQL INPLACE; reads all
//   contract  1  a unique one that old writes may break, after duplicates were looked for
//   revert       DROP INDEX i
#include "compiler/recipes/mysql_indexes.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const AddIndex& change) const {
  const Table& table = change.table;
  const Index& index = change.index;
  const Phase phase = BuildPhase(context, table.name, index);
  const Question question = AskIndex(DialectOf(*this), table.name, index.name);
  Recipe recipe;
  if (index.unique) ProveUnique(recipe, *this, table, index, phase);
  AddBuild(recipe, *this, table, index, phase);
  recipe.steps.back().effects = {{question.object, AnswerIndex(index)}};
  recipe.questions = {AskCurrentTable(context, table.name), question};
  return recipe;
}

}  // namespace zdm
