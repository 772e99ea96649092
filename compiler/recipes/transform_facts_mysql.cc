// SPDX-License-Identifier: Apache-2.0
// What a TransformTable asks about, owns, verifies and tells.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm::mysql {
namespace {

void AddOnce(std::vector<Question>& questions, Question question) {
  const bool known = std::any_of(questions.begin(), questions.end(), [&](const Question& other) {
    return other.object == question.object;
  });
  if (!known) questions.push_back(std::move(question));
}

void AskAll(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const Dialect dialect = transform.dialect();
  std::vector<Question>& questions = transform.recipe.questions;
  AddOnce(questions, AskCurrentTable(transform.context(), shape.table));
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      for (Question& question : AskColumnFully(dialect, shape.table, source.column)) {
        AddOnce(questions, std::move(question));
      }
    }
    for (const TargetColumn& target : transition.targets) {
      for (Question& question : AskColumnAbsent(dialect, shape.table, target.column.name)) {
        AddOnce(questions, std::move(question));
      }
    }
    // What is only read must be as the expressions were judged.
    for (const std::string& name : transition.up_reads) {
      const Column* column = shape.old_table.FindColumn(name);
      if (column == nullptr || shape.stable.FindColumn(name) == nullptr) continue;
      AddOnce(questions, Asked(AskColumn(dialect, shape.table, name, Facet::kType),
                               AnswerColumn(dialect, *column, Facet::kType)));
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old) continue;
    AddOnce(questions,
            Asked(AskIndex(dialect, shape.table, index.old->name), AnswerIndex(*index.old)));
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (index.now) AddOnce(questions, AskIndex(dialect, shape.table, index.now->name));
  }
  for (const Carried<Check>& check : transform.change.checks) {
    if (!check.old) continue;
    AddOnce(questions,
            Asked(AskCheck(dialect, shape.table, check.old->name), AnswerCheck(*check.old)));
  }
  for (const Carried<Check>& check : transform.change.checks) {
    if (check.now) AddOnce(questions, AskCheck(dialect, shape.table, check.now->name));
  }
}

void ListObjects(Transform& transform) {
  const TransformShape& shape = transform.shape;
  auto& objects = transform.recipe.objects;
  objects.push_back({"column", Display(shape.table, shape.mark), {transform.add(), ""}, false});
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      objects.push_back(
          {"column", Display(shape.table, source.column.name), {transform.turn(), ""}, true});
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old || BindsParked(transform.change, index)) continue;
    objects.push_back({"index",
                       Display(shape.table, Parked(transform, *index.old).name),
                       {transform.turn(), ""},
                       true});
  }
}

void ListVerifications(Transform& transform) {
  const TransformShape& shape = transform.shape;
  if (shape.has_sources()) {
    transform.recipe.verifications.push_back(
        {RowsOutOfStep(shape, false), {transform.start(), transform.fill()}});
  }
  transform.recipe.verifications.push_back({RowsOutOfStep(shape, true), {transform.fill(), ""}});
}

void TellNotices(Transform& transform) {
  std::vector<std::string> vague, all;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      all.push_back(Display(target.column.name));
      if (!target.exact) vague.push_back(Display(target.column.name));
    }
  }
  auto& notices = transform.recipe.notices;
  notices.push_back(fmt::format(
      "until purge or rollback the triggers of {} work with the rights of the user that runs "
      "expand: while they stand it must not be dropped or renamed, else writes to the table fail",
      transform.shown));
  if (!all.empty()) {
    notices.push_back(fmt::format(
        "until contract an INSERT into {} that gives none of {} counts as the old application's, "
        "unless the session says SET @zdm_version = 'new'; `SELECT *` does not show them before",
        transform.shown, fmt::join(all, ", ")));
  }
  if (!vague.empty()) {
    notices.push_back(fmt::format(
        "this server cannot tell an INSERT that gives {} of {} the value which stands there by "
        "itself from one that leaves it out: let the new application SET @zdm_version = 'new'",
        fmt::join(vague, ", "), transform.shown));
  }
}

}  // namespace

void TransformFacts(Transform& transform) {
  AskAll(transform);
  ListObjects(transform);
  ListVerifications(transform);
  TellNotices(transform);
}

}  // namespace zdm::mysql
