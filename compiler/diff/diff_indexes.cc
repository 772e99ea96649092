// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/diff_parts.h"

namespace zdm {
namespace {

std::vector<std::string> ColumnsOfIndex(const TablePair& pair, const Index& index) {
  std::vector<std::string> columns = index.include;
  const auto add = [&](const std::optional<Expression>& expression) {
    if (!expression) return;
    for (std::string& name : pair.rules.columns(expression->sql))
      columns.push_back(std::move(name));
  };
  for (const IndexElement& element : index.elements) {
    if (element.column) columns.push_back(*element.column);
    add(element.expression);
  }
  add(index.where);
  return columns;
}

Index MapIndex(const TablePair& pair, Index index) {
  index.include = MapNames(pair, index.include);
  for (IndexElement& element : index.elements) {
    if (element.column) element.column = MapNames(pair, {*element.column}).front();
    if (element.expression) {
      element.expression->sql = MapExpression(pair, element.expression->sql);
    }
  }
  if (index.where) index.where->sql = MapExpression(pair, index.where->sql);
  return index;
}

bool SameIndex(const Index& a, Index b) {
  b.name = a.name;
  b.comment = a.comment;
  return a == b;
}

}  // namespace

void DiffIndexes(TablePair& pair) {
  const Table& table = pair.new_table;
  PartKind<Index> kind;
  kind.word = "index";
  kind.columns = [&](const Index& index) { return ColumnsOfIndex(pair, index); };
  kind.mapped = [&](const Index& index) { return MapIndex(pair, index); };
  kind.same = SameIndex;
  kind.add = [&](const Index& index) {
    pair.changes.push_back({AddIndex{pair.old_table, index}, index.origin});
  };
  kind.drop = [&](const Index& index, SourceSpan origin) {
    pair.changes.push_back({DropIndex{pair.old_table, index}, origin});
  };
  kind.replace = [&](const Index& old_index, const Index& index) {
    pair.changes.push_back({ReplaceIndex{pair.old_table, old_index, index}, index.origin});
  };
  kind.keep = [&](const Index& old_index, const Index& index) {
    const QualifiedName name{table.name.schema, index.name};
    DiffComment(pair, "INDEX", "index " + Display(name),
                pair.rules.quote(name.schema) + "." + pair.rules.quote(name.name),
                old_index.comment, index.comment, index.origin);
  };
  kind.carry = [&](Carried<Index> carried) { pair.indexes.push_back(std::move(carried)); };
  DiffParts(pair, pair.old_table.indexes, table.indexes, kind);
}

}  // namespace zdm
