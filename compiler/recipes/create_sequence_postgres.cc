// SPDX-License-Identifier: Apache-2.0
// A sequence; one that a column of a new table owns comes with the table.
//
//   expand    1  CREATE SEQUENCE s AS ..                      no lock on what is there
//   expand    2  ALTER SEQUENCE s OWNED BY t.c                ACCESS SHARE on t, short
//   revert       OWNED BY NONE; DROP SEQUENCE s
// Whoever may insert into the table that owns it may use it, since its values come from there.
#include <fmt/format.h>

#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {
namespace {

using namespace postgres;

/// The aclitems of the sequence for roles that may insert into the table.
std::vector<std::string> GrantsForInserters(const RecipeContext& context,
                                            const QualifiedName& table) {
  std::vector<std::string> grants;
  const Table* owner = context.current.FindTable(table);
  if (owner == nullptr) return grants;
  for (const std::string& item : owner->grants) {
    const std::size_t slash = item.rfind('/');
    const std::size_t equals = item.rfind('=', slash);
    if (equals == std::string::npos || slash == std::string::npos) continue;
    if (item.substr(0, equals) == item.substr(slash + 1)) continue;
    if (item.substr(equals, slash - equals).find('a') == std::string::npos) continue;
    grants.push_back(item.substr(0, equals) + "=U" + item.substr(slash));
  }
  return grants;
}

}  // namespace

Recipe PostgresRecipes::operator()(const CreateSequence& change) const {
  const Sequence& sequence = change.sequence;
  const std::string shown = Display(sequence.name);
  const Question question = AskSequence(sequence.name);
  Sequence free = sequence;
  free.owned_by = std::nullopt;
  Statements statements = CreateSequenceStatements(sequence);
  if (sequence.owned_by) {
    for (std::string& grant :
         GrantStatements("SEQUENCE " + Quote(sequence.name), "",
                         GrantsForInserters(context, sequence.owned_by->table))) {
      statements.push_back(std::move(grant));
    }
  }
  DraftStep step =
      NewStep(*this, Phase::kExpand, "create-sequence-" + shown, "create sequence " + shown,
              Short({}, std::move(statements), Answers(question, AnswerSequence(free))));
  step.stage = Stage::kFirst;
  step.step.needs = {SchemaResource(sequence.name.schema)};
  step.step.provides = {SequenceResource(sequence.name)};
  step.step.revert = {Short({}, {"DROP SEQUENCE " + Quote(sequence.name)}, Absent(question))};
  step.effects = {{question.object, AnswerSequence(free)}};
  Recipe recipe;
  recipe.questions = {question};
  recipe.steps = {std::move(step)};
  if (!sequence.owned_by) return recipe;

  const QualifiedName& table = sequence.owned_by->table;
  DraftStep own =
      NewStep(*this, Phase::kExpand, "own-sequence-" + shown,
              "sequence " + shown + " belongs to " + Display(table, sequence.owned_by->column),
              Short({}, {OwnedBy(sequence)}, Answers(question, AnswerSequence(sequence))),
              {Declared(table, "ACCESS SHARE"), Declared(sequence.name, kShareRowExclusive)});
  own.stage = Stage::kLast;
  own.step.needs = {SequenceResource(sequence.name), TableResource(table),
                    ColumnResource(table, sequence.owned_by->column)};
  own.step.revert = {Short({}, {OwnedBy(free)}, Answers(question, AnswerSequence(free)))};
  own.effects = {{question.object, AnswerSequence(sequence)}};
  recipe.steps.push_back(std::move(own));
  return recipe;
}

}  // namespace zdm
