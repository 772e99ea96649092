// SPDX-License-Identifier: Apache-2.0
// Programs of others that scratch servers are made with: run to their end, as an ordinary user.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace zdm {

/// Who runs the server's programs. Servers refuse to run as root.
struct ServiceUser {
  bool switched = false;  ///< false: ourselves
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Ourselves; as root the first of `names` that exists, else nobody. Throws std::runtime_error.
ServiceUser ChooseServiceUser(const std::vector<std::string>& names);

struct ProgramResult {
  int status = 0;      ///< exit status; 128 + n when a signal ended it
  std::string output;  ///< stdout and stderr together
};

struct Program {
  std::vector<std::string> arguments;  ///< the first is the program's path
  std::string input;                   ///< given on stdin
  std::string cleared = {};            ///< variables of the environment that begin so are left out
  std::filesystem::path directory = "/";
  std::filesystem::path output;  ///< both outputs go there instead of into the result
};

/// Runs it with a C locale and in UTC.
/// Throws std::runtime_error when it cannot be started.
ProgramResult RunProgram(const Program& program, const ServiceUser& user);

/// Gives `path` and everything below it to `user`.
void GiveTo(const std::filesystem::path& path, const ServiceUser& user);

}  // namespace zdm
