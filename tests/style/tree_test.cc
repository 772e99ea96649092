// SPDX-License-Identifier: Apache-2.0
// What lies where, how long it may be, and how it is formatted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "tests/style/sources.h"

namespace zdm::test {
namespace {

std::vector<std::string> AllSources() {
  return SourcesBelow({"compiler", "runtime", "tests", "migrations-examples"}, {".h", ".cc"});
}

TEST(Tree, TopLevelHoldsOnlyWhatPeopleExpectThere) {
  const std::set<std::string> expected = {
      "CMakeLists.txt",      "grammar",         "compiler",         "runtime",
      "migrations-examples", "tests",           "README.md",        "LICENSE",
      "CHANGELOG.md",        "CONTRIBUTING.md", "CMakePresets.json"};
  std::vector<std::string> findings;
  for (const auto& entry : std::filesystem::directory_iterator(SourceFolder())) {
    const std::string name = entry.path().filename().string();
    if (name[0] != '.' && !expected.contains(name)) findings.push_back(name);
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
  for (const std::string& name : expected) {
    EXPECT_TRUE(std::filesystem::exists(SourceFolder() + "/" + name)) << name << " is missing";
  }
}

TEST(Tree, EveryFileOpensWithItsLicence) {
  std::vector<std::string> findings;
  for (const std::string& path : AllSources()) {
    const std::vector<std::string> lines = LinesOf(path);
    if (lines.empty() || lines[0] != "// SPDX-License-Identifier: Apache-2.0") {
      findings.push_back(path);
    }
    const bool header = path.substr(path.size() - 2) == ".h";
    if (header && ReadFile(SourceFolder() + "/" + path).find("#pragma once") == std::string::npos) {
      findings.push_back(path + ": no #pragma once");
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

TEST(Tree, FilesStayShort) {
  std::vector<std::string> findings;
  for (const std::string& path : AllSources()) {
    const std::size_t lines = LinesOf(path).size();
    if (lines > 500) findings.push_back(fmt::format("{}: {} lines", path, lines));
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

/// In this style a function outside a class opens with a line at column 0 that ends in " {" and
/// closes with "}" at column 0; tables and types open alike and are told by their words.
TEST(Tree, FunctionsStayShort) {
  const std::regex other("^(namespace|struct|class|enum|union|extern|template|using)\\b|= \\{$|=$");
  std::vector<std::string> findings;
  for (const std::string& path : ProductSources()) {
    const std::vector<std::string> lines = LinesOf(path);
    std::size_t head = 0;
    std::size_t opened = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      if (line.empty() || line[0] == '/' || line[0] == '#') continue;
      if (opened == 0 && line[0] != ' ' && line[0] != '}') head = i;
      if (opened == 0 && line.size() > 2 && line.substr(line.size() - 2) == " {") opened = i + 1;
      if (line[0] != '}' || opened == 0) continue;
      const bool function = !std::regex_search(lines[head], other) &&
                            lines[opened - 1].find("= {") == std::string::npos;
      if (function && i - opened > 100) {
        findings.push_back(fmt::format("{}:{}: {} lines", path, head + 1, i - opened));
      }
      opened = 0;
    }
    (void)head;
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

TEST(Tree, FilesAreFormatted) {
  std::vector<std::string> command = {"clang-format", "--dry-run", "-Werror"};
  for (const std::string& path : AllSources()) command.push_back(path);
  ProcessOptions options;
  options.directory = SourceFolder();
  const ProcessResult result = RunProgram(command, options);
  EXPECT_EQ(result.exit_code, 0) << "run clang-format -i on these:\n" << result.err.substr(0, 4000);
}

TEST(Tree, NoPathOfOneMachine) {
  const std::regex path_of_machine("/(work|farm|root|home)/[a-z]");
  std::vector<std::string> findings;
  for (const std::string& path :
       SourcesBelow({"compiler", "runtime", "grammar", "tests", "migrations-examples"},
                    {".h", ".cc", ".sh", ".md", ".txt", ".zdm", ".case", "run"})) {
    if (path == "tests/style/tree_test.cc") continue;
    int number = 0;
    for (const std::string& line : LinesOf(path)) {
      ++number;
      if (std::regex_search(line, path_of_machine)) {
        findings.push_back(fmt::format("{}:{}: {}", path, number, Trimmed(line)));
      }
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

}  // namespace
}  // namespace zdm::test
