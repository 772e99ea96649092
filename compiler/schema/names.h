// SPDX-License-Identifier: Apache-2.0
// Names as people, plans and fingerprint questions show them: parts joined by dots, a part in
// double quotes unless it is a plain word. Two objects never share a display form.
#pragma once

#include <string>

#include "compiler/schema/schema.h"

namespace zdm {

/// `email`, `"Full Name"`
inline std::string Display(const std::string& name) {
  bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  std::string quoted = "\"";
  for (const char c : name) {
    plain = plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    if (c == '"') {
      quoted += '"';
    }
    quoted += c;
  }
  return plain ? name : quoted + "\"";
}

/// `public.customer`; `customer` where the schema is the connection's and not yet known.
inline std::string Display(const QualifiedName& name) {
  return (name.schema.empty() ? "" : Display(name.schema) + ".") + Display(name.name);
}

/// `public.customer.email`: a column, constraint or trigger of a table.
inline std::string Display(const QualifiedName& table, const std::string& part) {
  return Display(table) + "." + Display(part);
}

}  // namespace zdm
