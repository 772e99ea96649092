// SPDX-License-Identifier: Apache-2.0
// What was judged once is not asked again, and a cache that is broken is as good as none.
#include "compiler/catalog/judgement_cache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/support/process.h"

namespace zdm {
namespace {

namespace fs = std::filesystem;

JudgeTask Default(const std::string& text) {
  JudgeTask task;
  task.kind = JudgeKind::kDefault;
  task.schema = "public";
  task.text = text;
  task.type = "text";
  return task;
}

class JudgementCacheTest : public testing::Test {
 protected:
  JudgementCacheTest() : cache{fs::path(folder.path()) / "zdm", "a server"} {}

  /// How many of the texts reached the server. It refuses "bad".
  std::size_t Asked(const std::vector<std::string>& texts) {
    std::vector<JudgeTask> tasks;
    for (const std::string& text : texts) tasks.push_back(Default(text));
    std::size_t asked = 0;
    AskWithCache(
        cache,
        [&](std::vector<JudgeTask>& open) {
          asked += open.size();
          for (JudgeTask& task : open) {
            const bool bad = task.text == "bad";
            task.outcome = bad ? JudgeTask::Outcome::kRefused : JudgeTask::Outcome::kJudged;
            if (!bad) task.answers = {task.text + "::text"};
            task.volatility = Volatility::kConstant;
          }
        },
        tasks);
    for (const JudgeTask& task : tasks) {
      if (task.text == "bad") continue;
      EXPECT_EQ(task.outcome, JudgeTask::Outcome::kJudged);
      EXPECT_EQ(task.answers, std::vector<std::string>{task.text + "::text"});
      EXPECT_EQ(task.volatility, Volatility::kConstant);
    }
    return asked;
  }

  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(cache.directory)) files.push_back(entry.path());
    return files;
  }

  test::ScratchFolder folder;
  JudgementCache cache;
};

TEST_F(JudgementCacheTest, EachQuestionIsAskedOnce) {
  EXPECT_EQ(Asked({"'a'", "'b'"}), 2U);
  EXPECT_EQ(Asked({"'a'", "'c'", "'b'"}), 1U);
  EXPECT_EQ(Asked({"'a'", "'c'", "'b'"}), 0U);
  EXPECT_EQ(Files().size(), 1U);
}

TEST_F(JudgementCacheTest, RefusalsAreAskedAgain) {
  EXPECT_EQ(Asked({"bad"}), 1U);
  EXPECT_EQ(Asked({"bad", "'a'"}), 2U);
  EXPECT_EQ(Asked({"bad", "'a'"}), 1U);
}

TEST_F(JudgementCacheTest, AnotherServerIsAsked) {
  EXPECT_EQ(Asked({"'a'"}), 1U);
  cache.identity = "another server";
  EXPECT_EQ(Asked({"'a'"}), 1U);
  EXPECT_EQ(Asked({"'a'"}), 0U);
}

TEST_F(JudgementCacheTest, NoPlaceOrNoIdentityMeansNoCache) {
  cache.identity = "";
  EXPECT_EQ(Asked({"'a'"}), 1U);
  EXPECT_EQ(Asked({"'a'"}), 1U);
  EXPECT_FALSE(fs::exists(cache.directory));
  cache = {{}, "a server"};
  EXPECT_EQ(Asked({"'a'"}), 1U);
}

TEST_F(JudgementCacheTest, ADamagedFileIsAskedAnewAndMended) {
  EXPECT_EQ(Asked({"'a'"}), 1U);
  const fs::path file = Files().at(0);
  std::string text;
  {
    std::ifstream in(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (const std::string& damaged :
       {std::string(), text.substr(0, text.size() / 2), std::string("{}"), [&] {
          std::string edited = text;
          edited.replace(edited.find("::text"), 6, "::name");
          return edited;
        }()}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_EQ(Asked({"'a'"}), 1U) << damaged;
    EXPECT_EQ(Asked({"'a'"}), 0U) << damaged;
  }
}

TEST_F(JudgementCacheTest, AFolderThatCannotBeMadeIsDoneWithout) {
  cache.directory = fs::path("/proc/nothing/zdm");
  EXPECT_EQ(Asked({"'a'"}), 1U);
  EXPECT_EQ(Asked({"'a'"}), 1U);
}

TEST_F(JudgementCacheTest, WritersAtOnceLeaveAWholeFile) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([this, writer] {
      for (int i = 0; i < 10; ++i) Asked({"'" + std::to_string(writer * 100 + i) + "'"});
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Files().size(), 1U);
  std::vector<std::string> last;
  for (int writer = 0; writer < 4; ++writer)
    last.push_back("'" + std::to_string(writer * 100) + "'");
  Asked(last);
  EXPECT_EQ(Asked(last), 0U);
}

}  // namespace
}  // namespace zdm
