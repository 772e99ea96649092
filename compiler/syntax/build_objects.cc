// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/build_objects.h"

#include "compiler/syntax/build_clauses.h"

namespace zdm {

ast::Enum BuildEnum(const ParseInput& input, const Node& node) {
  ast::Enum out{{}, BuildPath(input, node.Get("path")), {}, BuildClauses(input, node)};
  for (const Node* label : node.All("enumLabel")) {
    const std::vector<const Node*> texts = label->All("text");
    ast::EnumLabel& built = out.labels.emplace_back();
    built.text = input.Text(texts.front()->span);
    if (texts.size() > 1) built.renamed_from = input.Text(texts.back()->span);
  }
  return out;
}

ast::Sequence BuildSequence(const ParseInput& input, const Node& node) {
  ast::Sequence out;
  out.name = BuildPath(input, node.Get("path"));
  for (const Node* clause : node.All("sequenceClause")) {
    if (const Node* option = clause->Find("sequenceOption")) {
      BuildSequenceOption(input, *option, out.options, out.given);
    } else if (clause->Has("Owned")) {
      out.owners.push_back(BuildPath(input, clause->Get("path")));
    } else if (const Node* type = clause->Find("type")) {
      out.types.push_back(input.Sql(type->span));
    } else if (const Node* comment = clause->Find("commentClause")) {
      out.clauses.push_back({ast::Comment{input.Text(comment->Get("text").span)}, comment->span});
    } else {
      out.unlogged = true;
    }
  }
  return out;
}

ast::Domain BuildDomain(const ParseInput& input, const Node& node) {
  ast::Domain out{{}, BuildPath(input, node.Get("path")), input.Sql(node.Get("type").span), {}, {}};
  for (const Node* wrapper : node.All("domainClause")) {
    const Node& clause = wrapper->First();
    if (clause.name == "commentClause") {
      out.clauses.push_back({ast::Comment{input.Text(clause.Get("text").span)}, clause.span});
    } else if (clause.name != "domainCheck") {
      out.clauses.push_back({BuildColumnClause(input, clause), clause.span});
    } else {
      const Node* name = clause.Find("ruleName");
      out.checks.push_back({name == nullptr ? std::nullopt : std::optional(input.Name(name->span)),
                            BuildInner(input, clause.Get("parenthesized")),
                            {},
                            clause.span});
    }
  }
  return out;
}

}  // namespace zdm
