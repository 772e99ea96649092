// SPDX-License-Identifier: Apache-2.0
// A foreign key that changes under its name. Where only its deferrability changes, the server does
// so in place; else the new one is built beside the old and takes its name at contract.
//
//   contract  1  ADD CONSTRAINT new .. NOT VALID, VALIDATE (FK)       SHARE ROW EXCLUSIVE, then
//   none contract  2  LOCK parents, then t; DROP CONSTRAINT f; RENAME new  ACCESS EXCLUSIVE on all,
//   short in place     ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE          ACCESS EXCLUSIVE, short
//   revert       the mirror image: the old one comes back by FK after a look at the rows
#include <fmt/format.h>

#include "compiler/recipes/postgres_foreign_keys.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

bool OnlyDeferrability(ForeignKey a, const ForeignKey& b) {
  a.deferrable = b.deferrable;
  a.initially_deferred = b.initially_deferred;
  a.comment = b.comment;
  return a == b;
}

std::string DeferrabilityClause(const ForeignKey& key) {
  if (!key.deferrable) return "NOT DEFERRABLE";
  return key.initially_deferred ? "DEFERRABLE INITIALLY DEFERRED"
                                : "DEFERRABLE INITIALLY IMMEDIATE";
}

class ForeignKeyReplacement {
 public:
  ForeignKeyReplacement(const PostgresRecipes& recipes, const ReplaceForeignKey& change)
      : recipes_(recipes),
        table_(change.table),
        old_(change.old_key),
        new_(change.new_key),
        coming_(change.new_key),
        going_(change.old_key),
        object_(Display(change.table.name, change.new_key.name)),
        question_(AskConstraint(change.table.name, change.new_key.name)) {
    coming_.name = DerivedName(recipes.context, "new", "foreign key " + object_);
    going_.name = DerivedName(recipes.context, "old", "foreign key " + object_);
  }

  Recipe Make() {
    recipe_.questions = {AskCurrentTable(recipes_.context, table_.name),
                         Asked(question_, AnswerForeignKey(old_))};
    if (OnlyDeferrability(old_, new_)) {
      AlterInPlace();
      return std::move(recipe_);
    }
    TightenForeignKey(recipe_, recipes_, table_, new_, coming_);
    // The coming key is ours until it takes its name.
    for (DraftStep& draft : recipe_.steps) draft.effects.clear();
    Swap();
    recipe_.objects.push_back({"constraint",
                               Display(table_.name, coming_.name),
                               {"add-foreign-key-" + object_, "switch-foreign-key-" + object_},
                               false});
    return std::move(recipe_);
  }

 private:
  std::string Alter() const { return "ALTER TABLE " + Quote(table_.name) + " "; }
  std::string Rename(const std::string& from, const std::string& to) const {
    return Alter() + "RENAME CONSTRAINT " + Quote(from) + " TO " + Quote(to);
  }

  void AlterInPlace() {
    const auto alter = [&](const ForeignKey& key) {
      return Short(
          ParentFirst(key.references, table_.name, kAccessExclusive),
          {Alter() + "ALTER CONSTRAINT " + Quote(key.name) + " " + DeferrabilityClause(key)},
          Answers(question_, AnswerForeignKey(key)));
    };
    DraftStep step = NewStep(recipes_, Phase::kContract, "alter-foreign-key-" + object_,
                             "change when foreign key " + object_ + " is checked", alter(new_));
    step.stage = Stage::kLast;
    step.step.revert = {alter(old_)};
    step.step.needs = {TableResource(table_.name)};
    step.effects = {{question_.object, AnswerForeignKey(new_)}};
    recipe_.steps.push_back(std::move(step));
  }

  void Swap() {
    std::vector<TableLock> locks{Taken(old_.references, kAccessExclusive)};
    if (table_.name != old_.references) locks.push_back(Taken(table_.name, kAccessExclusive));
    DraftStep step = NewStep(
        recipes_, Phase::kContract, "switch-foreign-key-" + object_,
        "only the new foreign key " + object_ + " binds",
        Short(locks,
              {Alter() + "DROP CONSTRAINT " + Quote(old_.name), Rename(coming_.name, new_.name)},
              Answers(question_, AnswerForeignKey(new_))));
    step.stage = Stage::kLast;
    step.step.needs = NeedsOfForeignKey(recipes_.context, table_.name, old_);
    step.step.needs.push_back(ConstraintResource(table_.name, coming_.name));
    step.step.provides = {ConstraintResource(table_.name, new_.name)};
    step.step.losses = LossesOfForeignKey(recipes_.context, table_, old_, step.step.id);
    // The old one comes back under a name of ours while the new one still binds.
    step.step.revert = RestoreForeignKey(table_, going_);
    step.step.revert.push_back(
        Short({Taken(table_.name, kAccessExclusive)},
              {Rename(new_.name, coming_.name), Rename(going_.name, old_.name)},
              Answers(question_, AnswerForeignKey(old_))));
    step.effects = {{question_.object, AnswerForeignKey(new_)}};
    if (HasActions(old_)) {
      step.step.hazards.push_back(Needs(codes::kForeignKeyActs, object_,
                                        "until contract, the old foreign key " + object_ +
                                            " still changes rows when rows of " +
                                            Display(old_.references) + " are deleted or updated"));
    }
    recipe_.steps.push_back(std::move(step));
  }

  const PostgresRecipes& recipes_;
  const Table& table_;
  const ForeignKey& old_;
  const ForeignKey& new_;
  ForeignKey coming_;
  ForeignKey going_;
  std::string object_;
  Question question_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const ReplaceForeignKey& change) const {
  return ForeignKeyReplacement(*this, change).Make();
}

}  // namespace zdm
