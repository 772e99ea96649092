// SPDX-License-Identifier: Apache-2.0
// A table that goes: out of sight at contract, destroyed by purge. A table with triggers cannot
// change its database, so there must be none.
//
//   contract  1  nothing outside the plan depends on it; its foreign keys go (foreign_key)
//             2  no trigger stands on it
//             3  RENAME TABLE t TO zdm_trash.parked                        an instant
//   revert    3  RENAME TABLE back; its foreign keys come back
//   purge     4  DROP TABLE zdm_trash.parked
#include <fmt/format.h>

#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_dependents.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm {
namespace {

using namespace mysql;

Recipe ForeignKeysGo(const MysqlRecipes& recipes, const Table& table) {
  Recipe recipe;
  // No line of the files asked for these one by one.
  const MysqlRecipes quiet{recipes.context, SourceSpan()};
  for (const ForeignKey& key : table.foreign_keys) {
    Recipe one = quiet(DropForeignKey{table, key});
    for (DraftStep& draft : one.steps) {
      draft.step.origin = recipes.context.files.Origin(recipes.origin);
    }
    Append(recipe, std::move(one));
  }
  return recipe;
}

std::string OfTable(const QualifiedName& table) {
  return fmt::format("g.trigger_schema = {} AND g.event_object_table = {}", Literal(table.schema),
                     Literal(table.name));
}

}  // namespace

Recipe MysqlRecipes::operator()(const DropTable& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name);
  const QualifiedName parked = ParkedTable(context, table.name);
  Recipe recipe = ForeignKeysGo(*this, table);

  DraftStep look =
      NewStep(*this, Phase::kContract, "nothing-uses-table-" + object,
              "nothing outside the plan depends on " + object,
              NothingDepends("depends on table " + object, DependentsOfTable(context, table.name)));
  look.stage = Stage::kFirst;
  recipe.steps.push_back(std::move(look));
  DraftStep triggers = NewStep(
      *this, Phase::kContract, "no-triggers-on-" + object, "no trigger stands on " + object,
      NothingDepends("stands on " + object + " and cannot follow it out of sight: drop it first",
                     fmt::format("SELECT CONCAT('trigger ', g.trigger_schema, '.', "
                                 "g.trigger_name) FROM information_schema.triggers AS g "
                                 "WHERE {}",
                                 OfTable(table.name))));
  triggers.stage = Stage::kFirst;
  recipe.steps.push_back(std::move(triggers));

  DraftStep park = NewStep(
      *this, Phase::kContract, ParkTableWords(table.name), "park table " + object,
      Short({Exclusive(table.name)}, {"RENAME TABLE " + Quote(table.name) + " TO " + Quote(parked)},
            Answers(AskTable(parked), AnswerTable())));
  park.stage = Stage::kLast;
  park.step.revert = {Short({Exclusive(parked)},
                            {"RENAME TABLE " + Quote(parked) + " TO " + Quote(table.name)},
                            Answers(AskTable(table.name), AnswerTable()))};
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
  const Dialect dialect = DialectOf(*this);
  for (const Column& column : table.columns) {
    for (Question& question : AskColumnFully(dialect, table.name, column)) {
      recipe.questions.push_back(std::move(question));
    }
    for (Effect& effect : ColumnGoes(dialect, table.name, column.name)) {
      park.effects.push_back(std::move(effect));
    }
  }
  recipe.objects.push_back({"table", Display(parked), {park.step.id, ""}, true});
  recipe.steps.push_back(std::move(park));

  recipe.purge.push_back(NewStep(
      *this, Phase::kContract, "purge-table-" + object, "destroy what was table " + object,
      Short({Exclusive(parked)}, {"DROP TABLE " + Quote(parked)}, Absent(AskTable(parked)))));
  return recipe;
}

}  // namespace zdm
