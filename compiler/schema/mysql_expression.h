// SPDX-License-Identifier: Apache-2.0
// What can be told about expressions of MariaDB and MySQL by their tokens. Nothing here rewrites an
// expression but for names of columns; whether two texts that differ in more than case, blanks,
// quotes and outer parentheses mean the same, a server says (catalog/judge.h).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/expression_rules.h"
#include "runtime/plan/dialect.h"

namespace zdm {

ExpressionFacts ReadMysqlExpression(std::string_view expression);
/// A text, name or parenthesis that is not closed; nothing else can be seen.
std::string MysqlExpressionError(std::string_view expression);
/// The same tokens, letters' case, blanks, backquotes and outer parentheses apart; the names of the
/// present time (`now()`, `current_timestamp`) are one.
bool SameMysqlExpression(std::string_view a, std::string_view b);
/// Names in backquotes, and words that are neither functions nor words of SQL, in order of first
/// occurrence: too many, never too few.
std::vector<std::string> MysqlColumnsOf(std::string_view expression);
/// With each such name that stands in `names` (any case) renamed and in backquotes.
std::string RenameMysqlColumns(std::string_view expression,
                               const std::map<std::string, std::string>& names);
/// In backquotes, always.
std::string QuoteMysqlName(std::string_view name);
/// A literal default and what the catalog shows of it: `'5'` and `5` of a number, `true` and `1`.
bool MysqlLiteralPrintsAs(std::string_view written, std::string_view printed,
                          std::string_view type);

const ExpressionRules& MysqlExpressionRules(Dialect dialect);

}  // namespace zdm
