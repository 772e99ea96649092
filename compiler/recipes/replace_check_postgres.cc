// SPDX-License-Identifier: Apache-2.0
// A check that changes under its name. From expand to contract a row may fulfil the old or the new
// one, so that both applications' writes succeed and none goes unchecked.
//
//   expand    1  DROP CONSTRAINT k; ADD CONSTRAINT either CHECK ((old) OR (new)) NOT VALID
//                                                                       ACCESS EXCLUSIVE, short
//   contract  2  ADD CONSTRAINT new CHECK (..) NOT VALID                ACCESS EXCLUSIVE, short
//   contract  3  VALIDATE CONSTRAINT new                                SHARE UPDATE EXCLUSIVE,
//   reads all contract  4  DROP CONSTRAINT either; RENAME CONSTRAINT new TO k     ACCESS EXCLUSIVE,
//   short revert       the mirror image; the old check comes back by CK after a look at the rows
#include "compiler/recipes/postgres_checks.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

class CheckReplacement {
 public:
  CheckReplacement(const PostgresRecipes& recipes, const ReplaceCheck& change)
      : recipes_(recipes),
        table_(change.table),
        old_(change.old_check),
        new_(change.new_check),
        either_(change.new_check),
        coming_(change.new_check),
        object_(Display(change.table.name, change.new_check.name)) {
    either_.name = DerivedName(recipes.context, "either", "check " + object_);
    either_.expression.sql =
        Parenthesized(old_.expression.sql) + " OR " + Parenthesized(new_.expression.sql);
    either_.no_inherit = old_.no_inherit;
    either_.comment.reset();
    either_.validated = false;
    coming_.name = DerivedName(recipes.context, "new", "check " + object_);
  }

  Recipe Make() {
    recipe_.questions = {AskCurrentTable(recipes_.context, table_.name),
                         Asked(AskConstraint(table_.name, new_.name), AnswerCheck(old_))};
    const std::string loosened = Loosen();
    TightenCheck(recipe_, recipes_, table_, new_, coming_);
    // The coming check is ours until it takes its name.
    for (DraftStep& draft : recipe_.steps) {
      draft.effects.clear();
    }
    recipe_.steps.front().effects = {{AskConstraint(table_.name, new_.name).object, ""}};
    const std::string added = "add-check-" + object_;
    const std::string swapped = Swap();
    const auto own = [&](const Check& check, Window window) {
      recipe_.objects.push_back(
          {"constraint", Display(table_.name, check.name), std::move(window), false});
    };
    own(either_, {loosened, swapped});
    own(coming_, {added, swapped});
    return std::move(recipe_);
  }

 private:
  std::string Alter() const { return "ALTER TABLE " + Quote(table_.name) + " "; }
  std::string Rename(const std::string& from, const std::string& to) const {
    return Alter() + "RENAME CONSTRAINT " + Quote(from) + " TO " + Quote(to);
  }
  std::string Drop(const std::string& name) const {
    return Alter() + "DROP CONSTRAINT " + Quote(name);
  }
  std::string AddEither() const { return Alter() + "ADD " + CheckClause(either_) + " NOT VALID"; }
  std::vector<TableLock> Lock() const { return {Taken(table_.name, kAccessExclusive)}; }

  std::string Loosen() {
    DraftStep step = NewStep(recipes_, Phase::kExpand, "loosen-check-" + object_,
                             "rows may fulfil the old or the new check " + object_,
                             Short(Lock(), {Drop(old_.name), AddEither()},
                                   Absent(AskConstraint(table_.name, old_.name))));
    step.step.needs = {TableResource(table_.name)};
    for (const std::string& column : ColumnsOfCheck(table_, new_)) {
      step.step.needs.push_back(ColumnResource(table_.name, column));
    }
    step.step.provides = {ConstraintResource(table_.name, either_.name)};
    step.step.revert = RestoreCheck(table_, old_);
    step.step.revert.push_back(DropConstraint(table_.name, either_.name));
    if (old_.validated)
      step.step.losses = LossesOfCheck(recipes_.context, table_, old_, step.step.id);
    recipe_.steps.push_back(std::move(step));
    return recipe_.steps.back().step.id;
  }

  std::string Swap() {
    const Question question = AskConstraint(table_.name, new_.name);
    DraftStep step = NewStep(recipes_, Phase::kContract, "switch-check-" + object_,
                             "only the new check " + object_ + " binds",
                             Short(Lock(), {Drop(either_.name), Rename(coming_.name, new_.name)},
                                   Answers(question, AnswerCheck(new_))));
    step.stage = Stage::kLast;
    step.step.needs = {ConstraintResource(table_.name, coming_.name),
                       ConstraintResource(table_.name, either_.name)};
    step.step.provides = {ConstraintResource(table_.name, new_.name)};
    step.step.revert = {
        Short(Lock(), {Rename(new_.name, coming_.name), AddEither()}, Absent(question))};
    step.effects = {{question.object, AnswerCheck(new_)}};
    recipe_.steps.push_back(std::move(step));
    return recipe_.steps.back().step.id;
  }

  const PostgresRecipes& recipes_;
  const Table& table_;
  const Check& old_;
  const Check& new_;
  Check either_;
  Check coming_;
  std::string object_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const ReplaceCheck& change) const {
  return CheckReplacement(*this, change).Make();
}

}  // namespace zdm
