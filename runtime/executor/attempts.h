// SPDX-License-Identifier: Apache-2.0
// Trying again: pauses that grow, what is told meanwhile, and the end of patience.
#pragma once

#include <chrono>
#include <functional>
#include <random>

#include "runtime/executor/context.h"
#include "runtime/executor/steps.h"

namespace zdm {

/// Grows from attempt to attempt, with jitter, so that it does not beat with somebody's clock.
class Pauses {
 public:
  std::chrono::milliseconds Next();
  /// Between two attempts for which nobody had to wait.
  std::chrono::milliseconds Brief();

 private:
  double next_ms_ = 150;
  std::minstd_rand random_{std::random_device()()};
};

/// Why an attempt was in vain, and what a person can do about it.
struct Reason {
  const char* text;
  const char* way_out;
};
inline constexpr Reason kNoLock{
    "the lock is not to be had",
    "wait until these have ended, or end them, and run the same command again"};
inline constexpr Reason kTooMuchWork{
    "the work under the lock takes longer than anybody may be kept waiting",
    "run the same command again when the server has less to do"};

/// Throws the Refusal (exit 11) that names who is in the way.
[[noreturn]] void GiveUp(const Context& context, const OperationPlace& place, const Reason& reason);

/// Says that it is tried again, and because of whom.
void TellAttempt(const Context& context, const OperationPlace& place, const Reason& reason);

/// What the work under locks may take beyond the time that was kept for waiting for them: of the 50
/// ms that are promised, 10 are for the way back of a statement that is ended, and for the commit.
inline constexpr std::chrono::milliseconds kWorkUnderLocks{40};

/// Runs `work` watched, and ended beyond `bounds` where the sessions of the family have no limits
/// of their own. Says why the last statement was ended.
Overdue WithinBounds(const Context& context, const Bounds& bounds,
                     const std::function<void()>& work, Observer::OnWait on_wait = {});

/// Whether it may go better next time.
bool IsLockTrouble(ErrorKind kind);

}  // namespace zdm
