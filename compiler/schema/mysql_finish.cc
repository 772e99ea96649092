// SPDX-License-Identifier: Apache-2.0
// What the servers of this family add to tables by themselves, in the order in which they do it.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/mysql_charsets.h"
#include "compiler/schema/mysql_rules.h"
#include "compiler/schema/names.h"
#include "compiler/schema/resolve_context.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Taken = std::map<QualifiedName, SourceSpan>;

Index IndexOf(const Key& key) {
  Index index;
  index.name = key.name;
  index.unique = true;
  for (const std::string& column : key.columns) index.elements.emplace_back().column = column;
  index.on_violation = key.on_violation;
  index.origin = key.origin;
  return index;
}

/// Whether `columns` are the first ones of `index`, whole and in this order.
bool Covers(const Index& index, const std::vector<std::string>& columns) {
  if (index.method != "btree" || index.elements.size() < columns.size()) return false;
  return std::equal(columns.begin(), columns.end(), index.elements.begin(),
                    [](const std::string& column, const IndexElement& element) {
                      return element.column == column && !element.prefix_length;
                    });
}

class TableFinisher {
 public:
  TableFinisher(ResolveContext& context, TableDraft& draft, Taken& foreign_keys, Taken& checks)
      : context_(context),
        draft_(draft),
        table_(draft.table),
        foreign_keys_(foreign_keys),
        checks_(checks) {}

  /// Before any name is chosen: the given ones.
  void TakeGiven() {
    for (const Key& key : table_.uniques) table_.indexes.push_back(IndexOf(key));
    table_.uniques.clear();
    std::stable_sort(
        table_.indexes.begin(), table_.indexes.end(),
        [](const Index& a, const Index& b) { return a.origin.begin < b.origin.begin; });
    FinishPrimaryKey();
    FinishColumns();
    for (const Index& index : table_.indexes) {
      Take(indexes_, index.name, index.origin, "index");
    }
    for (const ForeignKey& key : table_.foreign_keys) {
      Take(foreign_keys_, key.name, key.origin, "foreign key");
    }
    for (const Check& check : table_.checks) Take(checks_, check.name, check.origin, "check");
  }

  void Choose() {
    AddImpliedIndexes();
    for (Index& index : table_.indexes) {
      if (!index.name.empty()) continue;
      const IndexElement& first = index.elements.front();
      ChooseOne(NamedPart::kIndex, indexes_,
                {first.column ? *first.column : context_.rules.element_name("")}, index.name,
                index.origin);
    }
    for (ForeignKey& key : table_.foreign_keys) {
      ChooseOne(NamedPart::kForeignKey, foreign_keys_, key.columns, key.name, key.origin);
    }
    for (Check& check : table_.checks) {
      ChooseOne(NamedPart::kCheck, checks_, {}, check.name, check.origin);
    }
  }

 private:
  QualifiedName InSchema(const std::string& name) const {
    return {table_.name.schema, FoldName(name)};
  }

  void Take(Taken& taken, const std::string& name, const SourceSpan& span, std::string_view what) {
    if (name.empty()) return;
    const auto [first, fresh] = taken.emplace(InSchema(name), span);
    if (fresh) return;
    context_.Twice(codes::kDuplicate, span, first->second,
                   fmt::format("{} `{}` has a name that is taken", what, Display(name)));
  }

  void ChooseOne(NamedPart part, Taken& taken, const std::vector<std::string>& columns,
                 std::string& name, const SourceSpan& span) {
    if (!name.empty()) return;
    name = context_.rules.default_name(
        part, table_.name.name, columns,
        [&](const std::string& candidate) { return taken.contains(InSchema(candidate)); });
    taken.emplace(InSchema(name), span);
  }

  void FinishPrimaryKey() {
    if (!table_.primary_key) return;
    Key& key = *table_.primary_key;
    if (!key.name.empty() && FoldName(key.name) != "primary") {
      context_.diagnostics
          .Error(codes::kBadName, key.origin, "a primary key has no name of its own here")
          .notes.push_back({{}, "the server calls every one `PRIMARY`: leave the name out"});
    }
    key.name = "PRIMARY";
  }

  void FinishColumns() {
    const Column* counter = nullptr;
    for (Column& column : table_.columns) {
      if (column.default_value && FoldName(column.default_value->sql) == "null") {
        column.default_value.reset();
      }
      if (column.collation) column.collation->name = FoldName(column.collation->name);
      if (!column.auto_increment) continue;
      column.not_null = true;
      if (counter != nullptr) {
        context_.Twice(codes::kClauseTwice, column.origin, counter->origin,
                       "a table has one `auto_increment` column");
      }
      counter = &column;
      RequireKey(column);
    }
  }

  void RequireKey(const Column& column) {
    const bool primary = table_.primary_key && !table_.primary_key->columns.empty() &&
                         table_.primary_key->columns.front() == column.name;
    const bool indexed =
        std::any_of(table_.indexes.begin(), table_.indexes.end(),
                    [&](const Index& index) { return Covers(index, {column.name}); });
    if (primary || indexed || draft_.syntax->incomplete) return;
    context_.diagnostics
        .Error(codes::kKeyColumns, column.origin,
               fmt::format("`{}` counts by itself and no key begins with it", Display(column.name)))
        .notes.push_back({{}, "make it the primary key, or give it an index"});
  }

  /// The server gives each foreign key an index that begins with its columns, unless there is one.
  void AddImpliedIndexes() {
    std::vector<Index> implied;
    for (const ForeignKey& key : table_.foreign_keys) {
      if (HasIndex(key.columns)) continue;
      Index index;
      index.name = key.name;
      for (const std::string& column : key.columns) index.elements.emplace_back().column = column;
      index.origin = key.origin;
      implied.push_back(std::move(index));
    }
    const auto columns = [](const Index& index) {
      std::vector<std::string> names;
      for (const IndexElement& element : index.elements) names.push_back(*element.column);
      return names;
    };
    for (std::size_t i = 0; i < implied.size(); ++i) {
      bool needed = true;
      for (std::size_t other = 0; other < implied.size() && needed; ++other) {
        const bool wider = implied[other].elements.size() > implied[i].elements.size();
        needed =
            other == i || !Covers(implied[other], columns(implied[i])) || !(wider || other < i);
      }
      if (!needed) continue;
      if (indexes_.contains(InSchema(implied[i].name))) implied[i].name.clear();
      Take(indexes_, implied[i].name, implied[i].origin, "index");
      table_.indexes.push_back(implied[i]);
    }
  }

  bool HasIndex(const std::vector<std::string>& columns) const {
    if (table_.primary_key) {
      const std::vector<std::string>& key = table_.primary_key->columns;
      if (key.size() >= columns.size() && std::equal(columns.begin(), columns.end(), key.begin())) {
        return true;
      }
    }
    return std::any_of(table_.indexes.begin(), table_.indexes.end(),
                       [&](const Index& index) { return Covers(index, columns); });
  }

  ResolveContext& context_;
  TableDraft& draft_;
  Table& table_;
  Taken& foreign_keys_;
  Taken& checks_;
  Taken indexes_;
};

}  // namespace

void FinishMysqlTables(ResolveContext& context) {
  // Names of foreign keys are unique in a database; those of checks too on MySQL, in their table on
  // MariaDB.
  Taken foreign_keys;
  Taken checks_of_schema;
  std::vector<Taken> checks_of_table(context.drafts.size());
  const bool by_table = context.rules.dialect == Dialect::kMariadb;
  std::vector<TableFinisher> finishers;
  for (std::size_t i = 0; i < context.drafts.size(); ++i) {
    finishers.emplace_back(context, context.drafts[i], foreign_keys,
                           by_table ? checks_of_table[i] : checks_of_schema);
  }
  for (TableFinisher& finisher : finishers) finisher.TakeGiven();
  for (TableFinisher& finisher : finishers) finisher.Choose();
}

}  // namespace zdm
