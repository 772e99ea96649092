// SPDX-License-Identifier: Apache-2.0
// A check or foreign key that is there, binds new rows, and was never proved for the old ones.
//
//   migrate   1  count the rows that break it
//   contract  2  look again, and refuse while there are any
//   contract  3  ALTER TABLE t VALIDATE CONSTRAINT k                  SHARE UPDATE EXCLUSIVE, reads
//   all revert       DROP CONSTRAINT k; ADD CONSTRAINT k .. NOT VALID     ACCESS EXCLUSIVE, short
#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

/// What is different between a check and a foreign key.
struct Unproved {
  RowQuery rows;
  Operation validate;
  Operation revert;
  std::vector<TableLock> locks;
  std::string before, after;
};

Operation MakeUnproved(Operation add, const QualifiedName& table, const std::string& name,
                       const char* mode) {
  auto& run = std::get<RunSql>(add.action);
  for (TableLock& lock : run.locks) lock.mode = mode;
  run.statements.insert(run.statements.begin(),
                        "ALTER TABLE " + Quote(table) + " DROP CONSTRAINT " + Quote(name));
  return add;
}

std::optional<Unproved> Find(const Table& table, const std::string& name) {
  const auto named = [&](const auto& part) { return part.name == name; };
  const auto check = std::find_if(table.checks.begin(), table.checks.end(), named);
  if (check != table.checks.end()) {
    Check valid = *check;
    valid.validated = true;
    return Unproved{
        CheckViolators(table, *check),
        ValidateCheck(table.name, *check),
        MakeUnproved(AddCheckNotValid(table.name, *check), table.name, name, kAccessExclusive),
        {Declared(table.name, kShareUpdateExclusive)},
        AnswerCheck(*check),
        AnswerCheck(valid)};
  }
  const auto key = std::find_if(table.foreign_keys.begin(), table.foreign_keys.end(), named);
  if (key == table.foreign_keys.end()) return std::nullopt;
  ForeignKey valid = *key;
  valid.validated = true;
  return Unproved{
      ForeignKeyViolators(table, *key),
      ValidateForeignKey(table.name, *key),
      MakeUnproved(AddForeignKeyNotValid(table.name, *key), table.name, name, kAccessExclusive),
      ForeignKeyValidationLocks(table.name, *key),
      AnswerForeignKey(*key),
      AnswerForeignKey(valid)};
}

}  // namespace

Recipe PostgresRecipes::operator()(const ValidateConstraint& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name, change.name);
  const Question question = AskConstraint(table.name, change.name);
  Recipe recipe;
  const std::optional<Unproved> unproved = Find(table, change.name);
  if (!unproved) return recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, unproved->before)};

  DraftStep count = NewStep(*this, Phase::kMigrate, "count-violators-" + object,
                            "count the rows that break constraint " + object,
                            Report(unproved->rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = {TableResource(table.name)};
  count.step.work = Work::kScan;
  DraftStep prove = NewStep(*this, Phase::kContract, "prove-constraint-" + object,
                            "no row breaks constraint " + object,
                            Refuse(unproved->rows,
                                   "correct these rows and run the same command again, or `zdm "
                                   "rollback`"));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  DraftStep validate =
      NewStep(*this, Phase::kContract, "validate-constraint-" + object,
              "prove constraint " + object + " for all rows", unproved->validate, unproved->locks);
  validate.step.needs = {TableResource(table.name)};
  validate.step.provides = {ConstraintResource(table.name, change.name)};
  validate.step.work = Work::kScan;
  validate.step.revert = {unproved->revert};
  validate.effects = {{question.object, unproved->after}};
  recipe.steps = {std::move(count), std::move(prove), std::move(validate)};
  return recipe;
}

}  // namespace zdm
