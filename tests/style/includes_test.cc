// SPDX-License-Identifier: Apache-2.0
// The direction of dependencies, as written in #include lines.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "tests/style/sources.h"

namespace zdm::test {
namespace {

std::vector<std::string> Includes(const std::string& path) {
  static const std::regex pattern("^\\s*#include [<\"]([^>\"]+)[>\"]");
  std::vector<std::string> result;
  std::smatch match;
  for (const std::string& line : LinesOf(path)) {
    if (std::regex_search(line, match, pattern)) result.push_back(match[1]);
  }
  return result;
}

/// "compiler/diff" of "compiler/diff/diff.cc"; "compiler" of "compiler/main.cc".
std::string Module(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

/// What each module may include beside itself. Data flows one way; this is the way.
const std::map<std::string, std::set<std::string>>& Allowed() {
  static const std::map<std::string, std::set<std::string>> allowed = {
      {"runtime/plan", {}},
      {"runtime/database", {"runtime/plan"}},
      {"runtime/journal", {"runtime/plan", "runtime/database"}},
      {"runtime/executor", {"runtime/plan", "runtime/database", "runtime/journal"}},
      {"runtime", {"runtime/plan", "runtime/database", "runtime/journal", "runtime/executor"}},
      {"compiler/source", {"runtime/plan"}},
      {"compiler/syntax", {"compiler/source", "runtime/plan"}},
      {"compiler/format", {"compiler/source", "compiler/syntax"}},
      {"compiler/schema", {"compiler/source", "compiler/syntax", "runtime/plan"}},
      {"compiler/diff", {"compiler/source", "compiler/schema", "runtime/plan"}},
      {"compiler/catalog",
       {"compiler/source", "compiler/schema", "runtime/plan", "runtime/database",
        "runtime/journal"}},
      {"compiler/recipes",
       {"compiler/source", "compiler/schema", "compiler/diff", "runtime/plan", "runtime/journal"}},
      {"compiler/planner",
       {"compiler/source", "compiler/schema", "compiler/diff", "compiler/recipes", "runtime/plan"}},
  };
  return allowed;
}

TEST(Includes, FollowTheDirection) {
  std::vector<std::string> findings;
  for (const std::string& path : ProductSources()) {
    const std::string module = Module(path);
    // Main, driver and commands: the whole pipeline on one screen.
    if (module == "compiler" || module == "compiler/commands") continue;
    const auto rule = Allowed().find(module);
    if (rule == Allowed().end()) {
      findings.push_back(path + ": a module that Allowed() does not know");
      continue;
    }
    for (const std::string& include : Includes(path)) {
      if (!StartsWith(include, "compiler/") && !StartsWith(include, "runtime/") &&
          !StartsWith(include, "grammar/") && !StartsWith(include, "tests/")) {
        continue;
      }
      const bool grammar = path == "compiler/syntax/parse.cc" && Module(include) == "grammar";
      if (Module(include) != module && !rule->second.contains(Module(include)) && !grammar) {
        findings.push_back(fmt::format("{} includes {}", path, include));
      }
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

/// Each library stays behind its files, so that another version of it, or another library, is a
/// change in one place.
TEST(Includes, LibrariesStayBehindTheirFiles) {
  const std::vector<std::pair<std::regex, std::regex>> walls = {
      {std::regex("antlr4|Zdm(Lexer|Parser)|^grammar/"),
       std::regex("^compiler/syntax/parse\\.cc$")},
      {std::regex("^pqxx|^libpq"), std::regex("^runtime/database/postgres_[a-z_]+\\.cc$")},
      {std::regex("^mysql|^mariadb"), std::regex("mysql|mariadb")},
      {std::regex("^pg_query"), std::regex("^compiler/schema/postgres_[a-z_]+\\.cc$")},
      {std::regex("^CLI/"), std::regex("^(compiler|runtime)/(commands/)?[a-z_]+\\.(cc|h)$")},
  };
  std::vector<std::string> findings;
  for (const std::string& path : ProductSources()) {
    for (const std::string& include : Includes(path)) {
      for (const auto& [library, place] : walls) {
        if (std::regex_search(include, library) && !std::regex_search(path, place)) {
          findings.push_back(fmt::format("{} includes {}", path, include));
        }
      }
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

/// A family of servers is named only in its own files, in dialect.h, and in the tables of the two
/// programs that choose one: a third family is new files.
TEST(Words, FamiliesAreNamedOnlyInTheirOwnFiles) {
  const std::regex word("postgres|mysql|mariadb", std::regex::icase);
  const std::set<std::string> tables = {"runtime/plan/dialect.h", "compiler/main.cc",
                                        "compiler/driver.cc", "runtime/main.cc"};
  std::vector<std::string> findings;
  for (const std::string& path : ProductSources()) {
    if (std::regex_search(path, word) || tables.contains(path)) continue;
    if (path.ends_with("_pages.cc")) continue;  // texts for people
    int number = 0;
    for (const std::string& line : LinesOf(path)) {
      ++number;
      if (std::regex_search(line, word)) {
        findings.push_back(fmt::format("{}:{}: {}", path, number, Trimmed(line)));
      }
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

TEST(Words, NothingIsLeftForLater) {
  const std::regex word(
      "\\b(TODO|FIXME|XXX|HACK|stub|placeholder|unimplemented|not implemented)\\b",
      std::regex::icase);
  std::vector<std::string> findings;
  for (const std::string& path :
       SourcesBelow({"compiler", "runtime", "grammar"}, {".h", ".cc", ".g4", ".md"})) {
    int number = 0;
    for (const std::string& line : LinesOf(path)) {
      ++number;
      if (std::regex_search(line, word)) {
        findings.push_back(fmt::format("{}:{}: {}", path, number, Trimmed(line)));
      }
    }
  }
  EXPECT_TRUE(findings.empty()) << Listed(findings);
}

}  // namespace
}  // namespace zdm::test
