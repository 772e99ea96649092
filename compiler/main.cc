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
#include "runtime/shell_pages.h"

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

constexpr const char* kManual =
    "The catalog is that behind --db, else ZDM_DATABASE_URL, else DATABASE_URL, else the server's\n"
    "own conventions. Passwords belong into the server's password file or environment.\n"
    "\n"
    "Exit status: 0 the asked state holds; 1 failed; 2 usage, or an error in a file; 3 a check "
    "found\n"
    "differences; 4 another plan is in flight, or what an older one parked is in the way; 5 a "
    "hazard\n"
    "needs an allow; 12 database unreachable.";

int Run(int argc, char** argv) {
  CLI::App app{"Compiles a wanted database schema (.zdm) into a plan without downtime.", "zdmc"};
  app.set_version_flag("--version", "zdmc " ZDM_VERSION);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, zdm::RunCommand>> commands;
  for (const Command& command : kCommands) {
    CLI::App* parsed = app.add_subcommand(command.name, command.summary);
    commands.emplace_back(parsed, command.add(*parsed));
  }
  std::string shell;
  const CLI::App* completion = zdm::AddCompletionCommand(app, shell);
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
  if (completion->parsed()) {
    fmt::print("{}", zdm::ShellPage(app, shell, {"zdmc " ZDM_VERSION, kManual, "zdm (1)"}));
    return zdm::exits::kDone;
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
