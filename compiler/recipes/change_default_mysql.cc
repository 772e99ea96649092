// SPDX-License-Identifier: Apache-2.0
// Another default. Where a NOT NULL column had none, the old application gives a value in every
// INSERT and the new one may count on the default: expand. Else it belongs to the version that
// writes, and changes with it: contract.
//
//   1  ALTER COLUMN c SET DEFAULT new          INSTANT
//   revert: SET DEFAULT old, or DROP DEFAULT   INSTANT
#include "compiler/recipes/mysql_steps.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const ChangeDefault& change) const {
  const QualifiedName& table = change.table.name;
  const Dialect dialect = DialectOf(*this);
  const Column& before = change.old_column;
  const Column& after = change.new_column;
  const std::string object = Display(table, after.name);
  const Question question = AskColumn(dialect, table, after.name, Facet::kDefault);
  const auto set = [&](const Column& column, const Column& shape) {
    Column now = shape;
    now.default_value = column.default_value;
    return Asserted(*this,
                    {change.table, {SetDefault(*this, change.table, now)}, {Alter::kChangeDefault}},
                    Answers(question, AnswerColumn(dialect, column, Facet::kDefault)));
  };
  const bool loosens = before.not_null && !before.default_value;
  DraftStep step =
      NewStep(*this, loosens ? Phase::kExpand : Phase::kContract, "change-default-" + object,
              "change the default of " + object, set(after, loosens ? before : after));
  if (!loosens) step.stage = Stage::kLast;
  step.step.revert = {set(before, loosens ? before : after)};
  step.step.needs = {TableResource(table), ColumnResource(table, after.name)};
  step.effects = {{question.object, AnswerColumn(dialect, after, Facet::kDefault)}};
  if (!loosens && (after.default_value || !after.not_null)) {
    step.step.hazards.push_back(
        Needs(codes::kDefaultChanges, object,
              "until contract, rows that the new application inserts without " + object +
                  " still get the old default" +
                  (before.default_value ? " " + before.default_value->sql : ", which is NULL")));
  }
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(question, AnswerColumn(dialect, before, Facet::kDefault))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
