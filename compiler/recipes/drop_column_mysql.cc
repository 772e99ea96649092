// SPDX-License-Identifier: Apache-2.0
// A column that goes: the new application may leave it out from the end of expand; out of sight at
// contract, destroyed by purge. Indexes and constraints that name it go by recipes of their own.
//
//   expand    1  ALTER COLUMN c SET DEFAULT down (where it is NOT NULL without a default) INSTANT
//   contract  2  nothing outside the plan depends on it
//   contract  3  MODIFY COLUMN c .. INVISIBLE, once for all dropped columns of the table   INSTANT
//   revert    3  MODIFY COLUMN c ..; 1 the default as it was
//   purge     4  DROP COLUMN c                                                             INSTANT
// A default or NOT NULL of its own stays on the parked column: an INSERT that leaves it out gets
// the default, so that rolling back finds every row as the old version would have seen it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/mysql_dependents.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

bool IsSource(const RecipeContext& context, const QualifiedName& table, const std::string& name) {
  for (const TransformTable* transform : context.transforms) {
    if (transform->old_table.name != table) continue;
    for (const ColumnTransition& transition : transform->transitions) {
      for (const Column& source : transition.sources) {
        if (source.name == name) return true;
      }
    }
  }
  return false;
}

/// Columns that DropColumn takes away (a transform's sources apart), in their order.
std::vector<Column> DroppedColumns(const RecipeContext& context, const QualifiedName& table) {
  std::vector<Column> dropped;
  const Table* current = context.current.FindTable(table);
  const Table* target = context.target.FindTable(table);
  if (current == nullptr || target == nullptr) return dropped;
  for (const Column& column : current->columns) {
    if (target->FindColumn(column.name) == nullptr && !IsSource(context, table, column.name)) {
      dropped.push_back(column);
    }
  }
  return dropped;
}

class ColumnDrop {
 public:
  ColumnDrop(const MysqlRecipes& recipes, const DropColumn& change)
      : recipes_(recipes),
        table_(change.table),
        column_(change.column),
        down_(change.down),
        object_(Display(change.table.name, change.column.name)) {}

  Recipe Make() {
    recipe_.questions = AskColumnFully(DialectOf(recipes_), table_.name, column_);
    recipe_.questions.push_back(AskCurrentTable(recipes_.context, table_.name));
    Loosen();
    Look();
    const std::vector<Column> dropped = DroppedColumns(recipes_.context, table_.name);
    if (!dropped.empty() && dropped.front().name == column_.name) {
      Park(dropped);
      Purge(dropped);
    }
    recipe_.objects.push_back({"column", object_, {ParkWords(), ""}, true});
    return std::move(recipe_);
  }

 private:
  std::string ParkWords() const { return "park-columns-of-" + Display(table_.name); }

  /// As new rows leave it out.
  Column Loosened(const Column& column) const {
    Column loosened = column;
    if (column.auto_increment || column.generated) return loosened;
    if (column.name == column_.name && down_) {
      loosened.default_value = down_;
    } else if (column.not_null && !column.default_value) {
      loosened.default_value = Expression{ZeroOf(column.type.sql), true, {}};
    }
    return loosened;
  }

  void Loosen() {
    const Column loosened = Loosened(column_);
    if (loosened == column_) return;
    const Dialect dialect = DialectOf(recipes_);
    const Question question = AskColumn(dialect, table_.name, column_.name, Facet::kDefault);
    const auto set = [&](const Column& column) {
      return Asserted(recipes_,
                      {table_, {SetDefault(recipes_, table_, column)}, {Alter::kChangeDefault}},
                      Answers(question, AnswerColumn(dialect, column, Facet::kDefault)));
    };
    DraftStep step = NewStep(recipes_, Phase::kExpand, "leave-out-" + object_,
                             "new rows may leave " + object_ + " out", set(loosened));
    step.step.revert = {set(column_)};
    step.step.needs = {ColumnResource(table_.name, column_.name)};
    step.effects = {{question.object, AnswerColumn(dialect, loosened, Facet::kDefault)}};
    recipe_.steps.push_back(std::move(step));
  }

  void Look() {
    DraftStep look = NewStep(recipes_, Phase::kContract, "nothing-uses-column-" + object_,
                             "nothing outside the plan depends on " + object_,
                             NothingDepends("depends on column " + object_,
                                            DependentsOfColumns(table_.name, {column_.name}, {})));
    look.stage = Stage::kFirst;
    const std::string text =
        "column " + object_ + " is dropped: contract parks it, purge destroys it";
    look.step.hazards = {recipes_.origin.valid() ? Buried(codes::kDropColumn, object_, text)
                                                 : Needs(codes::kDropColumn, object_, text)};
    recipe_.steps.push_back(std::move(look));
  }

  /// Other dropped columns of the table have their `down` as default by now: what the statement
  /// says of them must be that. Only the visibility is changed.
  Operation Visible(const std::vector<Column>& columns, bool visible) const {
    const Dialect dialect = DialectOf(recipes_);
    std::vector<std::string> clauses;
    for (const Column& column : columns) {
      Column now = Loosened(column);
      for (const DroppedColumn& other : Words()) {
        if (other.name == column.name && other.down && !column.generated) {
          now.default_value = other.down;
        }
      }
      now.invisible = visible ? column.invisible : true;
      clauses.push_back(Modify(recipes_, table_, now));
    }
    Column after = column_;
    after.invisible = visible ? column_.invisible : true;
    return Asserted(recipes_, {table_, clauses, {Alter::kChangeVisibility}},
                    Answers(AskColumn(dialect, table_.name, column_.name, Facet::kVisibility),
                            AnswerColumn(dialect, after, Facet::kVisibility)));
  }

  std::vector<DroppedColumn> Words() const {
    const Table* target = recipes_.context.target.FindTable(table_.name);
    return target == nullptr ? std::vector<DroppedColumn>() : target->dropped_columns;
  }

  void Park(const std::vector<Column>& dropped) {
    const Dialect dialect = DialectOf(recipes_);
    std::vector<std::string> names;
    for (const Column& column : dropped) names.push_back(column.name);
    DraftStep park = NewStep(recipes_, Phase::kContract, ParkWords(),
                             fmt::format("park column{} {} of {}", dropped.size() > 1 ? "s" : "",
                                         fmt::join(names, ", "), Display(table_.name)),
                             Visible(dropped, false));
    park.stage = Stage::kLast;
    park.step.revert = {Visible(dropped, true)};
    park.step.needs = {TableResource(table_.name)};
    for (const Column& column : dropped) {
      park.step.removes.push_back(ColumnResource(table_.name, column.name));
      park.effects.push_back(
          {AskColumn(dialect, table_.name, column.name, Facet::kVisibility).object, "visible: no"});
    }
    recipe_.steps.push_back(std::move(park));
  }

  void Purge(const std::vector<Column>& dropped) {
    std::vector<std::string> names, drops;
    for (const Column& column : dropped) {
      names.push_back(column.name);
      drops.push_back("DROP COLUMN " + Quote(column.name));
    }
    DraftStep purge = NewStep(
        recipes_, Phase::kContract, "purge-columns-of-" + Display(table_.name),
        fmt::format("destroy what was column{} {} of {}", dropped.size() > 1 ? "s" : "",
                    fmt::join(names, ", "), Display(table_.name)),
        Asserted(
            recipes_, {table_, drops, {Alter::kDropColumn}},
            Absent(AskColumn(DialectOf(recipes_), table_.name, column_.name, Facet::kNotNull))));
    for (const std::string& name : names) {
      purge.step.removes.push_back(ColumnResource(table_.name, name));
    }
    recipe_.purge.push_back(std::move(purge));
  }

  const MysqlRecipes& recipes_;
  const Table& table_;
  const Column& column_;
  const std::optional<Expression>& down_;
  std::string object_;
  Recipe recipe_;
};

}  // namespace

Recipe MysqlRecipes::operator()(const DropColumn& change) const {
  return ColumnDrop(*this, change).Make();
}

}  // namespace zdm
