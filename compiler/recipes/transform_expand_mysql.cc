// SPDX-License-Identifier: Apache-2.0
// Expand of a TransformTable: from here on every write of a source reaches both sides.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/sync_triggers_mysql.h"
#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm::mysql {
namespace {

void AddFunctions(Transform& transform) {
  for (const ShapedTransition& transition : transform.shape.transitions) {
    if (transition.agree.empty()) continue;
    const Question question = AskFunction({"zdm", transition.agree});
    DraftStep step =
        NewStep(transform.recipes, Phase::kExpand,
                fmt::format("compare-{}-{}", transform.shown, transition.number),
                "a function that compares the old and new columns of " + transform.shown,
                Short({}, {CreateAgreeFunction(transform.shape, transform.context(), transition)},
                      Answers(question, AnswerFunction())));
    step.step.revert = {
        Short({}, {"DROP FUNCTION zdm." + Quote(transition.agree)}, Absent(question))};
    transform.recipe.objects.push_back(
        {"function", "zdm." + transition.agree, {step.step.id, ""}, false});
    transform.recipe.steps.push_back(std::move(step));
  }
}

std::string Place(const Transform& transform, const std::string& column) {
  const auto place = transform.change.places.find(column);
  if (place == transform.change.places.end()) return "";
  return place->second.empty() ? " FIRST" : " AFTER " + Quote(place->second);
}

/// In the order of the new table, so that one may stand behind another.
std::vector<const TargetColumn*> OrderedTargets(const TransformShape& shape) {
  std::vector<const TargetColumn*> targets;
  for (const Column& column : shape.new_table.columns) {
    for (const ShapedTransition& transition : shape.transitions) {
      for (const TargetColumn& target : transition.targets) {
        if (target.column.name == column.name) targets.push_back(&target);
      }
    }
  }
  return targets;
}

std::vector<std::string> AddClauses(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> clauses;
  for (const TargetColumn* target : OrderedTargets(shape)) {
    clauses.push_back("ADD COLUMN " +
                      ColumnClause(transform.dialect(), shape.old_table, target->during) +
                      Place(transform, target->column.name));
  }
  clauses.push_back(fmt::format("ADD COLUMN {} {} NOT NULL DEFAULT 0 INVISIBLE", Quote(shape.mark),
                                shape.mark_type));
  return clauses;
}

std::vector<std::string> DefaultClauses(const Transform& transform, bool there) {
  std::vector<std::string> clauses;
  for (const ShapedTransition& transition : transform.shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (source.during == source.column) continue;
      clauses.push_back(SetDefault(transform.recipes, transform.shape.old_table,
                                   there ? source.during : source.column));
    }
  }
  return clauses;
}

Operation HideTargets(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> clauses;
  std::string first;
  for (const TargetColumn* target : OrderedTargets(shape)) {
    if (first.empty()) first = target->column.name;
    clauses.push_back("RENAME COLUMN " + Quote(target->column.name) + " TO " +
                      Quote(HiddenName(transform, target->column.name)));
  }
  return Asserted(transform.recipes, {shape.old_table, clauses, {Alter::kRenameColumn}},
                  Absent(AskColumn(transform.dialect(), shape.table, first, Facet::kNotNull)));
}

Operation DropTargets(const Transform& transform) {
  const TransformShape& shape = transform.shape;
  std::vector<std::string> clauses;
  for (const TargetColumn* target : OrderedTargets(shape)) {
    clauses.push_back("DROP COLUMN " + Quote(HiddenName(transform, target->column.name)));
  }
  clauses.push_back("DROP COLUMN " + Quote(shape.mark));
  return Asserted(transform.recipes, {shape.old_table, clauses, {Alter::kDropColumn}},
                  Absent(AskColumn(transform.dialect(), shape.table, shape.mark, Facet::kNotNull)));
}

void AddColumns(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const Dialect dialect = transform.dialect();
  DraftStep step = NewStep(
      transform.recipes, Phase::kExpand, transform.add(),
      "add the new columns of " + transform.shown + ", which the old application does not see",
      Asserted(
          transform.recipes,
          {shape.old_table,
           AddClauses(transform),
           {transform.change.places.empty() ? Alter::kAddColumn : Alter::kAddColumnInside}},
          Answers(AskColumn(dialect, shape.table, shape.mark, Facet::kNotNull), "not null: yes")));
  const bool has_targets = !OrderedTargets(shape).empty();
  if (has_targets) step.step.revert.push_back(HideTargets(transform));
  step.step.revert.push_back(KeepAside(RowsLost(transform, true)));
  step.step.revert.push_back(DropTargets(transform));
  step.step.losses = {{RowsLost(transform, false), {transform.start(), ""}}};
  step.step.needs = {TableResource(shape.table)};
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      step.step.provides.push_back(ColumnResource(shape.table, target.column.name));
      for (Effect& effect : ColumnAppears(dialect, shape.table, target.during)) {
        step.effects.push_back(std::move(effect));
      }
    }
    for (const std::string& read : transition.down_reads) {
      if (IsNewColumn(transform.context(), shape.table, read)) {
        step.step.needs.push_back(ColumnResource(shape.table, read));
      }
    }
  }
  for (const auto& [column, place] : transform.change.places) {
    if (!place.empty()) step.step.needs.push_back(ColumnResource(shape.table, place));
  }
  std::erase_if(step.step.needs, [&](const std::string& need) {
    const auto& provides = step.step.provides;
    return std::find(provides.begin(), provides.end(), need) != provides.end();
  });
  transform.recipe.steps.push_back(std::move(step));
}

void AddDefaults(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const std::vector<std::string> clauses = DefaultClauses(transform, true);
  if (clauses.empty()) return;
  const Dialect dialect = transform.dialect();
  DraftStep step;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (source.during == source.column) continue;
      const Question question =
          AskColumn(dialect, shape.table, source.column.name, Facet::kDefault);
      if (step.step.id.empty()) {
        const auto set = [&](bool there) {
          return Asserted(
              transform.recipes,
              {shape.old_table, DefaultClauses(transform, there), {Alter::kChangeDefault}},
              Answers(question, AnswerColumn(dialect, there ? source.during : source.column,
                                             Facet::kDefault)));
        };
        step =
            NewStep(transform.recipes, Phase::kExpand, "leave-out-" + transform.shown,
                    "new rows may leave the old columns of " + transform.shown + " out", set(true));
        step.step.revert = {set(false)};
        step.step.needs = {TableResource(shape.table)};
      }
      step.effects.push_back(
          {question.object, AnswerColumn(dialect, source.during, Facet::kDefault)});
    }
  }
  transform.recipe.steps.push_back(std::move(step));
}

void AddTrigger(Transform& transform, const std::string& words, const std::string& summary,
                const std::string& name, const std::string& moment, const std::string& create) {
  const TransformShape& shape = transform.shape;
  const Question question = AskTrigger(shape.table, name);
  DraftStep step =
      NewStep(transform.recipes, Phase::kExpand, words, summary,
              Short({Exclusive(shape.table)}, {create}, Answers(question, AnswerTrigger(moment))));
  step.step.revert = {
      Short({Exclusive(shape.table)}, {DropTrigger(shape, name)}, Absent(question))};
  transform.recipe.objects.push_back({"trigger", Display(shape.table, name), {words, ""}, false});
  transform.recipe.steps.push_back(std::move(step));
}

void AddHazards(const Transform& transform, Step& step) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    if (!transition.lossy) continue;
    for (const SourceColumn& source : transition.sources) {
      Hazard hazard = Needs(codes::kLossyTransition, Display(shape.table, source.column.name),
                            "rows written by the new application lose what the old column cannot "
                            "hold");
      hazard.allowed_by = "lossy: " + *transition.lossy;
      step.hazards.push_back(std::move(hazard));
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!BindsParked(transform.change, index)) continue;
    step.hazards.push_back(
        Needs(codes::kUniqueBinds, Display(shape.table, index.old->name),
              "the old unique index binds the new application's writes until contract"));
  }
}

void LoosenChecks(Transform& transform) {
  const TransformShape& shape = transform.shape;
  for (const Check& check : shape.loosened_checks) {
    const std::string object = Display(shape.table, check.name);
    const Question question = AskCheck(transform.dialect(), shape.table, check.name);
    DraftStep step = NewStep(transform.recipes, Phase::kExpand, "loosen-check-" + object,
                             "check " + object + " binds the old application alone",
                             DropCheckOperation(transform.recipes, shape.old_table, check));
    step.step.revert = RestoreCheck(transform.recipes, shape.old_table, check);
    step.step.losses = {{CheckViolators(shape.old_table, shape.table, check), {step.step.id, ""}}};
    step.effects = {{question.object, ""}};
    if (check.enforced && transform.dialect() == Dialect::kMysql) {
      transform.recipe.notices.push_back(
          "a rollback that brings check " + object + " back copies " + transform.shown +
          " while its writes wait: the server has no other way to enforce a check");
    }
    transform.recipe.steps.push_back(std::move(step));
  }
}

}  // namespace

void TransformExpand(Transform& transform) {
  const TransformShape& shape = transform.shape;
  AddFunctions(transform);
  AddColumns(transform);
  AddDefaults(transform);
  if (shape.late_key) {
    AddTrigger(transform, "note-inserts-" + transform.shown,
               "rows that one side of " + transform.shown + " cannot hold are noted by their key",
               shape.note_trigger, "after insert", CreateNoteTrigger(shape));
  }
  AddTrigger(transform, "sync-updates-" + transform.shown,
             "updates of " + transform.shown + " reach old and new columns", shape.update_trigger,
             "before update", CreateUpdateTrigger(shape, transform.context()));
  AddTrigger(transform, transform.start(),
             "inserts into " + transform.shown + " reach old and new columns: both work",
             shape.insert_trigger, "before insert",
             CreateInsertTrigger(shape, transform.context()));
  AddHazards(transform, transform.recipe.steps.back().step);
  LoosenChecks(transform);
}

}  // namespace zdm::mysql
