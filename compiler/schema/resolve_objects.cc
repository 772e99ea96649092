// SPDX-License-Identifier: Apache-2.0
// Enums, sequences and domains: names, labels, clauses that stand twice.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

class ObjectResolver {
 public:
  ObjectResolver(ResolveContext& context, Schema& schema) : context_(context), schema_(schema) {
    for (const TableDraft& draft : context.drafts) {
      types_.emplace(draft.table.name, draft.table.origin);
    }
  }

  void Add(const ast::File& file) {
    for (const ast::Enum& syntax : file.enums) AddEnum(syntax);
    for (const ast::Domain& syntax : file.domains) AddDomain(syntax);
    for (const ast::Sequence& syntax : file.sequences) AddSequence(syntax);
  }

 private:
  QualifiedName NameOf(const ast::Path& path, const std::optional<ast::Name>& in_schema) {
    for (const ast::Name& part : path.parts) context_.CheckName(part);
    RefuseOtherSchema(context_, path, in_schema);
    return context_.Qualify(path, in_schema);
  }

  /// Tables are types, too.
  bool IsFresh(const QualifiedName& name, const ast::Path& path, std::string_view kind) {
    const auto [first, fresh] = types_.emplace(name, path.span);
    if (!fresh) {
      context_.Twice(codes::kDuplicate, path.span, first->second,
                     fmt::format("{} `{}` has a name that is taken", kind, Display(name)));
    }
    return fresh;
  }

  void AddEnum(const ast::Enum& syntax) {
    context_.Require(Construct::kEnum, syntax.name.span, "an enum of its own");
    EnumType type;
    type.name = NameOf(syntax.name, syntax.in_schema);
    type.origin = syntax.name.span;
    if (!IsFresh(type.name, syntax.name, "enum")) return;
    std::map<std::string, SourceSpan> labels;
    for (const ast::EnumLabel& written : syntax.labels) {
      EnumLabel label;
      label.text = written.text.value;
      label.origin = written.text.span;
      context_.CheckName({label.text, label.origin});
      if (written.renamed_from) {
        label.renamed_from = {written.renamed_from->value, written.renamed_from->span};
      }
      const auto [first, fresh] = labels.emplace(label.text, label.origin);
      if (!fresh) {
        context_.Twice(codes::kDuplicate, label.origin, first->second,
                       fmt::format("label `{}` stands twice", label.text));
        continue;
      }
      type.labels.push_back(std::move(label));
    }
    for (const EnumLabel& label : type.labels) {
      if (!label.renamed_from || !type.Has(label.renamed_from->name)) continue;
      context_.diagnostics
          .Error(codes::kRenamedFrom, label.renamed_from->origin,
                 fmt::format("the enum still has the label `{}`", label.renamed_from->name))
          .notes.push_back({labels.at(label.renamed_from->name), "it is here"});
    }
    type.comment = ResolveComment(context_, syntax.clauses);
    schema_.enums.push_back(std::move(type));
  }

  void AddSequence(const ast::Sequence& syntax) {
    context_.Require(Construct::kSequence, syntax.name.span, "a sequence");
    Sequence sequence;
    sequence.name = NameOf(syntax.name, syntax.in_schema);
    sequence.origin = syntax.name.span;
    sequence.unlogged = syntax.unlogged;
    sequence.options = syntax.options;
    std::map<std::string, SourceSpan> seen;
    for (const ast::Name& option : syntax.given) {
      const auto [first, fresh] = seen.emplace(option.text, option.span);
      if (fresh) continue;
      context_.Twice(codes::kClauseTwice, option.span, first->second,
                     fmt::format("`{}` stands twice", option.text));
    }
    Once(syntax.types, "`as` stands twice");
    Once(syntax.owners, "`owned by` stands twice");
    if (!syntax.types.empty()) ResolveType(sequence, syntax.types.front());
    if (context_.rules.own_options != nullptr) {
      sequence.options = context_.rules.own_options(sequence.options, sequence.type);
    }
    if (!syntax.owners.empty()) ResolveOwner(sequence, syntax.owners.front(), syntax.in_schema);
    sequence.comment = ResolveComment(context_, syntax.clauses);
    context_.sequences.push_back(std::move(sequence));
  }

  template <typename Clause>
  void Once(const std::vector<Clause>& clauses, const char* text) {
    if (clauses.size() > 1) {
      context_.Twice(codes::kClauseTwice, clauses[1].span, clauses[0].span, text);
    }
  }

  void ResolveType(Sequence& sequence, const ast::Sql& written) {
    sequence.type = context_.ResolveType(written).sql;
    const bool integer =
        sequence.type == "smallint" || sequence.type == "integer" || sequence.type == "bigint";
    if (integer) return;
    context_.diagnostics.Error(
        codes::kUnknownType, written.span,
        fmt::format("a sequence is smallint, integer or bigint, not {}", sequence.type));
  }

  void ResolveOwner(Sequence& sequence, const ast::Path& path,
                    const std::optional<ast::Name>& in_schema) {
    if (path.parts.size() == 1 && path.parts[0].text == "none") return;
    if (path.parts.size() < 2 || path.parts.size() > 3) {
      context_.diagnostics
          .Error(codes::kQualifiedName, path.span, "a sequence is owned by a column or by `none`")
          .notes.push_back({{}, "write `owned by TABLE.COLUMN`"});
      return;
    }
    ast::Path table = path;
    const ast::Name column = table.parts.back();
    table.parts.pop_back();
    sequence.owned_by = Sequence::Owner{context_.Qualify(table, in_schema), column.text};
    const auto draft = std::find_if(
        context_.drafts.begin(), context_.drafts.end(),
        [&](const TableDraft& other) { return other.table.name == sequence.owned_by->table; });
    if (draft == context_.drafts.end()) {
      if (context_.incomplete) return;
      context_.diagnostics.Error(
          codes::kUnknownTable, path.span,
          fmt::format("there is no table `{}`", Display(sequence.owned_by->table)));
    } else if (!draft->column_spans.contains(column.text) && !draft->syntax->incomplete) {
      context_.Unknown(codes::kUnknownColumn, column.span, "column", column.text,
                       draft->ColumnNames());
    }
  }

  void AddDomain(const ast::Domain& syntax) {
    context_.Require(Construct::kDomain, syntax.name.span, "a domain");
    Domain domain;
    domain.name = NameOf(syntax.name, syntax.in_schema);
    domain.origin = syntax.name.span;
    if (!IsFresh(domain.name, syntax.name, "domain")) return;
    domain.type = context_.ResolveType(syntax.type);
    if (const auto* collate =
            Only<ast::Collate>(context_, syntax.clauses, "`collate` stands twice")) {
      domain.collation = context_.QualifyWith(collate->name, context_.rules.schema_of_collation);
    }
    domain.not_null =
        Only<ast::NotNull>(context_, syntax.clauses, "`not null` stands twice") != nullptr;
    if (const auto* value =
            Only<ast::Default>(context_, syntax.clauses, "`default` stands twice")) {
      domain.default_value = context_.ResolveExpression(value->value, {}, false);
    }
    domain.comment = ResolveComment(context_, syntax.clauses);
    for (const ast::Check& check : syntax.checks) AddRule(domain, check);
    std::sort(domain.checks.begin(), domain.checks.end(),
              [](const Domain::Rule& a, const Domain::Rule& b) { return a.name < b.name; });
    schema_.domains.push_back(std::move(domain));
  }

  void AddRule(Domain& domain, const ast::Check& check) {
    const auto taken = [&](const std::string& name) {
      return std::any_of(domain.checks.begin(), domain.checks.end(),
                         [&](const Domain::Rule& rule) { return rule.name == name; });
    };
    Domain::Rule rule;
    rule.origin = check.span;
    rule.expression = context_.ResolveExpression(check.expression, {}, false);
    rule.name = check.name
                    ? check.name->text
                    : context_.rules.default_name(NamedPart::kCheck, domain.name.name, {}, taken);
    if (taken(rule.name)) {
      context_.diagnostics.Error(codes::kDuplicate, check.span,
                                 fmt::format("check `{}` stands twice", Display(rule.name)));
      return;
    }
    domain.checks.push_back(std::move(rule));
  }

  ResolveContext& context_;
  Schema& schema_;
  std::map<QualifiedName, SourceSpan> types_;
};

}  // namespace

void ResolveObjects(ResolveContext& context, const std::vector<ast::File>& files, Schema& schema) {
  ObjectResolver resolver(context, schema);
  for (const ast::File& file : files) resolver.Add(file);
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(schema.enums.begin(), schema.enums.end(), by_name);
  std::sort(schema.domains.begin(), schema.domains.end(), by_name);
}

}  // namespace zdm
