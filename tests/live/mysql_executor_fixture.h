// SPDX-License-Identifier: Apache-2.0
// One database on each server of the family, with the table and the plan of mysql_executor_plan.h.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/live/executor_plan.h"
#include "tests/live/mysql_executor_plan.h"
#include "tests/support/text.h"

namespace zdm::test {

inline std::string FamilyOfTest(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

class MysqlExecutor : public ::testing::TestWithParam<std::string> {
 protected:
  /// MariaDB is always there; MySQL is skipped by name where it cannot be had.
  void SetUp() override {
    if (const std::string why = WhyNoServer(GetParam()); !why.empty()) GTEST_SKIP() << why;
    server_ = &SharedServer(GetParam());
  }

  TestServer& server() const { return *server_; }

  void Prepare(int rows) {
    database_ = std::make_unique<TestDatabase>(server());
    owner_ = database_->Connect();
    CreateMysqlPerson(*owner_, rows);
    plan_ = MysqlPersonPlan(*database_);
    path_ = WritePlanFile(plan_, folder_.path());
  }

  void Expect(int exit, std::vector<std::string> arguments) {
    last_ = ZdmOn(*database_, std::move(arguments));
    ASSERT_EQ(last_.exit_code, exit) << last_.Describe();
  }
  bool Says(const std::string& part) const { return Contains(last_.err + last_.out, part); }

  TestServer* server_ = nullptr;
  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<Session> owner_;
  ScratchFolder folder_;
  Plan plan_;
  std::string path_;
  ProcessResult last_;
};

}  // namespace zdm::test
