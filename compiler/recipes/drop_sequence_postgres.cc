// SPDX-License-Identifier: Apache-2.0
// A sequence that goes: out of sight at contract, destroyed by purge.
//
//   contract  1  nothing outside the plan depends on it
//   contract  2  ALTER SEQUENCE s OWNED BY NONE; RENAME TO parked; SET SCHEMA zdm_trash
//                                                           ACCESS EXCLUSIVE on s, short
//   revert       SET SCHEMA back; RENAME TO s; OWNED BY t.c
//   purge     3  DROP SEQUENCE zdm_trash.parked
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropSequence& change) const {
  const Sequence& sequence = change.sequence;
  const QualifiedName& name = sequence.name;
  const std::string shown = Display(name);
  const QualifiedName parked{"zdm_trash", ParkedName(context, name)};
  const QualifiedName between{name.schema, parked.name};
  const Question question = AskSequence(name);
  const std::string alter = "ALTER SEQUENCE ";
  Sequence hidden = sequence;
  hidden.name = parked;
  hidden.owned_by = std::nullopt;
  Sequence free = sequence;
  free.owned_by = std::nullopt;

  DraftStep look =
      NewStep(*this, Phase::kContract, "nothing-uses-sequence-" + shown,
              "nothing outside the plan depends on sequence " + shown,
              NothingDepends("depends on sequence " + shown, DependentsOfSequence(context, name)));
  look.stage = Stage::kFirst;

  Statements there, back;
  if (sequence.owned_by) there.push_back(OwnedBy(free));
  there.push_back(alter + Quote(name) + " RENAME TO " + Quote(parked.name));
  there.push_back(alter + Quote(between) + " SET SCHEMA zdm_trash");
  back.push_back(alter + Quote(parked) + " SET SCHEMA " + Quote(name.schema));
  back.push_back(alter + Quote(between) + " RENAME TO " + Quote(name.name));
  if (sequence.owned_by) back.push_back(OwnedBy(sequence));

  DraftStep park =
      NewStep(*this, Phase::kContract, "park-sequence-" + shown, "park sequence " + shown,
              Short({}, std::move(there), Answers(AskSequence(parked), AnswerSequence(hidden))),
              {Declared(name, kAccessExclusive)});
  park.stage = Stage::kLast;
  park.step.removes = {SequenceResource(name)};
  park.step.revert = {Short({}, std::move(back), Answers(question, AnswerSequence(sequence)))};
  const std::string text =
      "sequence " + shown + " is dropped: contract parks it, purge destroys it";
  park.step.hazards = {origin.valid() ? Buried(codes::kDropSequence, shown, text)
                                      : Needs(codes::kDropSequence, shown, text)};
  park.effects = {{question.object, ""}};

  DraftStep purge = NewStep(
      *this, Phase::kContract, "purge-sequence-" + shown, "destroy what was sequence " + shown,
      Short({}, {"DROP SEQUENCE " + Quote(parked)}, Absent(AskSequence(parked))),
      {Declared(parked, kAccessExclusive)});
  purge.stage = Stage::kLast;

  Recipe recipe;
  recipe.questions = {Asked(question, AnswerSequence(sequence))};
  recipe.objects = {{"sequence", Display(parked), {park.step.id, ""}, true}};
  recipe.steps = {std::move(look), std::move(park)};
  recipe.purge = {std::move(purge)};
  return recipe;
}

}  // namespace zdm
