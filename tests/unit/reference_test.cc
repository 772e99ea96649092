// SPDX-License-Identifier: Apache-2.0
// Each example of grammar/REFERENCE.md is accepted as it stands, or gets the one code named behind
// the fence.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/text.h"
#include "tests/unit/resolved.h"

namespace zdm::test {
namespace {

struct Example {
  int line = 0;
  std::string code;  ///< "" : it is right
  std::string text;
};

std::vector<Example> Examples() {
  std::vector<Example> examples;
  bool inside = false;
  int number = 0;
  for (const std::string& line : SplitLines(ReadFile(SourceFolder() + "/grammar/REFERENCE.md"))) {
    ++number;
    if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      examples.back().text += line + "\n";
    } else if (line.rfind("```zdm", 0) == 0) {
      inside = true;
      examples.push_back({number, Trimmed(line.substr(6)), ""});
    }
  }
  return examples;
}

TEST(Reference, ExamplesAreWhatTheySay) {
  const std::vector<Example> examples = Examples();
  ASSERT_GT(examples.size(), 15U);
  for (const Example& example : examples) {
    SCOPED_TRACE("grammar/REFERENCE.md:" + std::to_string(example.line));
    const Resolved resolved = ResolveText(example.text);
    EXPECT_EQ(resolved.Codes(), example.code) << resolved.Rendered();
  }
}

}  // namespace
}  // namespace zdm::test
