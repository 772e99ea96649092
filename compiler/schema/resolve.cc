// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

/// Kinds of objects that `ignore` can name; `*` is all of them.
const std::set<std::string>& IgnorableKinds() {
  static const std::set<std::string> kinds = {"*",
                                              "access_method",
                                              "aggregate",
                                              "cast",
                                              "collation",
                                              "column",
                                              "comment",
                                              "composite_type",
                                              "constraint",
                                              "conversion",
                                              "default_acl",
                                              "domain",
                                              "enum",
                                              "event",
                                              "event_trigger",
                                              "extension",
                                              "foreign_data_wrapper",
                                              "foreign_table",
                                              "function",
                                              "index",
                                              "language",
                                              "materialized_view",
                                              "multirange",
                                              "operator",
                                              "operator_class",
                                              "operator_family",
                                              "partitions",
                                              "policy",
                                              "procedure",
                                              "publication",
                                              "publication_namespace",
                                              "publication_relation",
                                              "range",
                                              "role",
                                              "rule",
                                              "schema",
                                              "security_label",
                                              "sequence",
                                              "server",
                                              "statistics",
                                              "statistics_object",
                                              "subscription",
                                              "table",
                                              "text_search_configuration",
                                              "text_search_dictionary",
                                              "text_search_parser",
                                              "text_search_template",
                                              "transform",
                                              "trigger",
                                              "type",
                                              "user_mapping",
                                              "view"};
  return kinds;
}

class Resolver {
 public:
  Resolver(const std::vector<ast::File>& files, const LanguageRules& rules,
           Diagnostics& diagnostics)
      : files_(files), expressions_(*rules.expressions), context_{rules, expressions_, diagnostics,
                                                                  {},    false,        {},
                                                                  {}} {}

  DesiredSchema Run() {
    desired_.schema.dialect = context_.rules.dialect;
    for (const ast::File& file : files_) {
      context_.incomplete = context_.incomplete || file.incomplete;
      for (const ast::Name& name : file.damaged) context_.damaged.insert(name.text);
    }
    for (const ast::File& file : files_) CollectTables(file);
    std::sort(context_.drafts.begin(), context_.drafts.end(),
              [](const TableDraft& a, const TableDraft& b) { return a.table.name < b.table.name; });
    for (TableDraft& draft : context_.drafts) ResolveTable(draft);
    ResolveObjects(context_, files_, desired_.schema);
    ResolveReferences(context_);
    if (context_.rules.finish != nullptr) {
      context_.rules.finish(context_);
    } else {
      ChooseNames(context_);
    }
    RefuseDroppedParts(context_);
    for (const ast::File& file : files_) {
      for (const ast::SchemaBlock& block : file.schemas) AddSchema(block);
      for (const ast::Extension& extension : file.extensions) AddExtension(extension);
    }
    for (const ast::File& file : files_) {
      for (const ast::Tombstone& tombstone : file.tombstones) AddTombstone(tombstone);
      for (const ast::Allow& allow : file.allows) AddAllow(allow);
      for (const ast::Ignore& ignore : file.ignores) AddIgnore(ignore);
    }
    Finish();
    return std::move(desired_);
  }

 private:
  void CollectTables(const ast::File& file) {
    for (const ast::Table& syntax : file.tables) {
      TableDraft draft;
      draft.syntax = &syntax;
      draft.table.name = context_.Qualify(syntax.name, syntax.in_schema);
      draft.table.unlogged = syntax.unlogged;
      if (syntax.unlogged) {
        context_.Require(Construct::kUnlogged, syntax.name.span, "an unlogged table");
      }
      draft.table.origin = syntax.name.parts.back().span;
      for (const ast::Name& part : syntax.name.parts) context_.CheckName(part);
      RefuseOtherSchema(context_, syntax.name, syntax.in_schema);
      const auto [first, fresh] = tables_.emplace(draft.table.name, draft.table.origin);
      if (!fresh) {
        context_.Twice(codes::kDuplicate, draft.table.origin, first->second,
                       fmt::format("table `{}` is declared twice", Display(draft.table.name)));
        continue;
      }
      context_.drafts.push_back(std::move(draft));
    }
  }

  void ResolveTable(TableDraft& draft) {
    ResolveColumns(context_, draft);
    ResolveRules(context_, draft);
    ResolveIndexes(context_, draft);
    ResolveTransitions(context_, draft);
    ResolveOptions(context_, draft);
    const ast::TableComment* comment = nullptr;
    for (const ast::TableItem& item : draft.syntax->items) {
      const auto* found = std::get_if<ast::TableComment>(&item);
      if (found == nullptr) continue;
      if (comment != nullptr) {
        context_.Twice(codes::kClauseTwice, found->span, comment->span, "a table has one comment");
      }
      comment = found;
    }
    if (comment != nullptr && !comment->text.value.empty())
      draft.table.comment = comment->text.value;
  }

  NamespaceObject& Schema(const std::string& name, const SourceSpan& origin) {
    for (NamespaceObject& schema : desired_.schema.schemas) {
      if (schema.name == name) return schema;
    }
    NamespaceObject schema;
    schema.name = name;
    schema.origin = origin;
    return desired_.schema.schemas.emplace_back(std::move(schema));
  }

  void AddSchema(const ast::SchemaBlock& block) {
    context_.CheckName(block.name);
    NamespaceObject& schema = Schema(block.name.text, block.name.span);
    for (const ast::TableComment& comment : block.comments) {
      context_.Require(Construct::kSchemaComment, comment.span, "a comment of a schema");
      const auto [first, fresh] = schema_comments_.emplace(schema.name, comment.span);
      if (!fresh) {
        context_.Twice(codes::kClauseTwice, comment.span, first->second,
                       "a schema has one comment");
      }
      if (!comment.text.value.empty()) schema.comment = comment.text.value;
    }
  }

  void AddExtension(const ast::Extension& syntax) {
    context_.Require(Construct::kExtension, syntax.span, "an extension");
    context_.CheckName(syntax.name);
    const auto [first, fresh] = extensions_.emplace(syntax.name.text, syntax.name.span);
    if (!fresh) {
      context_.Twice(codes::kDuplicate, syntax.name.span, first->second,
                     fmt::format("extension `{}` is declared twice", Display(syntax.name.text)));
      return;
    }
    Extension extension;
    extension.name = syntax.name.text;
    extension.origin = syntax.name.span;
    if (!syntax.schema.empty()) extension.schema = syntax.schema[0].text;
    if (!syntax.version.empty()) extension.version = syntax.version[0].value;
    if (!syntax.comment.empty()) extension.comment = syntax.comment[0].value;
    const auto once = [&](const auto& list, std::string_view word) {
      if (list.size() < 2) return;
      context_.Twice(codes::kClauseTwice, list[1].span, list[0].span,
                     fmt::format("`{}` stands twice", word));
    };
    once(syntax.schema, "schema");
    once(syntax.version, "version");
    once(syntax.comment, "comment");
    desired_.schema.extensions.push_back(std::move(extension));
  }

  void AddTombstone(const ast::Tombstone& syntax) {
    Tombstone tombstone{syntax.kind, {}, syntax.name.span};
    const ast::Name& name = syntax.name.parts.back();
    context_.CheckName(name);
    const bool in_schema = syntax.kind != "schema" && syntax.kind != "extension";
    if (in_schema) {
      tombstone.name = context_.Qualify(syntax.name, syntax.in_schema);
    } else {
      tombstone.name.name = name.text;
      if (syntax.name.parts.size() > 1) {
        context_.diagnostics.Error(
            codes::kQualifiedName, syntax.name.span,
            fmt::format("the name of {} {} has one part", syntax.kind == "extension" ? "an" : "a",
                        syntax.kind));
      }
    }
    const std::string key = syntax.kind + " " + Display(tombstone.name);
    const auto [first, fresh] = tombstones_.emplace(key, syntax.name.span);
    if (!fresh) {
      context_.Twice(codes::kDuplicate, syntax.name.span, first->second,
                     fmt::format("{} `{}` is dropped twice", syntax.kind, Display(name.text)));
      return;
    }
    RefuseDeclared(tombstone);
    desired_.tombstones.push_back(std::move(tombstone));
  }

  void RefuseDeclared(const Tombstone& tombstone) {
    const SourceSpan* declared = nullptr;
    if (tombstone.kind == "table") {
      const auto found = tables_.find(tombstone.name);
      if (found != tables_.end()) declared = &found->second;
    } else if (tombstone.kind == "extension") {
      const auto found = extensions_.find(tombstone.name.name);
      if (found != extensions_.end()) declared = &found->second;
    } else if (tombstone.kind == "enum") {
      if (const EnumType* type = desired_.schema.FindEnum(tombstone.name)) declared = &type->origin;
    } else if (tombstone.kind == "domain") {
      const Domain* domain = desired_.schema.FindDomain(tombstone.name);
      if (domain != nullptr) declared = &domain->origin;
    } else if (tombstone.kind == "sequence") {
      for (const Sequence& sequence : context_.sequences) {
        if (sequence.name == tombstone.name) declared = &sequence.origin;
      }
    } else {
      for (const NamespaceObject& schema : desired_.schema.schemas) {
        if (schema.name == tombstone.name.name) declared = &schema.origin;
      }
      for (const auto& [name, span] : tables_) {
        if (name.schema == tombstone.name.name) declared = &span;
      }
    }
    if (declared == nullptr) return;
    context_.Twice(codes::kDeclaredAndDropped, tombstone.origin, *declared,
                   fmt::format("{} `{}` is declared and dropped", tombstone.kind,
                               Display(tombstone.name.name)));
  }

  void AddAllow(const ast::Allow& syntax) {
    std::string code = syntax.code.text;
    std::transform(code.begin(), code.end(), code.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const bool hazard = code.size() == 7 && code.starts_with("ZDM2") &&
                        code.find_first_not_of("0123456789", 3) == std::string::npos;
    if (!hazard) {
      context_.diagnostics
          .Error(codes::kBadAllow, syntax.code.span,
                 fmt::format("`{}` is no hazard", syntax.code.text))
          .notes.push_back({{}, "hazards are named ZDM2001 to ZDM2999"});
    }
    Allow allow{code, "", syntax.why.value, syntax.span};
    const std::vector<ast::Name>& parts = syntax.object.parts;
    if (IsTable(parts[0], syntax.in_schema)) {
      const std::string schema =
          syntax.in_schema ? syntax.in_schema->text : std::string(context_.rules.default_schema);
      if (!schema.empty()) allow.object = Display(schema);
    }
    for (const ast::Name& part : parts) {
      if (!allow.object.empty()) allow.object += ".";
      allow.object += Display(part.text);
    }
    if (syntax.why.value.empty()) {
      context_.diagnostics.Error(codes::kBadAllow, syntax.why.span, "an `allow` gives its reason");
    }
    desired_.allows.push_back(std::move(allow));
  }

  /// Whether `a` of `a.b` is a table rather than a schema.
  bool IsTable(const ast::Name& name, const std::optional<ast::Name>& in_schema) const {
    const std::string schema =
        in_schema ? in_schema->text : std::string(context_.rules.default_schema);
    if (tables_.contains({schema, name.text})) return true;
    return tombstones_.contains("table " + Display(QualifiedName{schema, name.text}));
  }

  void AddIgnore(const ast::Ignore& syntax) {
    Ignore ignore{syntax.kind.text, "", syntax.span};
    if (!IgnorableKinds().contains(syntax.kind.text)) {
      const std::vector<std::string> kinds(IgnorableKinds().begin(), IgnorableKinds().end());
      context_.Unknown(codes::kBadIgnore, syntax.kind.span, "kind of object", syntax.kind.text,
                       kinds);
    }
    if (syntax.in_schema) ignore.pattern = syntax.in_schema->text;
    for (const ast::Name& part : syntax.pattern) {
      if (!ignore.pattern.empty()) ignore.pattern += ".";
      ignore.pattern += part.text;
    }
    desired_.ignores.push_back(std::move(ignore));
  }

  void Finish() {
    for (TableDraft& draft : context_.drafts) {
      Schema(draft.table.name.schema, draft.table.origin);
      SortParts(draft.table);
      desired_.schema.tables.push_back(std::move(draft.table));
    }
    for (const EnumType& type : desired_.schema.enums) Schema(type.name.schema, type.origin);
    for (const Domain& domain : desired_.schema.domains) {
      Schema(domain.name.schema, domain.origin);
    }
    for (Sequence& sequence : context_.sequences) {
      Schema(sequence.name.schema, sequence.origin);
      desired_.schema.sequences.push_back(std::move(sequence));
    }
    for (const Tombstone& tombstone : desired_.tombstones) {
      if (!tombstone.name.schema.empty()) Schema(tombstone.name.schema, tombstone.origin);
    }
    if (desired_.schema.schemas.empty()) Schema(std::string(context_.rules.default_schema), {});
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(desired_.schema.schemas.begin(), desired_.schema.schemas.end(), by_name);
    std::sort(desired_.schema.extensions.begin(), desired_.schema.extensions.end(), by_name);
    std::sort(desired_.schema.sequences.begin(), desired_.schema.sequences.end(), by_name);
  }

  static void SortParts(Table& table) {
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(table.uniques.begin(), table.uniques.end(), by_name);
    std::sort(table.foreign_keys.begin(), table.foreign_keys.end(), by_name);
    std::sort(table.checks.begin(), table.checks.end(), by_name);
    std::sort(table.indexes.begin(), table.indexes.end(), by_name);
  }

  const std::vector<ast::File>& files_;
  ExpressionMemo expressions_;
  ResolveContext context_;
  DesiredSchema desired_;
  std::map<QualifiedName, SourceSpan> tables_;
  std::map<std::string, SourceSpan> extensions_;
  std::map<std::string, SourceSpan> tombstones_;
  std::map<std::string, SourceSpan> schema_comments_;
};

}  // namespace

std::optional<Dialect> DialectOf(const std::vector<ast::File>& files, Diagnostics& diagnostics) {
  const ast::Name* first = nullptr;
  for (const ast::File& file : files) {
    for (const ast::DialectStatement& statement : file.dialects) {
      if (first == nullptr) {
        first = &statement.name;
      } else if (statement.name.text != first->text) {
        diagnostics.Error(codes::kTwoDialects, statement.name.span, "the files name two dialects")
            .notes.push_back({first->span, "the other is here"});
        return std::nullopt;
      }
    }
  }
  std::vector<std::string> known;
  for (const Dialect dialect : kDialects) known.emplace_back(ToString(dialect));
  if (first == nullptr) {
    const bool damaged = std::any_of(files.begin(), files.end(), [](const ast::File& file) {
      return file.incomplete || !file.damaged.empty();
    });
    if (!damaged || !diagnostics.HasErrors()) {
      SourceSpan start;
      if (!files.empty()) start = {files[0].file, 0, 0};
      diagnostics.Error(codes::kNoDialect, start, "no file says its dialect")
          .notes.push_back(
              {{}, fmt::format("one of the files begins with `dialect {};`", known[0])});
    }
    return std::nullopt;
  }
  const std::optional<Dialect> dialect = DialectFromName(first->text);
  if (!dialect) {
    Diagnostic& error =
        diagnostics.Error(codes::kUnknownDialect, first->span,
                          fmt::format("there is no dialect `{}`", Display(first->text)));
    error.notes.push_back({{}, fmt::format("there are {}", fmt::join(known, ", "))});
  }
  return dialect;
}

DesiredSchema Resolve(const std::vector<ast::File>& files, const LanguageRules& rules,
                      Diagnostics& diagnostics) {
  return Resolver(files, rules, diagnostics).Run();
}

}  // namespace zdm
