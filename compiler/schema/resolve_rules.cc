// SPDX-License-Identifier: Apache-2.0
// Keys, foreign keys and checks, inline or as items.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

class RuleResolver {
 public:
  RuleResolver(const ResolveContext& context, TableDraft& draft)
      : context_(context), draft_(draft) {}

  /// `column`: the one it stands behind, or null for an item.
  void Add(const ast::Rule& rule, const ast::Name* column) {
    std::visit([&](const auto& kind) { AddKind(kind, column); }, rule);
  }

 private:
  std::string NameOf(const std::optional<ast::Name>& name) const {
    if (!name) return "";
    context_.CheckName(*name);
    return name->text;
  }

  std::vector<std::string> Columns(const std::vector<ast::Name>& names,
                                   const ast::Name* column) const {
    if (column != nullptr) return {column->text};
    return ResolveColumnList(context_, draft_, names);
  }

  void ApplyDeferral(const std::vector<ast::Clause>& clauses, bool& deferrable,
                     bool& initially_deferred) const {
    const ast::Deferral* can = nullptr;
    const ast::Deferral* when = nullptr;
    for (const ast::Clause& clause : clauses) {
      const auto* deferral = std::get_if<ast::Deferral>(&clause.kind);
      if (deferral == nullptr) continue;
      const ast::Deferral*& slot = deferral->deferrable ? can : when;
      if (slot != nullptr) {
        context_.Twice(codes::kClauseTwice, deferral->span, slot->span, "this stands twice");
      }
      slot = deferral;
    }
    initially_deferred = when != nullptr && *when->initially_deferred;
    deferrable = can != nullptr ? *can->deferrable : initially_deferred;
    if (initially_deferred && !deferrable) {
      context_.diagnostics
          .Error(codes::kClauseConflict, when->span,
                 "`initially deferred` and `not deferrable` exclude each other")
          .notes.push_back({can->span, "the other is here"});
    }
  }

  void RequireClauses(const std::vector<ast::Clause>& clauses) const {
    const auto require = [&](const ast::Clause& clause, Construct construct,
                             std::string_view words) {
      context_.Require(construct, clause.span, words);
    };
    for (const ast::Clause& clause : clauses) {
      if (std::holds_alternative<ast::Include>(clause.kind)) {
        require(clause, Construct::kInclude, "`include`");
      } else if (std::holds_alternative<ast::NullsNotDistinct>(clause.kind)) {
        require(clause, Construct::kNullsNotDistinct, "`nulls not distinct`");
      } else if (std::holds_alternative<ast::Deferral>(clause.kind)) {
        require(clause, Construct::kDeferral, "a deferred constraint");
      } else if (std::holds_alternative<ast::Storage>(clause.kind)) {
        require(clause, Construct::kKeyOptions, "`with (...)` of a key");
      } else if (std::holds_alternative<ast::Comment>(clause.kind)) {
        require(clause, Construct::kConstraintText, "a comment of a constraint");
      } else if (std::holds_alternative<ast::NoInherit>(clause.kind)) {
        require(clause, Construct::kNoInherit, "`no inherit`");
      } else if (std::holds_alternative<ast::Enforcement>(clause.kind)) {
        require(clause, Construct::kEnforcement, "`enforced`");
      }
      RequireReference(clause);
    }
  }

  void RequireReference(const ast::Clause& clause) const {
    const auto set_default = [](const auto* action) {
      return action != nullptr && action->action == ForeignKeyAction::kSetDefault;
    };
    const auto* on_delete = std::get_if<ast::OnDelete>(&clause.kind);
    const auto* match = std::get_if<ast::Match>(&clause.kind);
    if (set_default(on_delete) || set_default(std::get_if<ast::OnUpdate>(&clause.kind))) {
      context_.Require(Construct::kSetDefault, clause.span, "`set default`");
    }
    if (on_delete != nullptr && !on_delete->columns.empty()) {
      context_.Require(Construct::kDeleteColumns, clause.span, "a list of columns to set");
    }
    if (match != nullptr && match->match == ForeignKeyMatch::kFull) {
      context_.Require(Construct::kMatchFull, clause.span, "`match full`");
    }
  }

  Key MakeKey(const std::optional<ast::Name>& name, const std::vector<ast::Name>& columns,
              const std::vector<ast::Clause>& clauses, const SourceSpan& span,
              const ast::Name* column) const {
    Key key;
    key.name = NameOf(name);
    key.origin = name ? name->span : span;
    key.columns = Columns(columns, column);
    RequireClauses(clauses);
    if (const auto* include = Only<ast::Include>(context_, clauses, "`include` stands twice")) {
      key.include = ResolveColumnList(context_, draft_, include->columns);
    }
    key.nulls_not_distinct = Only<ast::NullsNotDistinct>(
                                 context_, clauses, "`nulls not distinct` stands twice") != nullptr;
    ApplyDeferral(clauses, key.deferrable, key.initially_deferred);
    key.storage_parameters = ResolveStorage(context_, clauses);
    key.comment = ResolveComment(context_, clauses);
    key.on_violation = ResolveViolation(context_, clauses);
    return key;
  }

  void AddKind(const ast::PrimaryKey& syntax, const ast::Name* column) {
    Key key = MakeKey(syntax.name, syntax.columns, syntax.clauses, syntax.span, column);
    if (draft_.table.primary_key) {
      context_.Twice(codes::kTwoPrimaryKeys, syntax.span, draft_.table.primary_key->origin,
                     "a table has one primary key");
      return;
    }
    if (key.nulls_not_distinct) {
      context_.diagnostics.Error(codes::kKeyColumns, syntax.span,
                                 "a primary key has no nulls: `nulls not distinct` means nothing");
    }
    for (Column& part : draft_.table.columns) {
      const bool in_key =
          std::find(key.columns.begin(), key.columns.end(), part.name) != key.columns.end();
      if (in_key) part.not_null = true;
    }
    draft_.table.primary_key = std::move(key);
  }

  void AddKind(const ast::Unique& syntax, const ast::Name* column) {
    draft_.table.uniques.push_back(
        MakeKey(syntax.name, syntax.columns, syntax.clauses, syntax.span, column));
  }

  void AddKind(const ast::Check& syntax, const ast::Name* /*column*/) {
    Check check;
    check.name = NameOf(syntax.name);
    check.origin = syntax.name ? syntax.name->span : syntax.span;
    check.expression = context_.ResolveExpression(syntax.expression, draft_.ColumnNames(),
                                                  !draft_.syntax->incomplete);
    RequireClauses(syntax.clauses);
    if (const auto* enforcement =
            Only<ast::Enforcement>(context_, syntax.clauses, "`enforced` stands twice")) {
      check.enforced = enforcement->enforced;
    }
    check.no_inherit =
        Only<ast::NoInherit>(context_, syntax.clauses, "`no inherit` stands twice") != nullptr;
    check.comment = ResolveComment(context_, syntax.clauses);
    check.on_violation = ResolveViolation(context_, syntax.clauses);
    draft_.table.checks.push_back(std::move(check));
  }

  void AddKind(const ast::ForeignKey& syntax, const ast::Name* column) {
    ForeignKey key;
    key.name = NameOf(syntax.name);
    key.origin = syntax.name ? syntax.name->span : syntax.span;
    key.columns = Columns(syntax.columns, column);
    key.references =
        context_.Qualify(syntax.table, syntax.table.parts.size() == 1
                                           ? std::optional(ast::Name{draft_.table.name.schema, {}})
                                           : std::nullopt);
    for (const ast::Name& name : syntax.referenced) key.referenced_columns.push_back(name.text);
    if (syntax.referenced.empty()) draft_.to_primary_key.insert(draft_.table.foreign_keys.size());
    if (const auto* action =
            Only<ast::OnDelete>(context_, syntax.clauses, "`on delete` stands twice")) {
      key.on_delete = action->action;
      key.on_delete_columns = OnDeleteColumns(*action, key);
    }
    if (const auto* action =
            Only<ast::OnUpdate>(context_, syntax.clauses, "`on update` stands twice")) {
      key.on_update = action->action;
    }
    if (const auto* match = Only<ast::Match>(context_, syntax.clauses, "`match` stands twice")) {
      if (!match->match) {
        context_.diagnostics
            .Error(codes::kClauseConflict, syntax.span, "`match partial` is known to no server")
            .notes.push_back({{}, "write `match full` or `match simple`"});
      }
      key.match = match->match.value_or(ForeignKeyMatch::kSimple);
    }
    RequireClauses(syntax.clauses);
    ApplyDeferral(syntax.clauses, key.deferrable, key.initially_deferred);
    key.comment = ResolveComment(context_, syntax.clauses);
    key.on_violation = ResolveViolation(context_, syntax.clauses);
    draft_.table.foreign_keys.push_back(std::move(key));
  }

  std::vector<std::string> OnDeleteColumns(const ast::OnDelete& action,
                                           const ForeignKey& key) const {
    const bool sets = action.action == ForeignKeyAction::kSetNull ||
                      action.action == ForeignKeyAction::kSetDefault;
    for (const ast::Name& name : action.columns) {
      const bool own =
          std::find(key.columns.begin(), key.columns.end(), name.text) != key.columns.end();
      if (sets && own) continue;
      context_.diagnostics.Error(
          codes::kKeyColumns, name.span,
          sets ? fmt::format("`{}` is no column of this foreign key", Display(name.text))
               : std::string("only `set null` and `set default` take columns"));
    }
    return ResolveColumnList(context_, draft_, action.columns);
  }

  const ResolveContext& context_;
  TableDraft& draft_;
};

}  // namespace

void ResolveRules(const ResolveContext& context, TableDraft& draft) {
  RuleResolver resolver(context, draft);
  for (const ast::TableItem& item : draft.syntax->items) {
    if (const auto* column = std::get_if<ast::Column>(&item)) {
      for (const ast::Rule& rule : column->rules) resolver.Add(rule, &column->name);
    } else if (const auto* primary_key = std::get_if<ast::PrimaryKey>(&item)) {
      resolver.Add(*primary_key, nullptr);
    } else if (const auto* unique = std::get_if<ast::Unique>(&item)) {
      resolver.Add(*unique, nullptr);
    } else if (const auto* foreign_key = std::get_if<ast::ForeignKey>(&item)) {
      resolver.Add(*foreign_key, nullptr);
    } else if (const auto* check = std::get_if<ast::Check>(&item)) {
      resolver.Add(*check, nullptr);
    }
  }
}

}  // namespace zdm
