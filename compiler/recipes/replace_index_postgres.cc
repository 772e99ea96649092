// SPDX-License-Identifier: Apache-2.0
// An index that changes under its name: the new one is built beside the old, so that queries never
// go without.
//
//   migrate   1  CREATE INDEX CONCURRENTLY new ON t (..)        SHARE UPDATE EXCLUSIVE, reads all
//   contract  2  ALTER INDEX i RENAME TO old; new RENAME TO i   SHARE UPDATE EXCLUSIVE on both,
//   short contract  3  DROP INDEX CONCURRENTLY old                    SHARE UPDATE EXCLUSIVE, waits
//   revert    3  CREATE INDEX CONCURRENTLY old ON t (..), 2 names swapped back, 1 DROP CONCURRENTLY
#include <fmt/format.h>

#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

class IndexReplacement {
 public:
  IndexReplacement(const PostgresRecipes& recipes, const ReplaceIndex& change)
      : recipes_(recipes),
        table_(change.table),
        new_(change.new_index),
        beside_(change.new_index),
        before_(change.old_index),
        name_(IndexName(change.table.name, change.new_index.name)) {
    beside_.name = DerivedName(recipes.context, "new", "index " + Display(name_));
    before_.name = DerivedName(recipes.context, "old", "index " + Display(name_));
  }

  Recipe Make(const Index& old_index) {
    const Phase phase = BuildPhase(recipes_.context, table_.name, new_);
    recipe_.questions = {AskCurrentTable(recipes_.context, table_.name),
                         Asked(AskIndex(name_), AnswerIndex(old_index, table_.name))};
    if (new_.unique) ProveUnique(recipe_, recipes_, table_, beside_, phase);
    AddBuild(recipe_, recipes_, table_, beside_, phase);
    const std::string built = recipe_.steps.back().step.id;
    AddIndexAftermath(recipe_, recipes_, table_, beside_, phase);
    const std::string swapped = Swap(old_index);
    const std::string dropped = DropOld();
    const auto own = [&](const std::string& index, Window window) {
      recipe_.objects.push_back(
          {"index", Display(IndexName(table_.name, index)), std::move(window), false});
    };
    own(beside_.name, {built, swapped});
    own(before_.name, {swapped, dropped});
    return std::move(recipe_);
  }

 private:
  Operation Rename(const std::string& from, const std::string& to, const Index& holds) const {
    const auto rename = [&](const std::string& now, const std::string& then) {
      return "ALTER INDEX " + Quote(IndexName(table_.name, now)) + " RENAME TO " + Quote(then);
    };
    // `holds` is what the index under the name is afterwards.
    return Patient({rename(name_.name, from), rename(to, name_.name)},
                   Answers(AskIndex(name_), AnswerIndex(holds, table_.name)));
  }

  std::string Swap(const Index& old_index) {
    DraftStep swap = NewStep(recipes_, Phase::kContract, "swap-index-" + Display(name_),
                             "the new index takes the name " + Display(name_),
                             Rename(before_.name, beside_.name, new_));
    swap.stage = Stage::kLast;
    swap.step.needs = {IndexResource(IndexName(table_.name, beside_.name))};
    swap.step.provides = {IndexResource(name_),
                          IndexResource(IndexName(table_.name, before_.name))};
    swap.step.revert = {Rename(beside_.name, before_.name, old_index)};
    swap.effects = {{AskIndex(name_).object, AnswerIndex(new_, table_.name)}};
    if (before_.unique) {
      swap.step.hazards.push_back(
          Needs(codes::kUniqueBinds, Display(name_),
                "until contract, rows that the new application writes must still be unique by the "
                "old definition of " +
                    Display(name_)));
    }
    recipe_.steps.push_back(std::move(swap));
    return recipe_.steps.back().step.id;
  }

  std::string DropOld() {
    DraftStep drop = NewStep(recipes_, Phase::kContract, "drop-old-index-" + Display(name_),
                             "drop what was index " + Display(name_),
                             DropIndexConcurrently(table_.name, before_),
                             {Declared(table_.name, kShareUpdateExclusive)});
    drop.stage = Stage::kLast;
    drop.step.needs = {IndexResource(IndexName(table_.name, before_.name))};
    drop.step.revert = RestoreIndex(table_, before_);
    if (before_.unique) {
      drop.step.losses = LossesOfUnique(recipes_.context, table_, before_, drop.step.id);
    }
    recipe_.steps.push_back(std::move(drop));
    return recipe_.steps.back().step.id;
  }

  const PostgresRecipes& recipes_;
  const Table& table_;
  const Index& new_;
  Index beside_;  ///< the new one under the name it is built under
  Index before_;  ///< the old one under the name it goes by
  QualifiedName name_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const ReplaceIndex& change) const {
  return IndexReplacement(*this, change).Make(change.old_index);
}

}  // namespace zdm
