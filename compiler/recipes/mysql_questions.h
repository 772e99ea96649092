// SPDX-License-Identifier: Apache-2.0
// Fingerprint questions of MariaDB and MySQL: for each kind of object a read-only query of
// information_schema with one text answer, and the mirror that renders the same bytes from the
// model. Tested live, property by property, for byte equality.
//
// Answers are lines "name: value"; a property at its default has no line unless it is the whole
// answer; an absent object has no row, which reads as "". A line break in a value is followed by
// two spaces. No sizes, no counters, no server's words that differ between versions.
//
// A column is asked by facets: what one change of a plan does to one facet never speaks of another
// change's facet.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/recipe.h"
#include "compiler/schema/schema.h"

namespace zdm::mysql {

/// object: "schema sales": charset and collation of its new tables.
Question AskSchema(const std::string& schema);
std::string AnswerSchema(const NamespaceObject& schema);

/// object: "table db.t": that it is a table.
Question AskTable(const QualifiedName& table);
std::string AnswerTable();
/// object: "options of db.t": engine and what CREATE_OPTIONS and ROW_FORMAT say.
Question AskOptions(const QualifiedName& table);
std::string AnswerOptions(const Table& table);
/// object: "charset of db.t": as far as it is not the database's own.
Question AskCharset(const QualifiedName& table);
std::string AnswerCharset(const Table& table);
/// object: "comment on table db.t"
Question AskTableComment(const QualifiedName& table);
std::string AnswerComment(const std::optional<std::string>& comment);

enum class Facet {
  kType,  ///< with charset, collation and the expression of a generated column
  kDefault,
  kNotNull,
  kOnUpdate,
  kAutoIncrement,
  kVisibility,
  kComment,
};
/// object: "column db.t.c", "default of db.t.c", "not null of db.t.c", ...
Question AskColumn(Dialect dialect, const QualifiedName& table, const std::string& column,
                   Facet facet);
std::string AnswerColumn(Dialect dialect, const Column& column, Facet facet);
/// All facets of a column as it is, `start` filled; of one that is not there, `start` is "".
std::vector<Question> AskColumnFully(Dialect dialect, const QualifiedName& table,
                                     const Column& column);
std::vector<Question> AskColumnAbsent(Dialect dialect, const QualifiedName& table,
                                      const std::string& column);
/// What a step changes when a column appears as `column`, or goes.
std::vector<Effect> ColumnAppears(Dialect dialect, const QualifiedName& table,
                                  const Column& column);
std::vector<Effect> ColumnGoes(Dialect dialect, const QualifiedName& table,
                               const std::string& column);

/// object: "index db.t.name"; the primary key is index PRIMARY.
Question AskIndex(Dialect dialect, const QualifiedName& table, const std::string& index);
std::string AnswerIndex(const Index& index);
std::string AnswerPrimaryKey(const Key& key);

/// object: "foreign key db.t.name"
Question AskForeignKey(const QualifiedName& table, const std::string& key);
std::string AnswerForeignKey(const ForeignKey& key);

/// object: "check db.t.name"
Question AskCheck(Dialect dialect, const QualifiedName& table, const std::string& check);
std::string AnswerCheck(const Check& check);

/// object: "trigger db.t.name": timing and event, "before update".
Question AskTrigger(const QualifiedName& table, const std::string& trigger);
std::string AnswerTrigger(const std::string& moment);

/// object: "function zdm.f": that it is there.
Question AskFunction(const QualifiedName& function);
std::string AnswerFunction();

}  // namespace zdm::mysql
