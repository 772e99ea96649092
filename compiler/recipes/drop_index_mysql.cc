// SPDX-License-Identifier: Apache-2.0
// An index that goes. A plain one is only hidden until purge, so that it comes back in an instant;
// a unique one must stop binding, which only dropping it does.
//
//   contract  1  ALTER INDEX i INVISIBLE (MariaDB: IGNORED)     purge: DROP INDEX i
//   revert       ALTER INDEX i VISIBLE (NOT IGNORED)
//   unique:   1  DROP INDEX i
//   revert       duplicates are looked for before anything changes; ADD UNIQUE KEY i, writes flow
#include "compiler/recipes/mysql_indexes.h"
#include "compiler/recipes/mysql_rows.h"

namespace zdm {
namespace {

using namespace mysql;

/// Whether rows of the new application, which leaves out dropped columns, can collide in the key.
bool BindsNewRows(const RecipeContext& context, const Table& table, const Index& index) {
  const Table* target = context.target.FindTable(table.name);
  if (target == nullptr) return false;
  for (const std::string& name : ColumnsOfIndex(table, index)) {
    const Column* column = table.FindColumn(name);
    if (column != nullptr && target->FindColumn(name) == nullptr && !column->default_value &&
        !column->not_null) {
      return false;
    }
  }
  return true;
}

}  // namespace

Recipe MysqlRecipes::operator()(const DropIndex& change) const {
  const Table& table = change.table;
  const Index& index = change.index;
  const std::string object = Display(table.name, index.name);
  const Question question = AskIndex(DialectOf(*this), table.name, index.name);
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerIndex(index))};
  // FULLTEXT and SPATIAL indexes could only come back behind a lock.
  const bool parks = !index.unique;
  DraftStep step = NewStep(
      *this, Phase::kContract, "drop-index-" + object,
      (parks ? "hide index " : "drop index ") + object + (parks ? " until purge" : ""),
      parks ? HideIndex(*this, table, index, true) : DropIndexOperation(*this, table, index.name));
  step.stage = Stage::kLast;
  step.step.needs = NeedsColumns(context, table.name, ColumnsOfIndex(table, index));
  step.step.removes = {IndexOfTable(table.name, index.name)};
  if (parks) {
    Index hidden = index;
    hidden.invisible = true;
    step.effects = {{question.object, AnswerIndex(hidden)}};
    step.step.revert = {HideIndex(*this, table, index, index.invisible)};
    recipe.objects.push_back({"index", object, {step.step.id, ""}, true});
    DraftStep purge =
        NewStep(*this, Phase::kContract, "purge-index-" + object,
                "destroy what was index " + object, DropIndexOperation(*this, table, index.name));
    purge.step.removes = {IndexOfTable(table.name, index.name)};
    for (const std::string& column : ColumnsOfIndex(table, index)) {
      purge.step.needs.push_back(ColumnResource(table.name, column));
    }
    recipe.purge.push_back(std::move(purge));
  } else {
    step.effects = {{question.object, ""}};
    step.step.revert = RestoreIndex(*this, table, index);
    step.step.losses = LossesOf(context, table.name, step.step.id, [&](const QualifiedName& now) {
      return Duplicates(table, now, index);
    });
    if (BindsNewRows(context, table, index)) {
      step.step.hazards.push_back(
          Needs(codes::kUniqueBinds, object,
                "until contract, rows that the new application writes must still be unique by " +
                    object));
    }
  }
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropIndex, object, "index " + object + " is dropped"));
  }
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
