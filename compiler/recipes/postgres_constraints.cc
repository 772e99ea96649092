// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_constraints.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm::postgres {
namespace {

std::string Alter(const QualifiedName& table) {
  return "ALTER TABLE " + Quote(table) + " ";
}

std::string Validate(const QualifiedName& table, const std::string& name) {
  return Alter(table) + "VALIDATE CONSTRAINT " + Quote(name);
}

Statements WithComment(Statements statements, const QualifiedName& table, const std::string& name,
                       const std::optional<std::string>& comment) {
  if (comment) statements.push_back(CommentOn(ConstraintForComment(table, name), comment));
  return statements;
}

constexpr const char* kViolatorsAdvice =
    "correct these rows and run the same command again, or `zdm rollback`";
constexpr const char* kRestoreAdvice =
    "the rule of the old version does not hold for these rows; correct them and run `zdm rollback` "
    "again";

}  // namespace

QualifiedName IndexName(const QualifiedName& table, const std::string& index) {
  return {table.schema, index};
}

std::string ConstraintForComment(const QualifiedName& table, const std::string& name) {
  return "CONSTRAINT " + Quote(name) + " ON " + Quote(table);
}

Operation DropConstraint(const QualifiedName& table, const std::string& name) {
  return Short({Taken(table, kAccessExclusive)}, {Alter(table) + "DROP CONSTRAINT " + Quote(name)},
               Absent(AskConstraint(table, name)));
}

Operation AddCheckNotValid(const QualifiedName& table, Check check) {
  check.validated = false;
  return Short({Taken(table, kAccessExclusive)},
               WithComment({Alter(table) + "ADD " + CheckClause(check) + " NOT VALID"}, table,
                           check.name, check.comment),
               Answers(AskConstraint(table, check.name), AnswerCheck(check)));
}

Operation ValidateCheck(const QualifiedName& table, Check check) {
  check.validated = true;
  return Patient({Validate(table, check.name)},
                 Answers(AskConstraint(table, check.name), AnswerCheck(check)));
}

std::vector<Operation> RestoreCheck(const Table& table, const Check& check) {
  std::vector<Operation> revert{AddCheckNotValid(table.name, check)};
  if (check.validated) {
    revert.push_back(Refuse(CheckViolators(table, check), kRestoreAdvice));
    revert.push_back(ValidateCheck(table.name, check));
  }
  return revert;
}

Operation AddForeignKeyNotValid(const QualifiedName& table, ForeignKey key) {
  key.validated = false;
  return Short(ParentFirst(key.references, table, kShareRowExclusive),
               WithComment({Alter(table) + "ADD " + ForeignKeyClause(key) + " NOT VALID"}, table,
                           key.name, key.comment),
               Answers(AskConstraint(table, key.name), AnswerForeignKey(key)));
}

Operation ValidateForeignKey(const QualifiedName& table, ForeignKey key) {
  key.validated = true;
  return Patient({Validate(table, key.name)},
                 Answers(AskConstraint(table, key.name), AnswerForeignKey(key)));
}

std::vector<TableLock> ForeignKeyValidationLocks(const QualifiedName& table,
                                                 const ForeignKey& key) {
  std::vector<TableLock> locks;
  if (key.references != table) locks.push_back(Declared(key.references, kRowShare));
  locks.push_back(Declared(table, kShareUpdateExclusive));
  return locks;
}

Operation DropForeignKeyConstraint(const QualifiedName& table, const ForeignKey& key) {
  return Short(ParentFirst(key.references, table, kAccessExclusive),
               {Alter(table) + "DROP CONSTRAINT " + Quote(key.name)},
               Absent(AskConstraint(table, key.name)));
}

std::vector<Operation> RestoreForeignKey(const Table& table, const ForeignKey& key) {
  std::vector<Operation> revert{AddForeignKeyNotValid(table.name, key)};
  if (key.validated) {
    revert.push_back(Refuse(ForeignKeyViolators(table, key), kRestoreAdvice));
    revert.push_back(ValidateForeignKey(table.name, key));
  }
  return revert;
}

Check NotNullCheck(const RecipeContext& context, const QualifiedName& table,
                   const std::string& column) {
  Check check;
  check.name = DerivedName(context, "not-null", Display(table, column));
  check.expression.sql = "(" + Quote(column) + " IS NOT NULL)";
  check.expression.judged = true;
  return check;
}

Operation SetNotNullByCheck(const RecipeContext& context, const QualifiedName& table,
                            const std::string& column) {
  // Two statements: in one, the server forgets the check before it could use it, and scans.
  const Check check = NotNullCheck(context, table, column);
  return Short({Taken(table, kAccessExclusive)},
               {Alter(table) + "ALTER COLUMN " + Quote(column) + " SET NOT NULL",
                Alter(table) + "DROP CONSTRAINT " + Quote(check.name)},
               Absent(AskConstraint(table, check.name)));
}

Operation LoosenNotNull(const RecipeContext& context, const QualifiedName& table,
                        const std::string& column) {
  const Check check = NotNullCheck(context, table, column);
  return Short({Taken(table, kAccessExclusive)},
               {Alter(table) + "ADD " + CheckClause(check) + " NOT VALID",
                Alter(table) + "ALTER COLUMN " + Quote(column) + " DROP NOT NULL"},
               Answers(AskNotNull(table, column), "not null: no"));
}

std::vector<Operation> RestoreNotNull(const RecipeContext& context, const Table& table,
                                      const std::string& column) {
  const Check check = NotNullCheck(context, table.name, column);
  return {AddCheckNotValid(table.name, check), Refuse(NullRows(table, column), kRestoreAdvice),
          ValidateCheck(table.name, check), SetNotNullByCheck(context, table.name, column)};
}

void TightenNotNull(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                    const Column& column) {
  const std::string object = Display(table.name, column.name);
  const bool reject = column.on_violation == OnViolation::kReject;
  const Check check = NotNullCheck(recipes.context, table.name, column.name);
  const std::vector<std::string> needs = NeedsColumns(recipes.context, table.name, {column.name});
  const auto add = [&](DraftStep step) { recipe.steps.push_back(std::move(step)); };

  DraftStep bind =
      NewStep(recipes, reject ? Phase::kExpand : Phase::kContract, "bind-not-null-" + object,
              "no new row may have NULL in " + object, AddCheckNotValid(table.name, check));
  bind.step.revert = {DropConstraint(table.name, check.name)};
  bind.step.needs = reject ? std::vector<std::string>{TableResource(table.name),
                                                      ColumnResource(table.name, column.name)}
                           : needs;
  bind.step.provides = {ConstraintResource(table.name, check.name)};
  const std::string bind_words = bind.step.id;
  add(std::move(bind));

  DraftStep count = NewStep(
      recipes, Phase::kMigrate, "count-null-" + object, "count the rows with NULL in " + object,
      Report(NullRows(table, column.name), "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = needs;
  count.step.work = Work::kScan;
  add(std::move(count));

  DraftStep prove =
      NewStep(recipes, Phase::kContract, "prove-not-null-" + object, "no row has NULL in " + object,
              Refuse(NullRows(table, column.name), kViolatorsAdvice));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  add(std::move(prove));

  DraftStep validate =
      NewStep(recipes, Phase::kContract, "validate-not-null-" + object,
              "prove for all rows that " + object + " is not NULL",
              ValidateCheck(table.name, check), {Declared(table.name, kShareUpdateExclusive)});
  validate.step.needs = {ConstraintResource(table.name, check.name)};
  validate.step.work = Work::kScan;
  add(std::move(validate));

  DraftStep set =
      NewStep(recipes, Phase::kContract, "set-not-null-" + object, object + " becomes NOT NULL",
              SetNotNullByCheck(recipes.context, table.name, column.name));
  set.stage = Stage::kLast;
  set.step.revert = {LoosenNotNull(recipes.context, table.name, column.name)};
  set.step.needs = {ConstraintResource(table.name, check.name)};
  set.effects = {{AskNotNull(table.name, column.name).object, "not null: yes"}};
  recipe.objects.push_back(
      {"constraint", Display(table.name, check.name), {bind_words, set.step.id}, false});
  add(std::move(set));
}

Operation BuildIndex(const QualifiedName& table, const Index& index) {
  const QualifiedName name = IndexName(table, index.name);
  Operation operation = Concurrently({CreateIndex(table, index, Build::kConcurrently)},
                                     Answers(AskIndex(name), AnswerIndex(index, table)));
  // A build that was killed leaves an index that is not valid under the name.
  std::get<RunSql>(operation.action).repair = Repair{
      fmt::format("SELECT {} FROM pg_index WHERE indexrelid = to_regclass({}) AND indrelid = "
                  "to_regclass({}) AND NOT indisvalid",
                  Literal("DROP INDEX CONCURRENTLY " + Quote(name)), Literal(Quote(name)),
                  Literal(Quote(table)))};
  return operation;
}

Operation DropIndexConcurrently(const QualifiedName& table, const Index& index) {
  const QualifiedName name = IndexName(table, index.name);
  return Concurrently({"DROP INDEX CONCURRENTLY " + Quote(name)}, Absent(AskIndex(name)));
}

Operation AttachKey(const Table& table, const Key& key) {
  return Short({Taken(table.name, kAccessExclusive)},
               WithComment({Alter(table.name) + "ADD " + KeyUsingIndexClause(key, false, key.name)},
                           table.name, key.name, key.comment),
               Answers(AskConstraint(table.name, key.name), AnswerKey(key, false)));
}

}  // namespace zdm::postgres
