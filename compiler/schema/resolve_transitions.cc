// SPDX-License-Identifier: Apache-2.0
// Transitions, renames and dropped columns: what must hold between the shape that the file
// declares and the old one that it speaks of. What the old shape is, the catalog says later.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

using Spans = std::map<std::string, SourceSpan>;

class TransitionResolver {
 public:
  TransitionResolver(const ResolveContext& context, TableDraft& draft)
      : context_(context), draft_(draft), new_names_(draft.ColumnNames()) {}

  void Resolve() {
    ResolveRenames();
    for (const ast::TableItem& item : draft_.syntax->items) {
      if (const auto* drop = std::get_if<ast::DropColumn>(&item)) CollectDrop(*drop);
      if (const auto* transition = std::get_if<ast::Transition>(&item)) CollectFrom(*transition);
    }
    old_names_ = new_names_;
    for (const auto& [name, span] : gone_) old_names_.push_back(name);
    for (const ast::TableItem& item : draft_.syntax->items) {
      if (const auto* drop = std::get_if<ast::DropColumn>(&item)) ResolveDrop(*drop);
      if (const auto* transition = std::get_if<ast::Transition>(&item))
        ResolveTransition(*transition);
      if (const auto* part = std::get_if<ast::DropPart>(&item)) ResolveDropPart(*part);
    }
  }

 private:
  bool known() const { return !draft_.syntax->incomplete; }

  /// `name` was a column of the old shape only.
  void Gone(const ast::Name& name, std::string_view how) {
    const auto [first, fresh] = gone_.emplace(name.text, name.span);
    if (!fresh) {
      context_.Twice(codes::kTransitionTwice, name.span, first->second,
                     fmt::format("the old column `{}` {} twice", Display(name.text), how));
    }
  }

  void ResolveRenames() {
    for (const Column& column : draft_.table.columns) {
      if (!column.renamed_from) continue;
      const ast::Name from{column.renamed_from->name, column.renamed_from->origin};
      context_.CheckName(from);
      renamed_[column.name] = from.span;
      const auto declared = draft_.column_spans.find(from.text);
      if (declared != draft_.column_spans.end()) {
        context_.diagnostics
            .Error(codes::kRenamedFrom, from.span,
                   fmt::format("`{}` is still a column of the table", Display(from.text)))
            .notes.push_back({declared->second, "it is declared here"});
        continue;
      }
      Gone(from, "is renamed");
    }
  }

  void CollectDrop(const ast::DropColumn& drop) {
    const auto declared = draft_.column_spans.find(drop.name.text);
    if (declared != draft_.column_spans.end()) {
      context_.Twice(codes::kDeclaredAndDropped, drop.name.span, declared->second,
                     fmt::format("column `{}` is declared and dropped", Display(drop.name.text)));
      return;
    }
    Gone(drop.name, "goes");
  }

  void CollectFrom(const ast::Transition& transition) {
    for (const ast::TransitionSource& from : transition.from) {
      const bool target =
          std::any_of(transition.up.begin(), transition.up.end(),
                      [&](const auto& up) { return up.column.text == from.column.text; });
      const auto declared = draft_.column_spans.find(from.column.text);
      if (declared != draft_.column_spans.end() && !target && known()) {
        context_.diagnostics
            .Error(codes::kRenamedFrom, from.column.span,
                   fmt::format("`{}` is still a column of the table", Display(from.column.text)))
            .notes.push_back({declared->second, "it is declared here"});
        continue;
      }
      Gone(from.column, "is a source");
    }
  }

  void ResolveTransition(const ast::Transition& syntax) {
    Transition transition;
    transition.origin = syntax.span;
    if (syntax.lossy.size() > 1) {
      context_.Twice(codes::kClauseTwice, syntax.lossy[1].span, syntax.lossy[0].span,
                     "`lossy` stands twice");
    }
    if (syntax.time_zone.size() > 1) {
      context_.Twice(codes::kClauseTwice, syntax.time_zone[1].span, syntax.time_zone[0].span,
                     "`with timezone` stands twice");
    }
    if (!syntax.lossy.empty()) transition.lossy = syntax.lossy[0].value;
    if (!syntax.time_zone.empty()) transition.time_zone = syntax.time_zone[0].value;
    for (const ast::TransitionSource& from : syntax.from) {
      transition.from.push_back(
          {from.column.text, context_.ResolveType(from.type), from.column.span});
    }
    ResolveUp(syntax, transition);
    ResolveDown(syntax, transition);
    draft_.table.transitions.push_back(std::move(transition));
  }

  void ResolveUp(const ast::Transition& syntax, Transition& transition) {
    if (syntax.up.empty() && !syntax.incomplete) {
      context_.diagnostics.Error(codes::kNoUp, syntax.span, "this transition has no `up`")
          .notes.push_back({{}, "a column that only goes is written `drop column NAME;`"});
    }
    for (const ast::Assignment& up : syntax.up) {
      const auto [first, fresh] = targets_.emplace(up.column.text, up.column.span);
      if (!fresh) {
        context_.Twice(codes::kTransitionTwice, up.column.span, first->second,
                       fmt::format("column `{}` has two `up`", Display(up.column.text)));
      }
      CheckTarget(up.column);
      transition.up.push_back({up.column.text,
                               context_.ResolveExpression(up.expression, old_names_, known()),
                               up.column.span});
    }
  }

  void CheckTarget(const ast::Name& target) const {
    const Column* column = draft_.table.FindColumn(target.text);
    if (column == nullptr) {
      if (known() && !draft_.column_spans.contains(target.text)) {
        context_.Unknown(codes::kUnknownColumn, target.span, "column", target.text, new_names_);
      }
      return;
    }
    if (column->generated) {
      context_.diagnostics
          .Error(codes::kTransitionColumns, target.span,
                 fmt::format("`{}` is generated: it takes no value", Display(target.text)))
          .notes.push_back({column->origin, "it is declared here"});
    }
    const auto renamed = renamed_.find(target.text);
    if (renamed != renamed_.end()) {
      context_.diagnostics
          .Error(
              codes::kTransitionColumns, target.span,
              fmt::format("`{}` is renamed and the target of a transition", Display(target.text)))
          .notes.push_back({renamed->second, "write `from` in the transition instead of this"});
    }
  }

  void ResolveDown(const ast::Transition& syntax, Transition& transition) {
    Spans assigned;
    std::vector<std::string> sources;
    for (const ast::TransitionSource& from : syntax.from) sources.push_back(from.column.text);
    for (const ast::Assignment& up : syntax.up) sources.push_back(up.column.text);
    for (const ast::Assignment& down : syntax.down) {
      const auto [first, fresh] = assigned.emplace(down.column.text, down.column.span);
      if (!fresh) {
        context_.Twice(codes::kTransitionTwice, down.column.span, first->second,
                       fmt::format("column `{}` has two `down`", Display(down.column.text)));
      }
      const bool source =
          std::find(sources.begin(), sources.end(), down.column.text) != sources.end();
      if (!source && !syntax.incomplete) {
        Diagnostic& error = context_.diagnostics.Error(
            codes::kTransitionColumns, down.column.span,
            fmt::format("`{}` is no source of this transition", Display(down.column.text)));
        error.notes.push_back({{}, "the old columns are named by `from NAME TYPE;`"});
        const std::string nearest = NearestName(down.column.text, sources);
        if (!nearest.empty())
          error.notes.push_back({{}, fmt::format("did you mean `{}`?", Display(nearest))});
      }
      transition.down.push_back({down.column.text,
                                 context_.ResolveExpression(down.expression, new_names_, known()),
                                 down.column.span});
    }
    for (const ast::TransitionSource& from : syntax.from) {
      if (assigned.contains(from.column.text) || transition.lossy || syntax.incomplete) continue;
      Diagnostic& error = context_.diagnostics.Error(
          codes::kNoDown, from.column.span,
          fmt::format("nothing says how `{}` comes back", Display(from.column.text)));
      error.notes.push_back({{},
                             fmt::format("add `down {} = EXPRESSION;`, or `lossy \"why\";`",
                                         Display(from.column.text))});
    }
  }

  void ResolveDrop(const ast::DropColumn& syntax) {
    DroppedColumn dropped{syntax.name.text, std::nullopt, syntax.name.span};
    context_.CheckName(syntax.name);
    for (const ast::Assignment& up : syntax.up) {
      context_.diagnostics.Error(codes::kTransitionColumns, up.span, "a dropped column has no `up`")
          .notes.push_back({{}, "columns that are made from it stand in a `transition`"});
    }
    if (syntax.down.size() > 1) {
      context_.Twice(codes::kTransitionTwice, syntax.down[1].span, syntax.down[0].span,
                     "a dropped column has one `down`");
    }
    for (const ast::Assignment& down : syntax.down) {
      if (down.column.text != syntax.name.text) {
        context_.diagnostics
            .Error(codes::kTransitionColumns, down.column.span,
                   fmt::format("`{}` is not the column that goes", Display(down.column.text)))
            .notes.push_back({syntax.name.span, "this one is"});
      }
      dropped.down = context_.ResolveExpression(down.expression, new_names_, known());
    }
    draft_.table.dropped_columns.push_back(std::move(dropped));
  }

  void ResolveDropPart(const ast::DropPart& part) {
    context_.CheckName(part.name);
    const std::string key = part.kind + " " + part.name.text;
    const auto [first, fresh] = dropped_parts_.emplace(key, part.name.span);
    if (!fresh) {
      context_.Twice(codes::kDuplicate, part.name.span, first->second,
                     fmt::format("{} `{}` is dropped twice", part.kind, Display(part.name.text)));
      return;
    }
    draft_.table.dropped_parts.push_back({part.kind, part.name.text, part.name.span});
  }

  const ResolveContext& context_;
  TableDraft& draft_;
  std::vector<std::string> new_names_;
  std::vector<std::string> old_names_;
  Spans gone_;     ///< columns of the old shape only
  Spans renamed_;  ///< columns of the new shape that are renamed
  Spans targets_;
  Spans dropped_parts_;
};

}  // namespace

void ResolveTransitions(const ResolveContext& context, TableDraft& draft) {
  TransitionResolver(context, draft).Resolve();
}

}  // namespace zdm
