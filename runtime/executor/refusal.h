// SPDX-License-Identifier: Apache-2.0
// Why a command ended without the asked state: what was found, what state things are in, and the
// next command to type. Thrown anywhere below a command, caught in main.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/plan/code.h"
#include "runtime/plan/exit_code.h"

namespace zdm {

class Refusal : public std::runtime_error {
 public:
  Refusal(ExitCode exit, Code code, const std::string& sentence,
          std::vector<std::string> details = {}, std::string next = "")
      : std::runtime_error(sentence),
        exit_(exit),
        code_(code),
        details_(std::move(details)),
        next_(std::move(next)) {}

  ExitCode exit() const { return exit_; }
  const Code& code() const { return code_; }
  /// One line each: keys, objects, blockers.
  const std::vector<std::string>& details() const { return details_; }
  /// The way out, commands to type; may be empty.
  const std::string& next() const { return next_; }

 private:
  ExitCode exit_;
  Code code_;
  std::vector<std::string> details_;
  std::string next_;
};

}  // namespace zdm
