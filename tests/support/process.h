// SPDX-License-Identifier: Apache-2.0
// Runs programs the way a user does: arguments in; exit code, stdout and stderr out. Children die
// with the test that started them.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace zdm::test {

struct ProcessOptions {
  /// Set in the child; an empty value removes the variable. The child never inherits PG*, MYSQL_*,
  /// *DATABASE_URL.
  std::map<std::string, std::string> environment = {};
  std::string directory = {};  ///< "": that of the test
  std::string input = {};
  std::string user = {};  ///< run as this system user ("": as the test)
  std::chrono::milliseconds timeout{120000};
  int death_signal = 9;          ///< sent to the child when the test dies
  unsigned long file_limit = 0;  ///< RLIMIT_FSIZE in bytes; 0: none
};

struct ProcessResult {
  int exit_code = -1;  ///< 128 + number when ended by a signal
  bool timed_out = false;
  std::string out;
  std::string err;

  /// All of it, for failure messages.
  std::string Describe() const;
};

class ChildProcess {
 public:
  /// Throws std::runtime_error when the program cannot be started.
  ChildProcess(std::vector<std::string> arguments, const ProcessOptions& options);
  ~ChildProcess();  ///< kills it when it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int pid() const { return pid_; }
  bool Running();
  void Signal(int signal);
  /// Waits until it ends; kills it when `timeout` has passed.
  ProcessResult Wait(std::chrono::milliseconds timeout);
  /// What it has written so far.
  std::string OutSoFar() const;
  std::string ErrSoFar() const;

 private:
  void Reap(int status);
  int pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
  int out_ = -1;
  int err_ = -1;
};

ProcessResult RunProgram(const std::vector<std::string>& arguments,
                         const ProcessOptions& options = {});

/// Paths of the built programs ("zdmc", "zdm"); ZDM_TEST_BIN_DIR overrides the folder.
std::string ProgramPath(const std::string& name);

/// The root of the project.
std::string SourceFolder();

/// A folder that goes away with the object, below $ZDM_TEST_TMP or /tmp; short enough for sockets.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }
  /// Leaves the folder for a person to look at.
  void Keep() { keep_ = true; }

 private:
  std::string path_;
  bool keep_ = false;
};

}  // namespace zdm::test
