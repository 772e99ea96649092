// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/short_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstPause{150};
constexpr milliseconds kLongestPause{5000};
constexpr double kPauseGrowth = 1.4;
/// Work under the locks of an application: what it should take, and what it may take after several
/// attempts in vain on a slow machine.
constexpr milliseconds kWork{50};
constexpr int kStrictAttempts = 6;
constexpr milliseconds kLongestWork{1000};

/// The work took longer than anybody should wait behind it.
struct TooSlow {};

/// Grows from attempt to attempt, with jitter, so that it does not beat with somebody's clock.
class Pauses {
 public:
  milliseconds Next() {
    std::uniform_real_distribution<double> jitter(0.6, 1.4);
    const double pause = static_cast<double>(next_.count());
    next_ = std::min(kLongestPause, milliseconds(static_cast<int>(pause * kPauseGrowth)));
    return milliseconds(static_cast<int>(pause * jitter(random_)));
  }

 private:
  milliseconds next_ = kFirstPause;
  std::minstd_rand random_{std::random_device()()};
};

[[noreturn]] void GiveUp(const Context& context, const OperationPlace& place,
                         const std::string& reason) {
  std::vector<std::string> details;
  for (const OtherSession& session : context.observer.blockers()) {
    details.push_back("in the way: " + Describe(session));
  }
  throw Refusal(ExitCode::kLockBudget, codes::kLockBudget,
                fmt::format("step {}: {} for {}; nothing of the step is left behind", place.what,
                            reason, Span(context.lock_budget)),
                details,
                "wait until these have ended, or end them, and run the same command again");
}

bool IsLockTrouble(ErrorKind kind) {
  return kind == ErrorKind::kLockTimeout || kind == ErrorKind::kRetry;
}

void TellAttempt(const Context& context, const OperationPlace& place, const char* reason) {
  const std::vector<OtherSession> blockers = context.observer.blockers();
  context.reporter.Waiting(
      place.what, fmt::format("  {}: {}{}; trying again", place.what, reason,
                              blockers.empty() ? "" : ", held by " + Describe(blockers.front())));
}

ShortBudget BudgetOf(milliseconds locks, int slow_attempts) {
  ShortBudget budget{locks, kWork};
  if (slow_attempts >= kStrictAttempts) {
    const int doublings = std::min(slow_attempts - kStrictAttempts + 1, 5);
    budget.work = std::min(kLongestWork, kWork * (1 << doublings));
  }
  return budget;
}

}  // namespace

void ShortTransaction(const Context& context, const OperationPlace& place,
                      const std::vector<TableLock>& locks,
                      const std::function<void(const std::function<void()>&)>& work) {
  const milliseconds lock_wait =
      context.engine.SafeLockTimeout(context.database, milliseconds(place.plan.lock_timeout_ms));
  const auto deadline = steady_clock::now() + context.lock_budget;
  Pauses pauses;
  int slow_attempts = 0;
  context.observer.ForgetBlockers();
  const auto attempt = [&] {
    const ShortBudget budget = BudgetOf(lock_wait, slow_attempts);
    FencedTransaction transaction(context);
    const auto asked = steady_clock::now();
    context.engine.EnterShort(context.database, locks, budget);
    const auto end = std::max(asked + budget.locks, steady_clock::now()) + budget.work;
    work([&] {
      if (!locks.empty() && steady_clock::now() > end) {
        throw TooSlow();
      }
    });
    transaction.Commit();
  };
  while (true) {
    context.stop.Check();
    context.engine.MoveMaintenance(context.database, locks);
    const char* reason = "the lock is not to be had";
    try {
      context.observer.During(context.database.session_id(), attempt);
      return;
    } catch (const TooSlow&) {
      ++slow_attempts;
      reason = "the work under the lock takes too long";
    } catch (const DatabaseError& error) {
      const bool slow = error.kind() == ErrorKind::kCancelled && !context.stop.cancelled();
      if (!slow && !IsLockTrouble(error.kind())) {
        throw;
      }
      if (slow) {
        ++slow_attempts;
        reason = "the work under the lock takes too long";
      }
    }
    context.database.Rollback();
    if (steady_clock::now() >= deadline) {
      GiveUp(context, place, reason);
    }
    TellAttempt(context, place, reason);
    context.stop.Sleep(pauses.Next());
  }
}

void RetryOnLocks(const Context& context, const OperationPlace& place,
                  const std::function<void()>& attempt) {
  const auto deadline = steady_clock::now() + context.lock_budget;
  Pauses pauses;
  context.observer.ForgetBlockers();
  while (true) {
    context.stop.Check();
    try {
      attempt();
      return;
    } catch (const DatabaseError& error) {
      if (!IsLockTrouble(error.kind())) {
        throw;
      }
    }
    if (steady_clock::now() >= deadline) {
      GiveUp(context, place, "the lock is not to be had");
    }
    TellAttempt(context, place, "the lock is not to be had");
    context.stop.Sleep(pauses.Next());
  }
}

}  // namespace zdm
