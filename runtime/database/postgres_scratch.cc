// SPDX-License-Identifier: Apache-2.0
// DIRECTORY/data is the data directory, DIRECTORY/socket the socket's, DIRECTORY/log the log. A
// data directory fresh from initdb is kept in the user's cache and copied: 0.2 s instead of 2 s.
#include "runtime/database/postgres_scratch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
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

constexpr const char* kRole = "zdm";
constexpr const char* kDatabase = "zdm_scratch";
constexpr const char* kPort = "5432";  // only the name of the socket's file
/// The cached data directory is of this make; a change below is a new number.
constexpr int kLayout = 2;

// What is committed outlives a crash of the server, not of the machine.
constexpr const char* kConfiguration = R"(
listen_addresses = ''
port = 5432
max_connections = 100
shared_buffers = 64MB
fsync = off
full_page_writes = off
min_wal_size = 32MB
max_wal_size = 1GB
logging_collector = off
include_if_exists = 'zdm.conf'
)";

bool IsBinDirectory(const fs::path& directory) {
  const auto has = [&](const char* program) {
    return access((directory / program).c_str(), X_OK) == 0;
  };
  return has("initdb") && has("pg_ctl") && has("postgres");
}

std::vector<fs::path> BinCandidates() {
  std::vector<fs::path> candidates;
  if (const char* chosen = std::getenv("ZDM_POSTGRES_BIN")) return {chosen};
  std::vector<std::pair<int, fs::path>> packaged;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    packaged.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
  }
  std::sort(packaged.rbegin(), packaged.rend());
  for (auto& [major, path] : packaged) candidates.push_back(std::move(path));
  std::istringstream path(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
  for (std::string directory; std::getline(path, directory, ':');)
    candidates.emplace_back(directory);
  return candidates;
}

/// The programs that can run a data directory of `version` ("": any).
std::optional<fs::path> FindBin(const std::string& version) {
  const ServiceUser nobody_else;
  for (const fs::path& candidate : BinCandidates()) {
    if (!IsBinDirectory(candidate)) continue;
    if (version.empty()) return candidate;
    const ProgramResult result = RunProgram(
        {{(candidate / "postgres").string(), "--version"}, "", "PG", "/", {}}, nobody_else);
    const std::size_t last = result.output.find("(PostgreSQL) ");
    if (last != std::string::npos && result.output.substr(last + 13).rfind(version + ".", 0) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

class ScratchDirectory {
 public:
  explicit ScratchDirectory(fs::path directory)
      : directory_(std::move(directory)),
        data_(directory_ / "data"),
        user_(ChooseServiceUser({"postgres"})) {}

  std::string Start() {
    const DirectoryLock lock = ClaimScratchDirectory(directory_, data_, user_);
    const std::string version = Trimmed(ReadText(data_ / "PG_VERSION"));
    const std::optional<fs::path> bin = FindBin(version);
    if (!bin) {
      throw std::runtime_error(
          fmt::format("no programs of PostgreSQL {} are installed, which {} was made with", version,
                      data_.string()));
    }
    bin_ = *bin;
    if (!fs::exists(data_ / "zdm_complete")) Make();
    if (!IsRunning()) StartServer();
    return Url();
  }

  void Stop() {
    if (!fs::exists(data_ / "postmaster.pid")) return;
    DirectoryLock lock(directory_);
    const std::optional<fs::path> bin = FindBin(Trimmed(ReadText(data_ / "PG_VERSION")));
    if (!bin) throw std::runtime_error("the server's programs are gone");
    bin_ = *bin;
    for (const char* mode : {"fast", "immediate"}) {
      if (Run({"pg_ctl", "-D", "data", "-m", mode, "-t", "20", "-w", "stop"}).status == 0 ||
          IsStopped()) {
        if (SocketDirectory().parent_path() != directory_) fs::remove_all(SocketDirectory());
        return;
      }
    }
    throw std::runtime_error("the server does not stop: " + LastLines(Log()));
  }

 private:
  fs::path Log() const { return directory_ / "log"; }

  fs::path SocketDirectory() const { return ScratchSocketDirectory(directory_); }

  fs::path SocketPath() const { return SocketDirectory() / fmt::format(".s.PGSQL.{}", kPort); }

  ProgramResult Run(std::vector<std::string> arguments, const std::string& input = "",
                    const fs::path& output = {}) const {
    arguments.front() = (bin_ / arguments.front()).string();
    // By relative paths: pg_ctl goes through a shell and quotes only so far.
    return RunProgram({std::move(arguments), input, "PG", directory_, output}, user_);
  }

  void RunOrFail(std::vector<std::string> arguments, const std::string& input = "") const {
    const std::string name = arguments.front();
    const ProgramResult result = Run(std::move(arguments), input);
    if (result.status == 0 && result.output.find("FATAL:") == std::string::npos &&
        result.output.find("ERROR:") == std::string::npos) {
      return;
    }
    throw std::runtime_error(fmt::format("{} failed: {}", name, Trimmed(result.output)));
  }

  bool IsStopped() const { return Run({"pg_ctl", "-D", "data", "status"}).status != 0; }

  /// The process number alone can be that of a dead server that nobody has buried yet.
  bool IsRunning() const { return !IsStopped() && Answers(SocketPath()); }

  void Make() {
    fs::remove_all(data_);
    const fs::path cached = CachedData();
    if (!cached.empty() && fs::exists(cached)) {
      fs::copy(cached, data_, fs::copy_options::recursive);
      GiveTo(data_, user_);
    } else {
      Initialise();
      if (!cached.empty()) KeepCopy(data_, cached);
    }
    WriteText(data_ / "zdm_complete", "", std::ios::trunc);
    GiveTo(data_ / "zdm_complete", user_);
  }

  void Initialise() const {
    RunOrFail({"initdb", "-D", "data", "--auth=trust", "--username=postgres", "--encoding=UTF8",
               "--locale=C", "--wal-segsize=1", "--no-sync"});
    WriteText(data_ / "postgresql.conf", kConfiguration, std::ios::app);
    RunOrFail(
        {"postgres", "--single", "-D", "data", "-F", "postgres"},
        fmt::format("CREATE ROLE {0} LOGIN\nCREATE DATABASE {1} OWNER {0}\n", kRole, kDatabase));
  }

  /// Where the data directory of this version is kept; empty when there is no place for it.
  fs::path CachedData() const {
    const fs::path cache = CacheDirectory();
    if (cache.empty()) return {};
    std::string version = Trimmed(Run({"postgres", "--version"}).output);
    std::replace_if(
        version.begin(), version.end(), [](char c) { return c == ' ' || c == '/'; }, '-');
    return cache / fmt::format("scratch-{}-{}", version, kLayout);
  }

  void StartServer() const {
    const fs::path socket = SocketDirectory();
    fs::create_directories(socket);
    fs::permissions(socket, fs::perms::owner_all);
    GiveTo(socket, user_);
    WriteText(data_ / "zdm.conf", fmt::format("unix_socket_directories = '{}'\n", socket.string()),
              std::ios::trunc);
    GiveTo(data_ / "zdm.conf", user_);
    // Backends of a killed server hold its memory for a moment.
    constexpr int kTries = 20;
    for (int attempt = 1;; ++attempt) {
      WriteText(Log(), "", std::ios::trunc);
      GiveTo(Log(), user_);
      if (Run({"pg_ctl", "-D", "data", "-t", "60", "-w", "start"}, "", Log()).status == 0) {
        return;
      }
      const std::string log = LastLines(Log());
      const bool remains = log.find("still in use") != std::string::npos ||
                           log.find("lock file") != std::string::npos;
      if (attempt == kTries || !remains) {
        throw std::runtime_error(log.empty() ? "the server does not start in " + data_.string()
                                             : log);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
  }

  std::string Url() const {
    return fmt::format("postgresql://{}@/{}?host={}&port={}", kRole, kDatabase,
                       PercentEncoded(SocketDirectory().string()), kPort);
  }

  fs::path directory_;
  fs::path data_;
  fs::path bin_;
  ServiceUser user_;
};

std::string StartServer(const fs::path& directory) {
  return ScratchDirectory(directory).Start();
}

void StopServer(const fs::path& directory) {
  ScratchDirectory(directory).Stop();
}

bool IsInstalled() {
  return FindBin("").has_value();
}

/// Where the control files of extensions are: it depends on who packaged the server.
fs::path ExtensionDirectory(const fs::path& bin) {
  const fs::path prefix = bin.parent_path();
  const std::string version = prefix.filename().string();
  for (const fs::path& candidate : {fs::path("/usr/share/postgresql") / version, prefix / "share",
                                    prefix / "share" / "postgresql"}) {
    std::error_code failed;
    if (fs::exists(candidate / "extension" / "plpgsql.control", failed)) {
      return candidate / "extension";
    }
  }
  return {};
}

std::string IdentityOf(const std::vector<std::string>& extensions) {
  const std::optional<fs::path> bin = FindBin("");
  if (!bin) return "";
  std::string identity = fmt::format("layout {}, {}", kLayout, StampOf(*bin / "postgres"));
  if (extensions.empty()) return identity;
  const fs::path directory = ExtensionDirectory(*bin);
  if (directory.empty()) return "";
  for (const std::string& extension : extensions) {
    identity += fmt::format(", {}: {}", extension, StampOf(directory / (extension + ".control")));
  }
  return identity;
}

fs::path PidFile(const fs::path& directory) {
  return directory / "data" / "postmaster.pid";
}

}  // namespace

ScratchServers PostgresScratch() {
  return {"postgresql", IsInstalled, StartServer, StopServer, PidFile, IdentityOf};
}

}  // namespace zdm
