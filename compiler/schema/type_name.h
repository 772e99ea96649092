// SPDX-License-Identifier: Apache-2.0
// What becomes of a type as written.
#pragma once

#include <string>

namespace zdm {

struct TypeName {
  std::string sql;    ///< the server's full spelling
  std::string error;  ///< not empty: why it is no type; `sql` is then the text as written
  std::string hint;   ///< what to write instead
  /// The server's own, or qualified by its schema; else the name is found by a search path.
  bool settled = true;
  /// The integer type of a column that the word stands for together with a sequence; `error` then
  /// says why it is no type elsewhere.
  std::string serial = "";
  friend bool operator==(const TypeName&, const TypeName&) = default;
};

}  // namespace zdm
