// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/support/text.h"

extern char** environ;

namespace zdm::test {
namespace {

/// Everything that the child needs, made before the fork: after it only system calls are allowed.
struct Launch {
  std::vector<std::string> texts;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  uid_t uid = 0;
  gid_t gid = 0;
  bool change_user = false;
};

bool Inherited(const std::string& name) {
  return name.rfind("PG", 0) != 0 && name.rfind("MYSQL_", 0) != 0 && name != "DATABASE_URL" &&
         name != "ZDM_DATABASE_URL";
}

std::vector<std::string> Environment(const ProcessOptions& options) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (Inherited(name) && options.environment.count(name) == 0) result.push_back(text);
  }
  for (const auto& [name, value] : options.environment) {
    if (!value.empty()) result.push_back(name + "=" + value);
  }
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void Exec(const Launch& launch, const ProcessOptions& options, const int (&files)[3],
                       pid_t parent) {
  for (int i = 0; i < 3; ++i) dup2(files[i], i);
  if (launch.change_user) {
    setgroups(0, nullptr);
    if (setgid(launch.gid) != 0 || setuid(launch.uid) != 0) _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, options.death_signal);
  if (getppid() != parent) _exit(126);
  if (options.file_limit != 0) {
    const rlimit limit{options.file_limit, options.file_limit};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  execvpe(launch.arguments[0], launch.arguments.data(), launch.environment.data());
  _exit(127);
}

int MemoryFile(const std::string& content) {
  const int file = memfd_create("zdm-test", MFD_CLOEXEC);
  if (file < 0) throw std::runtime_error("memfd_create failed");
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = write(file, content.data() + done, content.size() - done);
    if (n <= 0) throw std::runtime_error("cannot write the input of a program");
    done += static_cast<std::size_t>(n);
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

std::string ReadAll(int file) {
  std::string result;
  char buffer[65536];
  off_t offset = 0;
  while (true) {
    const ssize_t n = pread(file, buffer, sizeof buffer, offset);
    if (n <= 0) return result;
    result.append(buffer, static_cast<std::size_t>(n));
    offset += n;
  }
}

}  // namespace

std::string ProcessResult::Describe() const {
  return fmt::format("exit {}{}\n--- stdout\n{}\n--- stderr\n{}\n", exit_code,
                     timed_out ? " (timed out)" : "", out, err);
}

ChildProcess::ChildProcess(std::vector<std::string> arguments, const ProcessOptions& options) {
  Launch launch;
  std::vector<std::string> environment = Environment(options);
  launch.arguments = Pointers(arguments);
  launch.environment = Pointers(environment);
  if (!options.user.empty()) {
    const passwd* entry = getpwnam(options.user.c_str());
    if (entry == nullptr) throw std::runtime_error("no such user: " + options.user);
    launch.change_user = entry->pw_uid != geteuid();
    launch.uid = entry->pw_uid;
    launch.gid = entry->pw_gid;
  }
  const int in = MemoryFile(options.input);
  out_ = MemoryFile("");
  err_ = MemoryFile("");
  const int files[3] = {in, out_, err_};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Exec(launch, options, files, parent);
  close(in);
  if (pid_ < 0) throw std::runtime_error("fork failed");
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    Signal(SIGKILL);
    Wait(std::chrono::seconds(10));
  }
  close(out_);
  close(err_);
}

void ChildProcess::Reap(int status) {
  ended_ = true;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool ChildProcess::Running() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) Reap(status);
  return !ended_;
}

void ChildProcess::Signal(int signal) {
  if (!ended_) kill(pid_, signal);
}

ProcessResult ChildProcess::Wait(std::chrono::milliseconds timeout) {
  ProcessResult result;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  auto pause = std::chrono::microseconds(200);
  while (Running()) {
    if (std::chrono::steady_clock::now() > deadline) {
      result.timed_out = true;
      Signal(SIGKILL);
      int status = 0;
      if (waitpid(pid_, &status, 0) == pid_) Reap(status);
      break;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(5000));
  }
  result.exit_code = exit_code_;
  result.out = OutSoFar();
  result.err = ErrSoFar();
  return result;
}

std::string ChildProcess::OutSoFar() const {
  return ReadAll(out_);
}
std::string ChildProcess::ErrSoFar() const {
  return ReadAll(err_);
}

ProcessResult RunProgram(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  ChildProcess child(arguments, options);
  return child.Wait(options.timeout);
}

std::string ProgramPath(const std::string& name) {
  if (const char* folder = std::getenv("ZDM_TEST_BIN_DIR")) {
    for (const char* place : {"/", "/compiler/", "/runtime/"}) {
      const std::string path = folder + std::string(place) + name;
      if (std::filesystem::exists(path)) return path;
    }
    throw std::runtime_error(fmt::format("no {} in ZDM_TEST_BIN_DIR", name));
  }
#ifdef ZDM_PROGRAM_zdmc
  if (name == "zdmc") return ZDM_PROGRAM_zdmc;
#endif
#ifdef ZDM_PROGRAM_zdm
  if (name == "zdm") return ZDM_PROGRAM_zdm;
#endif
  throw std::runtime_error("not built: " + name);
}

std::string SourceFolder() {
  return ZDM_SOURCE_DIR;
}

ScratchFolder::ScratchFolder() {
  const char* base = std::getenv("ZDM_TEST_TMP");
  std::string pattern = std::string(base == nullptr ? "/tmp" : base) + "/zt-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  chmod(pattern.c_str(), 0755);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  if (keep_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace zdm::test
