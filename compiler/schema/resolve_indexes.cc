// SPDX-License-Identifier: Apache-2.0
// Indexes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

IndexElement ResolveElement(const ResolveContext& context, const TableDraft& draft,
                            const ast::IndexElement& syntax) {
  IndexElement element;
  if (syntax.column) {
    element.column = ResolveColumnList(context, draft, {*syntax.column}).front();
  } else {
    context.Require(Construct::kIndexExpression, syntax.span, "an index on an expression");
    element.expression = context.ResolveExpression(*syntax.expression, draft.ColumnNames(),
                                                   !draft.syntax->incomplete);
  }
  if (syntax.prefix) {
    element.prefix_length = static_cast<int>(std::strtol(syntax.prefix->text.c_str(), nullptr, 10));
    if (*element.prefix_length <= 0) {
      context.diagnostics.Error(codes::kKeyColumns, syntax.prefix->span,
                                "a prefix has a length of 1 or more");
    }
  }
  if (syntax.collation) {
    context.Require(Construct::kIndexCollation, syntax.collation->span, "a collation of an index");
    element.collation = context.QualifyWith(*syntax.collation, context.rules.schema_of_collation);
  }
  if (syntax.opclass) {
    context.Require(Construct::kOperatorClass, syntax.opclass->span, "an operator class");
    element.opclass = context.QualifyWith(*syntax.opclass, context.rules.schema_of_opclass);
  }
  if (syntax.opclass_parameters) {
    std::string parameters = syntax.opclass_parameters->text;
    std::erase_if(parameters, [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
    for (std::size_t begin = 0; begin <= parameters.size();) {
      const std::size_t comma = std::min(parameters.find(',', begin), parameters.size());
      element.opclass_parameters.push_back(parameters.substr(begin, comma - begin));
      begin = comma + 1;
    }
  }
  if (syntax.nulls_first) {
    context.Require(Construct::kNullsOrder, syntax.span, "`nulls first` or `nulls last`");
  }
  element.descending = syntax.descending;
  element.nulls_first = syntax.nulls_first.value_or(syntax.descending);
  return element;
}

void ResolveKind(const ResolveContext& context, const ast::Index& syntax, Index& index) {
  for (const ast::Clause& clause : syntax.clauses) {
    const bool is_include = std::holds_alternative<ast::Include>(clause.kind);
    const bool is_where = std::holds_alternative<ast::Where>(clause.kind);
    const bool is_distinct = std::holds_alternative<ast::NullsNotDistinct>(clause.kind);
    if (is_include) context.Require(Construct::kInclude, clause.span, "`include`");
    if (is_where) context.Require(Construct::kPartialIndex, clause.span, "`where` of an index");
    if (is_distinct) {
      context.Require(Construct::kNullsNotDistinct, clause.span, "`nulls not distinct`");
    }
    if (const auto* visibility = std::get_if<ast::Visibility>(&clause.kind)) {
      context.Require(visibility->ignored ? Construct::kIgnoredIndex : Construct::kInvisibleIndex,
                      clause.span, visibility->ignored ? "`ignored`" : "`invisible` of an index");
    }
  }
  if (const auto* visibility =
          Only<ast::Visibility>(context, syntax.clauses, "the visibility stands twice")) {
    index.invisible = visibility->invisible;
  }
  if (syntax.kind.empty()) return;
  context.Require(Construct::kIndexKind, syntax.span, fmt::format("`{} index`", syntax.kind));
  index.method = syntax.kind;
}

Index ResolveIndex(const ResolveContext& context, const TableDraft& draft,
                   const ast::Index& syntax) {
  Index index;
  if (syntax.name) {
    context.CheckName(*syntax.name);
    index.name = syntax.name->text;
  }
  index.origin = syntax.name ? syntax.name->span : syntax.span;
  index.unique = syntax.unique;
  for (const ast::IndexElement& element : syntax.elements) {
    index.elements.push_back(ResolveElement(context, draft, element));
  }
  if (const auto* method = Only<ast::Using>(context, syntax.clauses, "`using` stands twice")) {
    index.method = method->method.text;
  }
  ResolveKind(context, syntax, index);
  if (const auto* include = Only<ast::Include>(context, syntax.clauses, "`include` stands twice")) {
    index.include = ResolveColumnList(context, draft, include->columns);
  }
  if (const auto* where = Only<ast::Where>(context, syntax.clauses, "`where` stands twice")) {
    index.where =
        context.ResolveExpression(where->predicate, draft.ColumnNames(), !draft.syntax->incomplete);
  }
  index.nulls_not_distinct =
      Only<ast::NullsNotDistinct>(context, syntax.clauses, "`nulls not distinct` stands twice") !=
      nullptr;
  index.storage_parameters = ResolveStorage(context, syntax.clauses);
  if (const auto* renamed =
          Only<ast::Renamed>(context, syntax.clauses, "`renamed from` stands twice")) {
    context.Require(Construct::kRenamedIndex, renamed->from.span, "`renamed from` of an index");
    index.renamed_from = RenamedFrom{renamed->from.text, renamed->from.span};
  }
  index.comment = ResolveComment(context, syntax.clauses);
  index.on_violation = ResolveViolation(context, syntax.clauses);
  for (const ast::Clause& clause : syntax.clauses) {
    if (syntax.unique || !std::holds_alternative<ast::Violation>(clause.kind)) continue;
    context.diagnostics.Error(codes::kClauseConflict, clause.span,
                              "only a unique index can be violated");
  }
  return index;
}

}  // namespace

void ResolveIndexes(const ResolveContext& context, TableDraft& draft) {
  for (const ast::TableItem& item : draft.syntax->items) {
    const auto* index = std::get_if<ast::Index>(&item);
    if (index != nullptr) draft.table.indexes.push_back(ResolveIndex(context, draft, *index));
  }
}

}  // namespace zdm
