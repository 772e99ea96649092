// SPDX-License-Identifier: Apache-2.0
// The parse tree of one statement as parse.cc hands it on: names of the grammar's rules and tokens
// and places.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"

namespace zdm {

struct Node {
  std::string_view name;  ///< "columnClause" for a rule, "Semicolon" for a token
  SourceSpan span;
  bool failed = false;  ///< a mistake in it was reported; what is below is not whole
  std::vector<Node> children;

  const Node* Find(std::string_view wanted) const {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const Node& child) { return child.name == wanted; });
    return found == children.end() ? nullptr : &*found;
  }
  bool Has(std::string_view wanted) const { return Find(wanted) != nullptr; }
  /// Of a rule that has no mistakes and cannot be without this child.
  const Node& Get(std::string_view wanted) const { return *Find(wanted); }
  std::vector<const Node*> All(std::string_view wanted) const {
    std::vector<const Node*> found;
    for (const Node& child : children) {
      if (child.name == wanted) found.push_back(&child);
    }
    return found;
  }
  const Node& First() const { return children.front(); }
};

}  // namespace zdm
