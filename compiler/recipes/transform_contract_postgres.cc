// SPDX-License-Identifier: Apache-2.0
// Contract of a TransformTable before its switch: what must hold for the old columns to go.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {
namespace {

void AddProof(Transform& transform, const std::string& words, const std::string& summary,
              Operation operation) {
  DraftStep step = NewStep(transform.recipes, Phase::kContract, words + transform.shown, summary,
                           std::move(operation));
  step.stage = Stage::kFirst;
  step.step.work = Work::kScan;
  transform.recipe.steps.push_back(std::move(step));
}

/// Whatever names a source column and is neither part of the plan nor of the column.
std::string Dependents(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> columns, constraints{"''"}, relations{"''"};
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      columns.push_back(Literal(source.column.name));
      constraints.push_back(
          Literal(NotNullCheck(transform.context(), shape.table, source.column.name).name));
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (index.old) relations.push_back(Literal(index.old->name));
  }
  // The switch takes these along, or parks them.
  for (const Sequence& sequence : transform.context().current.sequences) {
    if (sequence.owned_by && sequence.owned_by->table == shape.table) {
      relations.push_back(Literal(sequence.name.name));
    }
  }
  for (const Carried<Key>& key : transform.change.uniques) {
    if (key.old) constraints.push_back(Literal(key.old->name));
  }
  if (const auto& key = transform.change.primary_key) {
    constraints.push_back(Literal(key->old->name));
  }
  for (const Carried<Check>& check : transform.change.checks) {
    if (check.old) constraints.push_back(Literal(check.old->name));
  }
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d JOIN "
      "pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE d.refclassid = "
      "'pg_class'::regclass AND a.attrelid = to_regclass({0}) AND a.attname IN ({1}) AND NOT "
      "(d.classid = 'pg_attrdef'::regclass AND EXISTS (SELECT FROM pg_attrdef f WHERE f.oid = "
      "d.objid AND f.adrelid = a.attrelid AND f.adnum = a.attnum)) AND NOT (d.classid = "
      "'pg_constraint'::regclass AND EXISTS (SELECT FROM pg_constraint c WHERE c.oid = d.objid AND "
      "c.conrelid = a.attrelid AND (c.conname IN ({2}) OR c.contype = 'n'))) AND NOT (d.classid = "
      "'pg_class'::regclass AND EXISTS (SELECT FROM pg_class i WHERE i.oid = d.objid AND i.relkind "
      "IN ('i', 'S') AND i.relname IN ({3}))) AND NOT (d.classid = 'pg_class'::regclass AND "
      "d.deptype = 'i' AND EXISTS (SELECT FROM pg_class q WHERE q.oid = d.objid AND q.relkind = "
      "'S')) AND NOT (d.classid = 'pg_trigger'::regclass AND EXISTS "
      "(SELECT FROM pg_trigger g WHERE g.oid = d.objid AND g.tgname IN ({4}, {5})))",
      Literal(Quote(shape.table)), fmt::join(columns, ", "), fmt::join(constraints, ", "),
      fmt::join(relations, ", "), Literal(shape.insert_trigger), Literal(shape.update_trigger));
}

}  // namespace

void TransformContract(Transform& transform) {
  const TransformShape& shape = transform.shape;
  AddProof(transform, "prove-in-step-",
           shape.has_sources() ? "the old and new columns of " + transform.shown + " agree"
                               : "each row of " + transform.shown + " is filled",
           Refuse(RowsOutOfStep(shape, Side::kBefore, true),
                  "write these rows once more through either version, or `zdm rollback`"));
  AddProof(transform, "prove-held-", "the new columns hold every old value",
           Refuse(RowsHeld(shape, Side::kBefore),
                  fmt::format("write a value that both versions can hold; to keep a row as its new "
                              "columns are: UPDATE {} SET {} = -1 for its key",
                              Quote(shape.table), Quote(shape.mark))));
  if (!shape.has_sources()) return;
  AddProof(transform, "nothing-uses-old-columns-",
           "nothing outside the plan depends on the old columns of " + transform.shown,
           NothingDepends("depends on old columns of " + transform.shown, Dependents(transform)));
}

void TransformPurge(Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> clauses, functions{Quote(shape.function) + "()"};
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      clauses.push_back("DROP COLUMN " + Quote(source.parked));
    }
    if (!transition.agree.empty() && !transition.targets.empty()) {
      functions.push_back(fmt::format("zdm.{}({})", Quote(transition.agree),
                                      fmt::join(AgreeArgumentTypes(shape, transition), ", ")));
    }
  }
  clauses.push_back("DROP COLUMN " + Quote(shape.mark));
  Statements statements;
  for (const std::string& trigger : {shape.insert_trigger, shape.update_trigger}) {
    statements.push_back(fmt::format("DROP TRIGGER {} ON {}", Quote(trigger), Quote(shape.table)));
  }
  statements.push_back(AlterTable(shape) + fmt::format("{}", fmt::join(clauses, ", ")));
  statements.push_back(fmt::format("DROP FUNCTION {}", fmt::join(functions, ", ")));
  transform.recipe.purge.push_back(NewStep(
      transform.recipes, Phase::kContract, transform.destroy(),
      shape.has_sources()
          ? "destroy the parked columns of " + transform.shown + " and what kept them in step"
          : "take the triggers and the mark of " + transform.shown + " away",
      Short({Taken(shape.table, kAccessExclusive)}, std::move(statements),
            SyncFunctionGone(shape))));
}

}  // namespace zdm::postgres
