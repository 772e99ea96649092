// SPDX-License-Identifier: Apache-2.0
// A column that goes: the new application may leave it out from the end of expand; out of sight at
// contract, destroyed by purge. Indexes and constraints that name it go by recipes of their own.
//
//   expand    1  ALTER COLUMN c SET DEFAULT down (where it is NOT NULL without a default)
//                                                                     ACCESS EXCLUSIVE, short
//   contract  2  nothing outside the plan depends on it
//   contract  3  ALTER TABLE t RENAME COLUMN c TO parked              ACCESS EXCLUSIVE, short, once
//                for all dropped columns of the table; sequences that they own get such names, too
//   revert    3  RENAME COLUMN parked TO c; 1 the default as it was   ACCESS EXCLUSIVE, short
//   purge     4  ALTER TABLE t DROP COLUMN parked                     ACCESS EXCLUSIVE, short
// A default or NOT NULL of its own stays on the parked column: an INSERT that leaves it out gets
// the default, so that rolling back finds every row as the old version would have seen it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_dependents.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/postgres_replay.h"

namespace zdm {
namespace {

using namespace postgres;

class ColumnDrop {
 public:
  ColumnDrop(const PostgresRecipes& recipes, const DropColumn& change)
      : recipes_(recipes),
        table_(change.table),
        column_(change.column),
        down_(change.down),
        object_(Display(change.table.name, change.column.name)),
        parked_(ParkedName(recipes.context, change.table.name, change.column.name)) {}

  Recipe Make() {
    recipe_.questions = AskColumnFully(table_.name, column_);
    recipe_.questions.push_back(AskCurrentTable(recipes_.context, table_.name));
    recipe_.notices.push_back("after contract `SELECT *` and COPY without a list of columns show " +
                              object_ + " as " + parked_ + " until purge");
    Loosen();
    Look();
    // The first of the table's dropped columns takes the others along.
    const std::vector<std::string> dropped = DroppedColumns(recipes_.context, table_.name);
    if (!dropped.empty() && dropped.front() == column_.name) {
      Park(dropped);
      Purge(dropped);
    }
    recipe_.objects.push_back(
        {"column", Display(table_.name, parked_), {ParkColumnsWords(table_.name), ""}, true});
    return std::move(recipe_);
  }

 private:
  std::string Alter() const { return "ALTER TABLE " + Quote(table_.name) + " "; }
  std::vector<TableLock> Lock() const { return {Taken(table_.name, kAccessExclusive)}; }

  /// An INSERT that leaves the column out must succeed.
  void Loosen() {
    if (column_.identity || column_.generated) return;
    if (down_) {
      GiveDefault();
    } else if (column_.not_null && !column_.default_value) {
      AllowNull();
    }
  }

  void GiveDefault() {
    const Question question = AskDefault(table_.name, column_.name);
    Column with_down = column_;
    with_down.default_value = down_;
    if (with_down == column_) return;
    const auto set = [&](const std::optional<Expression>& value) {
      return Alter() + "ALTER COLUMN " + Quote(column_.name) +
             (value ? " SET DEFAULT " + Replayable(value->sql) : " DROP DEFAULT");
    };
    DraftStep step = NewStep(
        recipes_, Phase::kExpand, "leave-out-" + object_, "new rows may leave " + object_ + " out",
        Short(Lock(), {set(down_)}, Answers(question, AnswerDefault(with_down))));
    step.step.revert = {
        Short(Lock(), {set(column_.default_value)}, Answers(question, AnswerDefault(column_)))};
    step.step.needs = {ColumnResource(table_.name, column_.name)};
    step.effects = {{question.object, AnswerDefault(with_down)}};
    recipe_.steps.push_back(std::move(step));
  }

  void AllowNull() {
    const Question question = AskNotNull(table_.name, column_.name);
    DraftStep step = NewStep(
        recipes_, Phase::kExpand, "leave-out-" + object_, "new rows may leave " + object_ + " out",
        Short(Lock(), {Alter() + "ALTER COLUMN " + Quote(column_.name) + " DROP NOT NULL"},
              Answers(question, "not null: no")));
    step.step.revert = RestoreNotNull(recipes_.context, table_, column_.name);
    step.step.losses = LossesOfNotNull(recipes_.context, table_, column_.name, step.step.id);
    step.step.needs = {ColumnResource(table_.name, column_.name)};
    step.effects = {{question.object, "not null: no"}};
    recipe_.steps.push_back(std::move(step));
  }

  void Look() {
    DraftStep look =
        NewStep(recipes_, Phase::kContract, "nothing-uses-column-" + object_,
                "nothing outside the plan depends on " + object_,
                NothingDepends("depends on column " + object_,
                               DependentsOfColumn(recipes_.context, table_.name, column_.name)));
    look.stage = Stage::kFirst;
    const std::string text =
        "column " + object_ + " is dropped: contract parks it, purge destroys it";
    look.step.hazards = {recipes_.origin.valid() ? Buried(codes::kDropColumn, object_, text)
                                                 : Needs(codes::kDropColumn, object_, text)};
    recipe_.steps.push_back(std::move(look));
  }

  std::string Parked(const std::string& column) const {
    return ParkedName(recipes_.context, table_.name, column);
  }

  void Park(const std::vector<std::string>& dropped) {
    Statements hide, show;
    const auto rename = [&](const std::string& from, const std::string& to) {
      return Alter() + "RENAME COLUMN " + Quote(from) + " TO " + Quote(to);
    };
    std::vector<ParkedSequence> sequences;
    for (const std::string& column : dropped) {
      hide.push_back(rename(column, Parked(column)));
      show.push_back(rename(Parked(column), column));
      for (ParkedSequence& one : SequencesThatGo(recipes_.context, table_.name, column)) {
        sequences.push_back(std::move(one));
      }
    }
    std::vector<TableLock> further;
    for (const ParkedSequence& one : sequences) {
      hide.push_back(RenameParked(one, true));
      show.push_back(RenameParked(one, false));
      further.push_back(Declared(one.sequence.name, kAccessExclusive));
    }
    DraftStep park =
        NewStep(recipes_, Phase::kContract, ParkColumnsWords(table_.name),
                fmt::format("park column{} {} of {}", dropped.size() > 1 ? "s" : "",
                            fmt::join(dropped, ", "), Display(table_.name)),
                Short(Lock(), std::move(hide), Absent(AskColumn(table_.name, column_.name))),
                std::move(further));
    park.stage = Stage::kLast;
    park.step.revert = {Short(Lock(), std::move(show), Absent(AskColumn(table_.name, parked_)))};
    park.step.needs = {TableResource(table_.name)};
    for (const ParkedSequence& one : sequences) {
      const Question question = AskSequence(one.sequence.name);
      recipe_.questions.push_back(Asked(question, AnswerSequence(one.sequence)));
      park.effects.push_back({question.object, ""});
      recipe_.objects.push_back(
          {"sequence", Display(one.parked), {ParkColumnsWords(table_.name), ""}, true});
    }
    for (const std::string& column : dropped) {
      park.step.removes.push_back(ColumnResource(table_.name, column));
      for (Effect& effect : ColumnGoes(table_.name, column)) {
        park.effects.push_back(std::move(effect));
      }
    }
    recipe_.steps.push_back(std::move(park));
  }

  void Purge(const std::vector<std::string>& dropped) {
    std::vector<std::string> drops;
    for (const std::string& column : dropped) {
      drops.push_back("DROP COLUMN " + Quote(Parked(column)));
    }
    recipe_.purge.push_back(
        NewStep(recipes_, Phase::kContract, "purge-columns-of-" + Display(table_.name),
                fmt::format("destroy what was column{} {} of {}", dropped.size() > 1 ? "s" : "",
                            fmt::join(dropped, ", "), Display(table_.name)),
                Short(Lock(), {fmt::format("{}{}", Alter(), fmt::join(drops, ", "))},
                      Absent(AskColumn(table_.name, parked_)))));
  }

  const PostgresRecipes& recipes_;
  const Table& table_;
  const Column& column_;
  const std::optional<Expression>& down_;
  std::string object_;
  std::string parked_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const DropColumn& change) const {
  return ColumnDrop(*this, change).Make();
}

}  // namespace zdm
