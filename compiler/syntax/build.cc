// SPDX-License-Identifier: Apache-2.0
// Statements and tables; clauses are in build_clauses.cc.
#include "compiler/syntax/build.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/syntax/build_clauses.h"
#include "compiler/syntax/build_objects.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

std::optional<ast::Name> NameIf(const ParseInput& input, const Node* name) {
  if (name == nullptr) return std::nullopt;
  return input.Name(name->span);
}

ast::Column BuildColumn(const ParseInput& input, const Node& node) {
  ast::Column column{
      input.Name(node.Get("columnName").span), input.Sql(node.Get("type").span), {}, {}, node.span};
  for (const Node* wrapper : node.All("columnClause")) {
    const Node& clause = wrapper->First();
    if (clause.name == "inlinePrimaryKey") {
      column.rules.emplace_back(ast::PrimaryKey{{}, {}, {}, clause.span});
    } else if (clause.name == "inlineUnique") {
      column.rules.emplace_back(ast::Unique{{}, {}, BuildClauses(input, clause), clause.span});
    } else if (clause.name == "inlineCheck") {
      column.rules.emplace_back(ast::Check{{},
                                           BuildInner(input, clause.Get("parenthesized")),
                                           BuildClauses(input, clause),
                                           clause.span});
    } else if (clause.name == "inlineReferences") {
      column.rules.emplace_back(ast::ForeignKey{{},
                                                {},
                                                BuildPath(input, clause.Get("path")),
                                                BuildNames(input, clause.Find("columnList")),
                                                BuildClauses(input, clause),
                                                clause.span});
    } else {
      column.clauses.push_back({BuildColumnClause(input, clause), clause.span});
    }
  }
  return column;
}

ast::ForeignKey BuildForeignKey(const ParseInput& input, const Node& node) {
  const std::vector<const Node*> lists = node.All("columnList");
  return {NameIf(input, node.Find("ruleName")),
          BuildNames(input, lists[0]),
          BuildPath(input, node.Get("path")),
          BuildNames(input, lists.size() > 1 ? lists[1] : nullptr),
          BuildClauses(input, node),
          node.span};
}

ast::IndexElement BuildElement(const ParseInput& input, const Node& node) {
  ast::IndexElement element;
  element.span = node.span;
  element.column = NameIf(input, node.Find("name"));
  std::vector<const Node*> lists = node.All("parenthesized");
  const Node* prefix = node.Find("prefix");
  if (prefix != nullptr && input.quoting() == Quoting::kBackquote) {
    element.column = input.Name(prefix->Get("name").span);
    const SourceSpan& number = prefix->Get("Number").span;
    element.prefix = ast::Name{input.Raw(number), number};
  } else if (prefix != nullptr) {
    element.expression = input.Sql(prefix->span);
  } else if (const Node* call = node.Find("call")) {
    element.expression = input.Sql(call->span);
  } else if (!element.column) {
    element.expression = BuildInner(input, *lists.front());
    lists.erase(lists.begin());
  }
  if (const Node* collate = node.Find("collate")) {
    element.collation = BuildPath(input, collate->Get("path"));
  }
  if (const Node* opclass = node.Find("path")) element.opclass = BuildPath(input, *opclass);
  if (!lists.empty()) element.opclass_parameters = BuildInner(input, *lists.front());
  element.descending = node.Has("Desc");
  if (node.Has("Nulls")) element.nulls_first = !node.Has("Last");
  return element;
}

ast::Index BuildIndex(const ParseInput& input, const Node& node) {
  ast::Index index{node.Has("Unique"),
                   node.Has("Fulltext")  ? "fulltext"
                   : node.Has("Spatial") ? "spatial"
                                         : "",
                   NameIf(input, node.Find("ruleName")),
                   {},
                   BuildClauses(input, node),
                   node.span};
  for (const Node* element : node.All("indexElement")) {
    index.elements.push_back(BuildElement(input, *element));
  }
  return index;
}

/// Adds to `up` or `down`.
void BuildAssignment(const ParseInput& input, const Node& node, std::vector<ast::Assignment>& up,
                     std::vector<ast::Assignment>& down) {
  const std::vector<const Node*> parts = node.All("sqlPart");
  SourceSpan sql = parts.front()->span;
  sql.end = parts.back()->span.end;
  (node.Has("Up") ? up : down)
      .push_back({input.Name(node.Get("name").span), input.Sql(sql), node.span});
}

ast::Transition BuildTransition(const ParseInput& input, const Node& node) {
  ast::Transition transition;
  transition.span = node.First().span;
  for (const Node* wrapper : node.All("transitionItem")) {
    if (wrapper->failed) {
      transition.incomplete = true;
      continue;
    }
    const Node& item = wrapper->First();
    if (item.name == "fromItem") {
      transition.from.push_back(
          {input.Name(item.Get("name").span), input.Sql(item.Get("type").span), item.span});
    } else if (item.name == "assignment") {
      BuildAssignment(input, item, transition.up, transition.down);
    } else if (item.name == "lossy") {
      transition.lossy.push_back(input.Text(item.Get("text").span));
    } else {
      transition.time_zone.push_back(input.Text(item.Get("text").span));
    }
  }
  return transition;
}

ast::TableItem BuildDrop(const ParseInput& input, const Node& node) {
  const ast::Name name = input.Name(node.Get("name").span);
  if (!node.Has("Column")) {
    return ast::DropPart{node.Has("Index") ? "index" : "constraint", name, node.span};
  }
  ast::DropColumn drop{name, {}, {}, node.span};
  for (const Node* assignment : node.All("assignment")) {
    BuildAssignment(input, *assignment, drop.up, drop.down);
  }
  return drop;
}

ast::TableItem BuildItem(const ParseInput& input, const Node& item) {
  if (item.name == "column") return BuildColumn(input, item);
  if (item.name == "primaryKey") {
    return ast::PrimaryKey{NameIf(input, item.Find("ruleName")),
                           BuildNames(input, item.Find("columnList")), BuildClauses(input, item),
                           item.span};
  }
  if (item.name == "unique") {
    return ast::Unique{NameIf(input, item.Find("ruleName")),
                       BuildNames(input, item.Find("columnList")), BuildClauses(input, item),
                       item.span};
  }
  if (item.name == "check") {
    return ast::Check{NameIf(input, item.Find("ruleName")),
                      BuildInner(input, item.Get("parenthesized")), BuildClauses(input, item),
                      item.span};
  }
  if (item.name == "foreignKey") return BuildForeignKey(input, item);
  if (item.name == "index") return BuildIndex(input, item);
  if (item.name == "transition") return BuildTransition(input, item);
  if (item.name == "drop") return BuildDrop(input, item);
  if (item.name == "tableOptions") return ast::TableOptions{BuildOptions(input, item), item.span};
  return ast::TableComment{input.Text(item.Get("text").span), item.span};
}

ast::Extension BuildExtension(const ParseInput& input, const Node& node) {
  ast::Extension extension{input.Name(node.Get("name").span), {}, {}, {}, node.span};
  for (const Node* clause : node.All("extensionClause")) {
    const Node& value = clause->children.back();
    if (clause->Has("Schema")) {
      extension.schema.push_back(input.Name(value.span));
    } else if (clause->Has("Comment")) {
      extension.comment.push_back(input.Text(value.span));
    } else {
      extension.version.push_back(input.Text(value.span));
    }
  }
  return extension;
}

}  // namespace

ast::Table BuildTable(const ParseInput& input, const Node& table) {
  ast::Table out;
  out.name = BuildPath(input, table.Get("path"));
  out.span = out.name.span;
  out.unlogged = table.Has("Unlogged");
  for (const Node* item : table.All("tableItem")) {
    if (!item->failed) {
      out.items.push_back(BuildItem(input, item->First()));
    } else if (const Node* column = item->Find("column")) {
      const Node* name = column->Find("columnName");
      if (name != nullptr) out.damaged.push_back(input.Name(name->span));
    }
  }
  return out;
}

void FileBuilder::Add(const Node& statement, bool damaged) {
  const Node* table = statement.Find("table");
  if (table != nullptr && table->Has("path") && table->Has("LeftBrace")) {
    ast::Table& out = file_.tables.emplace_back(BuildTable(input_, *table));
    out.in_schema = schema_;
    out.incomplete = damaged && !table->Has("RightBrace");
  } else if (!damaged) {
    AddWhole(statement.First());
  }
}

void FileBuilder::AddWhole(const Node& node) {
  if (node.name == "dialectStatement") {
    file_.dialects.push_back({input_.Keyword(node.Get("name").span)});
  } else if (node.name == "schemaOpen") {
    OpenSchema(input_.Name(node.Get("name").span));
  } else if (node.name == "schemaComment") {
    AddSchemaComment({input_.Text(node.Get("text").span), node.span});
  } else if (node.name == "extension") {
    file_.extensions.push_back(BuildExtension(input_, node));
  } else if (node.name == "enumType") {
    file_.enums.push_back(BuildEnum(input_, node));
    file_.enums.back().in_schema = schema_;
  } else if (node.name == "sequence") {
    file_.sequences.push_back(BuildSequence(input_, node));
    file_.sequences.back().in_schema = schema_;
  } else if (node.name == "domain") {
    file_.domains.push_back(BuildDomain(input_, node));
    file_.domains.back().in_schema = schema_;
  } else if (node.name == "tombstone") {
    file_.tombstones.push_back({FoldName(input_.Raw(node.children[1].span)), schema_,
                                BuildPath(input_, node.Get("path")), node.span});
  } else if (node.name == "allow") {
    const SourceSpan code = node.Get("Word").span;
    file_.allows.push_back({{input_.Raw(code), code},
                            schema_,
                            BuildPath(input_, node.Get("path")),
                            input_.Text(node.Get("text").span),
                            node.span});
  } else if (node.name == "ignore") {
    ast::Ignore ignore{input_.Keyword(node.children[1].span), schema_, {}, node.span};
    for (const Node* part : node.Get("pattern").All("patternPart")) {
      ignore.pattern.push_back(input_.Name(part->span));
    }
    file_.ignores.push_back(std::move(ignore));
  }
}

void FileBuilder::OpenSchema(ast::Name name) {
  if (schema_) {
    input_.diagnostics.Error(codes::kSyntaxError, name.span, "a schema cannot stand in a schema")
        .notes.push_back({schema_->span, fmt::format("`{}` begins here", schema_->text)});
  }
  schema_ = name;
  file_.schemas.push_back({std::move(name), {}});
}

void FileBuilder::CloseSchema(const SourceSpan& brace) {
  if (!schema_) {
    input_.diagnostics.Error(codes::kUnclosed, brace, "this brace closes nothing");
  }
  schema_.reset();
}

void FileBuilder::AddSchemaComment(ast::TableComment comment) {
  if (schema_) {
    file_.schemas.back().comments.push_back(std::move(comment));
    return;
  }
  input_.diagnostics.Error(codes::kSyntaxError, comment.span, "this comment belongs to no object")
      .notes.push_back({{}, "it stands inside the braces of a table or schema"});
}

void FileBuilder::End() {
  if (!schema_ || input_.cut_short) return;
  input_.diagnostics.Error(codes::kUnclosed, schema_->span,
                           fmt::format("the braces of schema `{}` are not closed", schema_->text));
}

}  // namespace zdm
