// SPDX-License-Identifier: Apache-2.0
// What is in the way of a command is found before its first statement: replicas, read-only
// databases, missing rights, poolers.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "runtime/database/postgres_database.h"
#include "runtime/plan/runtime_codes.h"
#include "tests/support/postgres_server.h"
#include "tests/support/postgres_session.h"
#include "tests/support/process.h"
#include "tests/support/test_server.h"
#include "tests/support/text.h"

namespace zdm {
namespace {

using test::TestDatabase;

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  return ConnectPostgres(options);
}

std::string Kinds(const std::vector<Obstacle>& obstacles) {
  std::string text;
  for (const Obstacle& obstacle : obstacles) {
    text += std::string(text.empty() ? "" : ", ") + std::string(ToString(obstacle.kind));
  }
  return text;
}

TEST(PostgresPreflight, NothingInTheWay) {
  const TestDatabase home(test::SharedServer());
  const auto database = Open(home.Url());
  EXPECT_EQ(Kinds(PostgresPreflight(*database, {})), "");
  EXPECT_NO_THROW(RequireNoObstacles({}));
}

TEST(PostgresPreflight, ReadOnlyDatabase) {
  const TestDatabase home(test::SharedServer());
  home.server().Administer(
      fmt::format("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", home.name()),
      "postgres");
  const auto database = Open(home.Url());
  const std::vector<Obstacle> obstacles = PostgresPreflight(*database, {});
  ASSERT_EQ(Kinds(obstacles), "read-only");
  EXPECT_NE(obstacles[0].sentence.find("ALTER ROLE \"owner\" IN DATABASE"), std::string::npos);
  EXPECT_EQ(ExitCodeOf(obstacles[0].kind), ExitCode::kUnreachable);
  EXPECT_EQ(CodeOf(obstacles[0].kind), codes::kReadOnly);
  PreflightNeeds reading;
  reading.write = false;
  reading.journal = false;
  EXPECT_EQ(Kinds(PostgresPreflight(*database, reading)), "");
  try {
    RequireNoObstacles(obstacles);
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kReadOnly);
  }
}

TEST(PostgresPreflight, RightsThatAreMissingAreNamedAllAtOnce) {
  const TestDatabase home(test::SharedServer());
  const auto owner = Open(home.Url());
  owner->Execute("CREATE TABLE public.\"My Table\" (i integer)");
  const auto app = Open(home.Url("app"));
  PreflightNeeds needs;
  needs.owned_tables = {"public.\"My Table\"", "public.not_there"};
  const std::vector<Obstacle> obstacles = PostgresPreflight(*app, needs);
  ASSERT_EQ(Kinds(obstacles), "permission, permission, permission");
  EXPECT_NE(obstacles[0].sentence.find("CREATE SCHEMA zdm AUTHORIZATION \"app\""),
            std::string::npos);
  EXPECT_NE(obstacles[1].sentence.find("CREATE SCHEMA zdm_trash AUTHORIZATION \"app\""),
            std::string::npos);
  EXPECT_NE(obstacles[2].sentence.find("GRANT \"owner\" TO \"app\""), std::string::npos);
  EXPECT_EQ(ExitCodeOf(obstacles[0].kind), ExitCode::kFailed);
  // What the sentences say is enough.
  for (const char* schema : {"zdm", "zdm_trash"}) {
    home.server().Administer(fmt::format("CREATE SCHEMA {} AUTHORIZATION app", schema),
                             home.name());
  }
  needs.owned_tables.clear();
  EXPECT_EQ(Kinds(PostgresPreflight(*app, needs)), "");
  // And the owner is now the one without rights.
  const std::vector<Obstacle> turned = PostgresPreflight(*owner, {});
  ASSERT_EQ(Kinds(turned), "permission, permission");
  EXPECT_NE(turned[0].sentence.find("GRANT USAGE, CREATE ON SCHEMA zdm TO \"owner\""),
            std::string::npos);
}

TEST(PostgresPreflight, AMemberOfTheOwnerMayWork) {
  const TestDatabase home(test::SharedServer());
  Open(home.Url())->Execute("CREATE TABLE public.t (i integer)");
  home.server().Administer("CREATE ROLE deployer LOGIN; GRANT owner TO deployer", "postgres");
  PreflightNeeds needs;
  needs.owned_tables = {"public.t"};
  EXPECT_EQ(Kinds(PostgresPreflight(*Open(home.Url("deployer")), needs)), "");
  home.server().Administer("DROP ROLE deployer", "postgres");
}

TEST(PostgresPreflight, AReplicaIsNamed) {
  const auto primary = test::StartServer({});
  primary->CreateDatabase("shop");
  const test::ScratchFolder folder;
  const std::string data = folder.path() + "/data";
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  test::ProcessOptions options;
  options.user = test::ServerUser();
  options.directory = "/";
  const test::ProcessResult copied = test::RunProgram(
      {primary->programs() + "/pg_basebackup", "-D", data, "-h", primary->folder(), "-p",
       std::to_string(primary->port()), "-U", "postgres", "-R", "-c", "fast"},
      options);
  ASSERT_EQ(copied.exit_code, 0) << copied.Describe();
  test::ServerOptions replica_options;
  replica_options.data = data;
  replica_options.settings = {
      {"hot_standby", "on"},
      {"primary_conninfo",
       fmt::format("'host={} port={} user=postgres'", primary->folder(), primary->port())}};
  const auto replica = test::StartServer(replica_options);
  const auto database = Open(replica->Url("shop", "owner"));
  const std::vector<Obstacle> obstacles = PostgresPreflight(*database, {});
  ASSERT_EQ(Kinds(obstacles), "read-only");
  EXPECT_NE(obstacles[0].sentence.find("is a replica"), std::string::npos);
  EXPECT_NE(obstacles[0].sentence.find("primary"), std::string::npos);
  try {
    database->Execute("CREATE TABLE public.t ()");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kReadOnly);
  }
}

/// pgbouncer in front of the shared server, as an ordinary user.
class Pooler {
 public:
  Pooler(const TestDatabase& home, const std::string& mode) : port_(home.server().port()) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    test::WriteFile(folder_.path() + "/users", "\"owner\" \"secret\"\n");
    test::WriteFile(folder_.path() + "/pgbouncer.ini",
                    fmt::format("[databases]\n* = host={} port={}\n[pgbouncer]\nauth_type = trust\n"
                                "auth_file = {}/users\nunix_socket_dir = {}\nlisten_port = {}\n"
                                "listen_addr =\npool_mode = {}\nlogfile = {}/log\n",
                                home.server().folder(), port_, folder_.path(), folder_.path(),
                                port_, mode, folder_.path()));
    test::ProcessOptions options;
    options.user = test::ServerUser();
    options.directory = folder_.path();
    process_ = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{"/usr/sbin/pgbouncer", folder_.path() + "/pgbouncer.ini"},
        options);
    for (int tries = 0; tries < 200 && !std::filesystem::exists(Socket()); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  std::string Url(const TestDatabase& home) const {
    return fmt::format("postgresql:///{}?host={}&port={}&user=owner", home.name(), folder_.path(),
                       port_);
  }
  std::string Told() const { return process_->ErrSoFar(); }

 private:
  std::string Socket() const { return fmt::format("{}/.s.PGSQL.{}", folder_.path(), port_); }

  test::ScratchFolder folder_;
  int port_;
  std::unique_ptr<test::ChildProcess> process_;
};

TEST(PostgresPreflight, APoolerIsFoundBeforeAnythingIsSetThroughIt) {
  if (!std::filesystem::exists("/usr/sbin/pgbouncer")) GTEST_SKIP() << "no pgbouncer here";
  const TestDatabase home(test::SharedServer());
  for (const char* mode : {"session", "transaction"}) {
    const Pooler pooler(home, mode);
    try {
      Open(pooler.Url(home));
      FAIL() << "not seen in mode " << mode;
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kPooler) << error.what() << pooler.Told();
      EXPECT_EQ(ExitCodeOf(error.kind()), ExitCode::kFailed);
      EXPECT_NE(std::string(error.what()).find("--db"), std::string::npos);
    }
    // The next one to get the pooled session finds it as it was.
    const auto session = test::ConnectPostgres(pooler.Url(home));
    EXPECT_EQ(session->Value("SHOW search_path"), "\"$user\", public");
    EXPECT_EQ(session->Value("SHOW lock_timeout"), "0");
  }
}

}  // namespace
}  // namespace zdm
