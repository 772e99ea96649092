// SPDX-License-Identifier: Apache-2.0
// The commands of zdmc. Each function adds a command's options to `command` and gives back what
// runs it: a function that returns the exit code (design.md 8). The table is in main.cc.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace zdm {

using RunCommand = std::function<int()>;

RunCommand AddCheckCommand(CLI::App& command);
RunCommand AddCompileCommand(CLI::App& command);
RunCommand AddExplainCommand(CLI::App& command);
RunCommand AddExplainCodeCommand(CLI::App& command);
RunCommand AddFmtCommand(CLI::App& command);
RunCommand AddImportCommand(CLI::App& command);
RunCommand AddSnapshotCommand(CLI::App& command);

}  // namespace zdm
