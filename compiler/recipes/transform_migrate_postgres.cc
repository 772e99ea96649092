// SPDX-License-Identifier: Apache-2.0
// Migrate of a TransformTable: the pass over the rows, then what the old rules imply for every
// write of the old application; the other rules wait for contract, and their violators are counted.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {
namespace {

constexpr const char* kAdvice =
    "correct these rows and run the same command again, or `zdm rollback`";

void AddBackfill(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const auto old_names = shape.OldNames(Side::kBefore);
  std::vector<std::string> assignments;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.preset) continue;
      assignments.push_back(Quote(target.physical) + " = " + OverRow(target.up, old_names, ""));
    }
  }
  assignments.push_back(Quote(shape.mark) + " = 1");
  Backfill backfill;
  backfill.table = transform.shown;
  backfill.sql_table = Quote(shape.table);
  // All keys of the old shape stand until the switch.
  backfill.key = BackfillKey(shape.old_table.primary_key ? shape.old_table : shape.stable);
  backfill.unfilled = Quote(shape.mark) + " <= 0";
  backfill.assignments = fmt::format("{}", fmt::join(assignments, ", "));
  backfill.careful_assignments = Quote(shape.mark) + " = -1";
  DraftStep step = NewStep(
      transform.recipes, Phase::kMigrate, transform.fill(),
      "fill the new columns of " + transform.shown + " in batches",
      {std::move(backfill),
       Probe{fmt::format("SELECT count(*)::text FROM (SELECT FROM {} WHERE {} <= 0 LIMIT 1) "
                         "AS unfilled",
                         Quote(shape.table), Quote(shape.mark)),
             "0"}},
      {Declared(shape.table, "ROW EXCLUSIVE")});
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      step.step.needs.push_back(ColumnResource(shape.table, target.column.name));
    }
  }
  step.step.provides = {FilledResource(shape.table)};
  transform.recipe.steps.push_back(std::move(step));
}

void AddAnalyze(Transform& transform) {
  DraftStep step = NewStep(transform.recipes, Phase::kMigrate, "analyze-" + transform.shown,
                           "collect statistics of " + transform.shown,
                           Patient({"ANALYZE " + Quote(transform.shape.table)}, std::nullopt),
                           {Declared(transform.shape.table, kShareUpdateExclusive)});
  step.step.needs = {FilledResource(transform.shape.table)};
  step.step.work = Work::kScan;
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.now || !IsImplied(transform.change, index)) continue;
    step.step.needs.push_back(
        IndexResource(IndexName(transform.shape.table, ShadowIndex(transform, *index.now).name)));
  }
  transform.recipe.steps.push_back(std::move(step));
}

}  // namespace

void CountAndProve(Transform& transform, const std::string& words, const RowQuery& rows) {
  DraftStep count =
      NewStep(transform.recipes, Phase::kMigrate, "count-" + words, "count the " + rows.summary,
              Report(rows, "contract refuses while such rows stand"));
  count.stage = Stage::kLast;
  count.step.needs = {FilledResource(transform.shape.table)};
  count.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(count));
  DraftStep prove = NewStep(transform.recipes, Phase::kContract, "prove-" + words,
                            "there are no " + rows.summary, Refuse(rows, kAdvice));
  prove.stage = Stage::kFirst;
  prove.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(prove));
}

namespace {

/// CK on the physical columns: not valid, then validated.
void AddCheckSteps(Transform& transform, const Check& check, Phase phase,
                   const std::string& words) {
  const QualifiedName& table = transform.shape.table;
  const std::string resource = ConstraintResource(table, check.name);
  DraftStep bind = NewStep(transform.recipes, phase, "bind-" + words,
                           "new rows must fulfil " + words, AddCheckNotValid(table, check));
  bind.step.revert = {DropConstraint(table, check.name)};
  bind.step.needs = {FilledResource(table)};
  bind.step.provides = {resource};
  transform.recipe.objects.push_back(
      {"constraint", Display(table, check.name), {bind.step.id, transform.turn()}, false});
  transform.recipe.steps.push_back(std::move(bind));
  if (!check.validated) return;
  DraftStep validate =
      NewStep(transform.recipes, phase, "validate-" + words, "prove " + words + " for all rows",
              ValidateCheck(table, check), {Declared(table, kShareUpdateExclusive)});
  validate.step.needs = {resource};
  validate.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(validate));
}

void AddNotNull(Transform& transform, const ShapedTransition& transition,
                const TargetColumn& target) {
  if (!target.column.not_null) return;
  const bool implied = transition.faithful && transition.sources.at(0).column.not_null;
  const std::string words = "not-null-" + Display(transform.shape.table, target.column.name);
  if (!implied) {
    CountAndProve(transform, words, NullRows(transform.shape.stable, target.physical));
  }
  const bool early = implied || target.column.on_violation == OnViolation::kReject;
  AddCheckSteps(transform,
                NotNullCheck(transform.context(), transform.shape.table, target.physical),
                early ? Phase::kMigrate : Phase::kContract, words);
}

void AddCheck(Transform& transform, const Carried<Check>& check) {
  if (!check.now) return;
  const Check shadow = ShadowCheck(transform, *check.now);
  const std::string words = "check-" + Display(transform.shape.table, check.now->name);
  const bool implied = IsImplied(transform.change, check);
  if (!implied) {
    RowQuery rows = CheckViolators(transform.shape.stable, shadow);
    rows.summary = "rows that break check " + Display(check.now->name);
    CountAndProve(transform, words, rows);
  }
  const bool early = implied || check.now->on_violation == OnViolation::kReject;
  AddCheckSteps(transform, shadow, early ? Phase::kMigrate : Phase::kContract, words);
}

}  // namespace

void BuildOnShadow(Transform& transform, const Index& shadow, const std::string& name,
                   Phase phase) {
  const QualifiedName& table = transform.shape.table;
  DraftStep step = NewStep(transform.recipes, phase, "build-" + name,
                           "build " + name + " on the new columns while others work",
                           BuildIndex(table, shadow), {Declared(table, kShareUpdateExclusive)});
  step.step.revert = {DropIndexConcurrently(table, shadow)};
  step.step.needs = {FilledResource(table)};
  step.step.provides = {IndexResource(IndexName(table, shadow.name))};
  step.step.work = Work::kScan;
  transform.recipe.objects.push_back(
      {"index", Display(IndexName(table, shadow.name)), {step.step.id, transform.turn()}, false});
  transform.recipe.steps.push_back(std::move(step));
}

namespace {

void AddIndexSteps(Transform& transform, const Carried<Index>& index) {
  if (!index.now) return;
  const Index shadow = ShadowIndex(transform, *index.now);
  const std::string name = "index-" + Display(IndexName(transform.shape.table, index.now->name));
  const bool implied = IsImplied(transform.change, index);
  if (!implied) {
    RowQuery rows = Duplicates(transform.shape.stable, shadow);
    rows.summary = "rows that are not unique by " + Display(index.now->name);
    CountAndProve(transform, name, rows);
  }
  const bool early = implied || index.now->on_violation == OnViolation::kReject;
  BuildOnShadow(transform, shadow, name, early ? Phase::kMigrate : Phase::kContract);
}

/// UQ under a derived name; the switch only renames it.
void AddKeySteps(Transform& transform, const Carried<Key>& key) {
  if (!key.now) return;
  const TransformShape& shape = transform.shape;
  const Key shadow = ShadowKey(transform, *key.now);
  const Index index = IndexOfKey(shadow);
  const std::string name = "unique-" + Display(shape.table, key.now->name);
  const bool implied = IsImplied(transform.change, key);
  if (!implied) {
    RowQuery rows = Duplicates(shape.stable, index);
    rows.summary = "rows that are not unique by " + Display(key.now->name);
    CountAndProve(transform, name, rows);
  }
  const bool early = implied || key.now->on_violation == OnViolation::kReject;
  const Phase phase = early ? Phase::kMigrate : Phase::kContract;
  BuildOnShadow(transform, index, name, phase);
  Table physical = shape.stable;
  DraftStep attach = NewStep(transform.recipes, phase, "attach-" + name,
                             "the index becomes a unique constraint", AttachKey(physical, shadow));
  attach.step.revert = {DropConstraint(shape.table, shadow.name)};
  attach.step.needs = {IndexResource(IndexName(shape.table, shadow.name))};
  attach.step.provides = {ConstraintResource(shape.table, shadow.name)};
  transform.recipe.objects.push_back(
      {"constraint", Display(shape.table, shadow.name), {attach.step.id, transform.turn()}, false});
  transform.recipe.steps.push_back(std::move(attach));
}

}  // namespace

void TransformMigrate(Transform& transform) {
  if (!transform.shape.filled_at_start()) AddBackfill(transform);
  for (const Carried<Index>& index : transform.change.indexes) AddIndexSteps(transform, index);
  for (const Carried<Key>& key : transform.change.uniques) AddKeySteps(transform, key);
  BuildPrimaryKey(transform);
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      AddNotNull(transform, transition, target);
    }
  }
  for (const Carried<Check>& check : transform.change.checks) AddCheck(transform, check);
  AddAnalyze(transform);
  RowQuery held = RowsHeld(transform.shape, Side::kBefore);
  DraftStep count = NewStep(transform.recipes, Phase::kMigrate, "count-held-" + transform.shown,
                            "count the " + held.summary,
                            Report(held,
                                   "contract refuses while such rows stand: write a value "
                                   "that both versions can hold"));
  count.stage = Stage::kLast;
  count.step.needs = {FilledResource(transform.shape.table)};
  count.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(count));
}

}  // namespace zdm::postgres
