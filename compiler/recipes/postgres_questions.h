// SPDX-License-Identifier: Apache-2.0
// Fingerprint questions of PostgreSQL: for each kind of object a read-only query with one text
// answer, and the mirror that renders the same bytes from the model. Tested live, property by
// property, for byte equality.
//
// Answers are lines "name: value"; a property at its default has no line; an absent object has no
// row, which reads as "". Names in values are always quoted; a line break in a value is followed
// by two spaces. No OID, column number, size or statistics; roles only in the grants questions.
// Properties that the model does not carry show as lines too, so that a plan never meets an object
// that has grown one. Queries expect search_path = pg_catalog.
//
// A column is asked by facets (itself, default, NOT NULL, comment): what one change of a plan does
// to one facet never speaks of another change's facet. Comments are always questions of their own.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"
#include "compiler/schema/schema.h"

namespace zdm {

/// See Leftover.
Leftover MayStay(const Question& question, std::string left, std::string same);

/// object: "schema sales"
Question AskSchema(const std::string& schema);
std::string AnswerSchema(const NamespaceObject& schema);

/// object: "extension citext"; only whether it is there.
Question AskExtension(const std::string& extension);
std::string AnswerExtension(const Extension& extension);

/// object: "table public.t": kind and options; not its parts, owner or grants.
Question AskTable(const QualifiedName& table);
std::string AnswerTable(const Table& table);

/// object: "columns of public.t": the names, sorted. For what stands on the list being complete.
Question AskColumnNames(const QualifiedName& table);
std::string AnswerColumnNames(const std::vector<Column>& columns);

/// object: "column public.t.c": type, collation, identity, generation, storage, compression,
/// statistics target, options.
Question AskColumn(const QualifiedName& table, const std::string& column);
std::string AnswerColumn(const Column& column);

/// object: "default of public.t.c": "default: none" when there is none (also for a generated
/// column).
Question AskDefault(const QualifiedName& table, const std::string& column);
std::string AnswerDefault(const Column& column);

/// object: "not null of public.t.c": "not null: yes" or "not null: no".
Question AskNotNull(const QualifiedName& table, const std::string& column);
std::string AnswerNotNull(const Column& column);

/// object: "constraint public.t.name", of any kind, with its state.
Question AskConstraint(const QualifiedName& table, const std::string& constraint);
std::string AnswerKey(const Key& key, bool primary);
std::string AnswerForeignKey(const ForeignKey& key);
std::string AnswerCheck(const Check& check);

/// object: "index public.name", with its validity; also the index of a key.
Question AskIndex(const QualifiedName& index);
std::string AnswerIndex(const Index& index, const QualifiedName& table);
/// The index that stands behind a primary key or unique constraint.
std::string AnswerKeyIndex(const Key& key, const Table& table);

/// The comment of "table public.t", "column public.t.c", "constraint public.t.name",
/// "index public.name", "enum public.e", "domain public.d", "sequence public.s", "schema s",
/// "extension e"; object: "comment on " + that. An object without
/// comment, like an absent one, answers "".
enum class Commented {
  kSchema,
  kExtension,
  kEnum,
  kDomain,
  kSequence,
  kTable,
  kColumn,
  kConstraint,
  kIndex
};
Question AskComment(Commented kind, const QualifiedName& object, const std::string& part = "");
std::string AnswerComment(const std::optional<std::string>& comment);

/// What a trigger is. Its condition's text is not compared, only whether there is one.
struct TriggerFacts {
  std::string timing = "before";  ///< "before", "after", "instead of"
  bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
  bool each_row = true;
  std::vector<std::string> update_columns;  ///< UPDATE OF, in the order given
  bool condition = false;
  QualifiedName function;
};
/// object: "trigger public.t.name"
Question AskTrigger(const QualifiedName& table, const std::string& trigger);
std::string AnswerTrigger(const TriggerFacts& trigger);

/// What a function is. Types are spelled as format_type() does.
struct FunctionFacts {
  std::string returns = "trigger";
  std::string language = "plpgsql";
  std::string volatility = "volatile";  ///< "volatile", "stable", "immutable"
  bool strict = false;
  bool security_definer = false;
  std::vector<std::string> settings;  ///< SET clauses as stored: "search_path=pg_catalog, pg_temp"
  std::string source;                 ///< exactly what stands between the dollar quotes
};
/// object: "function zdm.f(integer, text)"
Question AskFunction(const QualifiedName& function, const std::vector<std::string>& argument_types);
std::string AnswerFunction(const FunctionFacts& function);

/// object: "owner of public.t", "grants on public.t", "grants on public.t.c". For plans that touch
/// them. Grants are aclitem texts, sorted by bytes; none reads as "grants: default".
Question AskOwner(const QualifiedName& table);
std::string AnswerOwner(const std::string& owner);
Question AskGrants(const QualifiedName& table, const std::string& column = "");
std::string AnswerGrants(const std::vector<std::string>& grants);

/// All facets of a column as it is, `start` filled; of one that is not there, `start` is "".
std::vector<Question> AskColumnFully(const QualifiedName& table, const Column& column);
std::vector<Question> AskColumnAbsent(const QualifiedName& table, const std::string& column);
/// What a step changes when a column appears as `column`, or goes.
std::vector<Effect> ColumnAppears(const QualifiedName& table, const Column& column);
std::vector<Effect> ColumnGoes(const QualifiedName& table, const std::string& column);

}  // namespace zdm
