// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

extern char** environ;

namespace zdm {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The environment without what would lead the program elsewhere.
std::vector<std::string> CleanEnvironment(const std::string& cleared) {
  std::vector<std::string> clean = {"LC_ALL=C", "TZ=UTC"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const bool skipped = (!cleared.empty() && text.substr(0, cleared.size()) == cleared) ||
                         text.substr(0, 3) == "LC_" || text.substr(0, 5) == "LANG=" ||
                         text.substr(0, 3) == "TZ=" || text.substr(0, 9) == "LANGUAGE=";
    if (!skipped) clean.emplace_back(text);
  }
  return clean;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) Fail("pipe");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    Close(0);
    Close(1);
  }
  void Close(std::size_t end) {
    if (ends.at(end) >= 0) close(ends.at(end));
    ends.at(end) = -1;
  }
};

/// In the child, between fork and exec: nothing but system calls.
[[noreturn]] void Become(const ServiceUser& user, const std::array<int, 2>& files,
                         const char* directory, char* const* arguments, char* const* environment) {
  dup2(files[0], STDIN_FILENO);
  dup2(files[1], STDOUT_FILENO);
  dup2(files[1], STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool ok = !user.switched ||
                  (setgroups(1, &user.gid) == 0 && setgid(user.gid) == 0 && setuid(user.uid) == 0);
  if (ok && chdir(directory) == 0) execve(arguments[0], arguments, environment);
  _exit(127);
}

/// Writes `input` and reads the output at the same time, so that neither side can block the other.
std::string Exchange(Pipe& to, Pipe& from, std::string_view input) {
  std::string output;
  std::array<char, 4096> buffer{};
  fcntl(to.ends[1], F_SETFL, O_NONBLOCK);
  for (;;) {
    if (input.empty()) to.Close(1);
    std::array<pollfd, 2> waits = {{{from.ends[0], POLLIN, 0}, {to.ends[1], POLLOUT, 0}}};
    if (poll(waits.data(), to.ends[1] < 0 ? 1 : 2, -1) < 0 && errno != EINTR) Fail("poll");
    if (to.ends[1] >= 0 && waits[1].revents != 0) {
      const ssize_t written = write(to.ends[1], input.data(), input.size());
      if (written < 0 && errno != EAGAIN && errno != EINTR) input = {};
      if (written > 0) input.remove_prefix(static_cast<std::size_t>(written));
    }
    if (waits[0].revents != 0) {
      const ssize_t got = read(from.ends[0], buffer.data(), buffer.size());
      if (got > 0) output.append(buffer.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) return output;
    }
  }
}

int Wait(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) Fail("waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ServiceUser ChooseServiceUser(const std::vector<std::string>& names) {
  if (geteuid() != 0) return {};
  std::vector<std::string> candidates = names;
  candidates.emplace_back("nobody");
  for (const std::string& name : candidates) {
    if (const passwd* entry = getpwnam(name.c_str()); entry != nullptr && entry->pw_uid != 0) {
      return {true, entry->pw_uid, entry->pw_gid};
    }
  }
  throw std::runtime_error("no ordinary user to run the server as: servers refuse to run as root");
}

ProgramResult RunProgram(const Program& program, const ServiceUser& user) {
  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment = CleanEnvironment(program.cleared);
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> environment_pointers = Pointers(environment);
  Pipe to;
  Pipe from;
  int file = -1;
  if (!program.output.empty()) {
    file = open(program.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) Fail(program.output.string());
  }
  const pid_t child = fork();
  if (child < 0) Fail("fork");
  if (child == 0) {
    Become(user, {to.ends[0], file < 0 ? from.ends[1] : file}, program.directory.c_str(),
           argument_pointers.data(), environment_pointers.data());
  }
  if (file >= 0) close(file);
  to.Close(0);
  from.Close(1);
  // A program that ends without reading its input must not end us.
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  ProgramResult result;
  result.output = Exchange(to, from, program.input);
  sigaction(SIGPIPE, &before, nullptr);
  result.status = Wait(child);
  if (result.status == 127 && result.output.empty()) {
    throw std::runtime_error("cannot start " + program.arguments.front() +
                             " (is every directory above it open to the user it runs as?)");
  }
  return result;
}

void GiveTo(const std::filesystem::path& path, const ServiceUser& user) {
  if (!user.switched) return;
  const auto give = [&](const std::filesystem::path& one) {
    if (lchown(one.c_str(), user.uid, user.gid) != 0) Fail(one.string());
  };
  give(path);
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(path))) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    give(entry.path());
  }
}

}  // namespace zdm
