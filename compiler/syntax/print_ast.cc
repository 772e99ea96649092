// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/print_ast.h"

#include <fmt/format.h>

#include <array>

namespace zdm {
namespace {

std::string Quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || c == '\'') {
      out.append("\\").push_back(c);
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string Text(const ast::Name& name) {
  return Quoted(name.text);
}
std::string Text(const std::optional<ast::Name>& name) {
  return name ? " " + Text(*name) : "";
}
std::string Text(const ast::Path& path) {
  std::string text;
  for (const ast::Name& part : path.parts) text += (text.empty() ? "" : ".") + Text(part);
  return text;
}
std::string Text(const std::vector<ast::Name>& names) {
  std::string text;
  for (const ast::Name& name : names) text += (text.empty() ? "" : ", ") + Text(name);
  return "(" + text + ")";
}
std::string Words(OnViolation violation) {
  return violation == OnViolation::kReject ? "reject" : "keep";
}

std::string Words(ForeignKeyAction action) {
  constexpr std::array kWords = {"no action", "restrict", "cascade", "set null", "set default"};
  return kWords.at(static_cast<std::size_t>(action));
}

std::string Words(const SequenceOptions& sequence) {
  std::string text;
  const auto add = [&](const char* word, const std::optional<std::string>& value) {
    if (value) text += fmt::format(" {} {}", word, *value);
  };
  add("start", sequence.start);
  add("increment", sequence.increment);
  add("minvalue", sequence.min_value);
  add("maxvalue", sequence.max_value);
  add("cache", sequence.cache);
  return text + (sequence.cycle ? " cycle" : "");
}

/// A clause without its place.
struct ClauseText {
  std::string operator()(const ast::NotNull& clause) const {
    return clause.violation ? "not null on violation " + Words(clause.violation->value)
                            : "not null";
  }
  std::string operator()(const ast::Nullable&) const { return "null"; }
  std::string operator()(const ast::Default& clause) const {
    return "default " + Quoted(clause.value.text);
  }
  std::string operator()(const ast::Collate& clause) const {
    return "collate " + Text(clause.name);
  }
  std::string operator()(const ast::IdentityClause& clause) const {
    return (clause.identity.always ? "identity always" : "identity by default") +
           Words(clause.identity.sequence);
  }
  std::string operator()(const ast::Generated& clause) const {
    return (clause.is_virtual ? "generated virtual " : "generated ") +
           Quoted(clause.expression.text);
  }
  std::string operator()(const ast::Comment& clause) const {
    return "comment " + Quoted(clause.text.value);
  }
  std::string operator()(const ast::Renamed& clause) const {
    return "renamed from " + Text(clause.from);
  }
  std::string operator()(const ast::Include& clause) const {
    return "include " + Text(clause.columns);
  }
  std::string operator()(const ast::NullsNotDistinct&) const { return "nulls not distinct"; }
  std::string operator()(const ast::Storage& clause) const {
    std::string text;
    for (const ast::StorageParameter& parameter : clause.parameters) {
      text += (text.empty() ? "" : ", ") + Quoted(parameter.name);
      if (parameter.value) text += " = " + Quoted(*parameter.value);
    }
    return "with (" + text + ")";
  }
  std::string operator()(const ast::Using& clause) const { return "using " + Text(clause.method); }
  std::string operator()(const ast::Where& clause) const {
    return "where " + Quoted(clause.predicate.text);
  }
  std::string operator()(const ast::NoInherit&) const { return "no inherit"; }
  std::string operator()(const ast::OnDelete& clause) const {
    return "on delete " + Words(clause.action) +
           (clause.columns.empty() ? "" : " " + Text(clause.columns));
  }
  std::string operator()(const ast::OnUpdate& clause) const {
    return "on update " + Words(clause.action);
  }
  std::string operator()(const ast::Match& clause) const {
    if (!clause.match) return "match partial";
    return *clause.match == ForeignKeyMatch::kFull ? "match full" : "match simple";
  }
  std::string operator()(const ast::Deferral& clause) const {
    if (clause.deferrable) return *clause.deferrable ? "deferrable" : "not deferrable";
    return *clause.initially_deferred ? "initially deferred" : "initially immediate";
  }
  std::string operator()(const ast::Violation& clause) const {
    return "on violation " + Words(clause.value);
  }
  std::string operator()(const ast::Charset& clause) const {
    return "charset " + Text(clause.name);
  }
  std::string operator()(const ast::OnUpdateValue& clause) const {
    return "on update " + Quoted(clause.value.text);
  }
  std::string operator()(const ast::AutoIncrement&) const { return "auto_increment"; }
  std::string operator()(const ast::Visibility& clause) const {
    return clause.ignored ? "ignored" : clause.invisible ? "invisible" : "visible";
  }
  std::string operator()(const ast::Place& clause) const {
    return clause.after ? "after" + Text(clause.after) : "first";
  }
  std::string operator()(const ast::Enforcement& clause) const {
    return clause.enforced ? "enforced" : "not enforced";
  }
};

class Printer {
 public:
  explicit Printer(const SourceFiles& files) : files_(files) {}

  std::string Run(const ast::File& tree) {
    out_ = fmt::format("file {}{}\n", Quoted(files_.at(tree.file).path),
                       tree.incomplete ? ", incomplete" : "");
    for (const ast::DialectStatement& dialect : tree.dialects) {
      Line(1, dialect.name.span, "dialect " + Text(dialect.name));
    }
    for (const ast::SchemaBlock& schema : tree.schemas) {
      Line(1, schema.name.span, "schema " + Text(schema.name));
      for (const ast::TableComment& comment : schema.comments) Item(2, comment);
    }
    for (const ast::Extension& extension : tree.extensions) Print(extension);
    for (const ast::Enum& type : tree.enums) Print(type);
    for (const ast::Sequence& sequence : tree.sequences) Print(sequence);
    for (const ast::Domain& domain : tree.domains) Print(domain);
    for (const ast::Table& table : tree.tables) Print(table);
    for (const ast::Tombstone& tombstone : tree.tombstones) {
      Line(1, tombstone.span,
           "drop " + tombstone.kind + " " + Text(tombstone.name) + Within(tombstone.in_schema));
    }
    for (const ast::Allow& allow : tree.allows) {
      Line(1, allow.span,
           fmt::format("allow {} {} {}{}", Text(allow.code), Text(allow.object),
                       Quoted(allow.why.value), Within(allow.in_schema)));
    }
    for (const ast::Ignore& ignore : tree.ignores) {
      Line(1, ignore.span,
           fmt::format("ignore {} {}{}", Text(ignore.kind), Text(ast::Path{ignore.pattern, {}}),
                       Within(ignore.in_schema)));
    }
    return std::move(out_);
  }

 private:
  void Line(std::size_t depth, const SourceSpan& span, const std::string& text) {
    std::string place;
    if (span.valid()) {
      const SourcePosition at = files_.Position(span);
      place = fmt::format("  [{}:{}]", at.line, at.column);
    }
    out_ += fmt::format("{:{}}{}{}\n", "", depth * 2, text, place);
  }

  static std::string Within(const std::optional<ast::Name>& schema) {
    return schema ? ", in schema " + Text(*schema) : "";
  }

  void Print(const ast::Extension& extension) {
    Line(1, extension.span, "extension " + Text(extension.name));
    for (const ast::Name& schema : extension.schema) {
      Line(2, schema.span, "schema " + Text(schema));
    }
    for (const ast::Text& version : extension.version) {
      Line(2, version.span, "version " + Quoted(version.value));
    }
    for (const ast::Text& comment : extension.comment) {
      Line(2, comment.span, "comment " + Quoted(comment.value));
    }
  }

  void Print(const ast::Enum& type) {
    Line(1, type.name.span, "enum " + Text(type.name) + Within(type.in_schema));
    for (const ast::EnumLabel& label : type.labels) {
      std::string text = "label " + Quoted(label.text.value);
      if (label.renamed_from) text += " renamed from " + Quoted(label.renamed_from->value);
      Line(2, label.text.span, text);
    }
    Clauses(2, type.clauses);
  }

  void Print(const ast::Sequence& sequence) {
    Line(1, sequence.name.span,
         (sequence.unlogged ? "unlogged sequence " : "sequence ") + Text(sequence.name) +
             Words(sequence.options) + Within(sequence.in_schema));
    for (const ast::Sql& type : sequence.types) Line(2, type.span, "as " + Quoted(type.text));
    for (const ast::Path& owner : sequence.owners) {
      Line(2, owner.span, "owned by " + Text(owner));
    }
    Clauses(2, sequence.clauses);
  }

  void Print(const ast::Domain& domain) {
    Line(1, domain.name.span,
         fmt::format("domain {} as {}{}", Text(domain.name), Quoted(domain.type.text),
                     Within(domain.in_schema)));
    Clauses(2, domain.clauses);
    for (const ast::Check& check : domain.checks) Item(2, check);
  }

  void Print(const ast::Table& table) {
    Line(1, table.span,
         (table.unlogged ? "unlogged table " : "table ") + Text(table.name) +
             Within(table.in_schema) + (table.incomplete ? ", incomplete" : ""));
    for (const ast::TableItem& item : table.items) {
      std::visit([&](const auto& kind) { Item(2, kind); }, item);
    }
  }

  void Clauses(std::size_t depth, const std::vector<ast::Clause>& clauses) {
    for (const ast::Clause& clause : clauses) {
      Line(depth, clause.span, std::visit(ClauseText(), clause.kind));
    }
  }

  void Item(std::size_t depth, const ast::Column& column) {
    Line(depth, column.span,
         fmt::format("column {} {}", Text(column.name), Quoted(column.type.text)));
    Clauses(depth + 1, column.clauses);
    for (const ast::Rule& rule : column.rules) {
      std::visit([&](const auto& kind) { Item(depth + 1, kind); }, rule);
    }
  }
  void Item(std::size_t depth, const ast::PrimaryKey& key) {
    Line(depth, key.span, fmt::format("primary key{} {}", Text(key.name), Text(key.columns)));
    Clauses(depth + 1, key.clauses);
  }
  void Item(std::size_t depth, const ast::Unique& key) {
    Line(depth, key.span, fmt::format("unique{} {}", Text(key.name), Text(key.columns)));
    Clauses(depth + 1, key.clauses);
  }
  void Item(std::size_t depth, const ast::ForeignKey& key) {
    Line(depth, key.span,
         fmt::format("foreign key{} {} references {} {}", Text(key.name), Text(key.columns),
                     Text(key.table), Text(key.referenced)));
    Clauses(depth + 1, key.clauses);
  }
  void Item(std::size_t depth, const ast::Check& check) {
    Line(depth, check.span,
         fmt::format("check{} {}", Text(check.name), Quoted(check.expression.text)));
    Clauses(depth + 1, check.clauses);
  }
  void Item(std::size_t depth, const ast::Index& index) {
    Line(depth, index.span,
         fmt::format("{}{}index{}", index.unique ? "unique " : "",
                     index.kind.empty() ? "" : index.kind + " ", Text(index.name)));
    for (const ast::IndexElement& element : index.elements) {
      std::string text = element.column ? "column " + Text(*element.column)
                                        : "expression " + Quoted(element.expression->text);
      if (element.prefix) text += " prefix " + element.prefix->text;
      if (element.collation) text += " collate " + Text(*element.collation);
      if (element.opclass) text += " class " + Text(*element.opclass);
      if (element.opclass_parameters) text += " " + Quoted(element.opclass_parameters->text);
      if (element.descending) text += " desc";
      if (element.nulls_first) text += *element.nulls_first ? " nulls first" : " nulls last";
      Line(depth + 1, element.span, text);
    }
    Clauses(depth + 1, index.clauses);
  }
  void Assignments(std::size_t depth, const char* word,
                   const std::vector<ast::Assignment>& assignments) {
    for (const ast::Assignment& assignment : assignments) {
      Line(depth, assignment.span,
           fmt::format("{} {} = {}", word, Text(assignment.column),
                       Quoted(assignment.expression.text)));
    }
  }
  void Item(std::size_t depth, const ast::Transition& transition) {
    Line(depth, transition.span, transition.incomplete ? "transition, incomplete" : "transition");
    for (const ast::TransitionSource& source : transition.from) {
      Line(depth + 1, source.span,
           fmt::format("from {} {}", Text(source.column), Quoted(source.type.text)));
    }
    Assignments(depth + 1, "up", transition.up);
    Assignments(depth + 1, "down", transition.down);
    for (const ast::Text& why : transition.lossy) {
      Line(depth + 1, why.span, "lossy " + Quoted(why.value));
    }
    for (const ast::Text& zone : transition.time_zone) {
      Line(depth + 1, zone.span, "with timezone " + Quoted(zone.value));
    }
  }
  void Item(std::size_t depth, const ast::DropColumn& drop) {
    Line(depth, drop.span, "drop column " + Text(drop.name));
    Assignments(depth + 1, "up", drop.up);
    Assignments(depth + 1, "down", drop.down);
  }
  void Item(std::size_t depth, const ast::DropPart& drop) {
    Line(depth, drop.span, fmt::format("drop {} {}", drop.kind, Text(drop.name)));
  }
  void Item(std::size_t depth, const ast::TableComment& comment) {
    Line(depth, comment.span, "comment " + Quoted(comment.text.value));
  }

  void Item(std::size_t depth, const ast::TableOptions& options) {
    Line(depth, options.span, ClauseText()(ast::Storage{options.options}));
  }

  const SourceFiles& files_;
  std::string out_;
};

}  // namespace

std::string PrintAst(const ast::File& tree, const SourceFiles& files) {
  return Printer(files).Run(tree);
}

}  // namespace zdm
