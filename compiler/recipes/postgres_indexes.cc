// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_indexes.h"

#include <algorithm>
#include <utility>

#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

void AddOnce(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

bool HasExpressions(const Index& index) {
  return std::any_of(index.elements.begin(), index.elements.end(),
                     [](const IndexElement& element) { return element.expression.has_value(); });
}

/// Old writes leave the column NULL, and NULLs never collide.
bool OldWritesLeaveNull(const RecipeContext& context, const QualifiedName& table,
                        const std::string& column) {
  if (!IsNewColumn(context, table, column)) return false;
  const Table* target = context.target.FindTable(table);
  const Column* wanted = target == nullptr ? nullptr : target->FindColumn(column);
  return wanted != nullptr && !wanted->default_value && !wanted->not_null;
}

DraftStep CommentOnIndex(const PostgresRecipes& recipes, const QualifiedName& index,
                         const std::string& comment, Phase phase) {
  DraftStep step = NewStep(
      recipes, phase, "comment-on-index-" + Display(index), "comment on index " + Display(index),
      Patient({CommentOn("INDEX " + Quote(index), comment)},
              Answers(AskComment(Commented::kIndex, index), AnswerComment(comment))));
  step.step.needs = {IndexResource(index)};
  return step;
}

}  // namespace

std::vector<std::string> ColumnsOfIndex(const Index& index) {
  std::vector<std::string> columns;
  const auto add_expression = [&](const std::string& sql) {
    for (const std::string& column : ColumnsOf(sql)) AddOnce(columns, column);
  };
  for (const IndexElement& element : index.elements) {
    if (element.column) {
      AddOnce(columns, *element.column);
    } else {
      add_expression(element.expression->sql);
    }
  }
  for (const std::string& column : index.include) AddOnce(columns, column);
  if (index.where) add_expression(index.where->sql);
  return columns;
}

Phase BuildPhase(const RecipeContext& context, const QualifiedName& table, const Index& index) {
  if (!index.unique || index.on_violation == OnViolation::kReject) return Phase::kMigrate;
  if (index.nulls_not_distinct) return Phase::kContract;
  const bool implied =
      std::any_of(index.elements.begin(), index.elements.end(), [&](const IndexElement& element) {
        return element.column && OldWritesLeaveNull(context, table, *element.column);
      });
  return implied ? Phase::kMigrate : Phase::kContract;
}

void ProveUnique(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                 const Index& index, Phase phase) {
  const std::string object = Display(IndexName(table.name, index.name));
  const RowQuery rows = Duplicates(table, index);
  if (phase != Phase::kMigrate) {
    DraftStep count = NewStep(recipes, Phase::kMigrate, "count-duplicates-" + object,
                              "count the rows that are not unique by " + object,
                              Report(rows, "contract refuses while such rows stand"));
    count.stage = Stage::kLast;
    count.step.needs = NeedsColumns(recipes.context, table.name, ColumnsOfIndex(index));
    count.step.work = Work::kScan;
    recipe.steps.push_back(std::move(count));
  }
  DraftStep prove =
      NewStep(recipes, phase, "prove-unique-" + object, "no two rows are the same by " + object,
              Refuse(rows, "correct these rows and run the same command again, or `zdm rollback`"));
  if (phase == Phase::kContract) prove.stage = Stage::kFirst;
  prove.step.needs = NeedsColumns(recipes.context, table.name, ColumnsOfIndex(index));
  prove.step.provides = {"unique:" + object};
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));
}

void AddBuild(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
              const Index& index, Phase phase) {
  const QualifiedName name = IndexName(table.name, index.name);
  DraftStep step =
      NewStep(recipes, phase, "build-index-" + Display(name),
              "build index " + Display(name) + " while others work", BuildIndex(table.name, index),
              {Declared(table.name, kShareUpdateExclusive)});
  step.step.revert = {DropIndexConcurrently(table.name, index)};
  step.step.needs = NeedsColumns(recipes.context, table.name, ColumnsOfIndex(index));
  if (index.unique) step.step.needs.push_back("unique:" + Display(name));
  step.step.provides = {IndexResource(name)};
  step.step.work = Work::kScan;
  recipe.steps.push_back(std::move(step));
}

void AddIndexAftermath(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                       const Index& index, Phase phase) {
  const QualifiedName name = IndexName(table.name, index.name);
  if (index.comment) {
    recipe.steps.push_back(CommentOnIndex(recipes, name, *index.comment, phase));
  }
  if (!HasExpressions(index)) return;
  // The planner knows nothing of an expression before the next ANALYZE.
  DraftStep analyze = NewStep(recipes, phase, "analyze-" + Display(name),
                              "collect statistics for the expressions of index " + Display(name),
                              Patient({"ANALYZE " + Quote(table.name)}, std::nullopt),
                              {Declared(table.name, kShareUpdateExclusive)});
  analyze.step.needs = {IndexResource(name)};
  analyze.step.work = Work::kScan;
  recipe.steps.push_back(std::move(analyze));
}

std::vector<Operation> RestoreIndex(const Table& table, const Index& index) {
  const QualifiedName name = IndexName(table.name, index.name);
  std::vector<Operation> revert;
  if (index.unique) {
    revert.push_back(Refuse(Duplicates(table, index),
                            "the old version's unique index does not hold for these rows; correct "
                            "them and run `zdm rollback` again"));
  }
  revert.push_back(BuildIndex(table.name, index));
  if (index.comment) {
    revert.push_back(
        Patient({CommentOn("INDEX " + Quote(name), index.comment)},
                Answers(AskComment(Commented::kIndex, name), AnswerComment(index.comment))));
  }
  return revert;
}

bool BindsNewRows(const RecipeContext& context, const Table& table,
                  const std::vector<std::string>& columns) {
  const Table* target = context.target.FindTable(table.name);
  if (target == nullptr) return false;
  return std::none_of(columns.begin(), columns.end(), [&](const std::string& name) {
    const Column* column = table.FindColumn(name);
    return column != nullptr && target->FindColumn(name) == nullptr && !column->default_value &&
           !column->not_null;
  });
}

}  // namespace zdm::postgres
