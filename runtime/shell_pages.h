// SPDX-License-Identifier: Apache-2.0
// Completions for shells, and the manual page, made of a program's own table of commands: whatever
// --help says, they say.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace zdm {

struct ManualTexts {
  std::string version;   ///< "zdmc 0.1.0"
  std::string epilogue;  ///< paragraphs behind the commands
  std::string see_also;  ///< "zdm(1)"
};

/// Adds the command `completion` to `app`, which must live as long as the command's text is asked
/// for. `shell` gets what the user chose: bash, zsh, fish, or man for the page.
CLI::App* AddCompletionCommand(CLI::App& app, std::string& shell);

/// The script for `shell`, or the manual page.
std::string ShellPage(const CLI::App& app, std::string_view shell, const ManualTexts& texts);

}  // namespace zdm
