// SPDX-License-Identifier: Apache-2.0
// What can be told about SQL expressions without a server: whether two of them have one parse tree,
// which columns they name, and their text with columns renamed. The parser is PostgreSQL's own
// (libpg_query, of version 15); nothing here rewrites an expression in any other way.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/expression_rules.h"
#include "compiler/schema/postgres_literal.h"

namespace zdm {

/// All that the three functions below tell, by one parse.
ExpressionFacts ReadExpression(std::string_view expression);

/// Why `expression` is not one scalar expression: the parser's own words, or "" when it is one.
std::string ParseError(std::string_view expression);

/// Whether both have the same parse tree, places and outer parentheses apart. Texts that the parser
/// does not know (syntax newer than it) are the same only when their bytes are.
bool SameExpression(std::string_view a, std::string_view b);

/// The same for the names of types: `int` and `integer`, `varchar(20)` and `character varying(20)`.
bool SameTypeName(std::string_view a, std::string_view b);

/// Names of the columns that occur, in order of first occurrence, each once. A text that the parser
/// does not know gives every word in it that could be a column: too many, never too few.
std::vector<std::string> ColumnsOf(std::string_view expression);

/// Names of the functions called and the types named without a schema, in order, each once: what
/// the search path decides about.
std::vector<std::string> BareNamesOf(std::string_view expression);

/// `expression` with each reference to a column that stands in `names` (old name to new one, raw)
/// renamed; a qualifier before it (`t.column`) stays. Quoted where the server would quote. A text
/// that the parser does not know comes back as it is: ask ParseError first.
std::string RenameColumns(std::string_view expression,
                          const std::map<std::string, std::string>& names);

/// The same with SQL in place of each whole reference, as in {"a": "NEW.a"}; the SQL stands as it
/// is, so it must be a name or be parenthesized.
std::string SubstituteColumns(std::string_view expression,
                              const std::map<std::string, std::string>& sql);

/// `name` as the server prints it: quoted only where it must be.
std::string QuoteIdentifier(std::string_view name);

inline constexpr ExpressionRules kPostgresExpressionRules{
    ReadExpression, ParseError,    SameExpression,  SameTypeName,
    ColumnsOf,      RenameColumns, QuoteIdentifier, LiteralPrintsAs};

}  // namespace zdm
