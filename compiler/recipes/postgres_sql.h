// SPDX-License-Identifier: Apache-2.0
// Fragments of PostgreSQL's SQL made from the model: names, literals, clauses of columns,
// constraints and indexes. All of it is written for search_path = pg_catalog, under which recipes'
// statements run: every name outside pg_catalog is qualified.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/names.h"
#include "compiler/schema/schema.h"

namespace zdm::postgres {

/// As the server prints it: quoted only where it must be.
std::string Quote(std::string_view name);
/// `public.customer`
std::string Quote(const QualifiedName& name);
/// A type's collation or an operator class: pg_catalog is left out.
std::string QuoteVisible(const QualifiedName& name);
/// `a, "B c"`
std::string QuoteList(const std::vector<std::string>& names);
/// `'it''s'`; right whatever standard_conforming_strings says.
std::string Literal(std::string_view text);
/// `(sql)`, unless one pair of parentheses spans the whole text already.
std::string Parenthesized(const std::string& sql);

/// `email citext COLLATE "C" DEFAULT '' NOT NULL`, as it stands in CREATE TABLE and ADD COLUMN.
/// Statistics target, storage, compression, options, comment and grants are not part of it: see
/// ColumnProperties.
std::string ColumnClause(const Column& column);
/// `START WITH 10 CACHE 20`
std::string SequenceClause(const SequenceOptions& options);
/// `GENERATED ALWAYS AS IDENTITY (START WITH 10)`
std::string IdentityClause(const Identity& identity);
/// Statements that give the column what ColumnClause cannot say. `table` and `name` say where it
/// stands now.
std::vector<std::string> ColumnProperties(const QualifiedName& table, const std::string& name,
                                          const Column& column);

/// `CONSTRAINT name UNIQUE (a) INCLUDE (b) WITH (fillfactor='70') DEFERRABLE`
std::string KeyClause(const Key& key, bool primary);
/// `CONSTRAINT name UNIQUE USING INDEX index DEFERRABLE`
std::string KeyUsingIndexClause(const Key& key, bool primary, const std::string& index);
/// `CONSTRAINT name CHECK (a > 0)`; without NOT VALID.
std::string CheckClause(const Check& check);
/// `CONSTRAINT name FOREIGN KEY (a) REFERENCES public.t (id) ON DELETE CASCADE`; without NOT VALID.
std::string ForeignKeyClause(const ForeignKey& key);

enum class Build { kPlain, kConcurrently };
/// `CREATE UNIQUE INDEX CONCURRENTLY i ON public.t USING btree (a) WHERE (a > 0)`
std::string CreateIndex(const QualifiedName& table, const Index& index, Build build);
/// The unique index that KeyUsingIndexClause can turn into `key`. Its name is the key's.
Index IndexOfKey(const Key& key);

/// `COMMENT ON column public.t.c IS 'text'`; `object_sql` is what stands after COMMENT ON.
std::string CommentOn(const std::string& object_sql, const std::optional<std::string>& comment);

/// GRANT statements that make the aclitems (`app=arw*/owner`) of an object again. `object_sql` is
/// what stands after ON (`TABLE public.t`); `column` is set for the grants of a column.
std::vector<std::string> GrantStatements(const std::string& object_sql, const std::string& column,
                                         const std::vector<std::string>& aclitems);

}  // namespace zdm::postgres
