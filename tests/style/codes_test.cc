// SPDX-License-Identifier: Apache-2.0
// Every code is printed by some test and explained by `zdmc explain-code`; every kind of change has
// a folder of cases.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "tests/style/sources.h"

namespace zdm::test {
namespace {

struct ListedCode {
  std::string name;  ///< kUnknownTable
  std::string path;
};

/// By number ("ZDM1203").
std::map<std::string, ListedCode> ListedCodes() {
  static const std::regex entry("Code (k\\w+)\\{(\\d{4}),");
  std::map<std::string, ListedCode> result;
  for (const std::string& path : ProductSources()) {
    if (path.find("code") == std::string::npos) continue;
    for (const std::string& line : LinesOf(path)) {
      std::smatch match;
      if (!std::regex_search(line, match, entry)) continue;
      const std::string number = "ZDM" + match[2].str();
      EXPECT_FALSE(result.contains(number)) << "two meanings of " << number;
      result[number] = {match[1], path};
    }
  }
  return result;
}

TEST(Codes, EachIsPrintedByATest) {
  std::set<std::string> seen;
  static const std::regex code("ZDM\\d{4}|codes::k\\w+");
  for (const std::string& path : FilesBelow(SourceFolder() + "/tests", "")) {
    if (StartsWith(path, "style/")) continue;
    const std::string text = ReadFile(SourceFolder() + "/tests/" + path);
    for (std::sregex_iterator at(text.begin(), text.end(), code), end; at != end; ++at) {
      seen.insert(at->str());
    }
  }
  std::vector<std::string> findings;
  for (const auto& [number, listed] : ListedCodes()) {
    if (seen.contains(number) || seen.contains("codes::" + listed.name)) continue;
    findings.push_back(fmt::format("{} {} ({}) in no test", number, listed.name, listed.path));
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

TEST(Codes, EachIsExplained) {
  std::vector<std::string> findings;
  for (const auto& [number, listed] : ListedCodes()) {
    const ProcessResult result = RunProgram({ProgramPath("zdmc"), "explain-code", number});
    if (result.exit_code != 0 || result.out.size() < 100) {
      findings.push_back(number + ": " + result.Describe());
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
  EXPECT_EQ(RunProgram({ProgramPath("zdmc"), "explain-code", "ZDM9999"}).exit_code, 2);
}

TEST(Changes, EachKindHasCases) {
  const std::string header = ReadFile(SourceFolder() + "/compiler/diff/change.h");
  static const std::regex variant("using ChangeKind =\\s*std::variant<([^>]*)>");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(header, match, variant));
  static const std::regex name("\\w+");
  const std::string list = match[1];
  std::vector<std::string> findings;
  for (std::sregex_iterator at(list.begin(), list.end(), name), end; at != end; ++at) {
    std::string folder;
    for (const char c : at->str()) {
      if (std::isupper(static_cast<unsigned char>(c)) != 0 && !folder.empty()) folder += '_';
      folder += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (FilesBelow(SourceFolder() + "/tests/cases/" + folder, ".case").empty()) {
      findings.push_back(fmt::format("{}: no case in tests/cases/{}/", at->str(), folder));
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

}  // namespace
}  // namespace zdm::test
