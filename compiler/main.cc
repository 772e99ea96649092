// SPDX-License-Identifier: Apache-2.0
// zdmc: the table of its commands.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <exception>
#include <sstream>
#include <utility>
#include <vector>

#include "compiler/commands/commands.h"
#include "compiler/commands/report.h"
#include "runtime/database/connection_url.h"
#include "runtime/database/errors.h"

namespace {

struct Command {
  const char* name;
  const char* summary;
  zdm::RunCommand (*add)(CLI::App& command);
};

constexpr std::array kCommands = {
    Command{"check", "syntax, names and types of .zdm files; no database", zdm::AddCheckCommand},
    Command{"compile", "files and catalog -> plan", zdm::AddCompileCommand},
    Command{"fmt", "the one layout of .zdm files", zdm::AddFmtCommand},
    Command{"import", "catalog -> .zdm files", zdm::AddImportCommand},
    Command{"snapshot", "catalog -> a file to compile from without a database",
            zdm::AddSnapshotCommand},
    Command{"explain", "a plan as text, SQL, Markdown, JSON or HTML", zdm::AddExplainCommand},
    Command{"explain-code", "the long text of a code such as ZDM1001", zdm::AddExplainCodeCommand},
};

int Run(int argc, char** argv) {
  CLI::App app{"Compiles a wanted database schema (.zdm) into a plan without downtime.", "zdmc"};
  app.set_version_flag("--version", "zdmc " ZDM_VERSION);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, zdm::RunCommand>> commands;
  for (const Command& command : kCommands) {
    CLI::App* parsed = app.add_subcommand(command.name, command.summary);
    commands.emplace_back(parsed, command.add(*parsed));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = app.exit(error, out, err);
    fmt::print("{}", out.str());
    fmt::print(stderr, "{}", zdm::MaskPasswords(err.str()));
    return status == 0 ? zdm::exits::kDone : zdm::exits::kBadInput;
  }
  zdm::HidePasswords(argc, argv);
  for (const auto& [parsed, run] : commands) {
    if (parsed->parsed()) return run();
  }
  return zdm::exits::kBadInput;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const zdm::DatabaseError& error) {
    fmt::print(stderr, "zdmc: {} [{}]\n", error.what(), ToString(zdm::CodeOf(error.kind())));
    return static_cast<int>(zdm::ExitCodeOf(error.kind()));
  } catch (const std::exception& error) {
    fmt::print(stderr, "zdmc: {}\n", error.what());
    return zdm::exits::kFailed;
  }
}
