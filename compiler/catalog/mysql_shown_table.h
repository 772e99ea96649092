// SPDX-License-Identifier: Apache-2.0
// The text of SHOW CREATE TABLE, cut into its elements: the server's own word on a table, which
// shares nothing with information_schema. The walk compares it with the model, and the judge reads
// expressions back from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalog/mysql_tokens.h"

namespace zdm::mysql {

/// A line of the list in parentheses.
struct ShownElement {
  enum class Kind { kColumn, kPrimaryKey, kIndex, kForeignKey, kCheck, kOther };
  Kind kind = Kind::kOther;
  std::string name;  ///< "PRIMARY" of the primary key, "" of kOther
  std::string text;
  std::vector<Token> tokens;  ///< of `text`
};

struct ShownTable {
  std::vector<ShownElement> elements;
  std::string options;  ///< what stands behind the list

  /// Null when it shows none.
  const ShownElement* Find(ShownElement::Kind kind, std::string_view name) const;
};

ShownTable ParseShownTable(std::string_view sql);

/// What stands in the parentheses behind the words, as in `CHECK (..)`; "" when they are not there.
std::string InParenthesesAfter(const ShownElement& element, std::string_view words);

/// Of each element of an index its expression; "" of one that is a column.
std::vector<std::string> ElementExpressions(const ShownElement& index);

}  // namespace zdm::mysql
