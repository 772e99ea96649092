// SPDX-License-Identifier: Apache-2.0
// What the user wrote, with the places where it stands. Names are already unquoted and folded as
// the server would; everything else (types, defaults of names, duplicates) is decided by
// schema/resolve.h.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/rules.h"

namespace zdm::ast {

struct Name {
  std::string text;
  SourceSpan span;
};

/// `name`, `schema.name`, ... at least one part.
struct Path {
  std::vector<Name> parts;
  SourceSpan span;
};

/// SQL as it stands in the file, each comment in it replaced by a blank.
struct Sql {
  std::string text;
  SourceSpan span;
};

/// A string's value, quotes and escapes taken off.
struct Text {
  std::string value;
  SourceSpan span;
};

struct Violation {
  OnViolation value = OnViolation::kKeep;
  SourceSpan span;
};

struct Deferral {
  std::optional<bool> deferrable;
  std::optional<bool> initially_deferred;
  SourceSpan span;
};

/// The clauses behind a column, key, check, foreign key or index, in the order written; which may
/// stand where is the grammar's matter, which may stand twice the resolver's.
struct NotNull {
  std::optional<Violation> violation;
};
struct Nullable {};
struct Default {
  Sql value;
};
struct Collate {
  Path name;
};
struct IdentityClause {
  Identity identity;
  std::vector<Name> options;  ///< their words, for those given twice
};
struct Generated {
  Sql expression;
  bool is_virtual = false;  ///< computed when read, not stored
};
struct Charset {
  Name name;
};
/// `on update current_timestamp`: what an UPDATE of other columns sets the column to.
struct OnUpdateValue {
  Sql value;
};
struct AutoIncrement {};
struct Visibility {
  bool invisible = false;
  bool ignored = false;  ///< the word of it was `ignored`, which only indexes have
};
/// Where the column stands: behind `after`, or first.
struct Place {
  std::optional<Name> after;
};
struct Enforcement {
  bool enforced = true;
};
struct Comment {
  Text text;
};
struct Renamed {
  Name from;
};
struct Include {
  std::vector<Name> columns;
};
struct NullsNotDistinct {};
struct StorageParameter {
  std::string name;
  std::optional<std::string> value;
  SourceSpan span;
};
struct Storage {
  std::vector<StorageParameter> parameters;
};
struct Using {
  Name method;
};
struct Where {
  Sql predicate;
};
struct NoInherit {};
struct OnDelete {
  ForeignKeyAction action = ForeignKeyAction::kNoAction;
  std::vector<Name> columns;
};
struct OnUpdate {
  ForeignKeyAction action = ForeignKeyAction::kNoAction;
};
/// Nothing stands for MATCH PARTIAL, which no server has.
struct Match {
  std::optional<ForeignKeyMatch> match;
};

struct Clause {
  using Kind = std::variant<NotNull, Nullable, Default, Collate, IdentityClause, Generated, Comment,
                            Renamed, Include, NullsNotDistinct, Storage, Using, Where, NoInherit,
                            OnDelete, OnUpdate, Match, Deferral, Violation, Charset, OnUpdateValue,
                            AutoIncrement, Visibility, Place, Enforcement>;
  Kind kind;
  SourceSpan span;
};

struct PrimaryKey {
  std::optional<Name> name;
  std::vector<Name> columns;  ///< empty: inline, of the column it stands behind
  std::vector<Clause> clauses;
  SourceSpan span;
};
struct Unique {
  std::optional<Name> name;
  std::vector<Name> columns;
  std::vector<Clause> clauses;
  SourceSpan span;
};
struct ForeignKey {
  std::optional<Name> name;
  std::vector<Name> columns;
  Path table;
  std::vector<Name> referenced;  ///< empty: the primary key of `table`
  std::vector<Clause> clauses;
  SourceSpan span;
};
struct Check {
  std::optional<Name> name;
  Sql expression;
  std::vector<Clause> clauses;
  SourceSpan span;
};

/// A key or check, inline (then its columns are those of the column) or an item of its own.
using Rule = std::variant<PrimaryKey, Unique, ForeignKey, Check>;

struct Column {
  Name name;
  Sql type;
  std::vector<Clause> clauses;
  std::vector<Rule> rules;  ///< inline
  SourceSpan span;
};

struct IndexElement {
  std::optional<Name> column;  ///< exactly one of column and expression
  std::optional<Sql> expression;
  std::optional<Name> prefix;  ///< its digits: the first N of the column
  std::optional<Path> collation;
  std::optional<Path> opclass;
  std::optional<Sql> opclass_parameters;
  bool descending = false;
  std::optional<bool> nulls_first;
  SourceSpan span;
};

struct Index {
  bool unique = false;
  std::string kind;  ///< "fulltext", "spatial", or ""
  std::optional<Name> name;
  std::vector<IndexElement> elements;
  std::vector<Clause> clauses;
  SourceSpan span;
};

struct Assignment {
  Name column;
  Sql expression;
  SourceSpan span;
};

struct TransitionSource {
  Name column;
  Sql type;
  SourceSpan span;
};

struct Transition {
  std::vector<TransitionSource> from;
  std::vector<Assignment> up;
  std::vector<Assignment> down;
  std::vector<Text> lossy;
  std::vector<Text> time_zone;
  bool incomplete = false;  ///< items with mistakes are missing
  SourceSpan span;
};

struct DropColumn {
  Name name;
  std::vector<Assignment> up;  ///< always a mistake, reported by the resolver
  std::vector<Assignment> down;
  SourceSpan span;
};

/// `drop index NAME;` or `drop constraint NAME;`
struct DropPart {
  std::string kind;
  Name name;
  SourceSpan span;
};

struct TableComment {
  Text text;
  SourceSpan span;
};

/// `with (NAME = VALUE, ...);` of a table.
struct TableOptions {
  std::vector<StorageParameter> options;
  SourceSpan span;
};

using TableItem = std::variant<Column, PrimaryKey, Unique, ForeignKey, Check, Index, Transition,
                               DropColumn, DropPart, TableComment, TableOptions>;

/// `in_schema`: the `schema NAME { ... }` around the statement.
struct Table {
  std::optional<Name> in_schema;
  Path name;
  bool unlogged = false;
  std::vector<TableItem> items;
  std::vector<Name> damaged;  ///< columns that are left out because of a mistake in them
  bool incomplete = false;    ///< any item may be missing: do not complain about absence
  SourceSpan span;
};

struct DialectStatement {
  Name name;
};

struct SchemaBlock {
  Name name;
  std::vector<TableComment> comments;
};

struct Extension {
  Name name;
  std::vector<Name> schema;
  std::vector<Text> version;
  std::vector<Text> comment;
  SourceSpan span;
};

struct EnumLabel {
  Text text;
  std::optional<Text> renamed_from;
};

struct Enum {
  std::optional<Name> in_schema;
  Path name;
  std::vector<EnumLabel> labels;
  std::vector<Clause> clauses;
};

struct Sequence {
  std::optional<Name> in_schema;
  Path name;
  SequenceOptions options;
  std::vector<Name> given;  ///< the words of `options`, for those given twice
  std::vector<Sql> types;
  std::vector<Path> owners;  ///< a table and column, or `none`
  bool unlogged = false;
  std::vector<Clause> clauses;
};

struct Domain {
  std::optional<Name> in_schema;
  Path name;
  Sql type;
  std::vector<Clause> clauses;
  std::vector<Check> checks;
};

struct Tombstone {
  std::string kind;  ///< "table", "schema", "extension", "enum", "sequence", "domain"
  std::optional<Name> in_schema;
  Path name;
  SourceSpan span;
};

struct Allow {
  Name code;
  std::optional<Name> in_schema;
  Path object;
  Text why;
  SourceSpan span;
};

struct Ignore {
  Name kind;
  std::optional<Name> in_schema;
  std::vector<Name> pattern;  ///< its parts, `*` matching any run of characters
  SourceSpan span;
};

/// One .zdm file.
struct File {
  std::uint32_t file = SourceSpan::kNoFile;
  std::vector<DialectStatement> dialects;
  std::vector<SchemaBlock> schemas;
  std::vector<Extension> extensions;
  std::vector<Enum> enums;
  std::vector<Sequence> sequences;
  std::vector<Domain> domains;
  std::vector<Table> tables;
  std::vector<Tombstone> tombstones;
  std::vector<Allow> allows;
  std::vector<Ignore> ignores;
  std::vector<Name> damaged;  ///< what statements with mistakes may have declared
  bool incomplete = false;    ///< any statement may be missing
};

}  // namespace zdm::ast
