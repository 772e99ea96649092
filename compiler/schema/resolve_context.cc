// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/resolve_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/schema/names.h"

namespace zdm {

std::vector<std::string> TableDraft::ColumnNames() const {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  for (const ast::Name& column : syntax->damaged) names.push_back(column.text);
  return names;
}

void ResolveContext::Twice(Code code, const SourceSpan& again, const SourceSpan& first,
                           std::string text) const {
  diagnostics.Error(code, again, std::move(text)).notes.push_back({first, "the first is here"});
}

void ResolveContext::CheckName(const ast::Name& name) const {
  if (name.text.empty()) {
    diagnostics.Error(codes::kBadName, name.span, "a name has at least one character");
  }
  if (name.text.size() > rules.longest_name) {
    diagnostics
        .Error(codes::kBadName, name.span, fmt::format("this name has {} bytes", name.text.size()))
        .notes.push_back({{}, fmt::format("the server cuts names to {}", rules.longest_name)});
  }
}

QualifiedName ResolveContext::Qualify(const ast::Path& path,
                                      const std::optional<ast::Name>& in_schema) const {
  const ast::Name& name = path.parts.back();
  QualifiedName out{in_schema ? in_schema->text : std::string(rules.default_schema), name.text};
  if (path.parts.size() > 2) {
    diagnostics.Error(codes::kQualifiedName, path.span, "a name has at most two parts here")
        .notes.push_back({{}, "write `name` or `schema.name`"});
  }
  if (path.parts.size() == 2) out.schema = path.parts.front().text;
  return out;
}

QualifiedName ResolveContext::QualifyWith(const ast::Path& path,
                                          std::string (*schema_of)(std::string_view)) const {
  QualifiedName out = Qualify(path, std::nullopt);
  if (path.parts.size() == 1) out.schema = schema_of(out.name);
  return out;
}

Type ResolveContext::ResolveType(const ast::Sql& type) const {
  const TypeName resolved = rules.type(type.text);
  if (!resolved.error.empty()) {
    Diagnostic& error = diagnostics.Error(codes::kUnknownType, type.span, resolved.error);
    if (!resolved.hint.empty()) error.notes.push_back({{}, resolved.hint});
  }
  return {resolved.sql};
}

Expression ResolveContext::ResolveExpression(const ast::Sql& sql,
                                             const std::vector<std::string>& columns,
                                             bool columns_known) const {
  const ExpressionFacts& facts = expressions.Read(sql.text);
  if (!facts.error.empty()) {
    diagnostics
        .Warning(codes::kBadExpression, sql.span,
                 fmt::format("the SQL parser does not take this: {}", facts.error))
        .notes.push_back({{}, "it is left to the server, which may be newer than the parser"});
  } else if (columns_known) {
    for (const std::string& name : facts.columns) {
      if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
      Unknown(codes::kUnknownColumn, sql.span, "column", name, columns);
    }
  }
  return {sql.text, false, sql.span};
}

bool ResolveContext::Require(Construct construct, const SourceSpan& span,
                             std::string_view words) const {
  const std::optional<std::string> instead =
      rules.lacks == nullptr ? std::nullopt : rules.lacks(construct);
  if (!instead) return true;
  Diagnostic& error = diagnostics.Error(
      codes::kNotInDialect, span,
      fmt::format("{} is not known to dialect {}", words, ToString(rules.dialect)));
  if (!instead->empty()) error.notes.push_back({{}, *instead});
  return false;
}

void ResolveContext::Unknown(Code code, const SourceSpan& span, const std::string& what,
                             const std::string& name,
                             const std::vector<std::string>& candidates) const {
  Diagnostic& error =
      diagnostics.Error(code, span, fmt::format("there is no {} `{}`", what, Display(name)));
  const std::string nearest = NearestName(name, candidates);
  if (!nearest.empty()) {
    error.notes.push_back({{}, fmt::format("did you mean `{}`?", Display(nearest))});
  }
}

void RefuseOtherSchema(const ResolveContext& context, const ast::Path& name,
                       const std::optional<ast::Name>& in_schema) {
  if (!in_schema || name.parts.size() != 2 || name.parts[0].text == in_schema->text) return;
  context.diagnostics
      .Error(
          codes::kQualifiedName, name.span,
          fmt::format("`{}` stands in the braces of another schema", Display(name.parts[0].text)))
      .notes.push_back(
          {in_schema->span, fmt::format("`{}` begins here", Display(in_schema->text))});
}

std::optional<std::string> ResolveComment(const ResolveContext& context,
                                          const std::vector<ast::Clause>& clauses) {
  const auto* comment = Only<ast::Comment>(context, clauses, "`comment` stands twice");
  if (comment == nullptr || comment->text.value.empty()) return std::nullopt;
  return comment->text.value;
}

OnViolation ResolveViolation(const ResolveContext& context,
                             const std::vector<ast::Clause>& clauses) {
  const auto* violation = Only<ast::Violation>(context, clauses, "`on violation` stands twice");
  return violation == nullptr ? OnViolation::kKeep : violation->value;
}

std::vector<std::string> ResolveStorage(const ResolveContext& context,
                                        const std::vector<ast::Clause>& clauses) {
  std::vector<std::string> out;
  const auto* storage = Only<ast::Storage>(context, clauses, "`with` stands twice");
  if (storage == nullptr) return out;
  std::map<std::string, SourceSpan> seen;
  for (const ast::StorageParameter& parameter : storage->parameters) {
    const auto [first, fresh] = seen.emplace(parameter.name, parameter.span);
    if (!fresh) {
      context.Twice(codes::kClauseTwice, parameter.span, first->second,
                    fmt::format("`{}` stands twice", parameter.name));
    }
    out.push_back(parameter.name + "=" + parameter.value.value_or("true"));
  }
  return out;
}

std::vector<std::string> ResolveColumnList(const ResolveContext& context, const TableDraft& draft,
                                           const std::vector<ast::Name>& names) {
  std::vector<std::string> out;
  std::map<std::string, SourceSpan> seen;
  for (const ast::Name& name : names) {
    const auto [first, fresh] = seen.emplace(name.text, name.span);
    if (!fresh) {
      context.Twice(codes::kDuplicate, name.span, first->second,
                    fmt::format("column `{}` stands twice", Display(name.text)));
    } else if (!draft.column_spans.contains(name.text) && !draft.syntax->incomplete) {
      context.Unknown(codes::kUnknownColumn, name.span, "column", name.text, draft.ColumnNames());
    }
    out.push_back(name.text);
  }
  return out;
}

}  // namespace zdm
