// SPDX-License-Identifier: Apache-2.0
// What a TransformTable looks like from within: which physical column stands for which column of
// the old and of the new shape before and after the switch, the names of all that is ours, and the
// bits of the mark. Only values; the SQL is made of it by sync_function_postgres and the
// transform_*_postgres files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"

namespace zdm::postgres {

/// Before or after the switch.
enum class Side { kBefore, kAfter };

/// A column of the old shape that goes. Before the switch it has its own name.
struct SourceColumn {
  Column column;
  std::string parked;     ///< its name after the switch
  std::string down;       ///< over names of the new shape; "": nobody gives it a value
  bool loosened = false;  ///< its NOT NULL goes at expand, since `down` may not reach a value
  /// Its NOT NULL cannot go at expand, since the primary key or the identity needs it. The switch
  /// takes it; before the switch is turned back it is proved.
  bool keyed = false;
};

/// A column of the new shape. After the switch it has its own name.
struct TargetColumn {
  Column column;
  std::string physical;  ///< its name before the switch
  std::string up;        ///< over names of the old shape
  int bit = -1;  ///< of the absent marks; -1: a shadow, whose name still means the old column
  /// The server gave the rows that were there its default as it was added (a stable one, evaluated
  /// once): the backfill passes it by.
  bool preset = false;
  std::string guard;  ///< trigger that sees a NULL given early (null_guard_postgres); "": none
};

struct ShapedTransition {
  std::vector<SourceColumn> sources;
  std::vector<TargetColumn> targets;
  std::vector<std::string> up_reads, down_reads;  ///< columns of no source, of no target
  bool own_default = false;  ///< a new column that has its default, which is not constant
  bool plain = false;        ///< a rename: no value fails, both images are the same
  bool faithful = false;     ///< a rename, or a change of type that keeps NOT NULL and unique
  int number = 0;            ///< within the mark
  std::string agree;         ///< function that compares both sides; "" for a plain one
  std::optional<std::string> lossy;

  /// Bits of the mark: the new side lacks a value (contract refuses), the old side lacks one
  /// (rollback refuses). Without sources there is no old side: then the second says that the new
  /// application gave the value, which no rollback could compute again.
  std::int64_t held_bit() const { return std::int64_t{2} << (2 * number); }
  std::int64_t lost_bit() const { return std::int64_t{4} << (2 * number); }
  std::int64_t bits() const { return held_bit() | lost_bit(); }
};

struct TransformShape {
  QualifiedName table;
  Table old_table, new_table;
  /// The columns that both shapes share, with the keys made of them: how rows are named. Also the
  /// columns of a primary key that keep their name: before and after the switch it names the same.
  Table stable;
  std::string salt;
  std::vector<ShapedTransition> transitions;  ///< one after those that it reads

  std::string mark;       ///< column: 0 unfilled, 1 in sync, more: bits of notes
  std::string mark_type;  ///< "smallint" or "bigint"
  std::string setting;    ///< session setting that carries the absent marks within one projection
  QualifiedName function;
  std::string insert_trigger, update_trigger;
  QualifiedName guard_function;
  std::vector<Check> loosened_checks;  ///< old checks that go at expand
  std::vector<Key> loosened_keys;      ///< old unique constraints that go at the switch

  /// Whether every row is filled from the start: all that is new is preset.
  bool filled_at_start() const;
  /// Whether there is an old side at all.
  bool has_sources() const;
  /// All target bits.
  std::int64_t all_absent() const;
  /// All bits of the mark that stand for a note.
  std::int64_t note_bits() const;
  /// Name in the old (new) shape -> physical column.
  std::map<std::string, std::string> OldNames(Side side) const;
  std::map<std::string, std::string> NewNames(Side side) const;
};

/// Nothing (and a diagnostic) when the change is more than one mark can carry.
std::optional<TransformShape> ShapeOf(const TransformTable& change, const RecipeContext& context);

/// Whether the part of the old table is the part of the new one under renamed columns, so that the
/// old rule implies the new one for every write.
bool IsImplied(const TransformTable& change, const Carried<Check>& check);
bool IsImplied(const TransformTable& change, const Carried<Key>& key);
bool IsImplied(const TransformTable& change, const Carried<Index>& index);

}  // namespace zdm::postgres
