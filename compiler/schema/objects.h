// SPDX-License-Identifier: Apache-2.0
// Objects of a schema that are no tables: enums, sequences and domains. The rules of schema.h hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/schema/values.h"
#include "compiler/syntax/rules.h"

namespace zdm {

struct EnumLabel {
  std::string text;
  std::optional<RenamedFrom> renamed_from;  ///< desired side only
  SourceSpan origin;
  friend bool operator==(const EnumLabel& a, const EnumLabel& b) { return a.text == b.text; }
};

struct EnumType {
  QualifiedName name;
  std::vector<EnumLabel> labels;  ///< in their order
  std::optional<std::string> comment;
  std::string owner;                ///< "" on the desired side: kept as found
  std::vector<std::string> grants;  ///< aclitem texts, sorted
  SourceSpan origin;

  bool Has(const std::string& label) const;
};

struct Sequence {
  /// A sequence goes with the column that owns it.
  struct Owner {
    QualifiedName table;
    std::string column;
    friend bool operator==(const Owner&, const Owner&) = default;
  };

  QualifiedName name;
  std::string type = "bigint";  ///< "smallint", "integer" or "bigint"
  SequenceOptions options;      ///< those at the server's defaults absent
  bool unlogged = false;
  std::optional<Owner> owned_by;
  std::optional<std::string> comment;
  std::string owner;
  std::vector<std::string> grants;
  SourceSpan origin;
};

/// A type with rules of its own over another one.
struct Domain {
  struct Rule {
    std::string name;
    Expression expression;  ///< over VALUE
    bool validated = true;
    std::optional<std::string> comment;
    SourceSpan origin;
  };

  QualifiedName name;
  Type type;
  std::optional<QualifiedName> collation;  ///< absent: the type's own
  bool not_null = false;
  std::optional<Expression> default_value;
  std::vector<Rule> checks;  ///< by name
  std::optional<std::string> comment;
  std::string owner;
  std::vector<std::string> grants;
  SourceSpan origin;
};

}  // namespace zdm
