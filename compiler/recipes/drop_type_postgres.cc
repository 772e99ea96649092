// SPDX-License-Identifier: Apache-2.0
// A type that goes, after the columns that are of it: out of sight at contract, destroyed by purge.
//
//   contract  1  nothing outside the plan depends on it
//   contract  2  ALTER TYPE t RENAME TO parked; SET SCHEMA zdm_trash      no lock on any table
//   revert       SET SCHEMA back; RENAME TO t
//   purge     3  DROP TYPE zdm_trash.parked
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropType& change) const {
  const QualifiedName& name = NameOf(change.type);
  const std::string kind = KindOf(change.type);
  const std::string word = kind == "enum" ? "TYPE " : "DOMAIN ";
  const std::string shown = Display(name);
  const QualifiedName parked{"zdm_trash", ParkedName(context, name)};
  const QualifiedName between{name.schema, parked.name};
  const Question question = AskType(name);
  const std::string answer = AnswerType(change.type);

  DraftStep look =
      NewStep(*this, Phase::kContract, "nothing-uses-" + kind + "-" + shown,
              "nothing outside the plan depends on " + kind + " " + shown,
              NothingDepends("depends on " + kind + " " + shown, DependentsOfType(context, name)));
  look.stage = Stage::kFirst;

  DraftStep park =
      NewStep(*this, Phase::kContract, "park-" + kind + "-" + shown, "park " + kind + " " + shown,
              Short({},
                    {"ALTER " + word + Quote(name) + " RENAME TO " + Quote(parked.name),
                     "ALTER " + word + Quote(between) + " SET SCHEMA zdm_trash"},
                    Answers(AskType(parked), answer)));
  park.stage = Stage::kLast;
  park.step.removes = {TypeResource(name)};
  park.step.revert = {Short({},
                            {"ALTER " + word + Quote(parked) + " SET SCHEMA " + Quote(name.schema),
                             "ALTER " + word + Quote(between) + " RENAME TO " + Quote(name.name)},
                            Answers(question, answer))};
  const std::string text = kind + " " + shown + " is dropped: contract parks it, purge destroys it";
  park.step.hazards = {origin.valid() ? Buried(codes::kDropType, shown, text)
                                      : Needs(codes::kDropType, shown, text)};
  park.effects = {{question.object, ""}};

  DraftStep purge = NewStep(*this, Phase::kContract, "purge-" + kind + "-" + shown,
                            "destroy what was " + kind + " " + shown,
                            Short({}, {"DROP " + word + Quote(parked)}, Absent(AskType(parked))));
  purge.stage = Stage::kLast;

  Recipe recipe;
  recipe.questions = {Asked(question, answer)};
  recipe.objects = {{"type", Display(parked), {park.step.id, ""}, true}};
  recipe.steps = {std::move(look), std::move(park)};
  recipe.purge = {std::move(purge)};
  return recipe;
}

}  // namespace zdm
