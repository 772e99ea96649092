// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/build_clauses.h"

#include <optional>
#include <utility>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

ast::Violation BuildViolation(const Node& node) {
  return {node.Has("Reject") ? OnViolation::kReject : OnViolation::kKeep, node.span};
}

ast::Deferral BuildDeferral(const Node& node) {
  ast::Deferral deferral{{}, {}, node.span};
  if (node.Has("Initially")) {
    deferral.initially_deferred = node.Has("Deferred");
  } else {
    deferral.deferrable = !node.Has("Not");
  }
  return deferral;
}

ForeignKeyAction BuildAction(const Node& node) {
  if (node.Has("Restrict")) return ForeignKeyAction::kRestrict;
  if (node.Has("Cascade")) return ForeignKeyAction::kCascade;
  if (node.Has("Null")) return ForeignKeyAction::kSetNull;
  if (node.Has("Default")) return ForeignKeyAction::kSetDefault;
  return ForeignKeyAction::kNoAction;
}

/// The sign and digits of a `signedNumber`, without what may stand between them.
std::string BuildNumber(const ParseInput& input, const Node& node) {
  std::string text;
  for (const Node& token : node.children) text += input.Raw(token.span);
  return text.starts_with('+') ? text.substr(1) : text;
}

ast::IdentityClause BuildIdentity(const ParseInput& input, const Node& node) {
  ast::IdentityClause clause;
  clause.identity.always = node.Has("Always");
  for (const Node* option : node.All("sequenceOption")) {
    BuildSequenceOption(input, *option, clause.identity.sequence, clause.options);
  }
  return clause;
}

ast::OnUpdateValue BuildOnUpdate(const ParseInput& input, const Node& clause) {
  const SourceSpan begin = clause.Get("Current_timestamp").span;
  return {input.Sql({begin.file, begin.begin, clause.span.end})};
}

std::string BuildStorageValue(const ParseInput& input, const Node& value) {
  if (value.name == "String") return input.Text(value.span).value;
  if (value.name == "signedNumber") return BuildNumber(input, value);
  return input.Name(value.span).text;
}

ast::Storage BuildStorage(const ParseInput& input, const Node& node) {
  ast::Storage storage;
  for (const Node* parameter : node.All("storageParameter")) {
    ast::StorageParameter out{{}, {}, parameter->span};
    for (const Node* name : parameter->All("name")) {
      const bool value = parameter->Has("Equals") && name == &parameter->children.back();
      if (value) continue;
      if (!out.name.empty()) out.name += ".";
      out.name += input.Keyword(name->span).text;
    }
    if (parameter->Has("Equals")) out.value = BuildStorageValue(input, parameter->children.back());
    storage.parameters.push_back(std::move(out));
  }
  return storage;
}

ast::Clause::Kind BuildReference(const ParseInput& input, const Node& node) {
  if (node.Has("Match")) {
    if (node.Has("Partial")) return ast::Match{};
    return ast::Match{node.Has("Full") ? ForeignKeyMatch::kFull : ForeignKeyMatch::kSimple};
  }
  const ForeignKeyAction action = BuildAction(node.Get("action"));
  if (node.Has("Update")) return ast::OnUpdate{action};
  return ast::OnDelete{action, BuildNames(input, node.Find("columnList"))};
}

ast::Visibility BuildVisibility(const Node& node) {
  const bool ignored = node.Has("Ignored");
  return {ignored || node.Has("Invisible"), ignored};
}

/// The clause that `node` is, by its rule.
std::optional<ast::Clause::Kind> BuildKind(const ParseInput& input, const Node& node) {
  if (node.name == "include") return ast::Include{BuildNames(input, node.Find("columnList"))};
  if (node.name == "nullsNotDistinct") return ast::NullsNotDistinct{};
  if (node.name == "deferral") return BuildDeferral(node);
  if (node.name == "storage") return BuildStorage(input, node);
  if (node.name == "commentClause") return ast::Comment{input.Text(node.Get("text").span)};
  if (node.name == "onViolation") return BuildViolation(node);
  if (node.name == "noInherit") return ast::NoInherit{};
  if (node.name == "method") return ast::Using{input.Keyword(node.Get("name").span)};
  if (node.name == "renamed") return ast::Renamed{input.Name(node.Get("name").span)};
  if (node.name == "enforcement") return ast::Enforcement{!node.Has("Not")};
  if (node.name == "visibility") return BuildVisibility(node);
  if (node.name == "where") return ast::Where{BuildInner(input, node.Get("parenthesized"))};
  if (node.name == "onAction" || node.name == "matching") return BuildReference(input, node);
  return std::nullopt;
}

bool Wraps(std::string_view rule) {
  return rule == "keyClause" || rule == "foreignKeyClause" || rule == "referenceClause" ||
         rule == "checkClause" || rule == "indexClause";
}

}  // namespace

void BuildSequenceOption(const ParseInput& input, const Node& node, SequenceOptions& options,
                         std::vector<ast::Name>& given) {
  const SourceSpan word = node.Has("No") ? node.children.back().span : node.First().span;
  given.push_back({FoldName(input.Raw(word)), word});
  std::optional<std::string> number;
  if (const Node* value = node.Find("signedNumber")) number = BuildNumber(input, *value);
  if (node.Has("Start")) options.start = number;
  if (node.Has("Increment")) options.increment = number;
  if (node.Has("Minvalue")) options.min_value = number;
  if (node.Has("Maxvalue")) options.max_value = number;
  if (node.Has("Cache")) options.cache = number;
  if (node.Has("Cycle")) options.cycle = !node.Has("No");
}

ast::Path BuildPath(const ParseInput& input, const Node& path) {
  ast::Path out{{}, path.span};
  for (const Node* name : path.All("name")) out.parts.push_back(input.Name(name->span));
  return out;
}

std::vector<ast::Name> BuildNames(const ParseInput& input, const Node* list) {
  std::vector<ast::Name> names;
  if (list == nullptr) return names;
  for (const Node* name : list->All("name")) names.push_back(input.Name(name->span));
  return names;
}

ast::Sql BuildInner(const ParseInput& input, const Node& parenthesized) {
  const SourceSpan& span = parenthesized.span;
  return input.Sql({span.file, span.begin + 1, span.end - 1});
}

std::vector<ast::Clause> BuildClauses(const ParseInput& input, const Node& rule) {
  std::vector<ast::Clause> clauses;
  for (const Node& child : rule.children) {
    const Node* node = &child;
    while (Wraps(node->name)) node = &node->First();
    if (auto kind = BuildKind(input, *node)) clauses.push_back({std::move(*kind), node->span});
  }
  return clauses;
}

std::vector<ast::StorageParameter> BuildOptions(const ParseInput& input, const Node& options) {
  std::vector<ast::StorageParameter> out;
  for (const Node* option : options.All("tableOption")) {
    out.push_back({input.Keyword(option->First().span).text,
                   BuildStorageValue(input, option->children.back()), option->span});
  }
  return out;
}

ast::Clause::Kind BuildColumnClause(const ParseInput& input, const Node& clause) {
  if (clause.name == "notNull") {
    const Node* violation = clause.Find("onViolation");
    if (violation == nullptr) return ast::NotNull{};
    return ast::NotNull{BuildViolation(*violation)};
  }
  if (clause.name == "nullable") return ast::Nullable{};
  if (clause.name == "defaultClause") return ast::Default{input.Sql(clause.Get("defaultSql").span)};
  if (clause.name == "collate") return ast::Collate{BuildPath(input, clause.Get("path"))};
  if (clause.name == "generated") {
    return ast::Generated{BuildInner(input, clause.Get("parenthesized")), clause.Has("Virtual")};
  }
  if (clause.name == "charset") return ast::Charset{input.Keyword(clause.Get("name").span)};
  if (clause.name == "onUpdate") return BuildOnUpdate(input, clause);
  if (clause.name == "autoIncrement") return ast::AutoIncrement{};
  if (clause.name == "visibility") return BuildVisibility(clause);
  if (clause.name == "place") {
    const Node* after = clause.Find("name");
    return after == nullptr ? ast::Place{} : ast::Place{input.Name(after->span)};
  }
  if (clause.name == "renamed") return ast::Renamed{input.Name(clause.Get("name").span)};
  if (clause.name == "identity") return BuildIdentity(input, clause);
  return ast::Comment{input.Text(clause.Get("text").span)};
}

}  // namespace zdm
