// SPDX-License-Identifier: Apache-2.0
// What the parts of Resolve() share; nobody else includes it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/schema/expression_memo.h"
#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"
#include "compiler/source/diagnostic.h"
#include "compiler/syntax/ast.h"

namespace zdm {

/// A table on its way: `table` is being filled from `syntax`.
struct TableDraft {
  const ast::Table* syntax = nullptr;
  Table table;
  /// Where columns stand that are given in the file.
  std::map<std::string, SourceSpan> column_spans;
  /// Foreign keys that name no referenced columns, by their place in `table.foreign_keys`.
  std::set<std::size_t> to_primary_key;
  /// Columns that the server gives a sequence of their own, with the type of it.
  std::map<std::string, std::string> serials;

  std::vector<std::string> ColumnNames() const;
};

struct ResolveContext {
  const LanguageRules& rules;
  ExpressionMemo& expressions;
  Diagnostics& diagnostics;
  std::vector<TableDraft> drafts;
  bool incomplete = false;               ///< statements are missing from the files' trees
  std::set<std::string> damaged;         ///< what those with mistakes may have declared
  std::vector<Sequence> sequences = {};  ///< declared, and those that columns bring along

  /// An error at `again` that also shows `first`.
  void Twice(Code code, const SourceSpan& again, const SourceSpan& first, std::string text) const;
  /// Refuses names that the server would refuse or cut.
  void CheckName(const ast::Name& name) const;
  /// `path` in the schema around it, or else the dialect's default one.
  QualifiedName Qualify(const ast::Path& path, const std::optional<ast::Name>& in_schema) const;
  /// The same for a collation or operator class; its schema is "" when only a search path knows it.
  QualifiedName QualifyWith(const ast::Path& path,
                            std::string (*schema_of)(std::string_view)) const;
  Type ResolveType(const ast::Sql& type) const;
  /// Warns about what the parser does not take, and complains about names that are none of
  /// `columns` (unless `columns_known` is false).
  Expression ResolveExpression(const ast::Sql& sql, const std::vector<std::string>& columns,
                               bool columns_known) const;
  /// An error when the dialect lacks `construct`, which stands at `span` as `words`.
  /// False then.
  bool Require(Construct construct, const SourceSpan& span, std::string_view words) const;
  /// An error that `name` is not there, with the nearest of `candidates`.
  void Unknown(Code code, const SourceSpan& span, const std::string& what, const std::string& name,
               const std::vector<std::string>& candidates) const;
};

/// The clause of kind `Kind`; one that stands twice is an error.
template <typename Kind>
const Kind* Only(const ResolveContext& context, const std::vector<ast::Clause>& clauses,
                 std::string_view word) {
  const ast::Clause* found = nullptr;
  for (const ast::Clause& clause : clauses) {
    if (!std::holds_alternative<Kind>(clause.kind)) continue;
    if (found == nullptr) {
      found = &clause;
    } else {
      context.Twice(codes::kClauseTwice, clause.span, found->span, std::string(word));
    }
  }
  return found == nullptr ? nullptr : &std::get<Kind>(found->kind);
}

/// Fills what each function is named after; `draft.table.name` is set.
void ResolveColumns(const ResolveContext& context, TableDraft& draft);
void ResolveRules(const ResolveContext& context, TableDraft& draft);
void ResolveIndexes(const ResolveContext& context, TableDraft& draft);
void ResolveTransitions(const ResolveContext& context, TableDraft& draft);
void ResolveOptions(const ResolveContext& context, TableDraft& draft);
/// Enums, domains and sequences; the latter go to the context.
void ResolveObjects(ResolveContext& context, const std::vector<ast::File>& files, Schema& schema);
/// These look across tables.
void ResolveReferences(ResolveContext& context);
void ChooseNames(ResolveContext& context);
/// Refuses tombstones of parts that are declared; after the names are chosen.
void RefuseDroppedParts(const ResolveContext& context);

/// `a.b` may not stand in the braces of another schema than `a`.
void RefuseOtherSchema(const ResolveContext& context, const ast::Path& name,
                       const std::optional<ast::Name>& in_schema);

std::optional<std::string> ResolveComment(const ResolveContext& context,
                                          const std::vector<ast::Clause>& clauses);
OnViolation ResolveViolation(const ResolveContext& context,
                             const std::vector<ast::Clause>& clauses);
/// "fillfactor=70", sorted.
std::vector<std::string> ResolveStorage(const ResolveContext& context,
                                        const std::vector<ast::Clause>& clauses);
/// Names of columns of the table; unknown ones and repetitions are reported.
std::vector<std::string> ResolveColumnList(const ResolveContext& context, const TableDraft& draft,
                                           const std::vector<ast::Name>& names);

}  // namespace zdm
