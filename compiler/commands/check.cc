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

int CheckFiles(const std::vector<std::string>& paths, const std::string& format) {
  Diagnostics diagnostics;
  const SourceFiles files = ReadFiles(paths, diagnostics);
  if (!diagnostics.HasErrors()) ReadDesired(files, diagnostics);
  Report(diagnostics, files);
  const int status = diagnostics.HasErrors() ? exits::kBadInput : exits::kDone;
  ReportAs(format, diagnostics, files, nullptr, status);
  return status;
}

}  // namespace

RunCommand AddCheckCommand(CLI::App& command) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  command.add_option("PATH", *paths, "files, or folders with .zdm files")->required();
  const auto format = std::make_shared<std::string>();
  AddReportOption(command, *format);
  return [=] { return CheckFiles(*paths, *format); };
}

}  // namespace zdm
