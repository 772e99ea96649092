// SPDX-License-Identifier: Apache-2.0
// A table that goes: out of sight at contract, destroyed by purge.
//
//   contract  1  nothing outside the plan depends on it; its foreign keys go (drop_foreign_key)
//   contract  2  ALTER TABLE t RENAME TO parked; SET SCHEMA zdm_trash      ACCESS EXCLUSIVE, short
//   revert    2  SET SCHEMA back; RENAME TO t; its foreign keys come back by FK
//   purge     3  DROP TABLE zdm_trash.parked                              ACCESS EXCLUSIVE, short
#include "compiler/recipes/postgres_dependents.h"
#include "compiler/recipes/postgres_foreign_keys.h"
#include "compiler/recipes/postgres_losses.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

Recipe ForeignKeysGo(const PostgresRecipes& recipes, const Table& table) {
  Recipe recipe;
  // No line of the files asked for these one by one.
  const PostgresRecipes quiet{recipes.context, SourceSpan()};
  for (const ForeignKey& key : table.foreign_keys) {
    Recipe one = quiet(DropForeignKey{table, key});
    for (DraftStep& draft : one.steps) {
      draft.step.origin = recipes.context.files.Origin(recipes.origin);
    }
    Append(recipe, std::move(one));
  }
  return recipe;
}

DraftStep Look(const PostgresRecipes& recipes, std::string words, std::string summary,
               Operation operation) {
  DraftStep look = NewStep(recipes, Phase::kContract, std::move(words), std::move(summary),
                           std::move(operation));
  look.stage = Stage::kFirst;
  return look;
}

}  // namespace

Recipe PostgresRecipes::operator()(const DropTable& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name);
  const QualifiedName parked = ParkedTable(context, table.name);
  const std::string alter = "ALTER TABLE ";
  Recipe recipe = ForeignKeysGo(*this, table);

  recipe.steps.push_back(
      Look(*this, "nothing-uses-table-" + object, "nothing outside the plan depends on " + object,
           NothingDepends("depends on table " + object, DependentsOfTable(context, table.name))));
  recipe.steps.push_back(
      Look(*this, "trash-has-room-for-" + object, "zdm_trash has room for " + object,
           NothingDepends("is parked under a name that " + object + " needs: run `zdm purge` first",
                          NamesTakenInTrash(table.name))));

  const QualifiedName between{table.name.schema, parked.name};
  DraftStep park =
      NewStep(*this, Phase::kContract, ParkTableWords(table.name), "park table " + object,
              Short({Taken(table.name, kAccessExclusive)},
                    {alter + Quote(table.name) + " RENAME TO " + Quote(parked.name),
                     alter + Quote(between) + " SET SCHEMA zdm_trash"},
                    Answers(AskTable(parked), AnswerTable(table))));
  park.stage = Stage::kLast;
  park.step.revert = {Short({Taken(parked, kAccessExclusive)},
                            {alter + Quote(parked) + " SET SCHEMA " + Quote(table.name.schema),
                             alter + Quote(between) + " RENAME TO " + Quote(table.name.name)},
                            Answers(AskTable(table.name), AnswerTable(table)))};
  park.step.needs = {TableResource(table.name)};
  park.step.removes = {TableResource(table.name)};
  for (const Column& column : table.columns) {
    park.step.removes.push_back(ColumnResource(table.name, column.name));
  }
  const std::string text = "table " + object + " is dropped: contract parks it, purge destroys it";
  park.step.hazards = {origin.valid() ? Buried(codes::kDropTable, object, text)
                                      : Needs(codes::kDropTable, object, text)};
  park.effects = {{AskTable(table.name).object, ""}};
  recipe.questions.push_back(AskCurrentTable(context, table.name));
  for (const Column& column : table.columns) {
    for (Question& question : AskColumnFully(table.name, column)) {
      recipe.questions.push_back(std::move(question));
    }
    for (Effect& effect : ColumnGoes(table.name, column.name)) {
      park.effects.push_back(std::move(effect));
    }
  }
  recipe.objects.push_back({"table", Display(parked), {park.step.id, ""}, true});
  recipe.steps.push_back(std::move(park));

  recipe.purge.push_back(NewStep(*this, Phase::kContract, "purge-table-" + object,
                                 "destroy what was table " + object,
                                 Short({Taken(parked, kAccessExclusive)},
                                       {"DROP TABLE " + Quote(parked)}, Absent(AskTable(parked)))));
  return recipe;
}

}  // namespace zdm
