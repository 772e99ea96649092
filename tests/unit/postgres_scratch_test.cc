// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/postgres_scratch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "runtime/database/postgres_database.h"
#include "runtime/plan/runtime_codes.h"
#include "tests/support/process.h"

namespace zdm {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  return ConnectPostgres(options);
}

int PidIn(const fs::path& file) {
  int pid = 0;
  std::ifstream(file) >> pid;
  return pid;
}

bool EndsSoon(int pid) {
  for (int tries = 0; tries < 200; ++tries) {
    if (kill(pid, 0) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

bool GoesSoon(const fs::path& path) {
  for (int tries = 0; tries < 200; ++tries) {
    if (!fs::exists(path)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

/// A directory that an ordinary user may get to.
class ScratchHome {
 public:
  ScratchHome() { fs::permissions(folder_.path(), fs::perms::others_exec, fs::perm_options::add); }
  ~ScratchHome() {
    try {
      StopScratch(PostgresScratch(), path());
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  fs::path path() const { return folder_.path() + "/it's, a \"server\""; }

 private:
  test::ScratchFolder folder_;
};

TEST(PostgresScratchServer, StartsStopsAndComesBackWithItsData) {
  const ScratchServers servers = PostgresScratch();
  ASSERT_TRUE(servers.installed());
  const ScratchHome home;
  const std::string url = StartScratch(servers, home.path());
  {
    const auto database = Open(url);
    EXPECT_EQ(QueryValue(*database,
                         "SELECT rolsuper OR rolcreatedb OR rolcreaterole"
                         " FROM pg_roles WHERE rolname = current_user"),
              "f");
    EXPECT_EQ(QueryValue(*database, "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(QueryValue(*database, "SHOW listen_addresses"), "");
    EXPECT_EQ(QueryValue(*database,
                         "SELECT datcollate FROM pg_database"
                         " WHERE datname = current_database()"),
              "C");
    database->Execute("CREATE TABLE public.t AS SELECT 1 AS i");
  }
  EXPECT_EQ(StartScratch(servers, home.path()), url) << "it runs already";
  StopScratch(servers, home.path());
  EXPECT_THROW(Open(url), DatabaseError);
  StopScratch(servers, home.path());
  EXPECT_EQ(StartScratch(servers, home.path()), url);
  EXPECT_EQ(QueryValue(*Open(url), "SELECT i FROM public.t"), "1");
}

TEST(PostgresScratchServer, AKilledServerIsTakenUpAgain) {
  const ScratchServers servers = PostgresScratch();
  const ScratchHome home;
  const std::string url = StartScratch(servers, home.path());
  const auto session = Open(url);
  session->Execute("CREATE TABLE public.t AS SELECT 1 AS i");
  kill(PidIn(servers.pid_file(home.path())), SIGKILL);
  EXPECT_EQ(StartScratch(servers, home.path()), url);
  EXPECT_EQ(QueryValue(*Open(url), "SELECT i FROM public.t"), "1");
}

TEST(PostgresScratchServer, TwoWhoStartItGetTheSame) {
  const ScratchServers servers = PostgresScratch();
  const ScratchHome home;
  std::string urls[2];
  {
    const std::jthread other([&] { urls[0] = StartScratch(servers, home.path()); });
    urls[1] = StartScratch(servers, home.path());
  }
  EXPECT_EQ(urls[0], urls[1]);
  EXPECT_EQ(QueryValue(*Open(urls[0]), "SELECT 1"), "1");
}

TEST(PostgresScratchServer, ADirectoryOfSomethingElseIsLeftAlone) {
  const test::ScratchFolder folder;
  std::ofstream(folder.path() + "/diary") << "dear";
  try {
    StartScratch(PostgresScratch(), folder.path());
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_NE(std::string(error.what()).find("neither empty nor"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(ToString(codes::kScratch)), std::string::npos);
  }
  EXPECT_TRUE(fs::exists(folder.path() + "/diary"));
  EXPECT_FALSE(fs::exists(folder.path() + "/data"));
}

TEST(PostgresScratchServer, ALongPathFindsARoomForItsSocket) {
  const test::ScratchFolder folder;
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  const fs::path path = folder.path() + "/" + std::string(120, 'd');
  const std::string url = StartScratch(PostgresScratch(), path);
  EXPECT_EQ(QueryValue(*Open(url), "SELECT 1"), "1");
  StopScratch(PostgresScratch(), path);
}

TEST(PrivateServer, IsGoneWithItsValue) {
  fs::path directory;
  int pid = 0;
  {
    const PrivateServer server(PostgresScratch());
    directory = server.directory();
    pid = PidIn(PostgresScratch().pid_file(directory));
    EXPECT_EQ(QueryValue(*Open(server.url()), "SELECT 1"), "1");
  }
  EXPECT_TRUE(EndsSoon(pid));
  EXPECT_FALSE(fs::exists(directory.parent_path()));
}

TEST(PrivateServer, IsGoneWithItsProcess) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const PrivateServer server(PostgresScratch());
    const std::string directory = server.directory().string() + "\n";
    if (write(ends[1], directory.data(), directory.size()) < 0) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  std::string directory;
  for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) directory += c;
  close(ends[0]);
  const int pid = PidIn(PostgresScratch().pid_file(directory));
  EXPECT_EQ(kill(pid, 0), 0);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(EndsSoon(pid));
  EXPECT_TRUE(GoesSoon(fs::path(directory).parent_path()));
}

}  // namespace
}  // namespace zdm
