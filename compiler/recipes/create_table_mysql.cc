// SPDX-License-Identifier: Apache-2.0
// A new table. Nobody uses it yet, so all that is its own comes with it in one statement; its
// foreign keys come as AddForeignKey, since they lock tables that others use.
//
//   expand    1  CREATE TABLE t (.., primary key, indexes, checks)      no lock on what is there
//   revert    1  RENAME TABLE t TO hidden                               exclusive on t, an instant
//             2  its rows are kept aside
//             3  DROP TABLE hidden
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

/// The table and all that comes with it: absent at the start, there after the step.
void Expect(Dialect dialect, const Table& table, Recipe& recipe, std::vector<Effect>& effects) {
  const auto appears = [&](Question question, std::string answer) {
    effects.push_back({question.object, std::move(answer)});
    recipe.questions.push_back(std::move(question));
  };
  appears(AskTable(table.name), AnswerTable());
  for (const Column& column : table.columns) {
    for (Question& question : AskColumnAbsent(dialect, table.name, column.name)) {
      recipe.questions.push_back(std::move(question));
    }
    for (Effect& effect : ColumnAppears(dialect, table.name, column)) {
      effects.push_back(std::move(effect));
    }
  }
  if (table.primary_key) {
    appears(AskIndex(dialect, table.name, "PRIMARY"), AnswerPrimaryKey(*table.primary_key));
  }
  for (const Index& index : table.indexes) {
    appears(AskIndex(dialect, table.name, index.name), AnswerIndex(index));
  }
  for (const Check& check : table.checks) {
    appears(AskCheck(dialect, table.name, check.name), AnswerCheck(check));
  }
}

std::vector<Operation> Revert(const RecipeContext& context, const Table& table) {
  const QualifiedName hidden{table.name.schema,
                             DerivedName(context, "dropped", Display(table.name))};
  return {
      Short({Exclusive(table.name)}, {"RENAME TABLE " + Quote(table.name) + " TO " + Quote(hidden)},
            Absent(AskTable(table.name))),
      KeepAside(AllRows(table, hidden)),
      Short({Exclusive(hidden)}, {"DROP TABLE " + Quote(hidden)}, Absent(AskTable(hidden)))};
}

}  // namespace

Recipe MysqlRecipes::operator()(const CreateTable& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name);
  const Dialect dialect = DialectOf(*this);
  Recipe recipe;
  DraftStep step = NewStep(
      *this, Phase::kExpand, "create-table-" + object, "create table " + object,
      Short({}, {CreateTableSql(dialect, table)}, Answers(AskTable(table.name), AnswerTable())));
  Expect(dialect, table, recipe, step.effects);
  step.step.needs = {SchemaResource(table.name.schema)};
  step.step.provides = {TableResource(table.name)};
  for (const Column& column : table.columns) {
    step.step.provides.push_back(ColumnResource(table.name, column.name));
  }
  if (table.primary_key) {
    step.step.provides.push_back(ConstraintResource(table.name, table.primary_key->name));
  }
  for (const Index& index : table.indexes) {
    step.step.provides.push_back(IndexOfTable(table.name, index.name));
  }
  step.step.losses = {{AllRows(table, table.name), {step.step.id, ""}}};
  step.step.revert = Revert(context, table);
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
