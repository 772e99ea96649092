// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/fixture.h"

#include <fmt/format.h>

namespace zdm::test {

void CliTest::Prepare(const std::string& before, const std::string& after, const std::string& rows,
                      TestServer& server) {
  database_ = std::make_unique<TestDatabase>(server);
  scratch_ = std::make_unique<TestDatabase>(server);
  const std::string first = File("first.json");
  ProcessResult result = CompileText("dialect postgresql;\n" + before, first);
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  result = Run({"run", first, "--until", "contract"});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  result = Run({"purge"});
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
  database_->Connect()->Must(rows);
  plan_ = File("plan.json");
  result = CompileText("dialect postgresql;\n" + after, plan_);
  ASSERT_EQ(result.exit_code, 0) << result.Describe();
}

void CliTest::PrepareRename(TestServer& server) {
  Prepare(kPerson, kPersonRenamed, kPersonRows, server);
}

ProcessResult CliTest::Run(std::vector<std::string> arguments,
                           const ProcessOptions& options) const {
  arguments.insert(arguments.end(), {"--db", Url()});
  return Zdm(arguments, options);
}

ProcessResult CliTest::CompileText(const std::string& zdm, const std::string& output,
                                   std::vector<std::string> more) const {
  const std::string path = File("schema.zdm");
  WriteFile(path, zdm);
  return Compile({path, Url(), scratch_->Url(), output, std::move(more)});
}

testing::AssertionResult Refused(const ProcessResult& result, int exit_code,
                                 const std::vector<std::string>& words) {
  if (result.exit_code != exit_code) {
    return testing::AssertionFailure()
           << fmt::format("expected exit {}: ", exit_code) << result.Describe();
  }
  for (const std::string& word : words) {
    if (!Contains(result.err, word)) {
      return testing::AssertionFailure()
             << fmt::format("`{}` is not said: ", word) << result.Describe();
    }
  }
  for (const std::string secret : {"secret", "hunter2"}) {
    if (Contains(result.out + result.err, secret)) {
      return testing::AssertionFailure() << "a password is shown: " << result.Describe();
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace zdm::test
