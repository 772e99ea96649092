// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/schema.h"

#include <algorithm>
#include <tuple>

#include "compiler/schema/repeats.h"

namespace zdm {
namespace {

/// The server keeps the order in which they were written, and shows it, but it means nothing.
std::vector<std::string> Sorted(std::vector<std::string> parameters) {
  std::sort(parameters.begin(), parameters.end());
  return parameters;
}

template <typename Object>
const Object* FindNamed(const std::vector<Object>& objects, const QualifiedName& wanted) {
  const auto found = std::find_if(objects.begin(), objects.end(),
                                  [&](const Object& object) { return object.name == wanted; });
  return found == objects.end() ? nullptr : &*found;
}

}  // namespace

bool operator==(const Column& a, const Column& b) {
  const auto fields = [](const Column& c) {
    return std::tie(c.name, c.type, c.charset, c.collation, c.not_null, c.default_value,
                    c.on_update, c.auto_increment, c.identity, c.generated, c.generated_virtual,
                    c.invisible, c.comment, c.statistics_target, c.storage, c.compression,
                    c.options, c.grants);
  };
  return fields(a) == fields(b);
}

bool operator==(const Key& a, const Key& b) {
  const auto fields = [](const Key& k) {
    return std::tie(k.name, k.columns, k.include, k.deferrable, k.initially_deferred,
                    k.nulls_not_distinct, k.comment);
  };
  return fields(a) == fields(b) && Sorted(a.storage_parameters) == Sorted(b.storage_parameters);
}

bool Repeats(const Key& a, const Key& b) {
  return a.columns == b.columns && a.include == b.include &&
         a.nulls_not_distinct == b.nulls_not_distinct && a.deferrable == b.deferrable &&
         a.initially_deferred == b.initially_deferred;
}

bool operator==(const ForeignKey& a, const ForeignKey& b) {
  const auto fields = [](const ForeignKey& k) {
    return std::tie(k.name, k.columns, k.references, k.referenced_columns, k.on_update, k.on_delete,
                    k.on_delete_columns, k.match, k.deferrable, k.initially_deferred, k.validated,
                    k.comment);
  };
  return fields(a) == fields(b);
}

bool operator==(const Check& a, const Check& b) {
  const auto fields = [](const Check& c) {
    return std::tie(c.name, c.expression, c.no_inherit, c.validated, c.enforced, c.comment);
  };
  return fields(a) == fields(b);
}

bool operator==(const Index& a, const Index& b) {
  const auto fields = [](const Index& i) {
    return std::tie(i.name, i.unique, i.method, i.elements, i.include, i.where,
                    i.nulls_not_distinct, i.valid, i.invisible, i.comment);
  };
  return fields(a) == fields(b) && Sorted(a.storage_parameters) == Sorted(b.storage_parameters);
}

bool operator==(const Extension& a, const Extension& b) {
  const auto fields = [](const Extension& e) {
    return std::tie(e.name, e.schema, e.version, e.comment);
  };
  return fields(a) == fields(b);
}

const Column* Table::FindColumn(const std::string& column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

bool EnumType::Has(const std::string& label) const {
  return std::any_of(labels.begin(), labels.end(),
                     [&](const EnumLabel& other) { return other.text == label; });
}

const EnumType* Schema::FindEnum(const QualifiedName& wanted) const {
  return FindNamed(enums, wanted);
}

const Sequence* Schema::FindSequence(const QualifiedName& wanted) const {
  return FindNamed(sequences, wanted);
}

const Domain* Schema::FindDomain(const QualifiedName& wanted) const {
  return FindNamed(domains, wanted);
}

const Table* Schema::FindTable(const QualifiedName& table) const {
  const auto found =
      std::lower_bound(tables.begin(), tables.end(), table,
                       [](const Table& t, const QualifiedName& wanted) { return t.name < wanted; });
  return found == tables.end() || found->name != table ? nullptr : &*found;
}

}  // namespace zdm
