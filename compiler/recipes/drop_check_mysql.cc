// SPDX-License-Identifier: Apache-2.0
// A check that goes: the new application may break it from the end of expand.
//
//   expand    1  DROP CONSTRAINT k                                          INSTANT
//   revert       rows that break it are looked for before anything changes
//             1  ADD (CONSTRAINT k CHECK (..)), COMMENT = ..                INSTANT on MariaDB; on
//                MySQL the server copies the table while writes wait: the plan says so
#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_rows.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const DropCheck& change) const {
  const Table& table = change.table;
  const Check& check = change.check;
  const std::string object = Display(table.name, check.name);
  const Question question = AskCheck(DialectOf(*this), table.name, check.name);
  DraftStep step = NewStep(*this, Phase::kExpand, "drop-check-" + object, "drop check " + object,
                           DropCheckOperation(*this, table, check));
  step.step.needs = {TableResource(table.name)};
  for (const std::string& column : ColumnsOfCheck(context, table, check)) {
    step.step.needs.push_back(ColumnResource(table.name, column));
  }
  step.step.removes = {ConstraintResource(table.name, check.name)};
  step.step.losses = LossesOf(context, table.name, step.step.id, [&](const QualifiedName& now) {
    return CheckViolators(table, now, check);
  });
  step.step.revert = RestoreCheck(*this, table, check);
  step.effects = {{question.object, ""}};
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropConstraint, object, "check " + object + " is dropped"));
  }
  Recipe recipe;
  if (check.enforced && DialectOf(*this) == Dialect::kMysql) {
    recipe.notices.push_back("a rollback that brings check " + object + " back copies " +
                             Display(table.name) +
                             " while its writes wait: the server has no other "
                             "way to enforce a check");
  }
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerCheck(check))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
