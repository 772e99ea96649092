// SPDX-License-Identifier: Apache-2.0
// The model: what a database's schema is, as plain values. Both arrows end here: .zdm files
// (schema/resolve.h) and a live catalog or snapshot (catalog/). Nothing here knows a server.
//
// Rules that every producer keeps:
//   - names are exact (already case-folded, unquoted); lists are sorted by name, columns by
//     their order in the table;
//   - types are the server's own full spelling with every non-system name schema-qualified
//     (what format_type() prints under search_path = pg_catalog);
//   - expressions read from a catalog are the server's printing (under the same search_path);
//     those from files become so in the judging stage (catalog/judge.h);
//   - a property at the server's default is absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/schema/objects.h"
#include "compiler/schema/values.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/rules.h"
#include "runtime/plan/dialect.h"

namespace zdm {

struct Column {
  std::string name;
  Type type;
  std::optional<std::string> charset;  ///< where columns have one; absent: the table's
  /// Absent: the type's own; where columns have a charset, that charset's or the table's.
  std::optional<QualifiedName> collation;
  bool not_null = false;
  std::optional<Expression> default_value;
  std::optional<Expression> on_update;  ///< what an UPDATE of other columns sets it to
  bool auto_increment = false;
  std::optional<Identity> identity;
  std::optional<Expression> generated;  ///< GENERATED ALWAYS AS (..)
  bool generated_virtual = false;       ///< with `generated`: VIRTUAL, not STORED
  bool invisible = false;               ///< `SELECT *` and INSERT without a list pass it by
  std::optional<std::string> comment;
  // Kept as found; the language names them later.
  std::optional<int> statistics_target;
  std::optional<std::string> storage;      ///< when not the type's own
  std::optional<std::string> compression;  ///< "pglz", "lz4"
  std::vector<std::string> options;        ///< attoptions, "n_distinct=5"
  std::vector<std::string> grants;         ///< aclitem texts, sorted
  // Desired side only.
  OnViolation on_violation = OnViolation::kKeep;  ///< of its NOT NULL
  std::optional<RenamedFrom> renamed_from;
  Volatility default_volatility = Volatility::kUnknown;  ///< set where a server judged the default
  SourceSpan origin;

  /// The catalog's properties; what only the files know takes no part.
  friend bool operator==(const Column& a, const Column& b);
};

/// A primary key or a unique constraint.
struct Key {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> include;
  bool deferrable = false;
  bool initially_deferred = false;
  bool nulls_not_distinct = false;
  std::vector<std::string> storage_parameters;  ///< "fillfactor=70", sorted
  std::optional<std::string> comment;
  OnViolation on_violation = OnViolation::kKeep;
  SourceSpan origin;
  friend bool operator==(const Key& a, const Key& b);
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  QualifiedName references;
  std::vector<std::string> referenced_columns;
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  std::vector<std::string> on_delete_columns;  ///< SET NULL (a, b)
  ForeignKeyMatch match = ForeignKeyMatch::kSimple;
  bool deferrable = false;
  bool initially_deferred = false;
  bool validated = true;
  std::optional<std::string> comment;
  OnViolation on_violation = OnViolation::kKeep;
  SourceSpan origin;
  friend bool operator==(const ForeignKey& a, const ForeignKey& b);
};

struct Check {
  std::string name;
  Expression expression;  ///< without the word CHECK and its outer parentheses
  bool no_inherit = false;
  bool validated = true;
  bool enforced = true;
  std::optional<std::string> comment;
  OnViolation on_violation = OnViolation::kKeep;
  SourceSpan origin;
  friend bool operator==(const Check& a, const Check& b);
};

struct IndexElement {
  std::optional<std::string> column;  ///< exactly one of column and expression
  std::optional<Expression> expression;
  std::optional<int> prefix_length;        ///< the first N of the column, as `name(10)` says
  std::optional<QualifiedName> collation;  ///< absent: the column's own
  std::optional<QualifiedName> opclass;    ///< absent: the type's default for the method
  std::vector<std::string> opclass_parameters;
  bool descending = false;
  bool nulls_first = false;  ///< default: false ascending, true descending
  friend bool operator==(const IndexElement&, const IndexElement&) = default;
};

struct Index {
  std::string name;  ///< lives in the schema of its table
  bool unique = false;
  std::string method = "btree";
  std::vector<IndexElement> elements;
  std::vector<std::string> include;
  std::optional<Expression> where;
  bool nulls_not_distinct = false;
  std::vector<std::string> storage_parameters;
  bool valid = true;
  bool invisible = false;  ///< kept, but not used for reading
  std::optional<std::string> comment;
  OnViolation on_violation = OnViolation::kKeep;  ///< of a unique one
  std::optional<RenamedFrom> renamed_from;        ///< desired side only
  SourceSpan origin;
  friend bool operator==(const Index& a, const Index& b);
};

/// `from NAME TYPE;` of a transition: what the old shape must be.
struct TransitionSource {
  std::string column;
  Type type;
  SourceSpan origin;
};

/// `up NAME = EXPR;` or `down NAME = EXPR;`
struct TransitionAssignment {
  std::string column;
  Expression expression;
  SourceSpan origin;
};

/// How rows travel between the old shape and the new (design 5). Ignored once the old shape is
/// gone.
struct Transition {
  std::vector<TransitionSource> from;
  std::vector<TransitionAssignment> up;
  std::vector<TransitionAssignment> down;
  std::optional<std::string> lossy;      ///< `lossy "why"`
  std::optional<std::string> time_zone;  ///< `with timezone 'UTC'`
  SourceSpan origin;
};

/// `drop column NAME { down NAME = EXPR; }`
struct DroppedColumn {
  std::string name;
  std::optional<Expression> down;
  SourceSpan origin;
};

struct Table {
  QualifiedName name;
  bool unlogged = false;  ///< a crash of the server empties it
  std::vector<Column> columns;
  std::optional<Key> primary_key;
  std::vector<Key> uniques;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Check> checks;
  std::vector<Index> indexes;
  std::optional<std::string> charset;    ///< where tables have one; absent: the schema's
  std::optional<std::string> collation;  ///< absent: that of `charset`, or the schema's
  std::optional<std::string> comment;
  std::string owner;                ///< "" on the desired side: kept as found
  std::vector<std::string> grants;  ///< aclitem texts, sorted
  /// "NAME=VALUE", sorted, those at their default absent. Reloptions ("fillfactor=70") are kept as
  /// found; options of servers that have storage engines ("engine=MyISAM") follow the files.
  std::vector<std::string> options;
  // Desired side only.
  std::vector<Transition> transitions;
  std::vector<DroppedColumn> dropped_columns;
  /// `drop index|constraint NAME;` inside the table.
  struct DroppedPart {
    std::string kind;  ///< "index" or "constraint"
    std::string name;
    SourceSpan origin;
  };
  std::vector<DroppedPart> dropped_parts;
  SourceSpan origin;

  const Column* FindColumn(const std::string& column) const;
};

struct Extension {
  std::string name;
  std::optional<std::string> schema;
  std::optional<std::string> version;
  std::optional<std::string> comment;
  SourceSpan origin;
  friend bool operator==(const Extension& a, const Extension& b);
};

struct NamespaceObject {
  std::string name;
  std::string owner;
  std::vector<std::string> grants;
  std::optional<std::string> charset;    ///< of its new tables; absent: none, or kept as found
  std::optional<std::string> collation;  ///< likewise
  std::optional<std::string> comment;
  SourceSpan origin;
};

/// `drop KIND NAME;` : absent on purpose.
struct Tombstone {
  std::string kind;  ///< "table", "schema", "extension", "enum", "sequence", "domain"
  QualifiedName name;
  SourceSpan origin;
};

/// `allow CODE OBJECT "why";`
struct Allow {
  std::string code;    ///< "ZDM2107"
  std::string object;  ///< as hazards name objects
  std::string why;
  SourceSpan origin;
};

/// `ignore KIND PATTERN;` : out of zdm's hands. `*` in a pattern matches any run of characters.
struct Ignore {
  std::string kind;     ///< "view", "function", "sequence", "table", "column", ... or "*"
  std::string pattern;  ///< "schema.name", or "schema.table.name" for parts of tables
  SourceSpan origin;
};

struct Schema {
  Dialect dialect{};
  int server_version = 0;  ///< as server_version_num; 0 on the desired side
  /// The schema that names without one mean, where that depends on the connection; "" where it does
  /// not, and on the desired side until it is bound. Names in it then have the schema "" too.
  std::string default_schema;
  std::vector<NamespaceObject> schemas;  ///< those managed
  std::vector<Extension> extensions;
  std::vector<EnumType> enums;
  std::vector<Sequence> sequences;
  std::vector<Domain> domains;
  std::vector<Table> tables;

  const EnumType* FindEnum(const QualifiedName& name) const;
  const Sequence* FindSequence(const QualifiedName& name) const;
  const Domain* FindDomain(const QualifiedName& name) const;
  const Table* FindTable(const QualifiedName& name) const;
};

/// What the files say: the schema that is wanted, and the words about the way there.
struct DesiredSchema {
  Schema schema;
  std::vector<Tombstone> tombstones;
  std::vector<Allow> allows;
  std::vector<Ignore> ignores;
};

}  // namespace zdm
