// SPDX-License-Identifier: Apache-2.0
// Completions and manual pages say what --help says, in each shell's own syntax.
#include <filesystem>
#include <regex>
#include <set>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

class Completion : public testing::TestWithParam<std::string> {
 protected:
  ProcessResult Call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), ProgramPath(GetParam()));
    return RunProgram(arguments);
  }
  std::string Page(const std::string& shell) const {
    const ProcessResult result = Call({"completion", shell});
    EXPECT_EQ(result.exit_code, 0) << result.Describe();
    return result.out;
  }

  /// "--output" and the like in the help of `command`.
  std::set<std::string> OptionsOf(std::vector<std::string> command) const {
    command.push_back("--help");
    static const std::regex option("^ +(?:-[a-z],)?(--[a-z-]+)");
    std::set<std::string> options;
    for (const std::string& line : SplitLines(Call(command).out)) {
      std::smatch match;
      if (std::regex_search(line, match, option)) options.insert(match[1]);
    }
    EXPECT_TRUE(options.contains("--help")) << command[0];
    return options;
  }

  std::vector<std::string> Commands(std::vector<std::string> above) const {
    above.push_back("--help");
    static const std::regex command("^  ([a-z-]+) ");
    std::vector<std::string> commands;
    bool listed = false;
    for (const std::string& line : SplitLines(Call(above).out)) {
      std::smatch match;
      listed = listed || line.starts_with("Subcommands:");
      if (listed && std::regex_search(line, match, command)) commands.push_back(match[1]);
    }
    return commands;
  }

  /// Commands and, below "scratch", its own.
  std::vector<std::vector<std::string>> AllCommands() const {
    std::vector<std::vector<std::string>> all;
    for (const std::string& command : Commands({})) {
      all.push_back({command});
      for (const std::string& below : Commands({command})) all.push_back({command, below});
    }
    return all;
  }
};

TEST_P(Completion, NamesEveryCommandAndOption) {
  const std::string bash = Page("bash");
  const std::string zsh = Page("zsh");
  const std::string fish = Page("fish");
  const std::string man = Page("man");
  const std::vector<std::vector<std::string>> commands = AllCommands();
  EXPECT_GE(commands.size(), 7U);
  for (const std::vector<std::string>& command : commands) {
    std::string words;
    for (const std::string& word : command) words += (words.empty() ? "" : " ") + word;
    SCOPED_TRACE(words);
    std::smatch line;
    ASSERT_TRUE(std::regex_search(bash, line, std::regex("'" + words + "'\\) words='([^']*)'")));
    const std::string bash_words = " " + std::string(line[1]) + " ";
    EXPECT_TRUE(Contains(zsh, "'" + command.back() + ":"));
    EXPECT_TRUE(Contains(fish, "-a " + command.back() + " "));
    const std::string escaped = std::regex_replace(words, std::regex("-"), "\\-");
    EXPECT_TRUE(Contains(man, ".SS \\fB" + GetParam() + " " + escaped + "\\fR")) << man;
    for (const std::string& option : OptionsOf(command)) {
      if (option == "--help" && command.size() > 1) continue;
      EXPECT_TRUE(Contains(bash_words, " " + option + " ")) << option;
      EXPECT_TRUE(Contains(zsh, option)) << option;
      EXPECT_TRUE(Contains(fish, "-l " + option.substr(2) + " ")) << option;
      EXPECT_TRUE(Contains(man, std::regex_replace(option, std::regex("-"), "\\-"))) << option;
    }
  }
}

TEST_P(Completion, ShellsTakeThem) {
  const ScratchFolder folder;
  for (const auto& [shell, program] : std::vector<std::pair<std::string, std::string>>{
           {"bash", "/usr/bin/bash"}, {"zsh", "/usr/bin/zsh"}, {"fish", "/usr/bin/fish"}}) {
    if (!std::filesystem::exists(program)) continue;
    const std::string file = folder.path() + "/" + shell;
    WriteFile(file, Page(shell));
    const ProcessResult result = RunProgram({program, "-n", file});
    EXPECT_EQ(result.exit_code, 0) << result.Describe();
    EXPECT_EQ(result.err, "");
  }
  if (!std::filesystem::exists("/usr/bin/mandoc")) return;
  WriteFile(folder.path() + "/page.1", Page("man"));
  const ProcessResult lint =
      RunProgram({"/usr/bin/mandoc", "-T", "lint", "-W", "error", folder.path() + "/page.1"});
  EXPECT_EQ(lint.exit_code, 0) << lint.Describe();
}

TEST_P(Completion, BashCompletes) {
  const ScratchFolder folder;
  WriteFile(folder.path() + "/bash", Page("bash"));
  const auto complete = [&](const std::string& words) {
    const ProcessResult result =
        RunProgram({"bash", "-c",
                    "source " + folder.path() + "/bash; COMP_WORDS=(" + GetParam() + " " + words +
                        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _" + GetParam() +
                        "; echo \"${COMPREPLY[*]}\""});
    EXPECT_EQ(result.err, "");
    return Trimmed(result.out);
  };
  EXPECT_EQ(complete("completion f"), "fish");
  EXPECT_EQ(complete("comp"), GetParam() == "zdmc" ? "compile completion" : "completion");
  if (GetParam() == "zdmc") {
    EXPECT_EQ(complete("explain --format m"), "markdown");
    EXPECT_EQ(complete("explain a.json --f"), "--format");
    EXPECT_EQ(complete("fmt --pru"), "--prune");
  } else {
    EXPECT_EQ(complete("run --until c"), "contract");
    EXPECT_EQ(complete("scratch sta"), "start");
    EXPECT_EQ(complete("scratch start --se"), "--server");
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Completion, testing::Values("zdmc", "zdm"),
                         [](const auto& program) { return program.param; });

}  // namespace
}  // namespace zdm::test
