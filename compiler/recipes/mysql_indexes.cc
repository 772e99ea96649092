// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_indexes.h"

#include <algorithm>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

void AddOnce(std::vector<std::string>& columns, const std::string& column) {
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
    columns.push_back(column);
  }
}

/// Old writes leave the column NULL, and NULLs never collide.
bool OldWritesLeaveNull(const RecipeContext& context, const QualifiedName& table,
                        const std::string& column) {
  if (!IsNewColumn(context, table, column)) return false;
  const Table* target = context.target.FindTable(table);
  const Column* wanted = target == nullptr ? nullptr : target->FindColumn(column);
  return wanted != nullptr && !wanted->default_value && !wanted->not_null;
}

/// The old and the new shape together: what the parts of a plan may name.
Table WithNewColumns(const RecipeContext& context, const Table& table) {
  Table both = table;
  if (const Table* target = context.target.FindTable(table.name)) {
    for (const Column& column : target->columns) {
      if (both.FindColumn(column.name) == nullptr) both.columns.push_back(column);
    }
  }
  return both;
}

Probe IsThere(const MysqlRecipes& recipes, const Table& table, const Index& index) {
  return Answers(AskIndex(DialectOf(recipes), table.name, index.name), AnswerIndex(index));
}

}  // namespace

std::vector<std::string> ColumnsOfIndex(const Table& table, const Index& index) {
  std::vector<std::string> columns;
  for (const IndexElement& element : index.elements) {
    if (element.column) {
      AddOnce(columns, *element.column);
      continue;
    }
    for (const std::string& column : ColumnsIn(table, element.expression->sql)) {
      AddOnce(columns, column);
    }
  }
  return columns;
}

Phase BuildPhase(const RecipeContext& context, const QualifiedName& table, const Index& index) {
  if (!index.unique || index.on_violation == OnViolation::kReject) return Phase::kMigrate;
  const bool implied =
      std::any_of(index.elements.begin(), index.elements.end(), [&](const IndexElement& element) {
        return element.column && OldWritesLeaveNull(context, table, *element.column);
      });
  return implied ? Phase::kMigrate : Phase::kContract;
}

Alter BuildKind(const Index& index) {
  if (index.method == "fulltext") return Alter::kAddFulltextIndex;
  if (index.method == "spatial") return Alter::kAddSpatialIndex;
  const bool functional =
      std::any_of(index.elements.begin(), index.elements.end(),
                  [](const IndexElement& element) { return element.expression.has_value(); });
  return functional ? Alter::kAddFunctionalIndex : Alter::kAddIndex;
}

Operation BuildIndex(const MysqlRecipes& recipes, const Table& table, const Index& index) {
  return Asserted(recipes,
                  {table, {"ADD " + IndexClause(DialectOf(recipes), index)}, {BuildKind(index)}},
                  IsThere(recipes, table, index));
}

Operation DropIndexOperation(const MysqlRecipes& recipes, const Table& table,
                             const std::string& index) {
  return Asserted(recipes, {table, {"DROP INDEX " + Quote(index)}, {Alter::kDropIndex}},
                  Absent(AskIndex(DialectOf(recipes), table.name, index)));
}

Operation RenameIndexOperation(const MysqlRecipes& recipes, const Table& table,
                               const std::string& from, const Index& to) {
  return Asserted(
      recipes,
      {table, {"RENAME INDEX " + Quote(from) + " TO " + Quote(to.name)}, {Alter::kRenameIndex}},
      IsThere(recipes, table, to));
}

Operation HideIndex(const MysqlRecipes& recipes, const Table& table, const Index& index,
                    bool hide) {
  Index after = index;
  after.invisible = hide;
  const bool mariadb = DialectOf(recipes) == Dialect::kMariadb;
  const std::string word =
      mariadb ? (hide ? "IGNORED" : "NOT IGNORED") : (hide ? "INVISIBLE" : "VISIBLE");
  return Asserted(
      recipes,
      {table, {"ALTER INDEX " + Quote(index.name) + " " + word}, {Alter::kIndexVisibility}},
      IsThere(recipes, table, after));
}

void ProveUnique(Recipe& recipe, const MysqlRecipes& recipes, const Table& table,
                 const Index& index, Phase phase) {
  const Table both = WithNewColumns(recipes.context, table);
  const std::string object = Display(table.name, index.name);
  const RowQuery rows = Duplicates(both, table.name, index);
  const std::vector<std::string> needs =
      NeedsColumns(recipes.context, table.name, ColumnsOfIndex(both, index));
  if (phase != Phase::kMigrate) {
    DraftStep count = NewStep(recipes, Phase::kMigrate, "count-duplicates-" + object,
                              "count the rows that are not unique by " + object,
                              Report(rows, "contract refuses while such rows stand"));
    count.stage = Stage::kLast;
    count.step.needs = needs;
    count.step.work = Work::kScan;
    recipe.steps.push_back(std::move(count));
  }
  DraftStep prove = NewStep(recipes, phase, "prove-unique-" + object,
                            "no two rows are the same by " + object, Refuse(rows, kCorrectAdvice));
  if (phase == Phase::kContract) prove.stage = Stage::kFirst;
  prove.step.needs = needs;
  prove.step.provides = {"unique:" + object};
  prove.step.work = Work::kScan;
  recipe.steps.push_back(std::move(prove));
}

void AddBuild(Recipe& recipe, const MysqlRecipes& recipes, const Table& table, const Index& index,
              Phase phase) {
  const std::string object = Display(table.name, index.name);
  DraftStep step =
      NewStep(recipes, phase, "build-index-" + object,
              "build index " + object + " while others work", BuildIndex(recipes, table, index));
  step.step.revert = {DropIndexOperation(recipes, table, index.name)};
  step.step.needs = NeedsColumns(recipes.context, table.name,
                                 ColumnsOfIndex(WithNewColumns(recipes.context, table), index));
  if (index.unique) step.step.needs.push_back("unique:" + object);
  step.step.provides = {IndexOfTable(table.name, index.name)};
  step.step.work = Work::kScan;
  recipe.steps.push_back(std::move(step));
}

std::vector<Operation> RestoreIndex(const MysqlRecipes& recipes, const Table& table,
                                    const Index& index) {
  std::vector<Operation> revert;
  if (index.unique) revert.push_back(Refuse(Duplicates(table, table.name, index), kRestoreAdvice));
  revert.push_back(BuildIndex(recipes, table, index));
  return revert;
}

}  // namespace zdm::mysql
