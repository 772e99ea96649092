// SPDX-License-Identifier: Apache-2.0
// Columns: types, clauses that exclude each other, identity.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

SourceSpan SpanOfRule(const ast::Rule& rule) {
  return std::visit([](const auto& kind) { return kind.span; }, rule);
}

class ColumnResolver {
 public:
  ColumnResolver(const ResolveContext& context, const ast::Column& syntax)
      : context_(context), syntax_(syntax) {}

  Column Resolve() {
    context_.CheckName(syntax_.name);
    column_.name = syntax_.name.text;
    column_.origin = syntax_.name.span;
    serial_ = context_.rules.type(syntax_.type.text).serial;
    if (serial_.empty() || context_.rules.next_of == nullptr) {
      column_.type = context_.ResolveType(syntax_.type);
    } else {
      column_.type = {serial_};
      column_.not_null = true;
    }
    column_.comment = ResolveComment(context_, syntax_.clauses);
    if (const auto* collate =
            Only<ast::Collate>(context_, syntax_.clauses, "`collate` stands twice")) {
      column_.collation = context_.QualifyWith(collate->name, context_.rules.schema_of_collation);
    }
    ResolveNull();
    ResolveValue();
    ResolveText();
    ResolveFurther();
    if (const auto* renamed =
            Only<ast::Renamed>(context_, syntax_.clauses, "`renamed from` stands twice")) {
      column_.renamed_from = RenamedFrom{renamed->from.text, renamed->from.span};
    }
    return column_;
  }

  /// The type of the sequence that comes with it; "" for none.
  const std::string& serial() const { return serial_; }

 private:
  template <typename Kind>
  const ast::Clause* Find() const {
    for (const ast::Clause& clause : syntax_.clauses) {
      if (std::holds_alternative<Kind>(clause.kind)) return &clause;
    }
    return nullptr;
  }

  void Exclude(const ast::Clause* one, std::string_view one_word, const ast::Clause* other,
               std::string_view other_word) const {
    if (one == nullptr || other == nullptr) return;
    const bool later = one->span.begin > other->span.begin;
    context_.diagnostics
        .Error(codes::kClauseConflict, later ? one->span : other->span,
               fmt::format("{} and {} exclude each other", one_word, other_word))
        .notes.push_back({later ? other->span : one->span, "the other is here"});
  }

  void ResolveNull() {
    const auto* not_null = Only<ast::NotNull>(context_, syntax_.clauses, "`not null` stands twice");
    Only<ast::Nullable>(context_, syntax_.clauses, "`null` stands twice");
    if (not_null != nullptr) {
      column_.not_null = true;
      if (not_null->violation) column_.on_violation = not_null->violation->value;
    }
    const ast::Clause* nullable = Find<ast::Nullable>();
    Exclude(Find<ast::NotNull>(), "`not null`", nullable, "`null`");
    Exclude(Find<ast::IdentityClause>(), "identity", nullable, "`null`");
    RefuseBesideSerial(nullable, "`null`");
    for (const ast::Rule& rule : syntax_.rules) {
      if (nullable == nullptr || !std::holds_alternative<ast::PrimaryKey>(rule)) continue;
      context_.diagnostics
          .Error(codes::kClauseConflict, nullable->span,
                 "a column of a primary key cannot be `null`")
          .notes.push_back({SpanOfRule(rule), "the key is here"});
    }
  }

  void ResolveValue() {
    const auto* value = Only<ast::Default>(context_, syntax_.clauses, "`default` stands twice");
    const auto* identity =
        Only<ast::IdentityClause>(context_, syntax_.clauses, "identity stands twice");
    Only<ast::Generated>(context_, syntax_.clauses, "`generated` stands twice");
    if (identity != nullptr) {
      context_.Require(Construct::kIdentity, Find<ast::IdentityClause>()->span, "identity");
    }
    const ast::Clause* default_clause = Find<ast::Default>();
    const ast::Clause* identity_clause = Find<ast::IdentityClause>();
    const ast::Clause* generated_clause = Find<ast::Generated>();
    RefuseBesideSerial(default_clause, "`default`");
    RefuseBesideSerial(identity_clause, "identity");
    RefuseBesideSerial(generated_clause, "`generated`");
    Exclude(default_clause, "`default`", identity_clause, "identity");
    Exclude(default_clause, "`default`", generated_clause, "`generated`");
    Exclude(identity_clause, "identity", generated_clause, "`generated`");
    if (value != nullptr) ResolveDefault(value->value);
    if (identity != nullptr) ResolveIdentity(*identity, identity_clause->span);
  }

  void ResolveText() {
    const auto* charset = Only<ast::Charset>(context_, syntax_.clauses, "`charset` stands twice");
    if (charset == nullptr) return;
    context_.Require(Construct::kCharset, Find<ast::Charset>()->span, "`charset`");
    column_.charset = charset->name.text == "utf8" ? "utf8mb3" : charset->name.text;
  }

  void ResolveFurther() {
    const auto* on_update =
        Only<ast::OnUpdateValue>(context_, syntax_.clauses, "`on update` stands twice");
    Only<ast::AutoIncrement>(context_, syntax_.clauses, "`auto_increment` stands twice");
    const auto* visibility =
        Only<ast::Visibility>(context_, syntax_.clauses, "the visibility stands twice");
    Only<ast::Place>(context_, syntax_.clauses, "the place stands twice");
    if (on_update != nullptr) {
      column_.on_update = context_.ResolveExpression(on_update->value, {}, false);
      Exclude(Find<ast::OnUpdateValue>(), "`on update`", Find<ast::Generated>(), "`generated`");
    }
    column_.auto_increment = Find<ast::AutoIncrement>() != nullptr;
    Exclude(Find<ast::AutoIncrement>(), "`auto_increment`", Find<ast::Default>(), "`default`");
    Exclude(Find<ast::AutoIncrement>(), "`auto_increment`", Find<ast::Generated>(), "`generated`");
    if (visibility == nullptr) return;
    column_.invisible = visibility->invisible;
    if (visibility->ignored) {
      context_.diagnostics
          .Error(codes::kClauseConflict, Find<ast::Visibility>()->span,
                 "only an index can be `ignored`")
          .notes.push_back({{}, "a column is `invisible`"});
    }
  }

  void RefuseBesideSerial(const ast::Clause* clause, std::string_view word) const {
    if (clause == nullptr || serial_.empty() || context_.rules.next_of == nullptr) return;
    context_.diagnostics
        .Error(codes::kClauseConflict, clause->span,
               fmt::format("`{}` and {} exclude each other", syntax_.type.text, word))
        .notes.push_back({syntax_.type.span, "it is `not null` and has a default of its own"});
  }

  void ResolveDefault(const ast::Sql& sql) {
    column_.default_value = context_.ResolveExpression(sql, {}, false);
    const ExpressionFacts& facts = context_.expressions.Read(sql.text);
    if (!facts.error.empty() || facts.columns.empty()) return;
    context_.diagnostics
        .Error(codes::kColumnInDefault, sql.span,
               fmt::format("a default cannot read a column: `{}`", Display(facts.columns.front())))
        .notes.push_back({{}, "a text stands in single quotes, a function has parentheses"});
  }

  void ResolveIdentity(const ast::IdentityClause& clause, const SourceSpan& span) {
    column_.identity = clause.identity;
    column_.not_null = true;
    const bool integer = column_.type.sql == "smallint" || column_.type.sql == "integer" ||
                         column_.type.sql == "bigint";
    if (!integer) {
      context_.diagnostics.Error(
          codes::kClauseConflict, span,
          fmt::format("an identity column is smallint, integer or bigint, not {}",
                      column_.type.sql));
    }
    if (integer && context_.rules.own_options != nullptr) {
      column_.identity->sequence =
          context_.rules.own_options(clause.identity.sequence, column_.type.sql);
    }
    std::map<std::string, SourceSpan> seen;
    for (const ast::Name& option : clause.options) {
      const auto [first, fresh] = seen.emplace(option.text, option.span);
      if (fresh) continue;
      context_.Twice(codes::kClauseTwice, option.span, first->second,
                     fmt::format("`{}` stands twice", option.text));
    }
  }

  const ResolveContext& context_;
  const ast::Column& syntax_;
  Column column_;
  std::string serial_;
};

void ResolveGenerated(const ResolveContext& context, TableDraft& draft, const ast::Column& syntax) {
  const auto column = std::find_if(draft.table.columns.begin(), draft.table.columns.end(),
                                   [&](const Column& c) { return c.name == syntax.name.text; });
  for (const ast::Clause& clause : syntax.clauses) {
    const auto* generated = std::get_if<ast::Generated>(&clause.kind);
    if (generated == nullptr || column == draft.table.columns.end()) continue;
    column->generated = context.ResolveExpression(generated->expression, draft.ColumnNames(),
                                                  !draft.syntax->incomplete);
    column->generated_virtual = generated->is_virtual;
  }
}

/// Puts columns with `first` or `after` where they say, in the order of the file.
void PlaceColumns(const ResolveContext& context, TableDraft& draft) {
  std::vector<Column>& columns = draft.table.columns;
  const auto find = [&](const std::string& name) {
    return std::find_if(columns.begin(), columns.end(),
                        [&](const Column& column) { return column.name == name; });
  };
  for (const ast::TableItem& item : draft.syntax->items) {
    const auto* syntax = std::get_if<ast::Column>(&item);
    if (syntax == nullptr) continue;
    for (const ast::Clause& clause : syntax->clauses) {
      const auto* place = std::get_if<ast::Place>(&clause.kind);
      const auto at = find(syntax->name.text);
      if (place == nullptr || at == columns.end()) continue;
      if (place->after &&
          (find(place->after->text) == columns.end() || place->after->text == syntax->name.text)) {
        context.Unknown(codes::kUnknownColumn, place->after->span, "other column",
                        place->after->text, draft.ColumnNames());
        continue;
      }
      Column column = std::move(*at);
      columns.erase(at);
      columns.insert(place->after ? std::next(find(place->after->text)) : columns.begin(),
                     std::move(column));
    }
  }
}

}  // namespace

void ResolveColumns(const ResolveContext& context, TableDraft& draft) {
  std::vector<const ast::Column*> columns;
  for (const ast::TableItem& item : draft.syntax->items) {
    const auto* column = std::get_if<ast::Column>(&item);
    if (column == nullptr) continue;
    const auto [first, fresh] = draft.column_spans.emplace(column->name.text, column->name.span);
    if (!fresh) {
      context.Twice(codes::kDuplicate, column->name.span, first->second,
                    fmt::format("column `{}` is declared twice", Display(column->name.text)));
      continue;
    }
    ColumnResolver resolver(context, *column);
    draft.table.columns.push_back(resolver.Resolve());
    if (!resolver.serial().empty() && context.rules.next_of != nullptr) {
      draft.serials.emplace(column->name.text, resolver.serial());
    }
    columns.push_back(column);
  }
  for (const ast::Name& name : draft.syntax->damaged) {
    draft.column_spans.emplace(name.text, name.span);
  }
  for (const ast::Column* column : columns) ResolveGenerated(context, draft, *column);
  PlaceColumns(context, draft);
}

}  // namespace zdm
