// SPDX-License-Identifier: Apache-2.0
// The parts of the recipe of TransformTable; transform_table_postgres.cc shows the whole.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_recipes.h"
#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

/// What the parts of one recipe share.
struct Transform {
  const PostgresRecipes& recipes;
  const TransformTable& change;
  const TransformShape& shape;
  Recipe& recipe;
  std::string shown;  ///< the table, in display form

  const RecipeContext& context() const { return recipes.context; }
  /// Words of the steps that windows name.
  std::string start() const { return "start-sync-" + shown; }
  std::string fill() const { return "fill-" + shown; }
  std::string turn() const { return "switch-" + shown; }
  std::string destroy() const { return "drop-parked-columns-" + shown; }
};

/// The table and a part of it as they physically are on one side of the switch: for looks at rows.
Table NewShape(const TransformShape& shape, Side side);
Table OldShape(const TransformShape& shape, Side side);

/// A part of the new table on its physical columns, under a derived name.
Index ShadowIndex(const Transform& transform, const Index& index);
Key ShadowKey(const Transform& transform, const Key& key);
Check ShadowCheck(const Transform& transform, const Check& check);
/// The same for the old table's parts after the switch.
Index ParkedIndex(const Transform& transform, const Index& index);
Key ParkedKey(const Transform& transform, const Key& key);
Check ParkedCheck(const Transform& transform, const Check& check);

/// Rows that break R8 (unfilled ones when `whole`), rows with an open note, and rows whose content
/// a rollback would lose.
RowQuery RowsOutOfStep(const TransformShape& shape, Side side, bool whole);
RowQuery RowsHeld(const TransformShape& shape, Side side);
/// `hidden`: names of the visible new columns once they are out of sight.
RowQuery RowsLost(const TransformShape& shape, Side side,
                  const std::map<std::string, std::string>& hidden);

void TransformExpand(Transform& transform);
void TransformMigrate(Transform& transform);
void TransformContract(Transform& transform);
/// The switch and its way back.
void TransformSwitch(Transform& transform);
void TransformPurge(Transform& transform);
/// What the catalog answers after the switch, and its hazards (transform_effects_postgres.cc).
void AddSwitchEffects(Transform& transform, DraftStep& step);
/// Questions, objects of ours, verifications, notices.
void TransformFacts(Transform& transform);

/// CIC on the new columns under a derived name, which the switch gives its own; `name` is how steps
/// call it.
void BuildOnShadow(Transform& transform, const Index& shadow, const std::string& name, Phase phase);
/// A look that only counts at migrate, and one that refuses at contract.
void CountAndProve(Transform& transform, const std::string& words, const RowQuery& rows);

/// Sequences (transform_sequences_postgres.cc).
/// A sequence that a column of the old shape owns and one of the new shape shall own.
struct CarriedSequence {
  Sequence old, now;
};
std::vector<CarriedSequence> CarriedSequences(const Transform& transform);
/// Sequences of old columns that the new shape has not.
std::vector<ParkedSequence> ParkedSequences(const Transform& transform);
/// What the switch locks beside the table.
std::vector<TableLock> SequenceLocks(const Transform& transform);
void AddSequenceEffects(Transform& transform, DraftStep& step);

/// Primary keys and identities (transform_keys_postgres.cc).
/// The index that becomes the new primary key.
void BuildPrimaryKey(Transform& transform);
/// Before the switch is turned back: the old primary key's rules hold again on the parked columns.
void ProveOldPrimaryKey(const Transform& transform, Step& step);
/// Moves the identity of `source` to `target` (names as they stand), its sequence's state, grants
/// and comment with it. `same_name`: the sequence keeps its name.
std::string MoveIdentity(const TransformShape& shape, const std::string& source,
                         const std::string& target, const Identity& identity, bool same_name);
/// The check that proves NOT NULL of a parked column of the old key.
Check ParkedNotNull(const Transform& transform, const SourceColumn& source);
/// The names of all of them.
std::vector<std::string> ParkedProofs(const Transform& transform);
/// The columns of a key or index that are no expressions, INCLUDE too.
std::vector<std::string> PlainColumns(const Key& key);
std::vector<std::string> PlainColumns(const Index& index);
/// Statements after which the columns of an index are called as those of a fresh one: `renames`
/// goes from the names that it was built with to those of the table's columns.
std::vector<std::string> NameIndexColumns(const QualifiedName& index,
                                          const std::vector<std::string>& columns,
                                          const std::map<std::string, std::string>& renames);
/// Statements of the switch in the one and the other direction.
std::vector<std::string> SwitchStatements(const Transform& transform);
std::vector<std::string> SwitchBackStatements(const Transform& transform);

/// The operation is done when the sync function is the one of `side`; nothing: when it is gone.
Probe SyncFunctionIs(const TransformShape& shape, Side side);
Probe SyncFunctionGone(const TransformShape& shape);
/// `public.t` as ALTER TABLE wants it, with the blank behind.
std::string AlterTable(const TransformShape& shape);

}  // namespace zdm::postgres
