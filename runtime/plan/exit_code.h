// SPDX-License-Identifier: Apache-2.0
// What the exit status of zdmc and zdm says: whether trying again helps, and who can help. Other
// people's scripts stand on these numbers: do not renumber.
#pragma once

namespace zdm {

enum class ExitCode {
  kOk = 0,             ///< the asked state holds
  kFailed = 1,         ///< safe to run again after a fix
  kUsage = 2,          ///< usage, or an error in a .zdm or plan file
  kDifferences = 3,    ///< asked by --detailed-exitcode or a check
  kStale = 4,          ///< the catalog is not the plan's, or another plan is in flight
  kNeedsAllow = 5,     ///< a hazard needs an `allow`
  kGate = 6,           ///< a gate or hook said no
  kData = 7,           ///< violations, unsynced or noted rows (keys named)
  kLeaseHeld = 10,     ///< another runner holds the lease; try again
  kLockBudget = 11,    ///< a lock was not to be had within the budget; try again
  kUnreachable = 12,   ///< unreachable, read-only or a replica; try again
  kPaused = 13,        ///< paused; state saved
  kInterrupted = 130,  ///< SIGINT at a safe point; resumable
  kTerminated = 143,   ///< SIGTERM at a safe point; resumable
};

}  // namespace zdm
