// SPDX-License-Identifier: Apache-2.0
// Parse tree -> the clauses and names of a syntax tree.
#pragma once

#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse_input.h"
#include "compiler/syntax/parse_tree.h"

namespace zdm {

ast::Path BuildPath(const ParseInput& input, const Node& path);
/// Of a `columnList`; none for null.
std::vector<ast::Name> BuildNames(const ParseInput& input, const Node* list);
/// What stands between the parentheses.
ast::Sql BuildInner(const ParseInput& input, const Node& parenthesized);

/// The clauses among the children of a key, check, foreign key or index.
std::vector<ast::Clause> BuildClauses(const ParseInput& input, const Node& rule);
/// One `sequenceOption`; its word goes to `given`.
void BuildSequenceOption(const ParseInput& input, const Node& node, SequenceOptions& options,
                         std::vector<ast::Name>& given);
/// What a `columnClause` holds, unless it is a rule of its own.
/// `NAME = VALUE` of a table's `with (...)`.
std::vector<ast::StorageParameter> BuildOptions(const ParseInput& input, const Node& options);

ast::Clause::Kind BuildColumnClause(const ParseInput& input, const Node& clause);

}  // namespace zdm
