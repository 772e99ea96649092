// SPDX-License-Identifier: Apache-2.0
// Other options, type or owner of a sequence. Its position stays; one that the new options do not
// take is refused before.
//
//   expand    1  ALTER SEQUENCE s AS .. MAXVALUE ..     SHARE ROW EXCLUSIVE on s, short; where all
//                                                       that the old options gave can still come
//   contract  1  the same, and OWNED BY, otherwise
//   revert       ALTER SEQUENCE s back, where its position lies in the old range
#include <fmt/format.h>

#include <charconv>

#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/postgres_sequence.h"

namespace zdm {
namespace {

using namespace postgres;

std::int64_t ToNumber(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Statements AlterStatements(const Sequence& from, const Sequence& to) {
  Statements statements;
  const SequenceOptions full = ResolveSequence(to.options, to.type);
  if (from.type != to.type || ResolveSequence(from.options, from.type) != full) {
    statements.push_back(
        fmt::format("ALTER SEQUENCE {} AS {} INCREMENT BY {} MINVALUE {} MAXVALUE {} START WITH {} "
                    "CACHE {}{} CYCLE",
                    Quote(to.name), to.type, *full.increment, *full.min_value, *full.max_value,
                    *full.start, *full.cache, full.cycle ? "" : " NO"));
  }
  if (from.owned_by != to.owned_by) statements.push_back(OwnedBy(to));
  return statements;
}

/// Only the range grows.
bool Loosens(const Sequence& from, const Sequence& to) {
  SequenceOptions old_options = ResolveSequence(from.options, from.type);
  SequenceOptions options = ResolveSequence(to.options, to.type);
  const bool wider = ToNumber(*options.min_value) <= ToNumber(*old_options.min_value) &&
                     ToNumber(*options.max_value) >= ToNumber(*old_options.max_value);
  options.min_value = old_options.min_value;
  options.max_value = old_options.max_value;
  return wider && options == old_options && from.owned_by == to.owned_by;
}

/// One row when the position is not one of `sequence`.
RowQuery OutOfRange(const Sequence& sequence) {
  const SequenceOptions full = ResolveSequence(sequence.options, sequence.type);
  return {
      Display(sequence.name), "positions that the sequence could not have",
      fmt::format("SELECT concat('last_value=', last_value), '' FROM {} WHERE last_value < {} OR "
                  "last_value > {}",
                  Quote(sequence.name), *full.min_value, *full.max_value)};
}

}  // namespace

Recipe PostgresRecipes::operator()(const ChangeSequence& change) const {
  const Sequence& from = change.old_sequence;
  const Sequence& to = change.new_sequence;
  const std::string shown = Display(to.name);
  const Question question = AskSequence(to.name);
  const bool loosens = Loosens(from, to);
  const Phase phase = loosens ? Phase::kExpand : Phase::kContract;
  const auto alter = [&](const Sequence& one, const Sequence& other) {
    return Short({}, AlterStatements(one, other), Answers(question, AnswerSequence(other)));
  };
  Recipe recipe;
  recipe.questions = {Asked(question, AnswerSequence(from))};
  if (!loosens) {
    DraftStep look = NewStep(
        *this, phase, "position-of-sequence-" + shown,
        "the position of sequence " + shown + " is in its new range",
        Refuse(OutOfRange(to), "choose a range that holds the position, and compile again"));
    look.stage = Stage::kFirst;
    recipe.steps.push_back(std::move(look));
  }
  DraftStep step = NewStep(*this, phase, "change-sequence-" + shown, "change sequence " + shown,
                           alter(from, to), {Declared(to.name, kShareRowExclusive)});
  step.stage = loosens ? Stage::kFirst : Stage::kLast;
  step.step.losses = {{OutOfRange(from), {step.step.id, ""}}};
  step.step.revert = {
      Refuse(OutOfRange(from), "the sequence has given values that its old range does not hold"),
      alter(to, from)};
  step.effects = {{question.object, AnswerSequence(to)}};
  if (to.owned_by && from.owned_by != to.owned_by) {
    step.step.needs = {ColumnResource(to.owned_by->table, to.owned_by->column)};
  }
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
