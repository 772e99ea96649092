// SPDX-License-Identifier: Apache-2.0
// Expand of a TransformTable: from here on every write of a source reaches both sides.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "compiler/recipes/null_guard_postgres.h"
#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

std::string NewColumnClause(const TargetColumn& target) {
  Column bare;
  bare.name = target.physical;
  bare.type = target.column.type;
  bare.collation = target.column.collation;
  if (target.preset) bare.default_value = target.column.default_value;
  return ColumnClause(bare);
}

/// Columns whose change the trigger must see.
std::vector<std::string> WatchedColumns(const TransformShape& shape) {
  std::vector<std::string> watched;
  const auto add = [&](const std::string& column) {
    const Column* found = shape.old_table.FindColumn(column);
    if (found != nullptr && found->generated) return;
    if (std::find(watched.begin(), watched.end(), column) == watched.end()) {
      watched.push_back(column);
    }
  };
  const auto old_names = shape.OldNames(Side::kBefore);
  const auto new_names = shape.NewNames(Side::kBefore);
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) add(source.column.name);
    for (const TargetColumn& target : transition.targets) add(target.physical);
    if (transition.sources.empty() || transition.targets.empty()) continue;
    for (const std::string& name : transition.up_reads) add(old_names.at(name));
    for (const std::string& name : transition.down_reads) add(new_names.at(name));
  }
  for (const Check& check : shape.loosened_checks) {
    for (const std::string& column : ColumnsOf(check.expression.sql)) {
      if (old_names.contains(column)) add(column);
    }
  }
  add(shape.mark);
  return watched;
}

std::string UpdateTrigger(const TransformShape& shape, bool by_columns) {
  const std::vector<std::string> watched = WatchedColumns(shape);
  std::vector<std::string> before, after, columns;
  for (const std::string& column : watched) {
    before.push_back(Field("OLD", column));
    after.push_back(Field("NEW", column));
    columns.push_back(Field("", column));
  }
  return fmt::format(
      "CREATE TRIGGER {} BEFORE UPDATE{} ON {} FOR EACH ROW WHEN (NOT ({} AND {}) AND {}) "
      "EXECUTE FUNCTION {}()",
      Quote(shape.update_trigger),
      by_columns ? fmt::format(" OF {}", fmt::join(columns, ", ")) : std::string(),
      Quote(shape.table), Op(Field("OLD", shape.mark), "<=", "0"),
      Op(Field("NEW", shape.mark), "=", "1"), Differs(before, after), Quote(shape.function));
}

std::vector<std::string> Loosen(const TransformShape& shape) {
  std::vector<std::string> clauses;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.loosened) continue;
      clauses.push_back("ALTER COLUMN " + Quote(source.column.name) + " DROP NOT NULL");
    }
  }
  for (const Check& check : shape.loosened_checks) {
    clauses.push_back("DROP CONSTRAINT " + Quote(check.name));
  }
  return clauses;
}

/// New columns with their defaults, and what goes of the old rules: two statements, since what a
/// column is added with is evaluated for the rows that are there.
std::vector<std::string> AddColumns(const TransformShape& shape) {
  std::vector<std::string> clauses, defaults = Loosen(shape);
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      clauses.push_back("ADD COLUMN " + NewColumnClause(target));
      if (target.bit < 0) continue;
      defaults.push_back(fmt::format("ALTER COLUMN {} SET DEFAULT {}", Quote(target.physical),
                                     AbsentDefault(shape, target)));
    }
  }
  // The mark is the last column: its default reads what those before it left.
  clauses.push_back(fmt::format("ADD COLUMN {} {} DEFAULT {} NOT NULL", Quote(shape.mark),
                                shape.mark_type, shape.filled_at_start() ? 1 : 0));
  defaults.push_back(
      fmt::format("ALTER COLUMN {} SET DEFAULT {}", Quote(shape.mark), MarkDefault(shape)));
  return {AlterTable(shape) + fmt::format("{}", fmt::join(clauses, ", ")),
          AlterTable(shape) + fmt::format("{}", fmt::join(defaults, ", "))};
}

std::vector<std::string> ExpandStatements(const TransformShape& shape, bool by_columns) {
  std::vector<std::string> statements = AddColumns(shape);
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      const std::vector<std::string> properties =
          ColumnProperties(shape.table, target.physical, target.column);
      statements.insert(statements.end(), properties.begin(), properties.end());
    }
    if (!transition.agree.empty() && !transition.targets.empty()) {
      statements.push_back(CreateAgreeFunction(shape, transition));
    }
  }
  statements.push_back(CreateSyncFunction(shape, Side::kBefore));
  statements.push_back(
      fmt::format("CREATE TRIGGER {} BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION {}()",
                  Quote(shape.insert_trigger), Quote(shape.table), Quote(shape.function)));
  statements.push_back(UpdateTrigger(shape, by_columns));
  for (std::string& sql : CreateNullGuards(shape)) statements.push_back(std::move(sql));
  // Rows that replication applies are rows of an application too.
  std::vector<std::string> always = EnableNullGuards(shape);
  for (const std::string& trigger : {shape.insert_trigger, shape.update_trigger}) {
    always.push_back("ENABLE ALWAYS TRIGGER " + Quote(trigger));
  }
  statements.push_back(AlterTable(shape) + fmt::format("{}", fmt::join(always, ", ")));
  return statements;
}

/// A user's trigger that changes rows before an UPDATE may change a source that the statement does
/// not name: then the column list must go.
Probe NoForeignUpdateTriggers(const TransformShape& shape) {
  return {fmt::format("SELECT count(*)::text FROM pg_trigger WHERE tgrelid = to_regclass({}) AND "
                      "tgtype & 19 = 19",
                      Literal(Quote(shape.table))),
          "0"};
}

/// What would go wrong later: a trigger that fires after ours, a type whose column cannot be added
/// without a rewrite, a sequence that the switch would leave behind.
std::string Obstacles(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::set<std::string> types;
  std::vector<std::string> sources;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      types.insert(Literal(target.column.type.sql));
    }
    for (const SourceColumn& source : transition.sources) {
      sources.push_back(Literal(source.column.name));
    }
  }
  // The switch takes these along, or parks them.
  std::vector<std::string> known;
  for (const Sequence& sequence : transform.context().current.sequences) {
    if (sequence.owned_by && sequence.owned_by->table == shape.table) {
      known.push_back(Literal(Quote(sequence.name)));
    }
  }
  const std::string table = Literal(Quote(shape.table));
  std::string query = fmt::format(
      "SELECT format('trigger %I, which fires after the sync trigger', tgname) FROM pg_trigger "
      "WHERE tgrelid = to_regclass({}) AND NOT tgisinternal AND tgtype & 3 = 3 AND tgtype & 20 <> "
      "0 AND tgname::text COLLATE \"C\" > '~zdm_' AND tgname NOT IN ({}, {})",
      table, Literal(shape.insert_trigger), Literal(shape.update_trigger));
  if (!types.empty()) {
    query += fmt::format(
        " UNION ALL SELECT format('domain %s, whose checks make the server rewrite the table', "
        "typname) FROM pg_type y WHERE y.oid IN (SELECT to_regtype(n) FROM unnest(ARRAY[{}]) n) "
        "AND y.typtype = 'd' AND (y.typnotnull OR EXISTS (SELECT FROM pg_constraint c WHERE "
        "c.contypid = y.oid))",
        fmt::join(types, ", "));
  }
  if (!sources.empty()) {
    query += fmt::format(
        " UNION ALL SELECT format('sequence %s, which belongs to the old column %I', "
        "d.objid::regclass, a.attname) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND "
        "s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = "
        "d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = "
        "'pg_class'::regclass AND d.deptype = 'a' AND d.refobjid = to_regclass({}) AND a.attname "
        "IN ({}) AND NOT EXISTS (SELECT FROM unnest(ARRAY[{}]::text[]) k WHERE to_regclass(k) = "
        "s.oid)",
        table, fmt::join(sources, ", "), fmt::join(known, ", "));
  }
  return query;
}

/// The visible new columns, out of the application's sight.
std::map<std::string, std::string> Hidden(const Transform& transform) {
  std::map<std::string, std::string> hidden;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      hidden[target.physical] = DerivedName(transform.context(), "hidden",
                                            Display(transform.shape.table, target.physical));
    }
  }
  return hidden;
}

std::vector<std::string> HideStatements(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> statements = DropNullGuards(shape);
  for (const std::string& trigger : {shape.insert_trigger, shape.update_trigger}) {
    statements.push_back(fmt::format("DROP TRIGGER {} ON {}", Quote(trigger), Quote(shape.table)));
  }
  for (const auto& [column, hidden] : Hidden(transform)) {
    statements.push_back(AlterTable(shape) + "ALTER COLUMN " + Quote(column) + " DROP DEFAULT");
    statements.push_back(AlterTable(shape) + "RENAME COLUMN " + Quote(column) + " TO " +
                         Quote(hidden));
  }
  statements.push_back(AlterTable(shape) + "ALTER COLUMN " + Quote(shape.mark) + " SET DEFAULT 1");
  return statements;
}

std::vector<std::string> DropStatements(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  const auto hidden = Hidden(transform);
  std::vector<std::string> clauses, functions{Quote(shape.function) + "()"};
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      const auto name = hidden.find(target.physical);
      clauses.push_back("DROP COLUMN " +
                        Quote(name == hidden.end() ? target.physical : name->second));
    }
    if (!transition.agree.empty() && !transition.targets.empty()) {
      functions.push_back(fmt::format("zdm.{}({})", Quote(transition.agree),
                                      fmt::join(AgreeArgumentTypes(shape, transition), ", ")));
    }
  }
  clauses.push_back("DROP COLUMN " + Quote(shape.mark));
  return {AlterTable(shape) + fmt::format("{}", fmt::join(clauses, ", ")),
          fmt::format("DROP FUNCTION {}", fmt::join(functions, ", "))};
}

/// Rows that the old rules do not take are named before anything goes; then the triggers and the
/// sight of the new columns go, what they held is kept aside, the rules come back.
std::vector<Operation> StopSync(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<Operation> revert;
  const auto append = [&](std::vector<Operation> operations) {
    revert.insert(revert.end(), operations.begin(), operations.end());
  };
  const std::string advice =
      "the old rule does not hold for these rows: write a value that both versions can hold and "
      "run `zdm rollback` again";
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.loosened) continue;
      revert.push_back(Refuse(NullRows(shape.stable, source.column.name), advice));
    }
  }
  for (const Check& check : shape.loosened_checks) {
    revert.push_back(Refuse(CheckViolators(shape.stable, check), advice));
  }
  revert.push_back(
      Short({Taken(shape.table, kAccessExclusive)}, HideStatements(transform),
            {fmt::format("SELECT count(*)::text FROM pg_trigger WHERE tgrelid = to_regclass({}) "
                         "AND tgname IN ({}, {})",
                         Literal(Quote(shape.table)), Literal(shape.insert_trigger),
                         Literal(shape.update_trigger)),
             "0"}));
  revert.push_back(KeepAside(RowsLost(shape, Side::kBefore, Hidden(transform))));
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.loosened) continue;
      append(RestoreNotNull(transform.context(), shape.stable, source.column.name));
    }
  }
  for (const Check& check : shape.loosened_checks) append(RestoreCheck(shape.stable, check));
  revert.push_back(Short({Taken(shape.table, kAccessExclusive)}, DropStatements(transform),
                         SyncFunctionGone(shape)));
  return revert;
}

/// Rows that the old rules do not take, known before a rollback changes anything: as they stand
/// before the switch and after it.
void AddRuleLosses(const Transform& transform, Step& step) {
  const TransformShape& shape = transform.shape;
  const Window before{transform.start(), transform.turn()}, after{transform.turn(), ""};
  const std::map<std::string, std::string> names = shape.OldNames(Side::kAfter);
  Shown shown;
  for (const auto& [own, now] : names) shown.columns.emplace(now, own);
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.loosened) continue;
      step.losses.push_back({NullRows(shape.stable, source.column.name), before});
      step.losses.push_back({NullRows(shape.stable, source.parked, shown), after});
    }
  }
  for (const Check& check : shape.loosened_checks) {
    Check parked = check;
    parked.expression.sql = RenameColumns(check.expression.sql, names);
    step.losses.push_back({CheckViolators(shape.stable, check), before});
    step.losses.push_back({CheckViolators(shape.stable, parked, shown), after});
  }
}

void AddEffects(const Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      Column now = target.column;
      now.not_null = false;
      now.identity.reset();  // it comes with the switch
      step.effects.push_back({AskColumn(shape.table, now.name).object, AnswerColumn(now)});
      step.effects.push_back({AskNotNull(shape.table, now.name).object, AnswerNotNull(now)});
      step.effects.push_back({AskComment(Commented::kColumn, shape.table, now.name).object,
                              AnswerComment(now.comment)});
    }
    for (const SourceColumn& source : transition.sources) {
      if (!source.loosened) continue;
      Column now = source.column;
      now.not_null = false;
      step.effects.push_back({AskNotNull(shape.table, now.name).object, AnswerNotNull(now)});
    }
  }
  for (const Check& check : shape.loosened_checks) {
    step.effects.push_back({AskConstraint(shape.table, check.name).object, ""});
    if (check.comment) {
      step.effects.push_back(
          {AskComment(Commented::kConstraint, shape.table, check.name).object, ""});
    }
  }
  step.effects.push_back(
      {AskFunction(shape.function, {}).object, SyncFunctionIs(shape, Side::kBefore).expected});
}

void AddHazards(const Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      const std::string object = Display(shape.table, source.column.name);
      if (transition.lossy) {
        Hazard hazard = Needs(codes::kLossyTransition, object,
                              "rows written by the new application lose what the old column "
                              "cannot hold");
        hazard.allowed_by = "lossy: " + *transition.lossy;
        step.step.hazards.push_back(std::move(hazard));
      }
    }
  }
  for (const Key& key : shape.loosened_keys) {
    step.step.hazards.push_back(
        Needs(codes::kUniqueBinds, Display(shape.table, key.name),
              "the old unique constraint binds the new application's writes until contract"));
  }
}

}  // namespace

void TransformExpand(Transform& transform) {
  const TransformShape& shape = transform.shape;
  DraftStep look =
      NewStep(transform.recipes, Phase::kExpand, "look-at-" + transform.shown,
              "nothing on " + transform.shown + " is in the way of its sync trigger",
              NothingDepends("these are in the way of the sync trigger", Obstacles(transform)));
  look.stage = Stage::kFirst;
  transform.recipe.steps.push_back(std::move(look));

  RunSql run;
  run.locks = {Taken(shape.table, kAccessExclusive)};
  run.statements = ExpandStatements(shape, true);
  run.guard = Guard{NoForeignUpdateTriggers(shape), ExpandStatements(shape, false)};
  DraftStep step =
      NewStep(transform.recipes, Phase::kExpand, transform.start(),
              "add the new columns of " + transform.shown +
                  (shape.has_sources() ? " and the trigger that keeps old and new in step"
                                       : " and triggers that tell who gave a value"),
              {std::move(run), SyncFunctionIs(shape, Side::kBefore)});
  step.step.revert = StopSync(transform);
  step.step.losses = {{RowsLost(shape, Side::kBefore, {}), {transform.start(), transform.turn()}},
                      {RowsLost(shape, Side::kAfter, {}), {transform.turn(), ""}}};
  AddRuleLosses(transform, step.step);
  step.step.needs = {TableResource(shape.table)};
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      step.step.provides.push_back(ColumnResource(shape.table, target.column.name));
    }
    for (const std::string& read : transition.down_reads) {
      if (IsNewColumn(transform.context(), shape.table, read)) {
        step.step.needs.push_back(ColumnResource(shape.table, read));
      }
    }
  }
  if (shape.filled_at_start()) step.step.provides.push_back(FilledResource(shape.table));
  // What this step provides itself is no need of it.
  std::erase_if(step.step.needs, [&](const std::string& need) {
    const auto& provides = step.step.provides;
    return std::find(provides.begin(), provides.end(), need) != provides.end();
  });
  AddEffects(transform, step);
  AddHazards(transform, step);
  transform.recipe.steps.push_back(std::move(step));
}

}  // namespace zdm::postgres
