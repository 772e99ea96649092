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

RunCommand AddCheck(CLI::App& command);
RunCommand AddExplainCode(CLI::App& command);

}  // namespace zdm
