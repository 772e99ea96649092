// SPDX-License-Identifier: Apache-2.0
// Names of constraints and indexes: given ones must not clash, the others are chosen as the server
// would, in the order in which it makes them.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/names.h"
#include "compiler/schema/repeats.h"
#include "compiler/schema/resolve_context.h"

namespace zdm {
namespace {

class NameChooser {
 public:
  explicit NameChooser(ResolveContext& context) : context_(context) {}

  void Run() {
    for (TableDraft& draft : context_.drafts) {
      Take(relations_, draft.table.name, draft.table.origin, "table");
    }
    for (const Sequence& sequence : context_.sequences) {
      Take(relations_, sequence.name, sequence.origin, "sequence");
    }
    for (TableDraft& draft : context_.drafts) TakeGiven(draft.table);
    for (TableDraft& draft : context_.drafts) Choose(draft);
  }

 private:
  using Taken = std::map<QualifiedName, SourceSpan>;

  void Take(Taken& taken, const QualifiedName& name, const SourceSpan& span,
            std::string_view what) {
    if (name.name.empty()) return;
    const auto [first, fresh] = taken.emplace(name, span);
    if (fresh) return;
    context_.Twice(codes::kDuplicate, span, first->second,
                   fmt::format("{} `{}` has a name that is taken", what, Display(name.name)));
  }

  /// Constraint names are unique in a table; the chosen ones also avoid those of the schema.
  void TakeConstraint(Taken& of_table, const Table& table, const std::string& name,
                      const SourceSpan& span) {
    const QualifiedName qualified{table.name.schema, name};
    Take(of_table, qualified, span, "constraint");
    if (!name.empty()) constraints_.insert(qualified);
  }

  void TakeGiven(const Table& table) {
    Taken constraints;
    const auto key = [&](const Key& part) {
      const std::size_t before = context_.diagnostics.all().size();
      TakeConstraint(constraints, table, part.name, part.origin);
      if (context_.diagnostics.all().size() > before) return;
      Take(relations_, {table.name.schema, part.name}, part.origin, "constraint");
    };
    for (const Check& check : table.checks)
      TakeConstraint(constraints, table, check.name, check.origin);
    if (table.primary_key) key(*table.primary_key);
    for (const Key& unique : table.uniques) key(unique);
    for (const ForeignKey& foreign_key : table.foreign_keys) {
      TakeConstraint(constraints, table, foreign_key.name, foreign_key.origin);
    }
    for (const Index& index : table.indexes) {
      Take(relations_, {table.name.schema, index.name}, index.origin, "index");
    }
  }

  void ChooseOne(const Table& table, NamedPart part, const std::vector<std::string>& columns,
                 std::string& name) {
    if (!name.empty()) return;
    const bool relation = part == NamedPart::kPrimaryKey || part == NamedPart::kUnique ||
                          part == NamedPart::kIndex || part == NamedPart::kSequence;
    const bool constraint = part != NamedPart::kIndex && part != NamedPart::kSequence;
    name = context_.rules.default_name(
        part, table.name.name, columns, [&](const std::string& candidate) {
          const QualifiedName qualified{table.name.schema, candidate};
          return (relation && relations_.contains(qualified)) ||
                 (constraint && constraints_.contains(qualified));
        });
    const QualifiedName qualified{table.name.schema, name};
    if (relation) relations_.emplace(qualified, table.origin);
    if (constraint) constraints_.insert(qualified);
  }

  /// As the server makes it: beside the table, owned by the column.
  void ChooseSequence(const TableDraft& draft, Column& column) {
    const Table& table = draft.table;
    Sequence sequence;
    ChooseOne(table, NamedPart::kSequence, {column.name}, sequence.name.name);
    sequence.name.schema = table.name.schema;
    sequence.type = draft.serials.at(column.name);
    sequence.unlogged = table.unlogged;
    sequence.owned_by = Sequence::Owner{table.name, column.name};
    sequence.origin = column.origin;
    column.default_value = Expression{context_.rules.next_of(sequence.name), true, column.origin};
    column.default_volatility = Volatility::kVolatile;
    context_.sequences.push_back(std::move(sequence));
  }

  void Choose(TableDraft& draft) {
    Table& table = draft.table;
    for (Column& column : table.columns) {
      if (draft.serials.contains(column.name)) ChooseSequence(draft, column);
    }
    for (Check& check : table.checks) {
      ChooseOne(table, NamedPart::kCheck, context_.expressions.Read(check.expression.sql).columns,
                check.name);
    }
    if (table.primary_key) ChooseOne(table, NamedPart::kPrimaryKey, {}, table.primary_key->name);
    for (Key& key : table.uniques) {
      RefuseRepeated(table, key);
      std::vector<std::string> columns = key.columns;
      columns.insert(columns.end(), key.include.begin(), key.include.end());
      ChooseOne(table, NamedPart::kUnique, columns, key.name);
    }
    for (ForeignKey& key : table.foreign_keys) {
      ChooseOne(table, NamedPart::kForeignKey, key.columns, key.name);
    }
    for (Index& index : table.indexes) {
      ChooseOne(table, NamedPart::kIndex, IndexColumns(index), index.name);
    }
  }

  std::vector<std::string> IndexColumns(const Index& index) const {
    std::vector<std::string> columns;
    const auto add = [&](const std::string& name) {
      std::string free = name;
      for (int i = 1; std::find(columns.begin(), columns.end(), free) != columns.end(); ++i) {
        free = name + std::to_string(i);
      }
      columns.push_back(free);
    };
    for (const IndexElement& element : index.elements) {
      add(element.column ? *element.column : context_.rules.element_name(element.expression->sql));
    }
    for (const std::string& column : index.include) add(column);
    return columns;
  }

  /// The server merges a unique constraint without a name with one that says the same.
  void RefuseRepeated(const Table& table, const Key& key) {
    if (!key.name.empty()) return;
    const auto repeats = [&](const Key& other) { return &other != &key && Repeats(other, key); };
    const auto refuse = [&](const Key& other) {
      context_.Twice(codes::kDuplicate, key.origin, other.origin,
                     "this unique constraint says what another key says");
    };
    if (table.primary_key && repeats(*table.primary_key)) {
      refuse(*table.primary_key);
      return;
    }
    for (const Key& other : table.uniques) {
      const bool first = !other.origin.valid() || other.origin.begin < key.origin.begin;
      if (first && repeats(other)) {
        refuse(other);
        return;
      }
    }
  }

  ResolveContext& context_;
  Taken relations_;
  std::set<QualifiedName> constraints_;
};

const SourceSpan* FindPart(const Table& table, const Table::DroppedPart& part) {
  const auto find = [&](const auto& list) -> const SourceSpan* {
    for (const auto& item : list) {
      if (item.name == part.name) return &item.origin;
    }
    return nullptr;
  };
  if (part.kind == "index") return find(table.indexes);
  if (table.primary_key && table.primary_key->name == part.name) return &table.primary_key->origin;
  if (const SourceSpan* span = find(table.uniques)) return span;
  if (const SourceSpan* span = find(table.checks)) return span;
  return find(table.foreign_keys);
}

void CheckDropped(const ResolveContext& context, const TableDraft& draft) {
  for (const Table::DroppedPart& part : draft.table.dropped_parts) {
    const SourceSpan* declared = FindPart(draft.table, part);
    if (declared == nullptr) continue;
    context.Twice(codes::kDeclaredAndDropped, part.origin, *declared,
                  fmt::format("{} `{}` is declared and dropped", part.kind, Display(part.name)));
  }
}

}  // namespace

void ChooseNames(ResolveContext& context) {
  NameChooser(context).Run();
}

void RefuseDroppedParts(const ResolveContext& context) {
  for (const TableDraft& draft : context.drafts) CheckDropped(context, draft);
}

}  // namespace zdm
