// SPDX-License-Identifier: Apache-2.0
// The built programs, zdmc and zdm, with the arguments that the suites use again and again.
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace zdm::test {

ProcessResult Zdmc(std::vector<std::string> arguments, ProcessOptions options = {});
ProcessResult Zdm(std::vector<std::string> arguments, ProcessOptions options = {});

/// What `zdmc compile` gets beside the files.
struct CompileCall {
  std::string path;  ///< a .zdm file or a folder
  std::string url;
  std::string scratch;  ///< "": zdmc's default
  std::string output;   ///< plan file
  std::vector<std::string> more = {};
};

ProcessResult Compile(const CompileCall& call);

/// True when the plan file has no steps.
bool PlanIsEmpty(const std::string& path);

/// .zdm text without its `allow` lines: those of a change that is done are errors.
std::string WithoutAllows(const std::string& zdm);

}  // namespace zdm::test
