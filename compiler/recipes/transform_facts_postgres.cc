// SPDX-License-Identifier: Apache-2.0
// What a TransformTable asks about, owns, verifies and tells.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/null_guard_postgres.h"
#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {
namespace {

void AddOnce(std::vector<Question>& questions, Question question) {
  const bool known = std::any_of(questions.begin(), questions.end(), [&](const Question& other) {
    return other.object == question.object;
  });
  if (!known) questions.push_back(std::move(question));
}

template <typename Part, typename Ask, typename Answer>
void AskParts(Recipe& recipe, const std::vector<Carried<Part>>& parts, const Ask& ask,
              const Answer& answer) {
  for (const Carried<Part>& part : parts) {
    if (part.old) AddOnce(recipe.questions, Asked(ask(*part.old), answer(*part.old)));
  }
  for (const Carried<Part>& part : parts) {
    if (part.now) AddOnce(recipe.questions, Asked(ask(*part.now), ""));
  }
}

void AskColumns(Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<Question>& questions = transform.recipe.questions;
  questions.push_back(AskCurrentTable(transform.context(), shape.table));
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      for (Question& question : AskColumnFully(shape.table, source.column)) {
        AddOnce(questions, std::move(question));
      }
    }
  }
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      for (Question& question : AskColumnAbsent(shape.table, target.column.name)) {
        if (question.object == AskDefault(shape.table, target.column.name).object) continue;
        AddOnce(questions, std::move(question));
      }
    }
    // What is only read must be as the expressions were judged.
    for (const std::string& name : transition.up_reads) {
      const Column* column = shape.old_table.FindColumn(name);
      if (column == nullptr || shape.stable.FindColumn(name) == nullptr) continue;
      AddOnce(questions, Asked(AskColumn(shape.table, name), AnswerColumn(*column)));
    }
  }
  AddOnce(questions, AskFunction(shape.function, {}));
}

void AskAll(Transform& transform) {
  const TransformShape& shape = transform.shape;
  AskColumns(transform);
  AskParts(
      transform.recipe, transform.change.indexes,
      [&](const Index& index) { return AskIndex(IndexName(shape.table, index.name)); },
      [&](const Index& index) { return AnswerIndex(index, shape.table); });
  AskParts(
      transform.recipe, transform.change.uniques,
      [&](const Key& key) { return AskConstraint(shape.table, key.name); },
      [](const Key& key) { return AnswerKey(key, false); });
  if (const auto& key = transform.change.primary_key) {
    AddOnce(transform.recipe.questions,
            Asked(AskConstraint(shape.table, key->old->name), AnswerKey(*key->old, true)));
  }
  AskParts(
      transform.recipe, transform.change.checks,
      [&](const Check& check) { return AskConstraint(shape.table, check.name); }, AnswerCheck);
  for (const Check& check : shape.loosened_checks) {
    if (!check.comment) continue;
    AddOnce(transform.recipe.questions,
            Asked(AskComment(Commented::kConstraint, shape.table, check.name),
                  AnswerComment(check.comment)));
  }
}

void Own(Transform& transform, const std::string& kind, const std::string& name, Window window,
         bool parked = false) {
  transform.recipe.objects.push_back({kind, name, std::move(window), parked});
}

void ListObjects(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const Window always{transform.start(), ""};
  const Window until_switch{transform.start(), transform.turn()};
  const Window after{transform.turn(), ""};
  Own(transform, "column", Display(shape.table, shape.mark), always);
  Own(transform, "function", Display(shape.function) + "()", always);
  Own(transform, "trigger", Display(shape.table, shape.insert_trigger), always);
  Own(transform, "trigger", Display(shape.table, shape.update_trigger), always);
  for (const std::string& guard : NullGuards(shape)) {
    Own(transform, "trigger", Display(shape.table, guard), until_switch);
  }
  if (!NullGuards(shape).empty()) {
    Own(transform, "function", Display(shape.guard_function) + "()", until_switch);
  }
  for (const ShapedTransition& transition : shape.transitions) {
    if (!transition.agree.empty() && !transition.targets.empty()) {
      Own(transform, "function",
          fmt::format("zdm.{}({})", Display(transition.agree),
                      fmt::join(AgreeArgumentTypes(shape, transition), ", ")),
          always);
    }
    for (const TargetColumn& target : transition.targets) {
      if (target.bit >= 0) continue;
      Own(transform, "column", Display(shape.table, target.physical), until_switch);
    }
    for (const SourceColumn& source : transition.sources) {
      Own(transform, "column", Display(shape.table, source.parked), after, true);
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old) continue;
    if (index.old->unique && !(index.now && IsImplied(transform.change, index))) continue;
    Own(transform, "index",
        Display(IndexName(shape.table, ParkedIndex(transform, *index.old).name)), after, true);
  }
  for (const Carried<Key>& key : transform.change.uniques) {
    if (!key.old || !IsImplied(transform.change, key)) continue;
    Own(transform, "constraint", Display(shape.table, ParkedKey(transform, *key.old).name), after,
        true);
  }
}

void ListVerifications(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const std::string filled = shape.filled_at_start() ? transform.start() : transform.fill();
  if (shape.has_sources()) {
    transform.recipe.verifications.push_back(
        {RowsOutOfStep(shape, Side::kBefore, false), {transform.start(), filled}});
  }
  transform.recipe.verifications.push_back(
      {RowsOutOfStep(shape, Side::kBefore, true), {filled, transform.turn()}});
  transform.recipe.verifications.push_back(
      {RowsOutOfStep(shape, Side::kAfter, true), {transform.turn(), ""}});
}

void TellNotices(Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> visible, parked, shadows, defaults;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (transition.own_default) defaults.push_back(Display(target.column.name));
      (target.bit >= 0 ? visible : shadows).push_back(Display(target.column.name));
    }
    for (const SourceColumn& source : transition.sources) {
      parked.push_back(Display(source.column.name) + " as " + source.parked);
    }
  }
  auto& notices = transform.recipe.notices;
  if (!defaults.empty()) {
    notices.push_back(fmt::format(
        "{} has triggers from expand to purge, for {}: they tell a value that the new application "
        "gives from one that the default gave, so that a rollback knows what it would lose",
        transform.shown, fmt::join(defaults, ", ")));
  }
  if (visible.size() > defaults.size()) {
    notices.push_back(fmt::format(
        "until contract an INSERT into {} that gives none of {} counts as the old application's, "
        "unless the session says SET zdm.version = 'new'",
        transform.shown, fmt::join(visible, ", ")));
  }
  if (!shadows.empty()) {
    notices.push_back(
        fmt::format("{} of {} means the old column until contract and the new one "
                    "after: rely on the new shape from contract on",
                    fmt::join(shadows, ", "), transform.shown));
  }
  if (!parked.empty()) {
    notices.push_back(
        fmt::format("after contract `SELECT *` and COPY without a list of columns "
                    "show old columns of {} until purge, and positions move: {}",
                    transform.shown, fmt::join(parked, ", ")));
  }
  notices.push_back("the sync triggers of " + transform.shown +
                    " also fire for rows that logical replication applies");
}

}  // namespace

void TransformFacts(Transform& transform) {
  AskAll(transform);
  ListObjects(transform);
  ListVerifications(transform);
  TellNotices(transform);
}

}  // namespace zdm::postgres
