// SPDX-License-Identifier: Apache-2.0
// Sequences that columns of a TransformTable own: they go over to the new columns, or are parked.
#include "compiler/recipes/postgres_questions.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/recipes/transform_table_postgres.h"

namespace zdm::postgres {

std::vector<CarriedSequence> CarriedSequences(const Transform& transform) {
  const RecipeContext& context = transform.context();
  std::vector<CarriedSequence> carried;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      const Sequence::Owner owner{transform.shape.table, source.column.name};
      for (const Sequence& old : context.current.sequences) {
        const Sequence* now = context.target.FindSequence(old.name);
        if (old.owned_by != owner || now == nullptr || !now->owned_by) continue;
        carried.push_back({old, *now});
      }
    }
  }
  return carried;
}

std::vector<ParkedSequence> ParkedSequences(const Transform& transform) {
  std::vector<ParkedSequence> parked;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      for (ParkedSequence& one :
           SequencesThatGo(transform.context(), transform.shape.table, source.column.name)) {
        parked.push_back(std::move(one));
      }
    }
  }
  return parked;
}

std::vector<TableLock> SequenceLocks(const Transform& transform) {
  std::vector<TableLock> locks;
  for (const ParkedSequence& one : ParkedSequences(transform)) {
    locks.push_back(Declared(one.sequence.name, kAccessExclusive));
  }
  for (const CarriedSequence& one : CarriedSequences(transform)) {
    locks.push_back(Declared(one.old.name, kShareRowExclusive));
  }
  return locks;
}

void AddSequenceEffects(Transform& transform, DraftStep& step) {
  for (const CarriedSequence& sequence : CarriedSequences(transform)) {
    if (sequence.old.owned_by == sequence.now.owned_by) continue;
    const Question question = AskSequence(sequence.old.name);
    transform.recipe.questions.push_back(Asked(question, AnswerSequence(sequence.old)));
    step.effects.push_back({question.object, AnswerSequence(sequence.now)});
  }
  for (const ParkedSequence& one : ParkedSequences(transform)) {
    const Question question = AskSequence(one.sequence.name);
    transform.recipe.questions.push_back(Asked(question, AnswerSequence(one.sequence)));
    step.effects.push_back({question.object, ""});
    transform.recipe.objects.push_back({"sequence", Display(one.parked), {step.step.id, ""}, true});
  }
}

}  // namespace zdm::postgres
