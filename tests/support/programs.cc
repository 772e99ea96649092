// SPDX-License-Identifier: Apache-2.0
#include "tests/support/programs.h"

#include <regex>

#include "tests/support/text.h"

namespace zdm::test {

ProcessResult Zdmc(std::vector<std::string> arguments, ProcessOptions options) {
  arguments.insert(arguments.begin(), ProgramPath("zdmc"));
  return RunProgram(arguments, options);
}

ProcessResult Zdm(std::vector<std::string> arguments, ProcessOptions options) {
  arguments.insert(arguments.begin(), ProgramPath("zdm"));
  return RunProgram(arguments, options);
}

ProcessResult Compile(const CompileCall& call) {
  std::vector<std::string> arguments = {"compile", call.path, "--db", call.url, "-o", call.output};
  if (!call.scratch.empty()) arguments.insert(arguments.end(), {"--scratch", call.scratch});
  arguments.insert(arguments.end(), call.more.begin(), call.more.end());
  return Zdmc(arguments);
}

bool PlanIsEmpty(const std::string& path) {
  static const std::regex empty(R"("steps"\s*:\s*\[\s*\])");
  return std::regex_search(ReadFile(path), empty);
}

std::string WithoutAllows(const std::string& zdm) {
  std::vector<std::string> kept;
  for (const std::string& line : SplitLines(zdm)) {
    if (Trimmed(line).rfind("allow ", 0) != 0) kept.push_back(line);
  }
  return JoinLines(kept);
}

}  // namespace zdm::test
