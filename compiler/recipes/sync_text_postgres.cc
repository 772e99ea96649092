// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/sync_text_postgres.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/postgres_defaults.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_qualify.h"

namespace zdm::postgres {
namespace {

std::string Record(const std::vector<std::string>& fields) {
  return fmt::format("ROW({})::pg_catalog.record", fmt::join(fields, ", "));
}

}  // namespace

std::string Field(const std::string& row, const std::string& column) {
  std::string quoted = row.empty() ? "\"" : row + ".\"";
  for (const char c : column) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string Op(const std::string& a, std::string_view op, const std::string& b) {
  return fmt::format("({} OPERATOR(pg_catalog.{}) {})", a, op, b);
}

std::string Big(std::int64_t value) {
  return fmt::format("'{}'::bigint", value);
}

std::string Bit(int bit) {
  return Big(std::int64_t{1} << bit);
}

std::string Same(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return Op(Record(a), "*=", Record(b));
}

std::string Differs(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return Op(Record(a), "*<>", Record(b));
}

std::string OverRow(const std::string& expression, const std::map<std::string, std::string>& names,
                    const std::string& row) {
  std::map<std::string, std::string> fields;
  for (const auto& [name, physical] : names) fields[name] = Field(row, physical);
  return "(" + SubstituteColumns(QualifyNames(expression), fields) + ")";
}

std::string UpVariable(const ShapedTransition& transition, std::size_t target) {
  return fmt::format("up_{}_{}", transition.number, target);
}

std::string DownVariable(const ShapedTransition& transition, std::size_t source) {
  return fmt::format("down_{}_{}", transition.number, source);
}

std::string CommentText(const std::vector<std::string>& names) {
  std::string text = names.empty() ? "(nothing)" : fmt::format("{}", fmt::join(names, ", "));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

std::string NoteKey(const TransformShape& shape) {
  if (RowKeyColumns(shape.stable).empty()) return "NEW::pg_catalog.text";
  return "pg_catalog." + RowKey(shape.stable, "NEW");
}

std::string RaiseNotNull(const TransformShape& shape, const std::string& column) {
  return fmt::format(
      "RAISE not_null_violation USING MESSAGE = {}, SCHEMA = {}, TABLE = {}, COLUMN = {};",
      Literal(
          fmt::format("null value in column \"{}\" of relation \"{}\" violates not-null constraint",
                      column, shape.table.name)),
      Literal(shape.table.schema), Literal(shape.table.name), Literal(column));
}

std::string RaiseCheck(const TransformShape& shape, const Check& check) {
  return fmt::format(
      "RAISE check_violation USING MESSAGE = {}, SCHEMA = {}, TABLE = {}, CONSTRAINT = {};",
      Literal(fmt::format("new row for relation \"{}\" violates check constraint \"{}\"",
                          shape.table.name, check.name)),
      Literal(shape.table.schema), Literal(shape.table.name), Literal(check.name));
}

std::string DefaultOf(const Column& column) {
  return "(" + QualifyNames(column.default_value->sql) + ")";
}

bool IsConstantDefault(const Column& column) {
  if (column.default_value && column.default_volatility != Volatility::kUnknown) {
    return column.default_volatility != Volatility::kVolatile;
  }
  const DefaultKind kind = ClassifyDefault(column);
  return kind == DefaultKind::kConstant || kind == DefaultKind::kStable;
}

}  // namespace zdm::postgres
