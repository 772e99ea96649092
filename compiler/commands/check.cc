// SPDX-License-Identifier: Apache-2.0
// zdmc check: syntax, names and types, without a database.
#include <CLI/CLI.hpp>
#include <memory>

#include "compiler/commands/commands.h"
#include "compiler/commands/read_files.h"
#include "compiler/commands/report.h"
#include "compiler/driver.h"

namespace zdm {
namespace {

int CheckFiles(const std::vector<std::string>& paths) {
  Diagnostics diagnostics;
  const SourceFiles files = ReadFiles(paths, diagnostics);
  if (!diagnostics.HasErrors()) ReadDesired(files, diagnostics);
  Report(diagnostics, files);
  return diagnostics.HasErrors() ? exits::kBadInput : exits::kDone;
}

}  // namespace

RunCommand AddCheckCommand(CLI::App& command) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  command.add_option("PATH", *paths, "files, or folders with .zdm files")->required();
  return [paths] { return CheckFiles(*paths); };
}

}  // namespace zdm
