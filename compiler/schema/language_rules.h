// SPDX-License-Identifier: Apache-2.0
// What a family of servers decides about the files: chosen once by the dialect.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/expression_rules.h"
#include "compiler/schema/type_name.h"
#include "runtime/plan/dialect.h"

namespace zdm {

/// Kinds of parts that get a name when the file gives none.
enum class NamedPart { kPrimaryKey, kUnique, kForeignKey, kCheck, kIndex };

struct LanguageRules {
  Dialect dialect;
  const ExpressionRules* expressions;
  std::string_view default_schema;
  std::size_t longest_name;  ///< in bytes
  /// Where a collation or operator class stands that is named without its schema: "" when only a
  /// search path can tell.
  std::string (*schema_of_collation)(std::string_view name);
  std::string (*schema_of_opclass)(std::string_view name);
  TypeName (*type)(std::string_view written);
  /// The name that the server would choose; `taken` says which it cannot.
  std::string (*default_name)(NamedPart part, const std::string& table,
                              const std::vector<std::string>& columns,
                              const std::function<bool(const std::string&)>& taken);
  /// What stands for an index element that is an expression in such a name.
  std::string (*element_name)(std::string_view expression);
};

}  // namespace zdm
