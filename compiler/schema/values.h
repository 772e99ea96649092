// SPDX-License-Identifier: Apache-2.0
// The small values that every object of the model is made of.
#pragma once

#include <compare>
#include <string>

#include "compiler/source/source_file.h"

namespace zdm {

struct QualifiedName {
  std::string schema;
  std::string name;
  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

struct Expression {
  std::string sql;
  bool judged = false;  ///< `sql` is the server's own printing
  SourceSpan origin;
  /// Only the text decides: comparing an unjudged expression is a defect of the caller.
  friend bool operator==(const Expression& a, const Expression& b) { return a.sql == b.sql; }
};

struct Type {
  std::string sql;
  friend bool operator==(const Type&, const Type&) = default;
};

/// `renamed from NAME`, kept while it can still mean something.
struct RenamedFrom {
  std::string name;
  SourceSpan origin;
  friend bool operator==(const RenamedFrom&, const RenamedFrom&) = default;
};

}  // namespace zdm
