// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/code_text.h"

namespace zdm {

void CodeText::Line(std::string_view line) {
  text_ += std::string(2 * depth_, ' ') + std::string(line) + "\n";
}

void CodeText::Open(std::string_view line) {
  Line(line);
  ++depth_;
}

void CodeText::Middle(std::string_view line) {
  --depth_;
  Open(line);
}

void CodeText::Close(std::string_view line) {
  --depth_;
  if (!line.empty()) Line(line);
}

}  // namespace zdm
