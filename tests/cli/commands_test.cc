// SPDX-License-Identifier: Apache-2.0
// The commands as people and pipelines call them: exit codes, where text goes, what is repeatable.
#include <fmt/format.h>

#include <filesystem>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

class Commands : public CliTest {};

TEST_F(Commands, TheSameInputGivesTheSameBytes) {
  PrepareRename();
  const std::string again = File("again.json");
  ASSERT_EQ(CompileText(std::string("dialect postgresql;\n") + kPersonRenamed, again).exit_code, 0);
  EXPECT_EQ(Difference(ReadFile(plan()), ReadFile(again)), "");
}

TEST_F(Commands, ASnapshotCompilesToTheBytesOfTheServer) {
  PrepareRename();
  const std::string snapshot = File("snapshot.json");
  const std::string schema = File("schema.zdm");
  ProcessResult result = Zdmc({"snapshot", schema, "--db", Url(), "-o", snapshot});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  result = Zdmc({"compile", schema, "--catalog", snapshot, "-o", File("offline.json")});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Difference(ReadFile(plan()), ReadFile(File("offline.json"))), "");
  EXPECT_EQ(Zdmc({"snapshot", "--db", Url(), "--check", snapshot}).exit_code, 0);
  database_->Connect()->Must("ALTER TABLE person ADD COLUMN more text");
  EXPECT_EQ(Zdmc({"snapshot", "--db", Url(), "--check", snapshot}).exit_code, 3);
}

TEST_F(Commands, AnUnchangedDatabaseGivesNoSteps) {
  PrepareRename();
  const std::string same = File("same.json");
  const ProcessResult result =
      CompileText(std::string("dialect postgresql;\n") + kPerson, same, {"--detailed-exitcode"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_TRUE(PlanIsEmpty(same));
  const ProcessResult differs = CompileText(std::string("dialect postgresql;\n") + kPersonRenamed,
                                            same, {"--detailed-exitcode"});
  EXPECT_EQ(differs.exit_code, 3) << differs.Describe();
}

TEST_F(Commands, ImportRoundTrips) {
  PrepareRename();
  const std::string folder = File("imported");
  ProcessResult result = Zdmc({"import", "--db", Url(), "-o", folder});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_FALSE(std::filesystem::is_empty(folder));
  result = Compile({folder, Url(), scratch_->Url(), File("nothing.json")});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_TRUE(PlanIsEmpty(File("nothing.json")));
}

TEST_F(Commands, APlanIsExplainedInEveryForm) {
  PrepareRename();
  for (const auto& [format, word] : std::vector<std::pair<std::string, std::string>>{
           {"text", "EXPAND"},
           {"sql", "-- ==== expand ===="},
           {"markdown", "### Expand: adds and loosens"},
           {"json", "\"point_of_no_return\": true"},
           {"html", "<!DOCTYPE html>"}}) {
    const ProcessResult result = Zdmc({"explain", plan(), "--format", format});
    EXPECT_EQ(result.exit_code, 0) << result.Describe();
    EXPECT_TRUE(Contains(result.out, word)) << format << ": " << result.Describe();
    const std::string path = File("explained." + format);
    EXPECT_EQ(Zdmc({"explain", plan(), "--format", format, "-o", path}).exit_code, 0);
    EXPECT_EQ(ReadFile(path), result.out) << format;
  }
  EXPECT_EQ(Zdmc({"explain", plan(), "--format", "pdf"}).exit_code, 2);
  EXPECT_EQ(Zdmc({"explain", plan(), "-o", File("no/such/folder")}).exit_code, 1);
}

TEST_F(Commands, TheSyntaxTreeIsShown) {
  WriteFile(File("tree.zdm"),
            "dialect postgresql;\ntable t {\n  a text not null default 'it''s' comment 'c';\n"
            "  index i on (lower(a) desc) where (a <> '');\n}\ndrop table u;\n");
  const ProcessResult result = Zdmc({"compile", File("tree.zdm"), "--print=ast"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(result.out, "file '" + File("tree.zdm") +
                            "'\n  dialect 'postgresql'  [1:9]\n  table 't'  [2:7]\n"
                            "    column 'a' 'text'  [3:3]\n      not null  [3:10]\n"
                            "      default '\\'it\\'\\'s\\''  [3:19]\n"
                            "      comment 'c'  [3:35]\n    index 'i'  [4:3]\n"
                            "      expression 'lower(a)' desc  [4:15]\n"
                            "      where 'a <> \\'\\''  [4:30]\n  drop table 'u'  [6:1]\n");
}

TEST_F(Commands, AFileIsReadOnceHoweverManyWaysLeadToIt) {
  namespace fs = std::filesystem;
  const std::string folder = File("folder");
  fs::create_directories(folder + "/more");
  WriteFile(folder + "/a.zdm", "dialect postgresql;\n");
  WriteFile(folder + "/more/b.zdm", "table t { id integer; }\n");
  fs::create_directory_symlink(folder, folder + "/more/loop");
  fs::create_symlink(folder + "/a.zdm", folder + "/c.zdm");
  const ProcessResult result =
      Zdmc({"check", folder, folder + "/a.zdm", folder + "/./more", folder});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  fs::create_directories(File("elsewhere"));
  WriteFile(File("elsewhere/d.zdm"), "table t { id integer; }\n");
  fs::create_directory_symlink(File("elsewhere"), folder + "/linked");
  const ProcessResult twice = Zdmc({"check", folder});
  EXPECT_EQ(twice.exit_code, 2) << "a linked folder counts: " << twice.Describe();
}

TEST_F(Commands, RunIsRepeatable) {
  PrepareRename();
  for (const std::string until : {"expand", "migrate", "contract"}) {
    for (int i = 0; i < 2; ++i) {
      const ProcessResult result = Run({"run", plan(), "--until", until});
      EXPECT_EQ(result.exit_code, 0) << until << ": " << result.Describe();
    }
  }
  const ProcessResult past = Run({"run", plan(), "--until", "expand"});
  EXPECT_EQ(past.exit_code, 0) << "--until is a minimum: " << past.Describe();
  for (const std::string command : {"status", "verify", "purge", "purge", "status"}) {
    const ProcessResult result = Run({command});
    EXPECT_EQ(result.exit_code, 0) << command << ": " << result.Describe();
  }
  const std::string purged = database_->Dump();
  const ProcessResult gone = Run({"rollback"});
  EXPECT_TRUE(Contains(gone.err, "nothing to do"))
      << "purge is the point of no return: " << gone.Describe();
  EXPECT_EQ(Difference(purged, database_->Dump()), "");
}

TEST_F(Commands, StatusSaysWhereAndWhatNext) {
  PrepareRename();
  ProcessResult result = Run({"status"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  ASSERT_EQ(Run({"run", plan(), "--until", "expand"}).exit_code, 0);
  result = Run({"status"});
  EXPECT_TRUE(Contains(result.out + result.err, "zdm run")) << result.Describe();
  result = Run({"status", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Trimmed(result.out).front(), '{') << result.Describe();
  EXPECT_TRUE(Contains(result.out, "expand")) << result.Describe();
}

/// What an earlier plan parked in a table stands in the way of the next change of it.
TEST_F(Commands, ParkedThingsAreInTheWay) {
  PrepareRename();
  ASSERT_EQ(Run({"run", plan(), "--until", "contract"}).exit_code, 0);
  const std::string next = "dialect postgresql;\n" + Replaced(kPersonRenamed, "  age integer;\n",
                                                              "  age integer;\n  size text;\n");
  EXPECT_TRUE(Refused(CompileText(next, File("next.json")), 4, {"ZDM4045", "zdm purge"}));
  ASSERT_EQ(Run({"purge"}).exit_code, 0);
  const ProcessResult result = CompileText(next, File("next.json"));
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

TEST_F(Commands, DryRunChangesNothing) {
  PrepareRename();
  const std::string before = database_->Dump();
  const ProcessResult result = Run({"run", plan(), "--dry-run", "--until", "contract"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_TRUE(Contains(result.out, "ALTER TABLE")) << result.Describe();
  EXPECT_EQ(Difference(before, database_->Dump()), "");
}

TEST_F(Commands, HazardsNeedAnAllow) {
  const std::string before = Replaced(kPerson, "age integer;", "age integer default 1;");
  Prepare(before, before, kPersonRows);
  const std::string after = "dialect postgresql;\n" + Replaced(before, "default 1", "default 2");
  const std::string output = File("default.json");
  ProcessResult result = CompileText(after, output);
  EXPECT_TRUE(Refused(result, 5, {"ZDM4042", "ZDM2012", "public.person.age", "allow"}));
  EXPECT_FALSE(std::filesystem::exists(output));
  result = CompileText(after, output, {"--allow", "ZDM2012"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  result = CompileText(after, output, {"--allow", "ZDM2012:public.person.age"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  result = CompileText(after, output, {"--allow", "ZDM2012:public.person.name"});
  EXPECT_EQ(result.exit_code, 5) << result.Describe();
  result = CompileText(after + "allow ZDM2012 public.person.age \"either is right\";\n", output);
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

/// A tombstone is its own acknowledgement; the hazard stays in the plan for all to read.
TEST_F(Commands, TombstonesShowAsHazards) {
  Prepare(kPerson, kPerson, kPersonRows);
  const std::string output = File("drop.json");
  ProcessResult result = CompileText(
      "dialect postgresql;\n" + Replaced(kPerson, "age integer;", "drop column age;"), output);
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  result = Zdmc({"explain", output});
  EXPECT_TRUE(Contains(result.out, "ZDM2002")) << result.Describe();
}

TEST_F(Commands, WhatTheFilesLackIsNamedNotDropped) {
  Prepare(kPerson, kPerson, kPersonRows);
  const ProcessResult result =
      CompileText("dialect postgresql;\ntable other { id int; }\n", File("x.json"));
  EXPECT_TRUE(Refused(result, 2, {"ZDM4010", "person"}));
}

TEST_F(Commands, ExplainAsTextAndSql) {
  PrepareRename();
  const ProcessResult text = Zdmc({"explain", plan()});
  EXPECT_EQ(text.exit_code, 0) << text.Describe();
  EXPECT_TRUE(Contains(text.out, "ACCESS EXCLUSIVE")) << text.Describe();
  EXPECT_TRUE(Contains(text.out, "schema.zdm:")) << "the line that asked for it: " << text.out;
  const ProcessResult sql = Zdmc({"explain", plan(), "--format", "sql"});
  EXPECT_EQ(sql.exit_code, 0) << sql.Describe();
  EXPECT_TRUE(Contains(sql.out, "CREATE TRIGGER")) << sql.Describe();
}

TEST_F(Commands, ScratchServersStartAndStop) {
  const std::string folder = File("server");
  ProcessResult result = Zdm({"scratch", "start", folder});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  const std::string url = Trimmed(result.out);
  EXPECT_EQ(Zdm({"status", "--db", url}).exit_code, 0) << url;
  result = Zdm({"scratch", "stop", folder});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Zdm({"status", "--db", url}).exit_code, 12);
}

TEST_F(Commands, AllScratchModesGiveTheSamePlan) {
  Prepare(
      "table item {\n  id bigint primary key;\n  price integer;\n}\n",
      "table item {\n  id bigint primary key;\n  price integer;\n  amount integer default 1 + 1;\n"
      "  check item_price (price between 1 and 10);\n  index on ((price * 2));\n}\n",
      "INSERT INTO item VALUES (1, 1), (2, 2), (3, NULL)");
  const std::string text = ReadFile(plan());
  for (const std::string mode : {"private", "inside"}) {
    const std::string output = File(mode + ".json");
    const ProcessResult result =
        Zdmc({"compile", File("schema.zdm"), "--db", Url(), "-o", output, "--scratch", mode});
    ASSERT_EQ(result.exit_code, 0) << mode << ": " << result.Describe();
    EXPECT_EQ(Difference(text, ReadFile(output)), "") << mode;
  }
}

}  // namespace
}  // namespace zdm::test
