// SPDX-License-Identifier: Apache-2.0
// tests/diagnostics/NAME.zdm: wrong input; NAME.expected beside it: all that `zdmc check` says, and
// its exit code. ZDM_UPDATE_GOLDENS=1 rewrites what is expected.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/case_file.h"
#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

std::string Folder() {
  return SourceFolder() + "/tests/diagnostics";
}

class DiagnosticsTest : public testing::TestWithParam<std::string> {};

TEST_P(DiagnosticsTest, SaysWhatIsExpected) {
  const std::string name = GetParam();
  ProcessOptions options;
  options.directory = Folder();
  const ProcessResult result = RunProgram({ProgramPath("zdmc"), "check", name}, options);
  const std::string golden = Folder() + "/" + name.substr(0, name.size() - 4) + ".expected";
  const std::string actual = result.err + fmt::format("exit {}\n", result.exit_code);
  EXPECT_EQ(result.out, "");
  if (UpdateGoldens()) WriteFile(golden, actual);
  ASSERT_TRUE(std::filesystem::exists(golden)) << golden;
  EXPECT_EQ(Difference(ReadFile(golden), actual), "");
}

INSTANTIATE_TEST_SUITE_P(Files, DiagnosticsTest, testing::ValuesIn(FilesBelow(Folder(), ".zdm")),
                         [](const auto& file) { return TestName(file.param); });

TEST(Diagnostics, TenMistakesAreTenErrors) {
  ProcessOptions options;
  options.directory = Folder();
  const ProcessResult result =
      RunProgram({ProgramPath("zdmc"), "check", "ten_mistakes.zdm"}, options);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "\n10 errors\n")) << result.err;
}

TEST(Diagnostics, PathsThatCannotBeRead) {
  const ScratchFolder empty;
  const ProcessResult none = RunProgram({ProgramPath("zdmc"), "check", empty.path()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(Contains(none.err, "[ZDM1007]")) << none.err;
  const ProcessResult missing = RunProgram({ProgramPath("zdmc"), "check", "/nowhere/x.zdm"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(Contains(missing.err, "[ZDM1006]")) << missing.err;
}

TEST(Diagnostics, NoColourWithoutATerminal) {
  const ProcessResult result =
      RunProgram({ProgramPath("zdmc"), "check", Folder() + "/ten_mistakes.zdm"});
  EXPECT_FALSE(Contains(result.err, "\x1b["));
}

TEST(Diagnostics, AFolderIsOneSchema) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.path() + "/tables");
  WriteFile(folder.path() + "/dialect.zdm", "dialect postgresql;\n");
  WriteFile(folder.path() + "/tables/b.zdm", "table b { a bigint references a; }\n");
  WriteFile(folder.path() + "/tables/a.zdm", "table a { id bigint primary key; }\n");
  WriteFile(folder.path() + "/tables/notes.txt", "no .zdm\n");
  const ProcessResult result = RunProgram({ProgramPath("zdmc"), "check", folder.path()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace zdm::test
