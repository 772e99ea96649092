// SPDX-License-Identifier: Apache-2.0
// Another default. Where a NOT NULL column had none, the old application gives a value in every
// INSERT and the new one may count on the default: expand. Else it belongs to the version that
// writes, and changes with it: contract.
//
//   1  ALTER TABLE t ALTER COLUMN c SET DEFAULT new       ACCESS EXCLUSIVE, short
//   revert: SET DEFAULT old, or DROP DEFAULT              ACCESS EXCLUSIVE, short
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/postgres_replay.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const ChangeDefault& change) const {
  const QualifiedName& table = change.table.name;
  const Column& before = change.old_column;
  const Column& after = change.new_column;
  const std::string object = Display(table, after.name);
  const Question question = AskDefault(table, after.name);
  const auto set = [&](const Column& column) {
    return Short({Taken(table, kAccessExclusive)},
                 {"ALTER TABLE " + Quote(table) + " ALTER COLUMN " + Quote(after.name) +
                  (column.default_value ? " SET DEFAULT " + Replayable(column.default_value->sql)
                                        : " DROP DEFAULT")},
                 Answers(question, AnswerDefault(column)));
  };
  const bool loosens = before.not_null && !before.default_value;
  DraftStep step =
      NewStep(*this, loosens ? Phase::kExpand : Phase::kContract, "change-default-" + object,
              "change the default of " + object, set(after));
  if (!loosens) step.stage = Stage::kLast;
  step.step.revert = {set(before)};
  step.step.needs = {TableResource(table), ColumnResource(table, after.name)};
  step.effects = {{question.object, AnswerDefault(after)}};
  // A NOT NULL column that loses its default gets a value from every INSERT of the new application.
  if (!loosens && (after.default_value || !after.not_null)) {
    step.step.hazards.push_back(
        Needs(codes::kDefaultChanges, object,
              "until contract, rows that the new application inserts without " + object +
                  " still get the old default" +
                  (before.default_value ? " " + before.default_value->sql : ", which is NULL")));
  }
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table), Asked(question, AnswerDefault(before))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
