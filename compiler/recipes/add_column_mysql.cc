// SPDX-License-Identifier: Apache-2.0
// A new column without a default, or with a constant one. Out of the old application's sight until
// contract: its `SELECT *` and its INSERT without a list of columns stay as they are.
//
//   expand    1  ADD COLUMN c type DEFAULT constant NOT NULL INVISIBLE      INSTANT
//   contract  2  MODIFY COLUMN c .. (visible)                               INSTANT
//   revert    2  MODIFY COLUMN c .. INVISIBLE
//             1  RENAME COLUMN c TO hidden; its values are kept aside; DROP COLUMN hidden
#include <fmt/format.h>

#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

class ColumnAddition {
 public:
  ColumnAddition(const MysqlRecipes& recipes, const AddColumn& change)
      : recipes_(recipes),
        table_(change.table),
        column_(change.column),
        hidden_(change.column),
        after_(change.after),
        object_(Display(table_.name, column_.name)) {
    hidden_.invisible = true;
    // What the table gives to columns without a charset may change in this plan.
    const Table* target = recipes.context.target.FindTable(table_.name);
    if (target != nullptr &&
        (target->charset != table_.charset || target->collation != table_.collation)) {
      hidden_.type.sql = FullTypeClause(recipes.context.target, *target, column_);
      hidden_.charset = std::nullopt;
      hidden_.collation = std::nullopt;
    }
  }

  Recipe Make() {
    recipe_.questions = AskColumnAbsent(DialectOf(recipes_), table_.name, column_.name);
    recipe_.questions.push_back(AskCurrentTable(recipes_.context, table_.name));
    Add();
    if (!column_.invisible && !column_.auto_increment) Show();
    return std::move(recipe_);
  }

 private:
  Alter Kind() const {
    if (column_.auto_increment) return Alter::kAddAutoIncrement;
    if (column_.generated) {
      return column_.generated_virtual ? Alter::kAddVirtualColumn : Alter::kAddStoredColumn;
    }
    if (column_.default_value && !IsBareDefault(column_.default_value->sql)) {
      return Alter::kAddColumnWithExpression;
    }
    return after_.has_value() ? Alter::kAddColumnInside : Alter::kAddColumn;
  }

  std::string Place() const {
    if (!after_) return "";
    return after_->empty() ? " FIRST" : " AFTER " + Quote(*after_);
  }

  Operation Change(const std::string& clause, Alter alter, Probe done) const {
    return Asserted(recipes_, {table_, {clause}, {alter}}, std::move(done));
  }

  void Add() {
    const Dialect dialect = DialectOf(recipes_);
    const Question question = AskColumn(dialect, table_.name, column_.name, Facet::kNotNull);
    DraftStep step =
        NewStep(recipes_, Phase::kExpand, Words(), "add column " + object_,
                Change("ADD COLUMN " + ColumnClause(dialect, table_, hidden_) + Place(), Kind(),
                       Answers(question, AnswerColumn(dialect, column_, Facet::kNotNull))));
    step.step.needs = {TableResource(table_.name)};
    if (after_ && !after_->empty()) {
      step.step.needs.push_back(ColumnResource(table_.name, *after_));
    }
    step.step.provides = {ColumnResource(table_.name, column_.name)};
    if (!column_.generated) step.step.losses = {{Values(column_.name), {Words(), ""}}};
    step.step.revert = Revert();
    Column shown = column_;
    shown.invisible = true;
    step.effects = ColumnAppears(dialect, table_.name, shown);
    recipe_.steps.push_back(std::move(step));
  }

  void Show() {
    const Dialect dialect = DialectOf(recipes_);
    const Question question = AskColumn(dialect, table_.name, column_.name, Facet::kVisibility);
    Column shown = hidden_;
    shown.invisible = false;
    DraftStep step = NewStep(recipes_, Phase::kContract, "show-column-" + object_,
                             "column " + object_ + " shows in SELECT *",
                             Change(Modify(recipes_, table_, shown), Alter::kChangeVisibility,
                                    Answers(question, "visible: yes")));
    step.step.revert = {Change(Modify(recipes_, table_, hidden_), Alter::kChangeVisibility,
                               Answers(question, "visible: no"))};
    step.stage = Stage::kLast;
    step.step.needs = {ColumnResource(table_.name, column_.name)};
    step.effects = {{question.object, "visible: yes"}};
    recipe_.steps.push_back(std::move(step));
  }

  std::vector<Operation> Revert() const {
    const Dialect dialect = DialectOf(recipes_);
    const std::string hidden = DerivedName(recipes_.context, "dropped", object_);
    const auto gone = [&](const std::string& name) {
      return Absent(AskColumn(dialect, table_.name, name, Facet::kNotNull));
    };
    Operation drop = Change("DROP COLUMN " + Quote(hidden), Alter::kDropColumn, gone(hidden));
    if (column_.generated) {
      return {Change("DROP COLUMN " + Quote(column_.name), Alter::kDropVirtualColumn,
                     gone(column_.name))};
    }
    return {Change("RENAME COLUMN " + Quote(column_.name) + " TO " + Quote(hidden),
                   Alter::kRenameColumn, gone(column_.name)),
            KeepAside(Values(hidden)), std::move(drop)};
  }

  /// Rows whose value is not the one that the default gave to the rows that were there.
  RowQuery Values(const std::string& physical) const {
    const std::string value = Quote(physical);
    const std::string condition =
        column_.default_value
            ? "NOT " + SameImage(column_.type.sql, value, column_.default_value->sql)
            : value + " IS NOT NULL";
    return {Display(table_.name), "rows with a value of their own in " + object_,
            fmt::format("SELECT {}, {} FROM {} WHERE {}", RowKey(table_),
                        RowPart({{column_.name, value, column_.type.sql}}), Quote(table_.name),
                        condition)};
  }

  std::string Words() const { return "add-column-" + object_; }

  const MysqlRecipes& recipes_;
  const Table& table_;
  const Column& column_;
  Column hidden_;  ///< as it stands until contract
  const std::optional<std::string>& after_;
  std::string object_;
  Recipe recipe_;
};

}  // namespace

Recipe MysqlRecipes::operator()(const AddColumn& change) const {
  return ColumnAddition(*this, change).Make();
}

}  // namespace zdm
