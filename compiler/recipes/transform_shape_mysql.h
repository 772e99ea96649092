// SPDX-License-Identifier: Apache-2.0
// What a TransformTable looks like from within on MariaDB and MySQL. Every column keeps its name
// from the start to purge, since the triggers name it: the switch only changes who sees it.
//
//   mark         a column of ours: 0 unfilled, bit 0 filled, two more for each transition (the new
//                side lacks a value, the old side lacks one). Its default is 0 until the switch and
//                1 after it, so a row that is inserted says itself on which side of it the table
//                is.
//   new columns  invisible until the switch, with a default that stands for "not given": a value
//                that nobody writes where the type has room for one (`zdm_1a2b3c4d5e`, the end of
//                the range), NULL or the column's own default where it has none.
//   NOT NULL     holds from the start, so that no rebuild is needed later; what cannot be computed
//                holds a zero and is noted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/mysql_steps.h"

namespace zdm::mysql {

struct SourceColumn {
  Column column;
  Column during;     ///< as it stands from expand to purge: an INSERT may leave it out
  std::string down;  ///< over names of the new shape; "": nobody gives it a value
};

struct TargetColumn {
  Column column;
  Column during;       ///< as it stands from expand to the switch
  std::string up;      ///< over names of the old shape
  std::string absent;  ///< SQL of the value that stands for "not given"
  bool exact = false;  ///< nobody writes that value
};

struct ShapedTransition {
  std::vector<SourceColumn> sources;
  std::vector<TargetColumn> targets;
  std::vector<std::string> up_reads, down_reads;  ///< columns of no source, of no target
  bool own_default = false;
  bool plain = false;  ///< a rename
  int number = 0;      ///< within the mark
  std::string agree;   ///< function that compares both sides; "" where none is needed
  std::optional<std::string> lossy;
  SourceSpan origin;

  std::int64_t held_bit() const { return std::int64_t{2} << (2 * number); }
  std::int64_t lost_bit() const { return std::int64_t{4} << (2 * number); }
  std::int64_t bits() const { return held_bit() | lost_bit(); }
};

struct TransformShape {
  QualifiedName table;
  Table old_table, new_table;
  /// The columns that both shapes share, with the keys made of them: how rows are named.
  Table stable;
  std::string salt;
  std::vector<ShapedTransition> transitions;
  std::string mark, mark_type;
  std::string insert_trigger, update_trigger, note_trigger, trouble;
  bool late_key = false;               ///< the key is not known before the row is inserted
  std::vector<Check> loosened_checks;  ///< old checks that go at expand

  bool has_sources() const;
  std::int64_t note_bits() const;
  /// The old (new) shape's columns that are not shared, and those that are.
  const Column* OldColumn(const std::string& name) const;
  const Column* NewColumn(const std::string& name) const;
};

/// Nothing (and a diagnostic) when the server cannot do it so.
std::optional<TransformShape> ShapeOf(const MysqlRecipes& recipes, const TransformTable& change);

/// Whether only renames touch these columns of the old table.
bool OnlyRenamed(const TransformTable& change, const std::vector<std::string>& columns);
/// Whether the part of the old table is the part of the new one under renamed columns.
bool IsImplied(const TransformTable& change, const Carried<Index>& index);

}  // namespace zdm::mysql
