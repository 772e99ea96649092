// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

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

/// A comment changes by itself, unless the server takes it only with a new index.
bool SameIndex(const Index& a, Index b, bool with_comment) {
  b.name = a.name;
  if (!with_comment) b.comment = a.comment;
  return a == b;
}

bool OnlyVisibilityDiffers(const Index& a, Index b) {
  b.invisible = a.invisible;
  return a == b;
}

/// The old indexes under the names that `renamed from` gives them, where a server changes one in
/// place under its new name.
std::vector<Index> Renamed(TablePair& pair) {
  std::vector<Index> indexes = pair.old_table.indexes;
  const auto find = [&](const std::string& name) {
    return std::find_if(indexes.begin(), indexes.end(),
                        [&](const Index& index) { return index.name == name; });
  };
  for (const Index& index : pair.new_table.indexes) {
    if (!index.renamed_from || find(index.name) != indexes.end()) continue;
    const auto old = find(index.renamed_from->name);
    if (old == indexes.end()) continue;
    const Index before = *old;
    old->name = index.name;
    pair.changes.push_back({RenameIndex{pair.old_table, before, *old}, index.origin});
  }
  return indexes;
}

}  // namespace

void DiffIndexes(TablePair& pair) {
  const Table& table = pair.new_table;
  PartKind<Index> kind;
  kind.word = "index";
  kind.columns = [&](const Index& index) { return ColumnsOfIndex(pair, index); };
  kind.mapped = [&](const Index& index) { return MapIndex(pair, index); };
  kind.same = [&](const Index& a, const Index& b) { return SameIndex(a, b, pair.in_place()); };
  kind.add = [&](const Index& index) {
    pair.changes.push_back({AddIndex{pair.old_table, index}, index.origin});
  };
  kind.drop = [&](const Index& index, SourceSpan origin) {
    pair.changes.push_back({DropIndex{pair.old_table, index}, origin});
  };
  kind.replace = [&](const Index& old_index, const Index& index) {
    if (OnlyVisibilityDiffers(old_index, index)) {
      pair.changes.push_back(
          {ChangeIndexVisibility{pair.old_table, old_index, index}, index.origin});
      return;
    }
    pair.changes.push_back({ReplaceIndex{pair.old_table, old_index, index}, index.origin});
  };
  kind.keep = [&](const Index& old_index, const Index& index) {
    const QualifiedName name{table.name.schema, index.name};
    DiffComment(pair, "INDEX", "index " + Display(name),
                pair.rules.quote(name.schema) + "." + pair.rules.quote(name.name),
                {old_index.comment, index.comment}, index.origin);
  };
  kind.carry = [&](Carried<Index> carried) { pair.indexes.push_back(std::move(carried)); };
  if (pair.in_place()) {
    DiffParts(pair, Renamed(pair), table.indexes, kind);
    return;
  }
  kind.old_name = [](const Index& index) {
    return index.renamed_from ? index.renamed_from->name : "";
  };
  kind.rename = [&](const Index& old_index, const Index& index) {
    if (kind.same(old_index, index)) {
      pair.changes.push_back({RenameIndex{pair.old_table, old_index, index}, index.origin});
      return;
    }
    // Another definition is built beside the old one under the new name.
    pair.changes.push_back({AddIndex{pair.old_table, index}, index.origin});
    pair.changes.push_back({DropIndex{pair.old_table, old_index}, index.origin});
  };
  DiffParts(pair, pair.old_table.indexes, table.indexes, kind);
}

}  // namespace zdm
