// SPDX-License-Identifier: Apache-2.0
// A code that zdmc or zdm prints ("ZDM1203"). The lists are compiler/source/code_list.h and
// runtime_codes.h beside this header.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

struct Code {
  int number = 0;
  std::string_view title;  ///< short, lower-case, no period
  friend bool operator==(const Code& a, const Code& b) { return a.number == b.number; }
};

/// "ZDM1203"
inline std::string ToString(const Code& code) {
  std::string digits = std::to_string(code.number);
  return "ZDM" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace zdm
