// SPDX-License-Identifier: Apache-2.0
// The closed list of changes: the table of contents of the product. Each carries the whole old
// and new objects, so that a recipe is a pure function and knows the way back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/schema/schema.h"

namespace zdm {

struct CreateSchema {
  NamespaceObject schema;
};
struct CreateExtension {
  Extension extension;
};
struct DropExtension {
  Extension extension;
};

/// A type of the user's own.
using UserType = std::variant<EnumType, Domain>;

struct CreateType {
  UserType type;
};
/// Parked at contract, destroyed by purge.
struct DropType {
  UserType type;
};
/// Labels that are new, and labels that have another name; all others stand in the same order.
struct ChangeEnum {
  EnumType old_type;
  EnumType new_type;
};

/// Not of one that a column of a new table owns: that is made with the table.
struct CreateSequence {
  Sequence sequence;
};
/// Other options, or another owner: a column's or nobody's.
struct ChangeSequence {
  Sequence old_sequence;
  Sequence new_sequence;
};
/// Parked at contract, destroyed by purge. One that a column owns goes with the column, without a
/// change of its own.
struct DropSequence {
  Sequence sequence;
};

/// Its foreign keys come as AddForeignKey.
struct CreateTable {
  Table table;
};
/// Parked at contract, destroyed by purge. Its own foreign keys go with it, without changes of
/// their own; those of other tables that reference it come as DropForeignKey.
struct DropTable {
  Table table;
};

/// A column that needs no values for old rows: nullable, or with a constant default.
struct AddColumn {
  Table table;  ///< as it is now
  Column column;
  /// Where the server keeps an order that the files name: the column before it, "" for the first
  /// place, nothing for the last one.
  std::optional<std::string> after = std::nullopt;
};
/// Without `down`, or with one that is constant; else it is part of a TransformTable. Indexes,
/// keys, checks and foreign keys that name the column go by changes of their own.
struct DropColumn {
  Table table;
  Column column;
  std::optional<Expression> down;
};

/// A part of a table (index, key, check) that names a column which a TransformTable replaces:
/// built anew on the new columns beside the old and put in its place by the switch. Without `old`
/// it is new, without `now` it goes with the old columns.
template <typename Part>
struct Carried {
  std::optional<Part> old;
  std::optional<Part> now;
};

/// One set of columns that becomes another: rename (one column, identity both ways), split, merge,
/// change of type, fill (same name on both sides), new column with a value for each old row (no
/// sources), dropped column with a computed `down` (no targets). A new column whose default is not
/// constant is one of them too: nobody but the trigger can tell what the default gave from what the
/// new application gave.
struct ColumnTransition {
  std::vector<Column> sources;             ///< as they are now
  std::vector<Column> targets;             ///< as they shall be
  std::vector<TransitionAssignment> up;    ///< one for each target
  std::vector<TransitionAssignment> down;  ///< one for each source; fewer only with `lossy`
  std::optional<std::string> lossy;
  std::optional<std::string> time_zone;
  bool rename = false;
  bool own_default = false;  ///< a new column whose `up` is its default
  /// `up` never fails, and gives different values for different values.
  bool faithful = false;
  SourceSpan origin;
};

/// All that one table needs shadow columns, a sync trigger and a backfill for: one expand
/// transaction, one pass, one switch (design 6).
struct TransformTable {
  Table old_table;
  Table new_table;
  std::vector<ColumnTransition> transitions;
  std::vector<Carried<Index>> indexes;
  std::vector<Carried<Key>> uniques;
  std::vector<Carried<Check>> checks;
  std::optional<Carried<Key>> primary_key = std::nullopt;  ///< both sides, or none
  /// Of the columns that the transitions make: as AddColumn::after, by name.
  std::map<std::string, std::string> places = {};
};

/// On a column that no TransformTable replaces.
struct SetNotNull {
  Table table;
  Column column;  ///< as it shall be
};
struct DropNotNull {
  Table table;
  Column column;
};
struct ChangeDefault {
  Table table;
  Column old_column;
  Column new_column;
};

/// A change of type that is one of the catalog only; a default that only changes its cast goes with
/// it. On servers whose columns change in place, this and what follows come one by one, in this
/// order for each column: `old_column` has what the changes before it left, `new_column` differs
/// from it by this alone. Defaults and NOT NULL are not among them: ChangeDefault and SetNotNull
/// carry the column as it shall be. The new type, charset or collation is not what `table` says of
/// columns without one; `old_table` and `new_table` tell what each side inherits.
struct ChangeColumnType {
  Table old_table;
  Table new_table;
  Column old_column;
  Column new_column;  ///< other type, charset or collation
};
struct ChangeGenerated {
  Table table;
  Column old_column;
  Column new_column;  ///< other expression, VIRTUAL or STORED, or one of both is not generated
};
struct ChangeOnUpdate {
  Table table;
  Column old_column;
  Column new_column;
};
struct ChangeAutoIncrement {
  Table table;
  Column old_column;
  Column new_column;
};
struct ChangeInvisible {
  Table table;
  Column old_column;
  Column new_column;
};
struct ChangeColumnComment {
  Table table;
  Column old_column;
  Column new_column;
};
/// A column that both sides have stands elsewhere. Moves come in the order of the new table and
/// follow all AddColumn: done one by one they give that order.
struct MoveColumn {
  Table table;
  Column column;      ///< as it shall be
  std::string after;  ///< "" for the first place
};

/// Engine, row format and the like.
struct ChangeTableOptions {
  Table old_table;
  Table new_table;
};
/// What new columns get; columns that are there come as ChangeColumnType.
struct ChangeTableCharset {
  Table old_table;
  Table new_table;
};

struct AddIndex {
  Table table;
  Index index;
};
struct DropIndex {
  Table table;
  Index index;
};
/// Same name, other definition.
struct ReplaceIndex {
  Table table;
  Index old_index;
  Index new_index;
};
/// The same index under the name that `renamed from` asks for.
struct RenameIndex {
  Table table;
  Index old_index;
  Index new_index;
};
struct ChangeIndexVisibility {
  Table table;
  Index old_index;
  Index new_index;
};

struct AddUnique {
  Table table;
  Key key;
};
struct DropUnique {
  Table table;
  Key key;
};
struct AddCheck {
  Table table;
  Check check;
};
struct DropCheck {
  Table table;
  Check check;
};
struct ReplaceCheck {
  Table table;
  Check old_check;
  Check new_check;
};
struct AddForeignKey {
  Table table;
  ForeignKey key;
};
struct DropForeignKey {
  Table table;
  ForeignKey key;
};
struct ReplaceForeignKey {
  Table table;
  ForeignKey old_key;
  ForeignKey new_key;
};
/// A constraint that is there but not validated, and shall be.
struct ValidateConstraint {
  Table table;
  std::string name;
};

/// Any comment, but for ChangeColumnComment; `object_sql` is what stands after COMMENT ON.
struct ChangeComment {
  std::string object;  ///< display form, with its kind: "column public.customer.email"
  std::string object_sql;
  std::optional<std::string> old_comment;
  std::optional<std::string> new_comment;
  QualifiedName table = {};  ///< the table that it is of or in; none of schemas and extensions
};

using ChangeKind = std::variant<
    CreateSchema, CreateExtension, DropExtension, CreateType, DropType, ChangeEnum, CreateSequence,
    ChangeSequence, DropSequence, CreateTable, DropTable, AddColumn, DropColumn, TransformTable,
    SetNotNull, DropNotNull, ChangeDefault, ChangeColumnType, ChangeGenerated, ChangeOnUpdate,
    ChangeAutoIncrement, ChangeInvisible, ChangeColumnComment, MoveColumn, ChangeTableOptions,
    ChangeTableCharset, AddIndex, DropIndex, ReplaceIndex, RenameIndex, ChangeIndexVisibility,
    AddUnique, DropUnique, AddCheck, DropCheck, ReplaceCheck, AddForeignKey, DropForeignKey,
    ReplaceForeignKey, ValidateConstraint, ChangeComment>;

struct Change {
  ChangeKind kind;
  SourceSpan origin;  ///< the line of the files that asked for it
};

}  // namespace zdm
