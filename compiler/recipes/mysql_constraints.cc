// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_constraints.h"

#include <fmt/format.h>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

constexpr const char* kChecksOff = "SET SESSION foreign_key_checks = 0";
constexpr const char* kChecksOn = "SET SESSION foreign_key_checks = 1";

/// A column with or without the check that stands in its own clause.
std::string ModifyForCheck(const MysqlRecipes& recipes, const Table& table, const Check& check,
                           bool with) {
  Table changed = table;
  std::erase_if(changed.checks, [&](const Check& other) { return other.name == check.name; });
  if (with) changed.checks.push_back(check);
  return Modify(recipes, changed, *table.FindColumn(check.name));
}

/// MariaDB takes none on the parent (tried with a transaction on each table in the way).
std::vector<TableLock> LocksFor(Dialect dialect, const QualifiedName& table,
                                const ForeignKey& key) {
  if (dialect == Dialect::kMariadb || key.references == table) return {Exclusive(table)};
  return {Exclusive(key.references), Exclusive(table)};
}

}  // namespace

Operation BindCheck(const MysqlRecipes& recipes, const Table& table, const Check& check) {
  const Dialect dialect = DialectOf(recipes);
  const Probe there = Answers(AskCheck(dialect, table.name, check.name), AnswerCheck(check));
  if (dialect == Dialect::kMysql) {
    const Alter alter = check.enforced ? Alter::kAddCheck : Alter::kAddCheckNotEnforced;
    return Asserted(recipes, {table, {"ADD " + CheckClause(check)}, {alter}}, there);
  }
  if (IsColumnCheck(dialect, table, check)) {
    return Asserted(
        recipes, {table, {ModifyForCheck(recipes, table, check, true)}, {Alter::kAddCheck}}, there);
  }
  return Asserted(
      recipes,
      {table,
       {"ADD (" + CheckClause(check) + ")", "COMMENT = " + Literal(table.comment.value_or(""))},
       {Alter::kAddCheck, Alter::kTableComment}},
      there);
}

Operation DropCheckOperation(const MysqlRecipes& recipes, const Table& table, const Check& check) {
  const Dialect dialect = DialectOf(recipes);
  const Probe gone = Absent(AskCheck(dialect, table.name, check.name));
  if (IsColumnCheck(dialect, table, check)) {
    return Asserted(recipes,
                    {table, {ModifyForCheck(recipes, table, check, false)}, {Alter::kDropCheck}},
                    gone);
  }
  const char* word = dialect == Dialect::kMysql ? "DROP CHECK " : "DROP CONSTRAINT ";
  return Asserted(recipes, {table, {word + Quote(check.name)}, {Alter::kDropCheck}}, gone);
}

std::vector<Operation> RestoreCheck(const MysqlRecipes& recipes, const Table& table,
                                    const Check& check) {
  if (!check.enforced) return {BindCheck(recipes, table, check)};
  const RowQuery rows = CheckViolators(table, table.name, check);
  if (DialectOf(recipes) == Dialect::kMysql) {
    // The price that the plan names: the server reads every row behind a lock.
    return {Refuse(rows, kRestoreAdvice),
            Concurrently(
                {Exclusive(table.name)},
                {AlterTable(table.name) + "ADD " + CheckClause(check) +
                 ", ALGORITHM=COPY, LOCK=SHARED"},
                Answers(AskCheck(Dialect::kMysql, table.name, check.name), AnswerCheck(check)))};
  }
  return {Refuse(rows, kRestoreAdvice), BindCheck(recipes, table, check),
          Refuse(rows, kRestoreAdvice)};
}

std::vector<std::string> ColumnsOfCheck(const RecipeContext& context, const Table& table,
                                        const Check& check) {
  const Table* target = context.target.FindTable(table.name);
  std::vector<std::string> columns = ColumnsIn(table, check.expression.sql);
  if (target == nullptr) return columns;
  for (const std::string& column : ColumnsIn(*target, check.expression.sql)) {
    if (table.FindColumn(column) == nullptr) columns.push_back(column);
  }
  return columns;
}

void TightenCheck(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                  const Check& check) {
  const std::string object = Display(table.name, check.name);
  const bool reject = check.on_violation == OnViolation::kReject;
  const std::vector<std::string> needs =
      NeedsColumns(recipes.context, table.name, ColumnsOfCheck(recipes.context, table, check));
  const Table* target = recipes.context.target.FindTable(table.name);
  const Table& shape = target == nullptr ? table : *target;
  const RowQuery rows = CheckViolators(shape, table.name, check);
  const Question question = AskCheck(DialectOf(recipes), table.name, check.name);

  DraftStep bind =
      NewStep(recipes, reject ? Phase::kExpand : Phase::kContract, "add-check-" + object,
              "new rows must fulfil check " + object, BindCheck(recipes, table, check));
  bind.step.revert = {DropCheckOperation(recipes, table, check)};
  bind.step.needs = needs;
  if (reject) bind.step.needs.pop_back();  // binds before the backfill
  bind.step.provides = {ConstraintResource(table.name, check.name)};
  bind.effects = {{question.object, AnswerCheck(check)}};
  recipe.steps.push_back(std::move(bind));
  if (!check.enforced) return;

  DraftStep count = NewStep(recipes, Phase::kMigrate, "count-violators-" + object,
                            "count the rows that break check " + object,
                            Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = needs;
  count.step.work = Work::kScan;
  recipe.steps.push_back(std::move(count));
  DraftStep prove = NewStep(recipes, Phase::kContract, "prove-check-" + object,
                            "no row breaks check " + object, Refuse(rows, kCorrectAdvice));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));
  DraftStep again =
      NewStep(recipes, Phase::kContract, "validate-check-" + object,
              "prove check " + object + " for all rows", Refuse(rows, kCorrectAdvice));
  again.step.needs = {ConstraintResource(table.name, check.name)};
  again.step.work = Work::kScan;
  recipe.steps.push_back(std::move(again));
}

Operation BindForeignKey(const MysqlRecipes& recipes, const Table& table, const ForeignKey& key) {
  Operation operation =
      Asserted(recipes, {table, {"ADD " + ForeignKeyClause(key)}, {Alter::kAddForeignKey}},
               Answers(AskForeignKey(table.name, key.name), AnswerForeignKey(key)));
  auto& run = std::get<RunSql>(operation.action);
  run.locks = LocksFor(DialectOf(recipes), table.name, key);
  run.statements.insert(run.statements.begin(), kChecksOff);
  run.statements.push_back(kChecksOn);
  return operation;
}

Operation DropForeignKeyOperation(const MysqlRecipes& recipes, const Table& table,
                                  const ForeignKey& key) {
  Operation operation =
      Asserted(recipes, {table, {"DROP FOREIGN KEY " + Quote(key.name)}, {Alter::kDropForeignKey}},
               Absent(AskForeignKey(table.name, key.name)));
  std::get<RunSql>(operation.action).locks = LocksFor(DialectOf(recipes), table.name, key);
  return operation;
}

std::vector<Operation> RestoreForeignKey(const MysqlRecipes& recipes, const Table& table,
                                         const ForeignKey& key) {
  const RowQuery rows = ForeignKeyViolators(table, table.name, key, key.references);
  return {Refuse(rows, kRestoreAdvice), BindForeignKey(recipes, table, key),
          Refuse(rows, kRestoreAdvice)};
}

bool HasActions(const ForeignKey& key) {
  const auto acts = [](ForeignKeyAction action) {
    return action != ForeignKeyAction::kNoAction && action != ForeignKeyAction::kRestrict;
  };
  return acts(key.on_update) || acts(key.on_delete);
}

std::vector<std::string> NeedsOfForeignKey(const RecipeContext& context, const QualifiedName& table,
                                           const ForeignKey& key) {
  std::vector<std::string> needs{TableResource(key.references), TableResource(table)};
  for (const std::string& column : key.columns) needs.push_back(ColumnResource(table, column));
  for (const std::string& column : key.referenced_columns) {
    needs.push_back(ColumnResource(key.references, column));
  }
  const auto add_indexes = [&](const QualifiedName& name, const std::string& first) {
    const Table* target = context.target.FindTable(name);
    if (target == nullptr) return;
    for (const Index& index : target->indexes) {
      if (!index.elements.empty() && index.elements.front().column == first) {
        needs.push_back(IndexOfTable(name, index.name));
      }
    }
  };
  add_indexes(table, key.columns.front());
  add_indexes(key.references, key.referenced_columns.front());
  return needs;
}

}  // namespace zdm::mysql
