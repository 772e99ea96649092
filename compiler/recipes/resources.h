// SPDX-License-Identifier: Apache-2.0
// Names of what steps need, provide and remove. Two recipes meet only through these.
#pragma once

#include <string>

#include "compiler/schema/names.h"

namespace zdm {

inline std::string SchemaResource(const std::string& schema) {
  return "schema:" + Display(schema);
}
inline std::string ExtensionResource(const std::string& extension) {
  return "extension:" + Display(extension);
}
inline std::string TableResource(const QualifiedName& table) {
  return "table:" + Display(table);
}
inline std::string ColumnResource(const QualifiedName& table, const std::string& column) {
  return "column:" + Display(table, column);
}
/// The table's backfill: every row has its new values.
inline std::string FilledResource(const QualifiedName& table) {
  return "filled:" + Display(table);
}
/// An index that can be used, by the schema and name of the index.
inline std::string IndexResource(const QualifiedName& index) {
  return "index:" + Display(index);
}
/// A key, check or foreign key that holds for new rows.
inline std::string ConstraintResource(const QualifiedName& table, const std::string& constraint) {
  return "constraint:" + Display(table, constraint);
}

}  // namespace zdm
