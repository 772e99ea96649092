// SPDX-License-Identifier: Apache-2.0
// An index that changes under its name: the new one is built beside the old, so that queries never
// go without, and both names turn in one statement.
//
//   migrate   1  ADD KEY beside (..)                                     writes flow, reads all
//   contract  2  RENAME INDEX i TO parked, RENAME INDEX beside TO i      an instant
//   purge     3  DROP INDEX parked
//   revert    2 names turned back, 1 DROP INDEX beside
// A unique one that goes is dropped at the turn, and built again before it is turned back.
#include "compiler/recipes/mysql_indexes.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm {
namespace {

using namespace mysql;

class IndexReplacement {
 public:
  IndexReplacement(const MysqlRecipes& recipes, const ReplaceIndex& change)
      : recipes_(recipes),
        table_(change.table),
        old_(change.old_index),
        new_(change.new_index),
        beside_(change.new_index),
        parked_(change.old_index),
        object_(Display(table_.name, new_.name)) {
    beside_.name = DerivedName(recipes.context, "new", "index " + object_);
    parked_.name = DerivedName(recipes.context, "old", "index " + object_);
  }

  Recipe Make() {
    const Question question = AskIndex(DialectOf(recipes_), table_.name, new_.name);
    const Phase phase = BuildPhase(recipes_.context, table_.name, new_);
    if (beside_.unique) ProveUnique(recipe_, recipes_, table_, beside_, phase);
    AddBuild(recipe_, recipes_, table_, beside_, phase);
    recipe_.objects.push_back({"index",
                               Display(table_.name, beside_.name),
                               {recipe_.steps.back().step.id, TurnWords()},
                               false});
    recipe_.questions = {AskCurrentTable(recipes_.context, table_.name),
                         Asked(question, AnswerIndex(old_))};
    Turn(question);
    if (!old_.unique) Park();
    return std::move(recipe_);
  }

 private:
  std::string TurnWords() const { return "turn-index-" + object_; }
  std::string Rename(const std::string& from, const std::string& to) const {
    return "RENAME INDEX " + Quote(from) + " TO " + Quote(to);
  }
  Operation Both(const Statements& clauses, const Index& after) const {
    return Asserted(
        recipes_, {table_, clauses, {Alter::kRenameIndex, Alter::kDropIndex}},
        Answers(AskIndex(DialectOf(recipes_), table_.name, after.name), AnswerIndex(after)));
  }

  void Turn(const Question& question) {
    const std::string put = Rename(beside_.name, new_.name);
    const std::string away =
        old_.unique ? "DROP INDEX " + Quote(old_.name) : Rename(old_.name, parked_.name);
    DraftStep step = NewStep(recipes_, Phase::kContract, TurnWords(),
                             "index " + object_ + " is the new one", Both({away, put}, new_));
    step.stage = Stage::kLast;
    if (old_.unique) {
      step.step.losses = {{Duplicates(table_, table_.name, old_), {TurnWords(), ""}}};
      step.step.revert = RestoreIndex(recipes_, table_, parked_);
    }
    step.step.revert.push_back(
        Both({Rename(new_.name, beside_.name), Rename(parked_.name, old_.name)}, old_));
    step.step.needs = {IndexOfTable(table_.name, beside_.name)};
    step.step.provides = {IndexOfTable(table_.name, new_.name)};
    step.effects = {{question.object, AnswerIndex(new_)}};
    recipe_.steps.push_back(std::move(step));
  }

  void Park() {
    recipe_.objects.push_back(
        {"index", Display(table_.name, parked_.name), {TurnWords(), ""}, true});
    DraftStep purge = NewStep(recipes_, Phase::kContract, "purge-index-" + object_,
                              "destroy what was index " + object_,
                              DropIndexOperation(recipes_, table_, parked_.name));
    for (const std::string& column : ColumnsOfIndex(table_, old_)) {
      purge.step.needs.push_back(ColumnResource(table_.name, column));
    }
    recipe_.purge.push_back(std::move(purge));
  }

  const MysqlRecipes& recipes_;
  const Table& table_;
  const Index& old_;
  const Index& new_;
  Index beside_, parked_;
  std::string object_;
  Recipe recipe_;
};

}  // namespace

Recipe MysqlRecipes::operator()(const ReplaceIndex& change) const {
  return IndexReplacement(*this, change).Make();
}

}  // namespace zdm
