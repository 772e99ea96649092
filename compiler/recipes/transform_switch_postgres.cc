// SPDX-License-Identifier: Apache-2.0
// The switch of a TransformTable: one short transaction that gives the new columns their names,
// defaults and rules and parks the old; and its mirror image.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/null_guard_postgres.h"
#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/transform_table_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_replay.h"

namespace zdm::postgres {
namespace {

/// Writes the statements of one direction.
class SwitchWriter {
 public:
  explicit SwitchWriter(const Transform& transform)
      : transform_(transform), shape_(transform.shape), alter_(AlterTable(transform.shape)) {}

  Statements There() {
    statements_ = DropNullGuards(shape_);
    RenameParts(true);
    RenameColumns(true);
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const SourceColumn& source : transition.sources) Park(source);
      for (const TargetColumn& target : transition.targets) Install(target);
    }
    Column(shape_.mark, "SET DEFAULT 1");
    // Two statements: in one, the server forgets the check before it could use it, and scans.
    Flush();
    MoveIdentities(true);
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const TargetColumn& target : transition.targets) {
        if (target.column.not_null) Alter("DROP CONSTRAINT " + Quote(NotNullOf(target)));
      }
    }
    for (const CarriedSequence& sequence : CarriedSequences(transform_)) Add(OwnedBy(sequence.now));
    for (const ParkedSequence& one : ParkedSequences(transform_)) Add(RenameParked(one, true));
    Add(CreateSyncFunction(shape_, Side::kAfter));
    NameNewParts(true);
    Flush();
    return std::move(statements_);
  }

  Statements Back() {
    for (const ParkedSequence& one : ParkedSequences(transform_)) Add(RenameParked(one, false));
    NameNewParts(false);
    RenameColumns(false);
    MoveIdentities(false);
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const TargetColumn& target : transition.targets) Withdraw(target);
      for (const SourceColumn& source : transition.sources) Unpark(source);
    }
    // As in There().
    const std::vector<std::string> proofs = ParkedProofs(transform_);
    if (!proofs.empty()) Flush();
    for (const std::string& proof : proofs) Alter("DROP CONSTRAINT " + Quote(proof));
    Column(shape_.mark, "SET DEFAULT " + MarkDefault(shape_));
    RenameParts(false);
    for (const CarriedSequence& sequence : CarriedSequences(transform_)) Add(OwnedBy(sequence.old));
    Add(CreateSyncFunction(shape_, Side::kBefore));
    for (std::string& sql : CreateNullGuards(shape_)) Add(std::move(sql));
    for (std::string& clause : EnableNullGuards(shape_)) Alter(std::move(clause));
    Flush();
    return std::move(statements_);
  }

 private:
  void Add(std::string statement) {
    Flush();
    statements_.push_back(std::move(statement));
  }
  /// Clauses wait for each other: the fewer statements, the shorter the lock.
  void Alter(std::string clause) { clauses_.push_back(std::move(clause)); }
  void Flush() {
    if (clauses_.empty()) return;
    statements_.push_back(alter_ + fmt::format("{}", fmt::join(clauses_, ", ")));
    clauses_.clear();
  }
  void Column(const std::string& column, const std::string& clause) {
    Alter("ALTER COLUMN " + Quote(column) + " " + clause);
  }
  void RenameColumn(const std::string& from, const std::string& to) {
    Add(alter_ + "RENAME COLUMN " + Quote(from) + " TO " + Quote(to));
  }
  void RenameConstraint(const std::string& from, const std::string& to) {
    Add(alter_ + "RENAME CONSTRAINT " + Quote(from) + " TO " + Quote(to));
  }
  void RenameIndex(const std::string& from, const std::string& to) {
    Add("ALTER INDEX " + Quote(QualifiedName{shape_.table.schema, from}) + " RENAME TO " +
        Quote(to));
  }

  /// Between columns that have both their names of `there` already. NOT NULL goes with them, which
  /// no column with an identity can be without.
  void MoveIdentities(bool there) {
    for (const ShapedTransition& transition : shape_.transitions) {
      if (transition.sources.size() != 1 || transition.targets.size() != 1) continue;
      const SourceColumn& source = transition.sources.front();
      const TargetColumn& target = transition.targets.front();
      if (!source.column.identity || !target.column.identity) continue;
      const bool same = source.column.name == target.column.name;
      Add(there ? MoveIdentity(shape_, source.parked, target.column.name, *target.column.identity,
                               same)
                : MoveIdentity(shape_, target.physical, source.column.name, *source.column.identity,
                               same));
    }
  }

  /// `names`: those that the index was built with -> those of the table's columns.
  void NameColumnsOf(const std::string& index, const std::vector<std::string>& columns,
                     const std::map<std::string, std::string>& names) {
    for (std::string& sql : NameIndexColumns({shape_.table.schema, index}, columns, names)) {
      Add(std::move(sql));
    }
  }
  /// Of the new columns: physical name -> own name, or back.
  std::map<std::string, std::string> TargetNames(bool there) const {
    std::map<std::string, std::string> names;
    for (const auto& [own, physical] : shape_.NewNames(Side::kBefore)) {
      there ? names.emplace(physical, own) : names.emplace(own, physical);
    }
    return names;
  }
  /// Of the old columns, from their parked names.
  std::map<std::string, std::string> SourceNames() const {
    std::map<std::string, std::string> names;
    for (const auto& [own, parked] : shape_.OldNames(Side::kAfter)) names.emplace(parked, own);
    return names;
  }

  std::string NotNullOf(const TargetColumn& target) const {
    return NotNullCheck(transform_.context(), shape_.table, target.physical).name;
  }

  /// The old names are free before shadows take them, and the other way round.
  void RenameColumns(bool there) {
    if (!there) RenameTargets(there);
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const SourceColumn& source : transition.sources) {
        there ? RenameColumn(source.column.name, source.parked)
              : RenameColumn(source.parked, source.column.name);
      }
    }
    if (there) RenameTargets(there);
  }

  void RenameTargets(bool there) {
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const TargetColumn& target : transition.targets) {
        if (target.physical == target.column.name) continue;
        there ? RenameColumn(target.physical, target.column.name)
              : RenameColumn(target.column.name, target.physical);
      }
    }
  }

  void Park(const SourceColumn& source) {
    if (source.column.default_value) Column(source.parked, "DROP DEFAULT");
    if (source.column.not_null && !source.loosened && !source.column.identity) {
      Column(source.parked, "DROP NOT NULL");
    }
  }

  void Unpark(const SourceColumn& source) {
    if (source.column.default_value) {
      Column(source.column.name, "SET DEFAULT " + Replayable(source.column.default_value->sql));
    }
    if (source.column.identity) return;
    if (source.column.not_null && source.keyed) {
      Column(source.column.name, "SET NOT NULL");
    } else if (source.column.not_null && !source.loosened) {
      Alter("ADD " +
            CheckClause(NotNullCheck(transform_.context(), shape_.table, source.column.name)) +
            " NOT VALID");
    }
  }

  void Install(const TargetColumn& target) {
    if (target.column.default_value) {
      Column(target.column.name, "SET DEFAULT " + Replayable(target.column.default_value->sql));
    } else if (target.bit >= 0) {
      Column(target.column.name, "DROP DEFAULT");
    }
    if (target.column.not_null && !target.column.identity) {
      Column(target.column.name, "SET NOT NULL");
    }
  }

  void Withdraw(const TargetColumn& target) {
    if (target.bit >= 0) {
      Column(target.physical, "SET DEFAULT " + AbsentDefault(shape_, target));
    } else if (target.column.default_value) {
      Column(target.physical, "DROP DEFAULT");
    }
    if (!target.column.not_null) return;
    if (!target.column.identity) Column(target.physical, "DROP NOT NULL");
    Alter("ADD " + CheckClause(NotNullCheck(transform_.context(), shape_.table, target.physical)) +
          " NOT VALID");
  }

  /// The old parts make room, or come back.
  void RenameParts(bool there) {
    for (const Carried<Check>& check : transform_.change.checks) {
      if (!check.old || !IsImplied(transform_.change, check)) continue;
      if (there) {
        Alter("DROP CONSTRAINT " + Quote(check.old->name));
      } else {
        Alter("ADD " + CheckClause(*check.old) + " NOT VALID");
        if (check.old->comment) {
          Add(CommentOn(ConstraintForComment(shape_.table, check.old->name), check.old->comment));
        }
      }
    }
    if (const auto& key = transform_.change.primary_key) {
      if (there) {
        Alter("DROP CONSTRAINT " + Quote(key->old->name));
      } else {
        const Key parked = ParkedKey(transform_, *key->old);
        Alter("ADD " + KeyUsingIndexClause(*key->old, true, parked.name));
        NameColumnsOf(key->old->name, PlainColumns(parked), SourceNames());
        CommentOnKey(*key->old);
      }
    }
    for (const Carried<Key>& key : transform_.change.uniques) {
      if (!key.old) continue;
      const Key parked = ParkedKey(transform_, *key.old);
      if (IsImplied(transform_.change, key)) {
        there ? RenameConstraint(key.old->name, parked.name)
              : RenameConstraint(parked.name, key.old->name);
      } else if (there) {
        Alter("DROP CONSTRAINT " + Quote(key.old->name));
      } else {
        Key again = *key.old;
        Alter("ADD " + KeyUsingIndexClause(again, false, parked.name));
        NameColumnsOf(again.name, PlainColumns(parked), SourceNames());
        CommentOnKey(again);
      }
    }
    for (const Carried<Index>& index : transform_.change.indexes) {
      if (!index.old) continue;
      const Index parked = ParkedIndex(transform_, *index.old);
      if (there && Binds(index)) {
        Add("DROP INDEX " + Quote(QualifiedName{shape_.table.schema, index.old->name}));
      } else {
        there ? RenameIndex(index.old->name, parked.name)
              : RenameIndex(parked.name, index.old->name);
        if (!there && Binds(index)) {
          NameColumnsOf(index.old->name, PlainColumns(parked), SourceNames());
          CommentOnIndex(*index.old);
        }
      }
    }
  }

  void CommentOnKey(const Key& key) {
    if (key.comment) Add(CommentOn(ConstraintForComment(shape_.table, key.name), key.comment));
  }

  /// A unique index whose rule must not bind parked columns.
  bool Binds(const Carried<Index>& index) const {
    if (!index.old->unique) return false;
    return !index.now || !index.now->unique || !IsImplied(transform_.change, index);
  }

  void NameNewParts(bool there) {
    for (const Carried<Check>& check : transform_.change.checks) {
      if (!check.now) continue;
      const std::string shadow = ShadowCheck(transform_, *check.now).name;
      there ? RenameConstraint(shadow, check.now->name) : RenameConstraint(check.now->name, shadow);
    }
    for (const Carried<Key>& key : transform_.change.uniques) {
      if (!key.now) continue;
      const Key shadow = ShadowKey(transform_, *key.now);
      NameColumnsOf(there ? shadow.name : key.now->name, PlainColumns(there ? shadow : *key.now),
                    TargetNames(there));
      there ? RenameConstraint(shadow.name, key.now->name)
            : RenameConstraint(key.now->name, shadow.name);
      if (there) CommentOnKey(*key.now);
    }
    if (const auto& key = transform_.change.primary_key) {
      if (there) {
        const Key shadow = ShadowKey(transform_, *key->now);
        Alter("ADD " + KeyUsingIndexClause(*key->now, true, shadow.name));
        NameColumnsOf(key->now->name, PlainColumns(shadow), TargetNames(true));
        CommentOnKey(*key->now);
      } else {
        Alter("DROP CONSTRAINT " + Quote(key->now->name));
      }
    }
    for (const Carried<Index>& index : transform_.change.indexes) {
      if (!index.now) continue;
      const Index shadow = ShadowIndex(transform_, *index.now);
      NameColumnsOf(there ? shadow.name : index.now->name,
                    PlainColumns(there ? shadow : *index.now), TargetNames(there));
      there ? RenameIndex(shadow.name, index.now->name) : RenameIndex(index.now->name, shadow.name);
      if (there) CommentOnIndex(*index.now);
    }
  }

  void CommentOnIndex(const Index& index) {
    if (!index.comment) return;
    Add(CommentOn("INDEX " + Quote(QualifiedName{shape_.table.schema, index.name}), index.comment));
  }

  const Transform& transform_;
  const TransformShape& shape_;
  std::string alter_;
  std::vector<std::string> clauses_;
  Statements statements_;
};

constexpr const char* kRestoreAdvice =
    "the old rule does not hold for these rows: write a value that both versions can hold and run "
    "`zdm rollback` again";

/// Unique rules of the old shape that the switch took from the parked columns are built again
/// before it is turned back.
void RebuildOldKeys(const Transform& transform, Step& step) {
  const TransformShape& shape = transform.shape;
  const Table parked_table = OldShape(shape, Side::kAfter);
  const auto rebuild = [&](const Index& index) {
    RowQuery rows = Duplicates(shape.stable, index);
    step.losses.push_back({rows, {transform.turn(), ""}});
    step.revert.push_back(Refuse(rows, kRestoreAdvice));
    step.revert.push_back(BuildIndex(shape.table, index));
  };
  for (const Carried<Key>& key : transform.change.uniques) {
    if (!key.old || IsImplied(transform.change, key)) continue;
    rebuild(IndexOfKey(ParkedKey(transform, *key.old)));
  }
  for (const Carried<Index>& index : transform.change.indexes) {
    if (!index.old || !index.old->unique) continue;
    if (index.now && index.now->unique && IsImplied(transform.change, index)) continue;
    rebuild(ParkedIndex(transform, *index.old));
  }
}

/// What came back not valid is proved.
void ProveOldRules(const Transform& transform, std::vector<Operation>& revert) {
  const TransformShape& shape = transform.shape;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (!target.column.not_null) continue;
      revert.push_back(ValidateCheck(
          shape.table, NotNullCheck(transform.context(), shape.table, target.physical)));
    }
    for (const SourceColumn& source : transition.sources) {
      if (!source.column.not_null || source.loosened || source.keyed) continue;
      revert.push_back(Refuse(NullRows(shape.stable, source.column.name), kRestoreAdvice));
      revert.push_back(ValidateCheck(
          shape.table, NotNullCheck(transform.context(), shape.table, source.column.name)));
      revert.push_back(SetNotNullByCheck(transform.context(), shape.table, source.column.name));
    }
  }
  for (const Carried<Check>& check : transform.change.checks) {
    if (!check.old || !IsImplied(transform.change, check)) continue;
    revert.push_back(Refuse(CheckViolators(shape.stable, *check.old), kRestoreAdvice));
    revert.push_back(ValidateCheck(shape.table, *check.old));
  }
}

}  // namespace

std::vector<std::string> SwitchStatements(const Transform& transform) {
  return SwitchWriter(transform).There();
}

std::vector<std::string> SwitchBackStatements(const Transform& transform) {
  return SwitchWriter(transform).Back();
}

void TransformSwitch(Transform& transform) {
  const TransformShape& shape = transform.shape;
  const std::vector<TableLock> lock{Taken(shape.table, kAccessExclusive)};
  DraftStep step = NewStep(
      transform.recipes, Phase::kContract, transform.turn(),
      shape.has_sources()
          ? "switch " + transform.shown + " to its new columns and park the old ones in step"
          : "the new columns of " + transform.shown + " get their own defaults",
      Short(lock, SwitchStatements(transform), SyncFunctionIs(shape, Side::kAfter)),
      SequenceLocks(transform));
  step.stage = Stage::kLast;
  RebuildOldKeys(transform, step.step);
  ProveOldPrimaryKey(transform, step.step);
  step.step.revert.push_back(
      Short(lock, SwitchBackStatements(transform), SyncFunctionIs(shape, Side::kBefore)));
  ProveOldRules(transform, step.step.revert);
  step.step.needs = {TableResource(shape.table)};
  AddSwitchEffects(transform, step);
  AddSequenceEffects(transform, step);
  transform.recipe.steps.push_back(std::move(step));
}

}  // namespace zdm::postgres
