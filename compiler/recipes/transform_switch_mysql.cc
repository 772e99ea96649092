// SPDX-License-Identifier: Apache-2.0
// The switch of a TransformTable: one statement that gives the new columns their own properties and
// takes the old ones out of sight; its way back; and what purge destroys.
#include <fmt/format.h>

#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_indexes.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/sync_triggers_mysql.h"
#include "compiler/recipes/transform_parts_mysql.h"

namespace zdm::mysql {
namespace {

Column Hidden(Column column) {
  column.invisible = true;
  return column;
}

std::string Rename(const std::string& from, const std::string& to) {
  return "RENAME INDEX " + Quote(from) + " TO " + Quote(to);
}

/// Writes the clauses of one direction.
class SwitchClauses {
 public:
  SwitchClauses(const Transform& transform, bool there)
      : transform_(transform), shape_(transform.shape), there_(there) {
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const SourceColumn& source : transition.sources) {
        Change(there ? Hidden(source.during) : source.during, Alter::kChangeVisibility);
      }
      for (const TargetColumn& target : transition.targets) {
        Change(there ? target.column : target.during, Alter::kChangeVisibility);
        if (target.column.not_null != target.during.not_null) {
          alters.push_back(there ? Alter::kSetNotNull : Alter::kDropNotNull);
        }
      }
    }
    clauses.push_back(
        fmt::format("ALTER COLUMN {} SET DEFAULT {}", Quote(shape_.mark), there ? 1 : 0));
    for (const Carried<Index>& index : transform.change.indexes) Names(index);
  }

  std::vector<std::string> clauses;
  std::vector<Alter> alters{Alter::kChangeDefault};

 private:
  void Change(const Column& column, Alter alter) {
    clauses.push_back(Modify(transform_.recipes, shape_.old_table, column));
    alters.push_back(alter);
  }

  void Names(const Carried<Index>& index) {
    if (index.old) {
      if (there_ && BindsParked(transform_.change, index)) {
        clauses.push_back("DROP INDEX " + Quote(index.old->name));
        alters.push_back(Alter::kDropIndex);
      } else {
        const std::string parked = Parked(transform_, *index.old).name;
        clauses.push_back(there_ ? Rename(index.old->name, parked)
                                 : Rename(parked, index.old->name));
        alters.push_back(Alter::kRenameIndex);
      }
    }
    if (!index.now) return;
    const std::string beside = Beside(transform_, index).name;
    if (beside == index.now->name) return;
    clauses.push_back(there_ ? Rename(beside, index.now->name) : Rename(index.now->name, beside));
    alters.push_back(Alter::kRenameIndex);
  }

  const Transform& transform_;
  const TransformShape& shape_;
  bool there_;
};

Operation Switch(const Transform& transform, bool there) {
  const SwitchClauses clauses(transform, there);
  Column mark;
  mark.name = transform.shape.mark;
  mark.default_value = Expression{there ? "1" : "0", true, {}};
  return Asserted(
      transform.recipes, {transform.shape.old_table, clauses.clauses, clauses.alters},
      Answers(AskColumn(transform.dialect(), transform.shape.table, mark.name, Facet::kDefault),
              AnswerColumn(transform.dialect(), mark, Facet::kDefault)));
}

void AddEffects(const Transform& transform, DraftStep& step) {
  const TransformShape& shape = transform.shape;
  const Dialect dialect = transform.dialect();
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      step.effects.push_back(
          {AskColumn(dialect, shape.table, source.column.name, Facet::kVisibility).object,
           "visible: no"});
      step.step.removes.push_back(ColumnResource(shape.table, source.column.name));
    }
    for (const TargetColumn& target : transition.targets) {
      for (Effect& effect : ColumnAppears(dialect, shape.table, target.column)) {
        step.effects.push_back(std::move(effect));
      }
    }
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old) continue;
    step.effects.push_back({AskIndex(dialect, shape.table, index.old->name).object, ""});
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.now) continue;
    const Effect effect{AskIndex(dialect, shape.table, index.now->name).object,
                        AnswerIndex(*index.now)};
    std::erase_if(step.effects, [&](const Effect& e) { return e.object == effect.object; });
    step.effects.push_back(effect);
  }
}

}  // namespace

void TransformSwitch(Transform& transform) {
  const TransformShape& shape = transform.shape;
  DraftStep step = NewStep(
      transform.recipes, Phase::kContract, transform.turn(),
      shape.has_sources()
          ? "switch " + transform.shown + " to its new columns and park the old ones in step"
          : "the new columns of " + transform.shown + " get their own defaults and show",
      Switch(transform, true));
  step.stage = Stage::kLast;
  // Unique rules of the old shape are built again before the switch is turned back.
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!BindsParked(transform.change, index)) continue;
    const Index parked = Parked(transform, *index.old);
    step.step.losses.push_back(
        {Duplicates(shape.old_table, shape.table, *index.old), {transform.turn(), ""}});
    for (Operation& operation : RestoreIndex(transform.recipes, shape.old_table, parked)) {
      step.step.revert.push_back(std::move(operation));
    }
  }
  step.step.revert.push_back(Switch(transform, false));
  step.step.needs = {TableResource(shape.table)};
  const SwitchClauses clauses(transform, true);
  step.step.work = WorkOf(transform.recipes, {shape.old_table, {}, clauses.alters});
  AddEffects(transform, step);
  for (const ShapedTransition& transition : shape.transitions) {
    if (!transition.targets.empty()) continue;
    for (const SourceColumn& source : transition.sources) {
      const std::string object = Display(shape.table, source.column.name);
      step.step.hazards.push_back(
          Buried(codes::kDropColumn, object,
                 "column " + object + " is dropped: contract parks it, purge destroys it"));
    }
  }
  transform.recipe.steps.push_back(std::move(step));
}

void TransformPurge(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const Dialect dialect = transform.dialect();
  const auto add = [&](const std::string& words, const std::string& summary, Operation operation) {
    transform.recipe.purge.push_back(NewStep(transform.recipes, Phase::kContract,
                                             words + transform.shown, summary + transform.shown,
                                             std::move(operation)));
  };
  const auto drop_trigger = [&](const std::string& words, const std::string& name) {
    add(words, "take a trigger off ",
        Short({Exclusive(shape.table)}, {DropTrigger(shape, name)},
              Absent(AskTrigger(shape.table, name))));
  };
  drop_trigger("drop-insert-trigger-", shape.insert_trigger);
  drop_trigger("drop-update-trigger-", shape.update_trigger);
  if (shape.late_key) drop_trigger("drop-note-trigger-", shape.note_trigger);
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old || BindsParked(transform.change, index)) continue;
    add("drop-index-" + Display(index.old->name) + "-",
        "destroy what was index " + Display(index.old->name) + " of ",
        DropIndexOperation(transform.recipes, shape.old_table, Parked(transform, *index.old).name));
  }
  std::vector<std::string> clauses;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) {
      clauses.push_back("DROP COLUMN " + Quote(source.column.name));
    }
  }
  clauses.push_back("DROP COLUMN " + Quote(shape.mark));
  add("drop-parked-columns-",
      shape.has_sources() ? "destroy the parked columns of " : "take the mark off ",
      Asserted(transform.recipes, {shape.old_table, clauses, {Alter::kDropColumn}},
               Absent(AskColumn(dialect, shape.table, shape.mark, Facet::kNotNull))));
  for (const ShapedTransition& transition : shape.transitions) {
    if (transition.agree.empty()) continue;
    add(fmt::format("drop-function-{}-", transition.number), "drop a function that compared ",
        Short({}, {"DROP FUNCTION zdm." + Quote(transition.agree)},
              Absent(AskFunction({"zdm", transition.agree}))));
  }
}

}  // namespace zdm::mysql
