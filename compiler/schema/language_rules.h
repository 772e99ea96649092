// SPDX-License-Identifier: Apache-2.0
// What a family of servers decides about the files: chosen once by the dialect.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/expression_rules.h"
#include "compiler/schema/type_name.h"
#include "compiler/syntax/quoting.h"
#include "compiler/syntax/rules.h"
#include "runtime/plan/dialect.h"

namespace zdm {

struct QualifiedName;

/// Kinds of parts that get a name when the file gives none.
enum class NamedPart { kPrimaryKey, kUnique, kForeignKey, kCheck, kIndex, kSequence };

/// What files may say under some dialects only.
enum class Construct {
  kExtension,
  kEnum,
  kDomain,
  kSequence,
  kUnlogged,
  kSchemaComment,
  kIdentity,
  kCharset,
  kOnUpdate,
  kAutoIncrement,
  kInvisibleColumn,
  kPlace,
  kVirtual,
  kInclude,
  kNullsNotDistinct,
  kNullsOrder,
  kDeferral,
  kNoInherit,
  kEnforcement,
  kKeyOptions,      ///< `with (...)` of a key
  kConstraintText,  ///< `comment` of a key, check or foreign key
  kSetDefault,
  kDeleteColumns,
  kMatchFull,
  kTableOptions,
  kIndexKind,  ///< `fulltext` and `spatial`
  kIndexPrefix,
  kIndexExpression,
  kIndexCollation,
  kOperatorClass,
  kPartialIndex,
  kInvisibleIndex,
  kIgnoredIndex,
  kRenamedIndex,
};

/// How values travel when a column changes its type.
struct TypeCasts {
  std::string up, down;
  /// Nothing is lost in silence in either direction: a change of type is this transition. Else a
  /// person has to write it.
  bool automatic = false;
  /// `up` never fails, and gives different values for different values: what is NOT NULL and unique
  /// stays so.
  bool faithful = false;
};

/// How the server takes changes of what is there: chooses between changes of diff/change.h.
struct ChangeRules {
  /// A column's type, charset, generation, visibility and comment change in place, one by one, and
  /// columns and options follow the files' order and text.
  bool in_place = false;
  /// Elsewhere: whether this change of type is one of the catalog only, and loses nothing.
  bool (*widens)(std::string_view from, std::string_view to) = nullptr;
  /// Over the column's quoted name.
  TypeCasts (*casts)(std::string_view from, std::string_view to,
                     const std::string& column) = nullptr;
};

struct ResolveContext;
struct Schema;
struct DesiredSchema;
struct Table;
struct Column;

struct LanguageRules {
  Dialect dialect;
  const ExpressionRules* expressions;
  std::string_view default_schema;
  std::size_t longest_name;  ///< in bytes
  /// Where a collation or operator class stands that is named without its schema: "" when only a
  /// search path can tell.
  std::string (*schema_of_collation)(std::string_view name);
  std::string (*schema_of_opclass)(std::string_view name);
  TypeName (*type)(std::string_view written);
  /// The name that the server would choose; `taken` says which it cannot.
  std::string (*default_name)(NamedPart part, const std::string& table,
                              const std::vector<std::string>& columns,
                              const std::function<bool(const std::string&)>& taken);
  /// What stands for an index element that is an expression in such a name.
  std::string (*element_name)(std::string_view expression);
  Quoting quoting = Quoting::kStandard;
  /// What to write instead of what the dialect lacks; nothing: it has it.
  std::optional<std::string> (*lacks)(Construct construct) = nullptr;
  ChangeRules changes = {};
  /// Instead of ChooseNames(): what the server adds to tables by itself, and its names.
  void (*finish)(ResolveContext& context) = nullptr;
  /// Both sides made comparable, before they are judged: names of the default schema, charsets.
  void (*bind)(const Schema& current, DesiredSchema& desired) = nullptr;
  /// What a column's text is stored in, where columns have that: "charset collation".
  std::string (*text_of)(const Schema& schema, const Table& table, const Column& column) = nullptr;
  /// The default of a column that takes its values of `sequence`, as the server prints it.
  std::string (*next_of)(const QualifiedName& sequence) = nullptr;
  /// Only the options that are not what the server would choose for a sequence of `type`.
  SequenceOptions (*own_options)(const SequenceOptions& options, const std::string& type) = nullptr;
};

}  // namespace zdm
