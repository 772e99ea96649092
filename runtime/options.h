// SPDX-License-Identifier: Apache-2.0
// The command line of zdm as values.
#pragma once

#include <optional>
#include <string>

#include "runtime/executor/throttle.h"
#include "runtime/plan/plan.h"

namespace zdm {

enum class Command {
  kRun,
  kStatus,
  kVerify,
  kRollback,
  kPurge,
  kPause,
  kResume,
  kThrottle,
  kScratchStart,
  kScratchStop,
};

struct Options {
  Command command = Command::kStatus;
  std::string command_name;
  std::string db;
  bool json = false;
  std::string plan_path;          ///< run
  Phase until = Phase::kMigrate;  ///< run
  std::optional<Phase> to;        ///< rollback; nullopt: start
  bool set_aside = false;         ///< rollback
  bool dry_run = false;           ///< run
  int jobs = 1;                   ///< run
  int lock_budget_seconds = 600;
  std::string plan_id;  ///< purge
  ThrottleSetting throttle;
  bool throttle_off = false;
  std::string directory;  ///< scratch
  std::string server;     ///< scratch; a name of the table of families, "": the first
};

/// Reads the arguments, or prints help or version (`exit` then says with which status to end).
struct Parsed {
  std::optional<Options> options;
  int exit = 0;
};
Parsed ParseArguments(int argc, char** argv);

}  // namespace zdm
