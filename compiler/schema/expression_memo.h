// SPDX-License-Identifier: Apache-2.0
// The same few expressions (`now()`, `0`, `price > 0`) stand in a schema hundreds of times, and
// each is asked for its columns, its mistakes and its tree: each text is parsed once.
#pragma once

#include <string>
#include <unordered_map>

#include "compiler/schema/expression_rules.h"

namespace zdm {

class ExpressionMemo {
 public:
  explicit ExpressionMemo(const ExpressionRules& rules) : rules_(rules) {}
  ExpressionMemo(const ExpressionMemo&) = delete;
  ExpressionMemo& operator=(const ExpressionMemo&) = delete;

  /// Valid as long as the memo.
  const ExpressionFacts& Read(const std::string& text) {
    const auto known = facts_.find(text);
    return known != facts_.end() ? known->second
                                 : facts_.emplace(text, rules_.read(text)).first->second;
  }

  /// Whether both have the same parse tree; texts that the parser does not know, the same bytes.
  bool Same(const std::string& a, const std::string& b) {
    if (a == b) return true;
    const std::string& tree = Read(a).tree;
    return !tree.empty() && tree == Read(b).tree;
  }

 private:
  const ExpressionRules& rules_;
  std::unordered_map<std::string, ExpressionFacts> facts_;
};

}  // namespace zdm
