// SPDX-License-Identifier: Apache-2.0
// Servers that cannot be reached, do not let us in, are not writable, or run out of space.
#include <fmt/format.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/cli/fixture.h"
#include "tests/support/postgres_server.h"

namespace zdm::test {
namespace {

class BadServers : public CliTest {
 protected:
  static std::unique_ptr<TestServer> TcpServer() {
    ServerOptions options;
    options.tcp = true;
    return StartServer(options);
  }
};

TEST_F(BadServers, Unreachable) {
  for (const std::string url :
       {"postgresql://owner:hunter2@127.0.0.1:1/shop", "postgresql:///shop?host=/nowhere"}) {
    EXPECT_TRUE(Refused(Zdm({"status", "--db", url}), 12, {"ZDM5001"}));
    EXPECT_TRUE(Refused(Zdm({"run", "--db", url}), 12, {"ZDM5001"}));
    EXPECT_TRUE(Refused(Zdmc({"import", "--db", url}), 12, {"ZDM5001"}));
  }
}

TEST_F(BadServers, UrlsThatCannotBeRead) {
  for (const std::string url : {"oracle://a/b", "postgresql://a:b:c:d/e"}) {
    const ProcessResult result = Zdm({"status", "--db", url});
    EXPECT_TRUE(result.exit_code == 1 || result.exit_code == 2) << result.Describe();
    EXPECT_TRUE(Contains(result.err, "ZDM5015")) << result.Describe();
  }
}

TEST_F(BadServers, WrongPasswordAndNoSuchDatabase) {
  const auto server = TcpServer();
  server->CreateDatabase("shop");
  const std::string right = server->Url("shop", "owner");
  EXPECT_EQ(Zdm({"status", "--db", right}).exit_code, 0);
  EXPECT_TRUE(Refused(Zdm({"status", "--db", Replaced(right, "secret", "hunter2")}), 1,
                      {"ZDM5002", "owner"}));
  EXPECT_TRUE(Refused(Zdm({"status", "--db", Replaced(right, "/shop", "/shopp")}), 1,
                      {"ZDM5014", "shopp"}));
  // A password from the environment, and none in the process list or the output.
  ProcessOptions options;
  options.environment["PGPASSWORD"] = "secret";
  const ProcessResult result = Zdm({"status", "--db", Replaced(right, ":secret", "")}, options);
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

TEST_F(BadServers, MissingRight) {
  PrepareRename();
  const std::string before = database_->Dump();
  const ProcessResult result = Zdm({"run", plan(), "--db", Url("app")});
  EXPECT_TRUE(Refused(result, 1, {"ZDM5004"}));
  EXPECT_EQ(Difference(before, database_->Dump()), "");
  EXPECT_EQ(Run({"run", plan()}).exit_code, 0) << "with the right role it goes";
}

/// The table is somebody else's, or the schema takes nothing new: found before the first statement.
TEST_F(BadServers, MissingRightOnWhatThePlanTouches) {
  PrepareRename();
  const std::string name = database_->name();
  const std::string before = database_->Dump();
  SharedServer().Administer("ALTER TABLE person OWNER TO postgres", name);
  EXPECT_TRUE(Refused(Run({"run", plan()}), 1, {"ZDM5004", "person", "postgres", "GRANT"}));
  EXPECT_TRUE(Contains(Run({"status"}).out, "run PLAN")) << "nothing is in flight";
  SharedServer().Administer("ALTER TABLE person OWNER TO owner", name);
  EXPECT_EQ(Difference(before, database_->Dump()), "");
  const ProcessResult compiled =
      CompileText(std::string("dialect postgresql;\nextension citext;\n") + kPerson +
                      "schema more {\n  table thing {\n    id integer;\n  }\n}\n"
                      "table item {\n  id integer;\n}\n",
                  File("more.json"));
  ASSERT_EQ(compiled.exit_code, 0) << compiled.Describe();
  SharedServer().Administer("ALTER DATABASE \"" + name +
                                "\" OWNER TO postgres; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                            name);
  EXPECT_TRUE(Refused(Run({"run", File("more.json")}), 1,
                      {"ZDM5004", "GRANT CREATE ON DATABASE", "extension citext", "schema more",
                       "GRANT USAGE, CREATE ON SCHEMA public"}));
  SharedServer().Administer("GRANT CREATE ON DATABASE \"" + name +
                                "\" TO owner; GRANT USAGE, CREATE ON SCHEMA public TO owner",
                            name);
  const ProcessResult result = Run({"run", File("more.json")});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

/// A purge that could not be done must not take the way back.
TEST_F(BadServers, MissingRightAtPurge) {
  PrepareRename();
  ASSERT_EQ(Run({"run", plan(), "--until", "contract"}).exit_code, 0);
  SharedServer().Administer("ALTER TABLE person OWNER TO postgres", database_->name());
  EXPECT_TRUE(Refused(Run({"purge"}), 1, {"ZDM5004", "person"}));
  SharedServer().Administer("ALTER TABLE person OWNER TO owner", database_->name());
  const ProcessResult back = Run({"rollback"});
  EXPECT_EQ(back.exit_code, 0) << back.Describe();
}

/// A server that speaks German: SQLSTATEs decide, not words.
TEST_F(BadServers, WrongPasswordInAnotherLanguage) {
  const std::string locales = File("locales");
  std::filesystem::create_directories(locales);
  const ProcessResult made = RunProgram({"sh", "-c",
                                         "localedef -i de_DE -f UTF-8 " + locales +
                                             "/de_DE.UTF-8 && test -e "
                                             "/usr/share/locale/de/LC_MESSAGES/postgres-15.mo"});
  if (made.exit_code != 0) GTEST_SKIP() << "no German here: " << made.Describe();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
  setenv("LOCPATH", locales.c_str(), 1);
  ServerOptions options;
  options.tcp = true;
  options.settings = {{"lc_messages", "'de_DE.UTF-8'"},
                      {"max_connections", "8"},
                      {"superuser_reserved_connections", "3"},
                      {"max_wal_senders", "0"}};
  const auto server = StartServer(options);
  unsetenv("LOCPATH");
  server->CreateDatabase("shop");
  const std::string right = server->Url("shop", "owner");
  const ProcessResult wrong = Zdm({"status", "--db", Replaced(right, "secret", "hunter2")});
  EXPECT_TRUE(Refused(wrong, 1, {"ZDM5002"}));
  EXPECT_FALSE(Contains(wrong.err, "password authentication failed")) << "not German at all";
  EXPECT_TRUE(Refused(Zdm({"status", "--db", Replaced(right, "/shop", "/shopp")}), 1, {"ZDM5014"}));
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 5; ++i) sessions.push_back(server->Connect("shop", "owner"));
  EXPECT_TRUE(Refused(Zdm({"status", "--db", right}), 12, {"ZDM5001"})) << "all slots are taken";
}

TEST_F(BadServers, ReadOnly) {
  PrepareRename();
  SharedServer().Administer(
      fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on", database_->name()),
      "postgres");
  EXPECT_TRUE(Refused(Run({"run", plan()}), 12, {"ZDM5005"}));
  SharedServer().Administer(
      fmt::format("ALTER DATABASE {} RESET default_transaction_read_only", database_->name()),
      "postgres");
  EXPECT_EQ(Run({"run", plan()}).exit_code, 0);
}

TEST_F(BadServers, Replica) {
  ServerOptions primary_options;
  primary_options.settings = {{"max_wal_senders", "4"}};
  const auto primary = StartServer(primary_options);
  PrepareRename(*primary);
  const std::string data = File("replica");
  std::filesystem::create_directories(data);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
  std::filesystem::permissions(data, std::filesystem::perms::all);
  ProcessOptions as_server;
  as_server.user = ServerUser();
  as_server.directory = "/";
  const std::string copy = data + "/data";
  const ProcessResult backup =
      RunProgram({primary->programs() + "/pg_basebackup", "-D", copy, "-R", "-X", "stream", "-c",
                  "fast", "-d", primary->Url("postgres", "postgres")},
                 as_server);
  ASSERT_EQ(backup.exit_code, 0) << backup.Describe();
  ServerOptions replica_options;
  replica_options.data = copy;
  // Configure() writes postgresql.auto.conf anew: the way to the primary goes in as a setting.
  replica_options.settings = {{"primary_conninfo", fmt::format("'host={} port={} user=postgres'",
                                                               primary->folder(), primary->port())},
                              {"hot_standby", "on"}};
  const auto replica = StartServer(replica_options);
  const std::string url = replica->Url(database_->name(), "owner");
  EXPECT_TRUE(Refused(Zdm({"run", plan(), "--db", url}), 12, {"ZDM5005"}));
  EXPECT_EQ(Zdm({"status", "--db", url}).exit_code, 0) << "looking is allowed there";
  database_.reset();
  scratch_.reset();
}

/// PgBouncer: what lends a session to others afterwards is as bad as what does so in between.
TEST_F(BadServers, Pooler) {
  if (RunProgram({"sh", "-c", "command -v pgbouncer"}).exit_code != 0) {
    GTEST_SKIP() << "pgbouncer is not installed";
  }
  PrepareRename();
  TestServer& server = SharedServer();
  const std::string before = database_->Dump();
  for (const std::string mode : {"transaction", "session", "statement"}) {
    const std::string folder = File("bouncer-" + mode);
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    WriteFile(folder + "/users.txt", "\"owner\" \"\"\n");
    // "any" logs everybody in as the user of the entry.
    WriteFile(folder + "/bouncer.ini",
              fmt::format("[databases]\n* = user=owner host={} port={}\n[pgbouncer]\n"
                          "listen_addr =\nunix_socket_dir = {}\nlisten_port = 6432\n"
                          "auth_type = any\nauth_file = {}/users.txt\npool_mode = {}\n"
                          "ignore_startup_parameters = extra_float_digits,options\n",
                          server.folder(), server.port(), folder, folder, mode));
    ProcessOptions options;
    options.user = ServerUser();
    options.directory = folder;
    ChildProcess bouncer({"pgbouncer", folder + "/bouncer.ini"}, options);
    const std::string url =
        fmt::format("postgresql:///{}?host={}&port=6432&user=owner", database_->name(), folder);
    for (int i = 0; i < 100 && !std::filesystem::exists(folder + "/.s.PGSQL.6432"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(Refused(Zdm({"run", plan(), "--db", url}), 1, {"ZDM5006"}))
        << mode << ": " << bouncer.ErrSoFar();
    bouncer.Signal(9);
  }
  EXPECT_EQ(Difference(before, database_->Dump()), "");
}

/// The table grows on a tablespace of four megabytes.
TEST_F(BadServers, FullDisk) {
  const std::string space = File("space");
  std::filesystem::create_directories(space);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
  const passwd* server_user = getpwnam(ServerUser().empty() ? "root" : ServerUser().c_str());
  const std::string room = fmt::format("size=4m,mode=700,uid={}", server_user->pw_uid);
  if (mount("tmpfs", space.c_str(), "tmpfs", 0, room.c_str()) != 0) {
    GTEST_SKIP() << "this user may not mount a small file system";
  }
  Prepare("table item {\n  id bigint primary key;\n  price text;\n}\n",
          "table item {\n  id bigint primary key;\n  cost text renamed from price;\n}\n",
          "INSERT INTO item SELECT i, repeat('x', 40) FROM generate_series(1, 40000) i");
  SharedServer().Administer("DROP TABLESPACE IF EXISTS small", "postgres");
  SharedServer().Administer(fmt::format("CREATE TABLESPACE small LOCATION '{}'", space),
                            "postgres");
  SharedServer().Administer("GRANT CREATE ON TABLESPACE small TO owner", "postgres");
  database_->Connect()->Must("ALTER TABLE item SET TABLESPACE small");
  const std::string before = database_->Dump();
  const std::string rows = database_->Rows();
  const ProcessResult full = Run({"run", plan()});
  EXPECT_TRUE(Refused(full, 1, {"ZDM5007"}));
  // Either way out: back, or room and on.
  const ProcessResult back = Run({"rollback"});
  EXPECT_EQ(back.exit_code, 0) << back.Describe();
  EXPECT_EQ(Difference(before, database_->Dump()), "");
  EXPECT_EQ(Difference(rows, database_->Rows()), "");
  EXPECT_TRUE(Refused(Run({"run", plan()}), 1, {"ZDM5007"}));
  EXPECT_EQ(mount("tmpfs", space.c_str(), "tmpfs", MS_REMOUNT, "size=200m"), 0);
  const ProcessResult on = Run({"run", plan(), "--until", "contract"});
  EXPECT_EQ(on.exit_code, 0) << on.Describe();
  database_.reset();
  SharedServer().Administer("DROP TABLESPACE small", "postgres");
  umount2(space.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace zdm::test
