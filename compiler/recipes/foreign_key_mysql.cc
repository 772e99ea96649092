// SPDX-License-Identifier: Apache-2.0
// Foreign keys come, go and change. The server adds one at once when it does not check rows; rows
// without a parent are counted before, and looked for again once it binds.
//
//   add       1  no row breaks it (contract; a new table's key binds from expand)
//             2  SET foreign_key_checks = 0; ADD CONSTRAINT f FOREIGN KEY ..     an instant
//             3  prove it for all rows
//   drop      1  DROP FOREIGN KEY f          expand; one with actions at contract, since the old
//                                            application lives by them
//   replace   1 ADD the new one under another name, 2 DROP f, 3 ADD f, 4 DROP the other: one name
//                cannot go and come in one statement, and the table is never without a key
#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_rows.h"

namespace zdm {
namespace {

using namespace mysql;

void CountAndProve(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                   const ForeignKey& key) {
  const std::string object = Display(table.name, key.name);
  const RowQuery rows = ForeignKeyViolators(table, table.name, key, key.references);
  DraftStep count = NewStep(recipes, Phase::kMigrate, "count-violators-" + object,
                            "count the rows that break foreign key " + object,
                            Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = NeedsColumns(recipes.context, table.name, key.columns);
  count.step.needs.push_back(TableResource(key.references));
  count.step.work = Work::kScan;
  recipe.steps.push_back(std::move(count));
  DraftStep prove = NewStep(recipes, Phase::kContract, "prove-foreign-key-" + object,
                            "no row breaks foreign key " + object, Refuse(rows, kCorrectAdvice));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));
}

void ProveAgain(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                const ForeignKey& key, Phase phase) {
  const std::string object = Display(table.name, key.name);
  DraftStep validate =
      NewStep(recipes, phase, "validate-foreign-key-" + object,
              "prove foreign key " + object + " for all rows",
              Refuse(ForeignKeyViolators(table, table.name, key, key.references), kCorrectAdvice));
  validate.step.needs = {ConstraintResource(table.name, key.name)};
  validate.step.work = Work::kScan;
  recipe.steps.push_back(std::move(validate));
}

}  // namespace

Recipe MysqlRecipes::operator()(const AddForeignKey& change) const {
  const Table* target = context.target.FindTable(change.table.name);
  const Table& table = target == nullptr ? change.table : *target;
  const ForeignKey& key = change.key;
  const std::string object = Display(table.name, key.name);
  const Question question = AskForeignKey(table.name, key.name);
  const bool is_new = context.current.FindTable(table.name) == nullptr;
  const bool early = is_new || key.on_violation == OnViolation::kReject;
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), question};
  if (key.references != table.name) {
    recipe.questions.push_back(AskCurrentTable(context, key.references));
  }
  DraftStep bind =
      NewStep(*this, early ? Phase::kExpand : Phase::kContract, "add-foreign-key-" + object,
              "new rows must fulfil foreign key " + object, BindForeignKey(*this, table, key));
  bind.step.revert = {DropForeignKeyOperation(*this, table, key)};
  bind.step.needs = NeedsOfForeignKey(context, table.name, key);
  bind.step.provides = {ConstraintResource(table.name, key.name)};
  bind.effects = {{question.object, AnswerForeignKey(key)}};
  recipe.steps.push_back(std::move(bind));
  if (!is_new) CountAndProve(recipe, *this, table, key);
  if (!is_new) ProveAgain(recipe, *this, table, key, Phase::kContract);
  return recipe;
}

Recipe MysqlRecipes::operator()(const DropForeignKey& change) const {
  const Table& table = change.table;
  const ForeignKey& key = change.key;
  const std::string object = Display(table.name, key.name);
  const Question question = AskForeignKey(table.name, key.name);
  const bool acts = HasActions(key);
  DraftStep step =
      NewStep(*this, acts ? Phase::kContract : Phase::kExpand, "drop-foreign-key-" + object,
              "drop foreign key " + object, DropForeignKeyOperation(*this, table, key));
  if (acts) step.stage = Stage::kLast;
  step.step.needs = NeedsOfForeignKey(context, table.name, key);
  step.step.removes = {ConstraintResource(table.name, key.name)};
  step.effects = {{question.object, ""}};
  step.step.losses = LossesOf(context, table.name, step.step.id, [&](const QualifiedName& now) {
    const bool parent_parked = context.target.FindTable(key.references) == nullptr &&
                               context.current.FindTable(key.references) != nullptr;
    return ForeignKeyViolators(
        table, now, key,
        parent_parked && now != table.name ? ParkedTable(context, key.references) : key.references);
  });
  step.step.revert = RestoreForeignKey(*this, table, key);
  if (origin.valid()) {
    step.step.hazards.push_back(
        Buried(codes::kDropConstraint, object, "foreign key " + object + " is dropped"));
  }
  if (acts && context.target.FindTable(table.name) != nullptr) {
    step.step.hazards.push_back(Needs(codes::kForeignKeyActs, object,
                                      "until contract, foreign key " + object +
                                          " still changes its rows when rows of " +
                                          Display(key.references) + " are deleted or updated"));
  }
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name), Asked(question, AnswerForeignKey(key))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const ReplaceForeignKey& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name, change.new_key.name);
  const Question question = AskForeignKey(table.name, change.new_key.name);
  ForeignKey between = change.new_key;
  between.name = DerivedName(context, "new", "foreign key " + object);
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table.name),
                      Asked(question, AnswerForeignKey(change.old_key))};
  CountAndProve(recipe, *this, table, change.new_key);
  const auto step = [&](const std::string& words, const std::string& summary, Operation apply,
                        std::vector<Operation> revert) {
    DraftStep draft = NewStep(*this, Phase::kContract, words + object, summary, std::move(apply));
    draft.stage = Stage::kLast;
    draft.step.revert = std::move(revert);
    draft.step.needs = {TableResource(table.name), TableResource(change.new_key.references)};
    recipe.steps.push_back(std::move(draft));
    return &recipe.steps.back();
  };
  step("bind-foreign-key-", "the new form of foreign key " + object + " binds beside the old",
       BindForeignKey(*this, table, between), {DropForeignKeyOperation(*this, table, between)});
  DraftStep* drop = step("take-foreign-key-", "the old form of foreign key " + object + " goes",
                         DropForeignKeyOperation(*this, table, change.old_key),
                         RestoreForeignKey(*this, table, change.old_key));
  drop->step.losses = {
      {ForeignKeyViolators(table, table.name, change.old_key, change.old_key.references),
       {drop->step.id, ""}}};
  DraftStep* put = step("put-foreign-key-", "foreign key " + object + " has its new form",
                        BindForeignKey(*this, table, change.new_key),
                        {DropForeignKeyOperation(*this, table, change.new_key)});
  put->effects = {{question.object, AnswerForeignKey(change.new_key)}};
  DraftStep* last =
      step("tidy-foreign-key-", "what stood in for foreign key " + object + " goes",
           DropForeignKeyOperation(*this, table, between), {BindForeignKey(*this, table, between)});
  recipe.objects.push_back({"constraint",
                            Display(table.name, between.name),
                            {"bind-foreign-key-" + object, last->step.id},
                            false});
  if (HasActions(change.old_key)) {
    recipe.steps.back().step.hazards.push_back(
        Needs(codes::kForeignKeyActs, object,
              "until contract, foreign key " + object + " acts as it did"));
  }
  return recipe;
}

}  // namespace zdm
