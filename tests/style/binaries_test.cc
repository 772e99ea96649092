// SPDX-License-Identifier: Apache-2.0
// What the built programs carry.
#include <gtest/gtest.h>

#include <regex>

#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

TEST(Binaries, TheRuntimeCarriesNothingOfTheCompiler) {
  const std::string zdm = ProgramPath("zdm");
  const ProcessResult needed = RunProgram({"readelf", "-d", zdm});
  ASSERT_EQ(needed.exit_code, 0) << needed.Describe();
  EXPECT_FALSE(Contains(needed.out, "antlr")) << needed.out;
  EXPECT_FALSE(Contains(needed.out, "pg_query")) << needed.out;
  const ProcessResult symbols = RunProgram({"nm", "-C", "--defined-only", zdm});
  ASSERT_EQ(symbols.exit_code, 0) << symbols.err;
  static const std::regex compiler_only(
      "antlr4|zdm::(ast::|ReadCatalog|BuildPlan|Resolve\\(|Diff\\(|ZdmParser|ZdmLexer)");
  for (const std::string& line : SplitLines(symbols.out)) {
    EXPECT_FALSE(std::regex_search(line, compiler_only)) << line;
  }
}

TEST(Binaries, BothSayWhoTheyAre) {
  for (const std::string name : {"zdmc", "zdm"}) {
    const ProcessResult version = RunProgram({ProgramPath(name), "--version"});
    EXPECT_EQ(version.exit_code, 0) << version.Describe();
    EXPECT_TRUE(std::regex_search(version.out, std::regex("\\d+\\.\\d+\\.\\d+")))
        << version.Describe();
    const ProcessResult help = RunProgram({ProgramPath(name), "--help"});
    EXPECT_EQ(help.exit_code, 0) << help.Describe();
    EXPECT_EQ(RunProgram({ProgramPath(name), "no-such-command"}).exit_code, 2);
    EXPECT_EQ(RunProgram({ProgramPath(name), "--no-such-option"}).exit_code, 2);
  }
}

}  // namespace
}  // namespace zdm::test
