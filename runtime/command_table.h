// SPDX-License-Identifier: Apache-2.0
// A program's commands and options as values, read off its parser.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace zdm {

struct CommandOption {
  std::vector<std::string> shorts;  ///< "-o"
  std::vector<std::string> longs;   ///< "--output"
  std::string positional;           ///< "PATH", for what has no dashes
  std::string description;
  bool takes_value = false;
  bool required = false;
  bool repeats = false;
  std::vector<std::string> values;  ///< the only ones that are taken; empty: any

  std::vector<std::string> Names() const;
};

struct CommandEntry {
  std::string name;  ///< as typed behind the program: "scratch start"; "" for the program itself
  std::string description;
  std::vector<CommandOption> options;
  std::vector<std::string> children;  ///< last words of the commands below it
};

/// The program first, then each command behind the one that it belongs to.
std::vector<CommandEntry> ReadCommandTable(const CLI::App& app);

}  // namespace zdm
