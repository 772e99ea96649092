// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/scratch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "runtime/database/errors.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

// Waits for the end of its input, which is the end of the process that made it; then ends the
// server (SIGQUIT: at once) and removes its directory. $1: pid file, $2: directory.
constexpr const char* kWatch = R"sh(
cat >/dev/null 2>&1
if pid=$(head -n 1 "$1" 2>/dev/null) && [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null; do
    ! grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status" || break
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || { kill -KILL "$pid"; break; }
    sleep 0.05
  done
fi
rm -rf -- "$2"
)sh";

[[noreturn]] void Refuse(const ScratchServers& servers, const std::string& reason) {
  throw DatabaseError(ErrorKind::kOther, {},
                      fmt::format("no scratch server ({}) can be had: {} [{}]", servers.name,
                                  reason, ToString(codes::kScratch)));
}

void RequireInstalled(const ScratchServers& servers) {
  if (servers.installed()) return;
  Refuse(servers,
         "its server programs are not installed here; install them, or name a server with "
         "--scratch URL");
}

}  // namespace

std::string StartScratch(const ScratchServers& servers, const std::filesystem::path& directory) {
  RequireInstalled(servers);
  try {
    return servers.start(std::filesystem::absolute(directory));
  } catch (const DatabaseError&) {
    throw;
  } catch (const std::exception& error) {
    Refuse(servers, error.what());
  }
}

void StopScratch(const ScratchServers& servers, const std::filesystem::path& directory) {
  try {
    servers.stop(std::filesystem::absolute(directory));
  } catch (const DatabaseError&) {
    throw;
  } catch (const std::exception& error) {
    Refuse(servers, error.what());
  }
}

PrivateServer::PrivateServer(const ScratchServers& servers) {
  RequireInstalled(servers);
  std::string pattern = (std::filesystem::temp_directory_path() / "zdm-scratch-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Refuse(servers, "cannot make " + pattern);
  root_ = pattern;
  // The server's user must get through; what is inside is its own.
  std::filesystem::permissions(root_, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) Refuse(servers, "no pipe");
  const std::string pid_file = servers.pid_file(directory()).string();
  watcher_ = fork();
  if (watcher_ == 0) {
    setsid();
    dup2(ends[0], STDIN_FILENO);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", kWatch, "sh", pid_file.c_str(), root_.c_str(), nullptr);
    _exit(127);
  }
  close(ends[0]);
  watch_pipe_ = ends[1];
  try {
    url_ = StartScratch(servers, directory());
  } catch (...) {
    End();
    throw;
  }
}

PrivateServer::~PrivateServer() {
  End();
}

void PrivateServer::End() {
  if (watch_pipe_ >= 0) close(watch_pipe_);
  watch_pipe_ = -1;
  while (watcher_ > 0 && waitpid(watcher_, nullptr, 0) < 0 && errno == EINTR) continue;
  watcher_ = -1;
}

}  // namespace zdm
