// SPDX-License-Identifier: Apache-2.0
// What is in the way of a user with too few rights, and on servers that take no writes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/database/mysql_database.h"
#include "runtime/database/mysql_errors.h"
#include "runtime/database/mysql_grants.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

class MysqlPreflightTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string reason = test::WhyNoServer(GetParam());
    if (!reason.empty()) GTEST_SKIP() << reason;
    home_ = std::make_unique<test::TestDatabase>(test::SharedServer(GetParam()));
    Root("CREATE USER IF NOT EXISTS weak@'%' IDENTIFIED BY 'secret'");
    Root(fmt::format("GRANT SELECT, INSERT ON `{}`.* TO weak@'%'", home_->name()));
  }
  void TearDown() override {
    if (home_) Root("DROP USER weak@'%'");
  }
  void Root(const std::string& sql) { home_->server().Administer(sql, "mysql"); }
  std::vector<Obstacle> Obstacles(const std::string& user, const PreflightNeeds& needs = {}) {
    ConnectOptions options;
    options.url = home_->server().Url(home_->name(), user);
    return MysqlPreflight(*ConnectMysql(options), needs);
  }

  std::unique_ptr<test::TestDatabase> home_;
};

TEST_P(MysqlPreflightTest, NothingIsInTheWayOfTheOwner) {
  EXPECT_EQ(Obstacles("owner", {true, true, {home_->name() + ".item"}, {"trigger:x"}}),
            std::vector<Obstacle>());
  EXPECT_EQ(Obstacles("root"), std::vector<Obstacle>());
}

TEST_P(MysqlPreflightTest, MissingRightsAreNamedWithTheirGrant) {
  const std::vector<Obstacle> obstacles = Obstacles("weak");
  ASSERT_EQ(obstacles.size(), 3U);
  for (const Obstacle& obstacle : obstacles) EXPECT_EQ(obstacle.kind, ErrorKind::kPermission);
  EXPECT_EQ(obstacles[0].sentence,
            fmt::format("user `weak`@`%` may not UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, "
                        "REFERENCES, LOCK TABLES, TRIGGER in database {0}; let an administrator "
                        "run: GRANT UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK "
                        "TABLES, TRIGGER ON `{1}`.* TO `weak`@`%`",
                        home_->name(),
                        home_->name().substr(0, home_->name().find('_')) + "\\" +
                            home_->name().substr(home_->name().find('_'))));
  for (const Obstacle& obstacle : obstacles) {
    Root(obstacle.sentence.substr(obstacle.sentence.find("GRANT ")));
  }
  EXPECT_EQ(Obstacles("weak"), std::vector<Obstacle>());
  EXPECT_EQ(Obstacles("weak", {true, true, {}, {"table:other.item"}}).size(), 1U);
  EXPECT_EQ(Obstacles("weak", {false, false, {}, {}}), std::vector<Obstacle>());
}

TEST_P(MysqlPreflightTest, TriggersUnderTheBinaryLog) {
  Root("SET GLOBAL log_bin_trust_function_creators = 0");
  const std::vector<Obstacle> obstacles = Obstacles("owner", {true, true, {}, {"trigger:a.b"}});
  const bool without = Obstacles("owner").empty();
  Root("SET GLOBAL log_bin_trust_function_creators = 1");
  EXPECT_TRUE(without) << "a plan without triggers needs no such right";
  ASSERT_EQ(obstacles.size(), 1U);
  EXPECT_NE(obstacles[0].sentence.find("SET GLOBAL log_bin_trust_function_creators = 1"),
            std::string::npos);
}

TEST_P(MysqlPreflightTest, ReadOnlyServers) {
  Root("SET GLOBAL read_only = 1");
  const std::vector<Obstacle> obstacles = Obstacles("owner");
  const std::vector<Obstacle> reading = Obstacles("owner", {false, false, {}, {}});
  Root("SET GLOBAL read_only = 0");
  ASSERT_EQ(obstacles.size(), 1U);
  EXPECT_EQ(obstacles[0].kind, ErrorKind::kReadOnly);
  EXPECT_EQ(reading, std::vector<Obstacle>());
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlPreflightTest, testing::Values("mariadb", "mysql"),
                         [](const auto& each) { return std::string(each.param); });

TEST(MysqlGrants, ArePatterns) {
  const MysqlGrants grants({"GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*ON `a`.* TO'",
                            "GRANT SELECT, INSERT (a, b), UPDATE ON `sh_p`.* TO `u`@`%`",
                            "GRANT ALL PRIVILEGES ON `odd``\\_name`.* TO `u`@`%` WITH GRANT OPTION",
                            "GRANT DELETE ON `shop`.`item` TO `u`@`%`",
                            "GRANT `role`@`%` TO `u`@`%`"});
  EXPECT_TRUE(grants.Has("SELECT", "shop"));
  EXPECT_FALSE(grants.Has("INSERT", "shop")) << "on two columns only";
  EXPECT_FALSE(grants.Has("DELETE", "shop")) << "on one table only";
  EXPECT_TRUE(grants.Has("TRIGGER", "odd`_name"));
  EXPECT_FALSE(grants.Has("TRIGGER", "odd`xname"));
  EXPECT_FALSE(grants.HasGlobally("SELECT"));
  EXPECT_TRUE(MysqlGrants({"GRANT ALL PRIVILEGES ON *.* TO r@h"}).HasGlobally("SUPER"));
}

TEST(MysqlErrors, NumbersAndStates) {
  EXPECT_EQ(KindOfMysqlError(1290, "HY000", "running with the --read-only option"),
            ErrorKind::kReadOnly);
  EXPECT_EQ(KindOfMysqlError(1105, "HY000", "An error occurred in multi-table update"),
            ErrorKind::kRetry);
  EXPECT_EQ(KindOfMysqlError(1105, "HY000", "Unknown error"), ErrorKind::kOther);
  EXPECT_EQ(KindOfMysqlError(1290, "HY000", "running with the --secure-file-priv option"),
            ErrorKind::kOther);
  EXPECT_EQ(KindOfMysqlError(9999, "23000", ""), ErrorKind::kData);
  EXPECT_EQ(KindOfMysqlError(9999, "40001", ""), ErrorKind::kRetry);
  EXPECT_EQ(KindOfMysqlError(3572, "HY000", ""), ErrorKind::kLockTimeout);
  EXPECT_EQ(KindOfMysqlConnectFailure(1040, "08004", "Too many connections"),
            ErrorKind::kUnreachable);
  EXPECT_EQ(KindOfMysqlConnectFailure(1045, "28000", ""), ErrorKind::kAuthentication);
}

}  // namespace
}  // namespace zdm
