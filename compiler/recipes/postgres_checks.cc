// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_checks.h"

#include <utility>

#include "compiler/recipes/postgres_rows.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {

std::vector<std::string> ColumnsOfCheck(const Table& table, const Check& check) {
  // A text that nobody could parse gives words that are no columns.
  std::vector<std::string> columns;
  for (const std::string& column : ColumnsOf(check.expression.sql)) {
    if (table.FindColumn(column) != nullptr) columns.push_back(column);
  }
  return columns;
}

void TightenCheck(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                  const Check& check, const Check& named) {
  const std::string object = Display(table.name, check.name);
  const bool reject = check.on_violation == OnViolation::kReject;
  const Table* target = recipes.context.target.FindTable(table.name);
  const std::vector<std::string> needs = NeedsColumns(
      recipes.context, table.name, ColumnsOfCheck(target == nullptr ? table : *target, check));
  const std::string resource = ConstraintResource(table.name, named.name);
  RowQuery rows = CheckViolators(table, check);
  const Question question = AskConstraint(table.name, named.name);
  Check bound = named;
  bound.validated = false;

  DraftStep bind =
      NewStep(recipes, reject ? Phase::kExpand : Phase::kContract, "add-check-" + object,
              "new rows must fulfil check " + object, AddCheckNotValid(table.name, named));
  bind.step.revert = {DropConstraint(table.name, named.name)};
  bind.step.needs = needs;
  if (reject) bind.step.needs.pop_back();  // binds before the backfill
  bind.step.provides = {resource};
  bind.effects = {{question.object, AnswerCheck(bound)}};
  recipe.steps.push_back(std::move(bind));

  DraftStep count = NewStep(recipes, Phase::kMigrate, "count-violators-" + object,
                            "count the rows that break check " + object,
                            Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = needs;
  count.step.work = Work::kScan;
  recipe.steps.push_back(std::move(count));

  DraftStep prove =
      NewStep(recipes, Phase::kContract, "prove-check-" + object, "no row breaks check " + object,
              Refuse(rows, "correct these rows and run the same command again, or `zdm rollback`"));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));

  if (!check.validated) return;
  DraftStep validate =
      NewStep(recipes, Phase::kContract, "validate-check-" + object,
              "prove check " + object + " for all rows", ValidateCheck(table.name, named),
              {Declared(table.name, kShareUpdateExclusive)});
  validate.step.needs = {resource};
  validate.step.work = Work::kScan;
  validate.effects = {{question.object, AnswerCheck(named)}};
  recipe.steps.push_back(std::move(validate));
}

}  // namespace zdm::postgres
