// SPDX-License-Identifier: Apache-2.0
// The text of a function or trigger while it is written: lines with indentation.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

class CodeText {
 public:
  void Line(std::string_view line);
  void Open(std::string_view line);    ///< the line, then deeper
  void Middle(std::string_view line);  ///< as ELSE
  void Close(std::string_view line);   ///< "" : no line
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "\n";
  std::size_t depth_ = 0;
};

}  // namespace zdm
