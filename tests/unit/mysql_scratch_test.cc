// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_scratch.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "runtime/database/mysql_database.h"
#include "tests/support/process.h"

namespace zdm {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  return ConnectMysql(options);
}

int PidIn(const fs::path& file) {
  int pid = 0;
  std::ifstream(file) >> pid;
  return pid;
}

bool EndsSoon(int pid) {
  for (int tries = 0; tries < 400; ++tries) {
    if (kill(pid, 0) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

TEST(MariadbScratch, IsAPlainUsersOwn) {
  int pid = 0;
  {
    const PrivateServer server(MariadbScratch());
    const auto database = Open(server.url());
    EXPECT_EQ(database->info().dialect, Dialect::kMariadb);
    database->Execute("CREATE TABLE t (id int PRIMARY KEY)");
    database->Execute("CREATE DATABASE other");
    try {
      database->Query("SHOW SLAVE STATUS");
      ADD_FAILURE() << "it has rights of the whole server";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kPermission);
    }
    EXPECT_TRUE(QueryValue(*database, "SELECT @@tmpdir")->starts_with(server.directory().string()))
        << "its start removes temporary tables of other servers";
    pid = PidIn(MariadbScratch().pid_file(server.directory()));
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_TRUE(EndsSoon(pid));
}

TEST(MariadbScratch, StartsAgainWithItsData) {
  const test::ScratchFolder home;
  fs::permissions(home.path(), fs::perms::others_exec, fs::perm_options::add);
  // Too long for the path of a socket, and not plain.
  const fs::path directory = home.path() + "/" + std::string(80, 'x') + " a,b";
  const ScratchServers servers = MariadbScratch();
  const std::string url = StartScratch(servers, directory);
  Open(url)->Execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (7)");
  EXPECT_EQ(StartScratch(servers, directory), url) << "it runs already";
  const int pid = PidIn(servers.pid_file(directory));
  kill(pid, SIGKILL);
  EXPECT_TRUE(EndsSoon(pid));
  EXPECT_EQ(StartScratch(servers, directory), url);
  EXPECT_EQ(QueryValue(*Open(url), "SELECT id FROM t"), "7");
  StopScratch(servers, directory);
  EXPECT_THROW(Open(url), DatabaseError);
  StopScratch(servers, directory);
  EXPECT_NE(servers.identity({}), "");
}

}  // namespace
}  // namespace zdm
