// SPDX-License-Identifier: Apache-2.0
// A new column without a default, or with a constant one. A default that is not constant makes it
// part of a TransformTable.
//
//   expand    1  ALTER TABLE t ADD COLUMN c type DEFAULT constant NOT NULL   ACCESS EXCLUSIVE,
//   short revert       c is renamed out of sight, its values are looked at and kept aside, DROP
//   COLUMN
#include <fmt/format.h>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

class ColumnAddition {
 public:
  ColumnAddition(const PostgresRecipes& recipes, const Table& table, const Column& column)
      : recipes_(recipes),
        table_(table),
        column_(column),
        object_(Display(table.name, column.name)) {}

  Recipe Make() {
    recipe_.questions = AskColumnAbsent(table_.name, column_.name);
    recipe_.questions.push_back(AskCurrentTable(recipes_.context, table_.name));
    AskType();
    Add();
    return std::move(recipe_);
  }

 private:
  /// A domain with a check makes the server rewrite the table even without a default.
  void AskType() {
    if (column_.type.sql.find('.') == std::string::npos) return;
    DraftStep look = NewStep(
        recipes_, Phase::kExpand, "look-at-type-of-" + object_,
        "the type of " + object_ + " needs no rewrite of the table",
        NothingDepends(
            "a column of a domain that has checks or NOT NULL can only be added by rewriting the "
            "table under a lock: use the domain's base type and a check of the column",
            fmt::format("SELECT format('domain %s', typname) FROM pg_type WHERE oid = "
                        "to_regtype({}) AND typtype = 'd' AND (typnotnull OR EXISTS (SELECT FROM "
                        "pg_constraint WHERE contypid = pg_type.oid))",
                        Literal(column_.type.sql))));
    look.stage = Stage::kFirst;
    recipe_.steps.push_back(std::move(look));
  }

  void Add() {
    Statements statements{"ALTER TABLE " + Quote(table_.name) + " ADD COLUMN " +
                          ColumnClause(column_)};
    for (std::string& sql : ColumnProperties(table_.name, column_.name, column_)) {
      statements.push_back(std::move(sql));
    }
    DraftStep step =
        NewStep(recipes_, Phase::kExpand, Words(), "add column " + object_,
                Short({Taken(table_.name, kAccessExclusive)}, std::move(statements),
                      Answers(AskColumn(table_.name, column_.name), AnswerColumn(column_))));
    step.step.needs = {TableResource(table_.name)};
    step.step.provides = {ColumnResource(table_.name, column_.name)};
    step.step.losses = {{Values(column_.name), {Words(), ""}}};
    step.step.revert = Revert();
    step.effects = ColumnAppears(table_.name, column_);
    recipe_.steps.push_back(std::move(step));
  }

  std::vector<Operation> Revert() const {
    // The old application goes on: nothing may bind the column while it waits to be dropped.
    const std::string hidden = DerivedName(recipes_.context, "dropped", object_);
    const std::string alter = "ALTER TABLE " + Quote(table_.name);
    Statements hide{
        fmt::format("{} RENAME COLUMN {} TO {}", alter, Quote(column_.name), Quote(hidden))};
    if (column_.not_null) {
      hide.push_back(alter + " ALTER COLUMN " + Quote(hidden) + " DROP NOT NULL");
    }
    if (column_.default_value) {
      hide.push_back(alter + " ALTER COLUMN " + Quote(hidden) + " DROP DEFAULT");
    }
    RowQuery rows = Values(hidden);
    if (column_.default_value) rows = NotNullAnd(hidden, std::move(rows));
    return {Short({Taken(table_.name, kAccessExclusive)}, std::move(hide),
                  Absent(AskColumn(table_.name, column_.name))),
            KeepAside(std::move(rows)),
            Short({Taken(table_.name, kAccessExclusive)}, {alter + " DROP COLUMN " + Quote(hidden)},
                  Absent(AskColumn(table_.name, hidden)))};
  }

  /// Rows whose value is not the one that the default gave to the rows that were there.
  RowQuery Values(const std::string& physical) const {
    const std::string value = Quote(physical);
    const std::string condition =
        column_.default_value ? fmt::format("ROW({})::record *<> ROW(({})::{})::record", value,
                                            column_.default_value->sql, column_.type.sql)
                              : value + " IS NOT NULL";
    return {Display(table_.name), "rows with a value of their own in " + Display(column_.name),
            fmt::format("SELECT {}, {} FROM {} WHERE {}", RowKey(table_),
                        RowPart({{column_.name, value}}), Quote(table_.name), condition)};
  }

  /// Rows that the old application wrote after the default was taken off hold NULL.
  RowQuery NotNullAnd(const std::string& physical, RowQuery rows) const {
    rows.query += " AND " + Quote(physical) + " IS NOT NULL";
    return rows;
  }

  std::string Words() const { return "add-column-" + object_; }

  const PostgresRecipes& recipes_;
  const Table& table_;
  const Column& column_;
  std::string object_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const AddColumn& change) const {
  return ColumnAddition(*this, change.table, change.column).Make();
}

}  // namespace zdm
