// SPDX-License-Identifier: Apache-2.0
// What a family of servers knows about the texts of expressions and names, as free functions chosen
// once by the dialect (driver.cc). The header of the family's own file says what each promises.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zdm {

/// What one parse of a text tells.
struct ExpressionFacts {
  std::string error;                 ///< why it is not one expression, or ""
  std::vector<std::string> columns;  ///< as `columns` below
  std::string tree;  ///< the same for texts that are `same`; "" where nobody can tell
};

struct ExpressionRules {
  ExpressionFacts (*read)(std::string_view expression) = nullptr;
  std::string (*parse_error)(std::string_view expression) = nullptr;
  bool (*same)(std::string_view a, std::string_view b) = nullptr;
  bool (*same_type)(std::string_view a, std::string_view b) = nullptr;
  std::vector<std::string> (*columns)(std::string_view expression) = nullptr;
  std::string (*rename)(std::string_view expression,
                        const std::map<std::string, std::string>& names) = nullptr;
  std::string (*quote)(std::string_view name) = nullptr;
  bool (*literal_prints_as)(std::string_view written, std::string_view printed,
                            std::string_view type) = nullptr;
};

}  // namespace zdm
