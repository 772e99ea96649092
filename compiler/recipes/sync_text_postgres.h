// SPDX-License-Identifier: Apache-2.0
// Pieces of PL/pgSQL text for sync_function_postgres. Names and operators are qualified: the
// function runs under the application's search_path.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/recipes/code_text.h"
#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

/// `NEW."name"`
std::string Field(const std::string& row, const std::string& column);
/// `(a OPERATOR(pg_catalog.op) b)`
std::string Op(const std::string& a, std::string_view op, const std::string& b);
/// `'5'::bigint`
std::string Big(std::int64_t value);
std::string Bit(int bit);
/// Whether both lists have the same stored image, NULL equal to NULL.
std::string Same(const std::vector<std::string>& a, const std::vector<std::string>& b);
std::string Differs(const std::vector<std::string>& a, const std::vector<std::string>& b);
/// `expression` over the physical columns in `names`, as fields of `row`; over bare columns when
/// `row` is empty. What it calls is what the server called when it judged the expression.
std::string OverRow(const std::string& expression, const std::map<std::string, std::string>& names,
                    const std::string& row);
std::string UpVariable(const ShapedTransition& transition, std::size_t target);
std::string DownVariable(const ShapedTransition& transition, std::size_t source);
/// Names as they may stand behind `--`.
std::string CommentText(const std::vector<std::string>& names);
/// How notes name the row: as postgres_rows names it in queries.
std::string NoteKey(const TransformShape& shape);
/// What the server itself would say about a value that breaks the old rule.
std::string RaiseNotNull(const TransformShape& shape, const std::string& column);
std::string RaiseCheck(const TransformShape& shape, const Check& check);
/// The default of a column that has one.
std::string DefaultOf(const Column& column);
bool IsConstantDefault(const Column& column);

}  // namespace zdm::postgres
