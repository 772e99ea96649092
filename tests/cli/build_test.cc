// SPDX-License-Identifier: Apache-2.0
// The installed package in somebody's build: migrations-examples/build, configured and built.
#include <filesystem>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

namespace fs = std::filesystem;

class Build : public CliTest {
 protected:
  static void SetUpTestSuite() {
    installed_ = new ScratchFolder;
    const fs::path build = fs::path(ProgramPath("zdmc")).parent_path().parent_path();
    const ProcessResult result =
        RunProgram({"cmake", "--install", build.string(), "--prefix", installed_->path()});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
  }
  static void TearDownTestSuite() {
    delete installed_;
    installed_ = nullptr;
  }

  void SetUp() override {
    fs::copy(SourceFolder() + "/migrations-examples/build", File("project"),
             fs::copy_options::recursive);
    const ProcessResult result =
        RunProgram({"cmake", "-G", "Ninja", "-S", File("project"), "-B", File("out"),
                    "-DCMAKE_PREFIX_PATH=" + installed_->path()});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
  }

  ProcessResult BuildIt(const std::string& target = "all", const std::string& url = "") const {
    ProcessOptions options;
    if (!url.empty()) options.environment["ZDM_DATABASE_URL"] = url;
    return RunProgram({"cmake", "--build", File("out"), "--target", target}, options);
  }
  void EditSchema(const std::string& from, const std::string& to) const {
    const std::string path = File("project/schema/customer.zdm");
    WriteFile(path, Replaced(ReadFile(path), from, to));
  }
  /// The failed command's exit code, as the build tool prints it.
  static bool FailedWith(const ProcessResult& result, const std::vector<std::string>& words) {
    bool all = result.exit_code != 0;
    for (const std::string& word : words) all = all && Contains(result.out + result.err, word);
    return all;
  }

  /// The database that the example starts from.
  void PrepareExample() {
    const std::string before = ReadFile(File("project/before.zdm"));
    const std::string table = before.substr(before.find("table"));
    Prepare(table, table, "INSERT INTO customer (email, name) VALUES ('a@b', 'Ada')");
  }
  void TakeSnapshot() const {
    ProcessOptions options;
    options.directory = File("project");
    const ProcessResult result = Zdmc(
        {"snapshot", "schema", "--db", Url(), "--scratch", scratch_->Url(), "-o", "catalog.json"},
        options);
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
  }

  static ScratchFolder* installed_;
};

ScratchFolder* Build::installed_ = nullptr;

TEST_F(Build, ThePlanIsMadeWhenSomethingHasChanged) {
  ProcessResult result = BuildIt();
  ASSERT_EQ(result.exit_code, 0) << "README.md there says how catalog.json is taken again: "
                                 << result.Describe();
  const std::string plan = File("out/migration.plan.json");
  const std::string first = ReadFile(plan);
  EXPECT_TRUE(Contains(first, "\"schema/customer.zdm:7\"")) << "paths are those of the project";
  EXPECT_TRUE(Contains(ReadFile(File("out/migration.html")), "<!DOCTYPE html>"));
  EXPECT_TRUE(Contains(ReadFile(File("out/migration.markdown")), "## Migration plan"));
  result = BuildIt();
  EXPECT_TRUE(Contains(result.out, "no work to do")) << result.Describe();

  WriteFile(File("project/schema/more.zdm"), "table more { id bigint primary key; }\n");
  ASSERT_EQ(BuildIt().exit_code, 0);
  EXPECT_TRUE(Contains(ReadFile(plan), "public.more")) << "a new file of the folder counts";
  fs::remove(File("project/schema/more.zdm"));
  ASSERT_EQ(BuildIt().exit_code, 0);
  EXPECT_EQ(Difference(first, ReadFile(plan)), "") << "and so does one that goes";
}

TEST_F(Build, CompletionsAndManualPagesAreInstalled) {
  for (const std::string program : {"zdm", "zdmc"}) {
    for (const std::string& path :
         {"bash-completion/completions/" + program, "zsh/site-functions/_" + program,
          "fish/vendor_completions.d/" + program + ".fish", "man/man1/" + program + ".1"}) {
      EXPECT_TRUE(Contains(ReadFile(installed_->path() + "/share/" + path), program)) << path;
    }
  }
}

TEST_F(Build, AMistakeFailsTheBuild) {
  EditSchema("text not null;", "text not nul;");
  const ProcessResult result = BuildIt();
  EXPECT_TRUE(FailedWith(result, {"ZDM1001", "schema/customer.zdm:6:"})) << result.Describe();
  EXPECT_FALSE(fs::exists(File("out/migration.plan.json")));
}

TEST_F(Build, AHazardAndWhatIsParkedFailTheBuild) {
  PrepareExample();
  EditSchema("full_name  text not null renamed from name;",
             "name varchar(20) not null;\n  transition { from name text; up name = left(name, 20); "
             "down name = name::text; lossy 'long names'; }");
  TakeSnapshot();
  ProcessResult result = BuildIt();
  EXPECT_TRUE(FailedWith(result, {"ZDM4042", "write   allow ZDM"})) << result.Describe();
  EXPECT_FALSE(fs::exists(File("out/migration.plan.json")));
  fs::copy(SourceFolder() + "/migrations-examples/build/schema/customer.zdm",
           File("project/schema/customer.zdm"), fs::copy_options::overwrite_existing);
  TakeSnapshot();
  ASSERT_EQ(BuildIt().exit_code, 0);
  ASSERT_EQ(Run({"run", File("out/migration.plan.json"), "--until", "contract"}).exit_code, 0);
  TakeSnapshot();
  EditSchema("  unique (email);", "  more text;\n  unique (email);");
  result = BuildIt();
  EXPECT_TRUE(FailedWith(result, {"zdm purge"})) << result.Describe();
}

TEST_F(Build, AnnotationsAreForGithub) {
  ASSERT_EQ(RunProgram({"cmake", File("out"), "-DANNOTATE=ON"}).exit_code, 0);
  EditSchema("text not null;", "text not nul;");
  const ProcessResult result = BuildIt();
  EXPECT_TRUE(FailedWith(result, {"::error file=schema/customer.zdm,line=6,"}))
      << result.Describe();
}

TEST_F(Build, TheSnapshotIsComparedWithTheDatabase) {
  PrepareExample();
  TakeSnapshot();
  ProcessResult result = BuildIt("snapshot_is_fresh", Url());
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  database_->Connect()->Must("ALTER TABLE customer ADD COLUMN more text");
  result = BuildIt("snapshot_is_fresh", Url());
  EXPECT_TRUE(FailedWith(result, {"2 lines differ", "more"})) << result.Describe();
  database_->Connect()->Must("ALTER TABLE customer DROP COLUMN more");
  ASSERT_EQ(BuildIt().exit_code, 0);
  ASSERT_EQ(Run({"run", File("out/migration.plan.json")}).exit_code, 0);
  result = BuildIt("snapshot_is_fresh", Url());
  EXPECT_TRUE(FailedWith(result, {"in flight"})) << result.Describe();
}

}  // namespace
}  // namespace zdm::test
