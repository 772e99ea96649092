// SPDX-License-Identifier: Apache-2.0
// Migrate of a TransformTable: the pass over the rows, then the indexes on the new columns; and
// what must hold at contract before the switch.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_dependents.h"
#include "compiler/recipes/mysql_indexes.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm::mysql {
namespace {

/// What an UPDATE must say of a column that would change by itself.
std::vector<std::string> Untouched(const Table& table) {
  std::vector<std::string> assignments;
  for (const Column& column : table.columns) {
    if (column.on_update) assignments.push_back(Quote(column.name) + " = " + Quote(column.name));
  }
  return assignments;
}

void AddBackfill(Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> values, careful = Untouched(shape.old_table);
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      values.push_back(Quote(target.column.name) + " = (" + target.up + ")");
    }
  }
  careful.push_back(Quote(shape.mark) + " = -1");
  for (std::string& value : Untouched(shape.old_table)) values.push_back(std::move(value));
  values.push_back(Quote(shape.mark) + " = 1");
  Backfill backfill;
  backfill.table = transform.shown;
  backfill.sql_table = Quote(shape.table);
  backfill.key = BackfillKey(shape.stable);
  backfill.unfilled = Quote(shape.mark) + " <= 0";
  backfill.careful_assignments = fmt::format("{}", fmt::join(careful, ", "));
  // A NULL for a NOT NULL column is a data error too: then the trigger knows what to do.
  backfill.assignments = fmt::format("{}", fmt::join(values, ", "));
  DraftStep step = NewStep(
      transform.recipes, Phase::kMigrate, transform.fill(),
      "fill the new columns of " + transform.shown + " in batches",
      {std::move(backfill),
       Probe{fmt::format("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE {} <= 0 LIMIT "
                         "1) AS unfilled",
                         Quote(shape.table), Quote(shape.mark)),
             "0"}});
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      step.step.needs.push_back(ColumnResource(shape.table, target.column.name));
    }
  }
  step.step.provides = {FilledResource(shape.table)};
  transform.recipe.steps.push_back(std::move(step));
}

void AddAnalyze(Transform& transform) {
  RunSql run;
  run.policy = LockPolicy::kPatient;
  run.statements = {"ANALYZE TABLE " + Quote(transform.shape.table)};
  DraftStep step =
      NewStep(transform.recipes, Phase::kMigrate, "analyze-" + transform.shown,
              "collect statistics of " + transform.shown, {std::move(run), std::nullopt});
  step.step.needs = {FilledResource(transform.shape.table)};
  step.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(step));
}

void AddIndex(Transform& transform, const Carried<Index>& index) {
  if (!index.now) return;
  const TransformShape& shape = transform.shape;
  const Index beside = Beside(transform, index);
  const bool early =
      IsImplied(transform.change, index) || index.now->on_violation == OnViolation::kReject;
  const Phase phase = early ? Phase::kMigrate : Phase::kContract;
  if (beside.unique && !IsImplied(transform.change, index)) {
    ProveUnique(transform.recipe, transform.recipes, shape.old_table, beside, phase);
  }
  AddBuild(transform.recipe, transform.recipes, shape.old_table, beside, phase);
  DraftStep& build = transform.recipe.steps.back();
  if (beside.name == index.now->name) {
    build.effects = {
        {AskIndex(transform.dialect(), shape.table, beside.name).object, AnswerIndex(beside)}};
    return;
  }
  transform.recipe.objects.push_back(
      {"index", Display(shape.table, beside.name), {build.step.id, transform.turn()}, false});
}

void AddHeldCount(Transform& transform) {
  RowQuery held = RowsHeld(transform.shape);
  DraftStep count =
      NewStep(transform.recipes, Phase::kMigrate, "count-held-" + transform.shown,
              "count the " + held.summary,
              Report(held,
                     "contract refuses while such rows stand: write a value that both "
                     "versions can hold"));
  count.stage = Stage::kLast;
  count.step.needs = {FilledResource(transform.shape.table)};
  count.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(count));
}

void AddProof(Transform& transform, const std::string& words, const std::string& summary,
              Operation operation) {
  DraftStep step = NewStep(transform.recipes, Phase::kContract, words + transform.shown, summary,
                           std::move(operation));
  step.stage = Stage::kFirst;
  step.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(step));
}

/// NOT NULL of a new column that could not have it from the start.
void CountNulls(Transform& transform, const TargetColumn& target) {
  if (!target.column.not_null || target.during.not_null) return;
  const QualifiedName& table = transform.shape.table;
  const std::string words = "nulls-" + Display(table, target.column.name);
  const RowQuery rows = NullRows(transform.shape.stable, table, target.column.name);
  DraftStep count =
      NewStep(transform.recipes, Phase::kMigrate, "count-" + words, "count the " + rows.summary,
              Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = {FilledResource(table)};
  count.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(count));
  AddProof(transform, "prove-" + words + "-", "there are no " + rows.summary,
           Refuse(rows, kCorrectAdvice));
}

}  // namespace

void TransformMigrate(Transform& transform) {
  AddBackfill(transform);
  for (const Carried<Index>& index : transform.change.indexes) AddIndex(transform, index);
  AddAnalyze(transform);
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const TargetColumn& target : transition.targets) CountNulls(transform, target);
  }
  AddHeldCount(transform);
}

void TransformContract(Transform& transform) {
  const TransformShape& shape = transform.shape;
  AddProof(transform, "prove-in-step-",
           shape.has_sources() ? "the old and new columns of " + transform.shown + " agree"
                               : "each row of " + transform.shown + " is filled",
           Refuse(RowsOutOfStep(shape, true),
                  "write these rows once more through either version, or `zdm rollback`"));
  AddProof(transform, "prove-held-", "the new columns hold every old value",
           Refuse(RowsHeld(shape), "write a value that both versions can hold, or `zdm rollback`"));
  for (const Carried<Check>& check : transform.change.checks) {
    if (!check.now) continue;
    Table both = shape.old_table;
    std::erase_if(both.checks, [&](const Check& other) { return other.name == check.now->name; });
    Check now = *check.now;
    now.on_violation = OnViolation::kKeep;
    TightenCheck(transform.recipe, transform.recipes, both, now);
  }
  if (!shape.has_sources()) return;
  std::vector<std::string> columns;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) columns.push_back(source.column.name);
  }
  AddProof(transform, "nothing-uses-old-columns-",
           "nothing outside the plan depends on the old columns of " + transform.shown,
           NothingDepends("depends on old columns of " + transform.shown,
                          DependentsOfColumns(
                              shape.table, columns,
                              {shape.insert_trigger, shape.update_trigger, shape.note_trigger})));
}

}  // namespace zdm::mysql
