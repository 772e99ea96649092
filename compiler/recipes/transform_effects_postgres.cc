// SPDX-License-Identifier: Apache-2.0
// What the catalog answers after the switch of a TransformTable, and what it costs.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_questions.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"

namespace zdm::postgres {
namespace {

void Append(std::vector<Effect> more, std::vector<Effect>& effects) {
  std::move(more.begin(), more.end(), std::back_inserter(effects));
}

/// The default of a column that is new in the table is ours until the switch: nobody is asked about
/// it.
std::vector<Effect> TargetAppears(const QualifiedName& table, const TargetColumn& target) {
  std::vector<Effect> effects = ColumnAppears(table, target.column);
  const std::string own = AskDefault(table, target.column.name).object;
  std::erase_if(effects,
                [&](const Effect& effect) { return target.bit >= 0 && effect.object == own; });
  return effects;
}

void AddColumnEffects(const Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (shape.new_table.FindColumn(source.column.name) != nullptr) continue;
      Append(ColumnGoes(shape.table, source.column.name), step.effects);
    }
    for (const TargetColumn& target : transition.targets) {
      Append(TargetAppears(shape.table, target), step.effects);
    }
  }
}

/// Parts that stand under the same name on both sides change in one; the others come or go.
template <typename Part, typename Ask, typename Answer>
void AddPartEffects(const std::vector<Carried<Part>>& parts, DraftStep& step, const Ask& ask,
                    const Answer& answer) {
  for (const Carried<Part>& part : parts) {
    if (part.old) step.effects.push_back({ask(*part.old).object, ""});
  }
  for (const Carried<Part>& part : parts) {
    if (!part.now) continue;
    const Effect effect{ask(*part.now).object, answer(*part.now)};
    std::erase_if(step.effects, [&](const Effect& e) { return e.object == effect.object; });
    step.effects.push_back(effect);
  }
}

/// Those of the rules that expand took off, whose comments are asked about.
void AddCommentEffects(const Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  for (const Check& loosened : shape.loosened_checks) {
    if (!loosened.comment) continue;
    for (const Carried<Check>& check : transform.change.checks) {
      if (!check.now || check.now->name != loosened.name) continue;
      step.effects.push_back(
          {AskComment(Commented::kConstraint, shape.table, check.now->name).object,
           AnswerComment(check.now->comment)});
    }
  }
}

void AddHazards(const Transform& transform, DraftStep& step) {
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit >= 0) continue;
      const Column* was = transform.shape.old_table.FindColumn(target.column.name);
      if (was == nullptr || was->type == target.column.type) continue;
      step.step.hazards.push_back(
          Needs(codes::kColumnChangesType, Display(transform.shape.table, target.column.name),
                fmt::format("the column is {} until contract and {} after it: prepared statements "
                            "that return it fail once with 0A000 until they are prepared again",
                            was->type.sql, target.column.type.sql)));
    }
    if (!transition.targets.empty()) continue;
    for (const SourceColumn& source : transition.sources) {
      const std::string object = Display(transform.shape.table, source.column.name);
      step.step.hazards.push_back(
          Buried(codes::kDropColumn, object,
                 "column " + object + " is dropped: contract parks it, purge destroys it"));
    }
  }
}

}  // namespace

void AddSwitchEffects(Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (shape.new_table.FindColumn(source.column.name) == nullptr) {
        step.step.removes.push_back(ColumnResource(shape.table, source.column.name));
      }
    }
  }
  AddColumnEffects(transform, step);
  AddPartEffects(
      transform.change.indexes, step,
      [&](const Index& index) { return AskIndex(IndexName(shape.table, index.name)); },
      [&](const Index& index) { return AnswerIndex(index, shape.table); });
  AddPartEffects(
      transform.change.uniques, step,
      [&](const Key& key) { return AskConstraint(shape.table, key.name); },
      [](const Key& key) { return AnswerKey(key, false); });
  if (const auto& key = transform.change.primary_key) {
    step.effects.push_back(
        {AskConstraint(shape.table, key->now->name).object, AnswerKey(*key->now, true)});
  }
  AddPartEffects(
      transform.change.checks, step,
      [&](const Check& check) { return AskConstraint(shape.table, check.name); }, AnswerCheck);
  AddCommentEffects(transform, step);
  step.effects.push_back(
      {AskFunction(shape.function, {}).object, SyncFunctionIs(shape, Side::kAfter).expected});
  AddHazards(transform, step);
}

}  // namespace zdm::postgres
