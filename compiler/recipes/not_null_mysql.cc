// SPDX-License-Identifier: Apache-2.0
// NOT NULL comes and goes. The server rebuilds the table for either while writes flow; its closing
// lock has its own policy, and replicas stand for the time that it takes: the plan says so.
//
//   set       migrate   count the rows with NULL
//             contract  1  prove that there are none
//                       2  MODIFY COLUMN c .. NOT NULL            INPLACE, rebuilds; a NULL that
//                                                                 slips in makes it fail
//   drop      expand    1  MODIFY COLUMN c .. NULL                INPLACE, rebuilds
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

/// The column as it stands but for NOT NULL: its default changes by a change of its own.
Column Standing(const RecipeContext& context, const QualifiedName& table, const Column& column,
                bool not_null) {
  const Table* current = context.current.FindTable(table);
  const Column* now = current == nullptr ? nullptr : current->FindColumn(column.name);
  Column standing = column;
  if (now != nullptr) standing.default_value = now->default_value;
  // A NOT NULL column that had no default gets its new one at expand.
  if (now != nullptr && now->not_null && !now->default_value) {
    standing.default_value = column.default_value;
  }
  standing.not_null = not_null;
  return standing;
}

Operation Set(const MysqlRecipes& recipes, const Table& table, const Column& column,
              bool not_null) {
  const Column standing = Standing(recipes.context, table.name, column, not_null);
  if (not_null && DialectOf(recipes) == Dialect::kMariadb && standing.default_value &&
      standing.default_value->sql.find('(') != std::string::npos) {
    NeedsShadowTable(recipes, table.name, "NOT NULL of a column whose default is not a constant");
  }
  return Asserted(recipes,
                  {table,
                   {Modify(recipes, table, standing)},
                   {not_null ? Alter::kSetNotNull : Alter::kDropNotNull}},
                  Answers(AskColumn(DialectOf(recipes), table.name, column.name, Facet::kNotNull),
                          not_null ? "not null: yes" : "not null: no"));
}

std::string Price(const Table& table) {
  return "the server rebuilds " + Display(table.name) +
         " for a change of NOT NULL: writes flow meanwhile, but replicas apply nothing else for as "
         "long as it takes, and its last moment waits for transactions that use the table";
}

}  // namespace

Recipe MysqlRecipes::operator()(const SetNotNull& change) const {
  const Table& table = change.table;
  const Column& column = change.column;
  const std::string object = Display(table.name, column.name);
  const Question question = AskColumn(DialectOf(*this), table.name, column.name, Facet::kNotNull);
  const RowQuery rows = NullRows(table, table.name, column.name);
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, "not null: no")};
  recipe.notices.push_back(Price(table));
  if (column.on_violation == OnViolation::kReject) {
    NeedsShadowTable(*this, table.name, "`on violation reject` of a NOT NULL");
  }
  DraftStep count = NewStep(*this, Phase::kMigrate, "count-nulls-" + object,
                            "count the rows with NULL in " + object,
                            Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = NeedsColumns(context, table.name, {column.name});
  count.step.work = Work::kScan;
  recipe.steps.push_back(std::move(count));
  DraftStep prove = NewStep(*this, Phase::kContract, "prove-not-null-" + object,
                            "no row has NULL in " + object, Refuse(rows, kCorrectAdvice));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));
  DraftStep step = NewStep(*this, Phase::kContract, "set-not-null-" + object,
                           object + " is NOT NULL", Set(*this, table, column, true));
  step.step.revert = {Set(*this, table, column, false)};
  step.step.needs = NeedsColumns(context, table.name, {column.name});
  step.step.work = Work::kRewrite;
  step.effects = {{question.object, "not null: yes"}};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const DropNotNull& change) const {
  const Table& table = change.table;
  const Column& column = change.column;
  const std::string object = Display(table.name, column.name);
  const Question question = AskColumn(DialectOf(*this), table.name, column.name, Facet::kNotNull);
  DraftStep step = NewStep(*this, Phase::kExpand, "drop-not-null-" + object,
                           object + " may be NULL", Set(*this, table, column, false));
  const RowQuery rows = NullRows(table, table.name, column.name);
  step.step.losses = LossesOf(context, table.name, step.step.id, [&](const QualifiedName& now) {
    return NullRows(table, now, column.name);
  });
  step.step.revert = {Refuse(rows, kRestoreAdvice), Set(*this, table, column, true)};
  step.step.needs = {TableResource(table.name), ColumnResource(table.name, column.name)};
  step.step.work = Work::kRewrite;
  step.effects = {{question.object, "not null: no"}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, "not null: yes")};
  recipe.notices.push_back(Price(table));
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
