// SPDX-License-Identifier: Apache-2.0
// DIRECTORY/data is the data directory, DIRECTORY/socket the socket's, DIRECTORY/log the log. A
// fresh data directory is kept in the user's cache and copied.
#include "runtime/database/mysql_scratch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runtime/database/cache_directory.h"
#include "runtime/database/process.h"
#include "runtime/database/scratch_files.h"

namespace zdm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUser = "zdm";
constexpr const char* kDatabase = "zdm_scratch";
constexpr auto kStartTime = std::chrono::seconds(60);
constexpr auto kStopTime = std::chrono::seconds(20);

/// The cached data directory is of this make; a change below is a new number.
constexpr int kLayout = 1;

// What is committed outlives a crash of the server, not of the machine.
constexpr const char* kConfiguration = R"([mariadbd]
skip-networking
character-set-server = utf8mb4
collation-server = utf8mb4_bin
innodb-buffer-pool-size = 64M
innodb-log-file-size = 16M
innodb-flush-log-at-trx-commit = 2
innodb-fast-shutdown = 1
aria-pagecache-buffer-size = 8M
performance-schema = OFF
skip-log-bin
)";

/// What makes the owner and its database, read whenever the server starts. It owns every database:
/// files may name others than the one of the URL.
std::string OwnerSql() {
  return fmt::format(
      "CREATE DATABASE IF NOT EXISTS {0};\n"
      "CREATE USER IF NOT EXISTS {1}@localhost;\n"
      "GRANT ALL PRIVILEGES ON `%`.* TO {1}@localhost;\n",
      kDatabase, kUser);
}

struct Programs {
  fs::path server;
  fs::path install;
};

std::optional<Programs> ProgramsIn(const fs::path& server_directory, const fs::path& prefix) {
  const fs::path server = server_directory / "mariadbd";
  if (access(server.c_str(), X_OK) != 0) return std::nullopt;
  for (const fs::path& directory : {server_directory, prefix / "bin", prefix / "scripts"}) {
    const fs::path install = directory / "mariadb-install-db";
    if (access(install.c_str(), X_OK) == 0) return Programs{server, install};
  }
  return std::nullopt;
}

std::optional<Programs> FindPrograms() {
  std::vector<fs::path> directories;
  if (const char* chosen = std::getenv("ZDM_MARIADB_BIN")) {
    directories = {chosen};
  } else {
    directories = {"/usr/sbin", "/usr/local/sbin", "/usr/libexec"};
    std::istringstream path(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
    for (std::string directory; std::getline(path, directory, ':');) {
      directories.emplace_back(directory);
    }
  }
  for (const fs::path& directory : directories) {
    if (auto programs = ProgramsIn(directory, directory.parent_path())) return programs;
  }
  return std::nullopt;
}

class ScratchDirectory {
 public:
  explicit ScratchDirectory(fs::path directory)
      : directory_(std::move(directory)),
        data_(directory_ / "data"),
        user_(ChooseServiceUser({"mysql"})) {}

  std::string Start() {
    const DirectoryLock lock = ClaimScratchDirectory(directory_, data_, user_);
    const std::optional<Programs> programs = FindPrograms();
    if (!programs) throw std::runtime_error("no programs of MariaDB are installed");
    programs_ = *programs;
    Configure();
    if (!fs::exists(data_ / "zdm_complete")) Make();
    if (!Answers(SocketPath())) StartServer();
    return Url();
  }

  void Stop() {
    const pid_t pid = Pid();
    if (pid <= 0) return;
    const DirectoryLock lock(directory_);
    const auto begin = std::chrono::steady_clock::now();
    for (int signal = SIGTERM; IsAlive(pid);) {
      kill(pid, signal);  // again and again: a server that is just starting may not hear the first
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (std::chrono::steady_clock::now() - begin > kStopTime) signal = SIGKILL;
    }
    const fs::path socket = ScratchSocketDirectory(directory_);
    if (socket.parent_path() != directory_) fs::remove_all(socket);
  }

 private:
  fs::path Log() const { return directory_ / "log"; }
  fs::path PidFile() const { return data_ / "server.pid"; }
  fs::path SocketPath() const { return ScratchSocketDirectory(directory_) / "mysqld.sock"; }

  /// 0: none runs. The number alone can be that of another program by now.
  pid_t Pid() const {
    const pid_t pid = std::atoi(ReadText(PidFile()).c_str());
    return pid > 0 && Answers(SocketPath()) ? pid : 0;
  }

  static bool IsAlive(pid_t pid) {
    const std::string status = ReadText(fmt::format("/proc/{}/status", pid));
    return !status.empty() ? status.find("State:\tZ") == std::string::npos : kill(pid, 0) == 0;
  }

  void Write(const fs::path& path, const std::string& text) const {
    WriteText(path, text, std::ios::trunc);
    GiveTo(path, user_);
  }

  void Configure() const {
    // A server that starts removes temporary tables of every server in the same directory.
    const fs::path temporary = directory_ / "tmp";
    fs::create_directories(temporary);
    GiveTo(temporary, user_);
    Write(directory_ / "my.cnf",
          fmt::format("{}tmpdir = {}\n", kConfiguration, temporary.string()));
    Write(directory_ / "owner.sql", OwnerSql());
  }

  ProgramResult Run(std::vector<std::string> arguments) const {
    return RunProgram({std::move(arguments), "", "MYSQL", directory_, {}}, user_);
  }

  void Make() {
    fs::remove_all(data_);
    const fs::path cached = CachedData();
    if (!cached.empty() && fs::exists(cached)) {
      fs::copy(cached, data_, fs::copy_options::recursive);
      GiveTo(data_, user_);
    } else {
      const ProgramResult result =
          Run({programs_.install.string(), "--defaults-file=" + (directory_ / "my.cnf").string(),
               "--datadir=" + data_.string(), "--auth-root-authentication-method=normal",
               "--skip-test-db", "--skip-name-resolve"});
      if (result.status != 0) {
        throw std::runtime_error("mariadb-install-db failed: " + Trimmed(result.output));
      }
      if (!cached.empty()) KeepCopy(data_, cached);
    }
    Write(data_ / "zdm_complete", "");
  }

  /// Where the data directory of this version is kept; empty when there is no place for it.
  fs::path CachedData() const {
    const fs::path cache = CacheDirectory();
    if (cache.empty()) return {};
    std::string version = Run({programs_.server.string(), "--no-defaults", "--version"}).output;
    const std::size_t number = version.find("Ver ");
    version = number == std::string::npos ? version : version.substr(number + 4);
    version = version.substr(0, version.find(' '));
    std::replace(version.begin(), version.end(), '/', '-');
    return cache / fmt::format("scratch-mariadb-{}-{}", version, kLayout);
  }

  /// It listens before it has read owner.sql.
  bool IsReady() const {
    return Answers(SocketPath()) &&
           ReadText(Log()).find("ready for connections") != std::string::npos;
  }

  void StartServer() const {
    const fs::path socket = ScratchSocketDirectory(directory_);
    fs::create_directories(socket);
    fs::permissions(socket, fs::perms::owner_all);
    GiveTo(socket, user_);
    Write(Log(), "");
    std::error_code ignored;
    fs::remove(PidFile(), ignored);
    // The shell ends at once and leaves the server to itself, in a session of its own.
    const ProgramResult result =
        Run({"/bin/sh", "-c", R"(log=$1; shift; setsid "$@" </dev/null >"$log" 2>&1 & echo $!)",
             "sh", Log().string(), programs_.server.string(),
             "--defaults-file=" + (directory_ / "my.cnf").string(), "--datadir=" + data_.string(),
             "--socket=" + SocketPath().string(), "--pid-file=" + PidFile().string(),
             "--init-file=" + (directory_ / "owner.sql").string()});
    const pid_t pid = std::atoi(result.output.c_str());
    for (const auto begin = std::chrono::steady_clock::now(); !IsReady();) {
      const bool late = std::chrono::steady_clock::now() - begin > kStartTime;
      if (pid <= 0 || late || !IsAlive(pid)) {
        const std::string log = LastLines(Log());
        throw std::runtime_error(log.empty() ? "the server does not start in " + data_.string()
                                             : log);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::string Url() const {
    return fmt::format("mariadb://{}@localhost/{}?socket={}", kUser, kDatabase,
                       PercentEncoded(SocketPath().string()));
  }

  fs::path directory_;
  fs::path data_;
  Programs programs_;
  ServiceUser user_;
};

std::string StartServer(const fs::path& directory) {
  return ScratchDirectory(directory).Start();
}

void StopServer(const fs::path& directory) {
  ScratchDirectory(directory).Stop();
}

bool IsInstalled() {
  return FindPrograms().has_value();
}

std::string IdentityOf(const std::vector<std::string>& extensions) {
  const std::optional<Programs> programs = FindPrograms();
  if (!programs || !extensions.empty()) return "";
  return fmt::format("layout {}, {}", kLayout, StampOf(programs->server));
}

fs::path PidFileOf(const fs::path& directory) {
  return directory / "data" / "server.pid";
}

}  // namespace

ScratchServers MariadbScratch() {
  return {"mariadb", IsInstalled, StartServer, StopServer, PidFileOf, IdentityOf};
}

}  // namespace zdm
