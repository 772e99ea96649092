// SPDX-License-Identifier: Apache-2.0
#include "tests/live/landmarks.h"

#include <fmt/format.h>

#include <cctype>

namespace zdm::test {

std::string WithoutNumbers(const std::string& statement) {
  std::string text;
  for (const char c : statement) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      text += c;
    } else if (text.empty() || text.back() != '#') {
      text += '#';
    }
  }
  return text;
}

Landmarks::Landmarks(const std::vector<std::string>& statements) {
  std::map<std::string, int> counts;
  for (const std::string& statement : statements) ++counts[WithoutNumbers(statement)];
  for (const auto& [statement, count] : counts) {
    if (count == 1) landmarks_.insert(statement);
  }
}

void Landmarks::Restart() {
  last_.clear();
  behind_ = 0;
}

std::string Landmarks::Place(const std::string& statement) {
  const std::string text = WithoutNumbers(statement);
  if (landmarks_.contains(text)) {
    last_ = text;
    behind_ = 0;
  } else {
    ++behind_;
  }
  return fmt::format("{}\n{}\n{}", last_, behind_, text);
}

}  // namespace zdm::test
