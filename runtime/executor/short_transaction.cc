// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/short_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstPause{150};
constexpr milliseconds kLongestPause{5000};
constexpr double kPauseGrowth = 1.4;
/// What the work under locks may take beyond the time that was kept for waiting for them.
constexpr milliseconds kWork{50};
/// A bound that is off by this much is not worth a round trip under the locks.
constexpr milliseconds kSlack{5};

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

/// Why an attempt was in vain, and what a person can do about it.
struct Reason {
  const char* text;
  const char* way_out;
};
constexpr Reason kNoLock{
    "the lock is not to be had",
    "wait until these have ended, or end them, and run the same command again"};
constexpr Reason kTooMuchWork{
    "the work under the lock takes longer than anybody may be kept waiting",
    "run the same command again when the server has less to do"};

[[noreturn]] void GiveUp(const Context& context, const OperationPlace& place,
                         const Reason& reason) {
  std::vector<std::string> details;
  for (const OtherSession& session : context.observer.blockers()) {
    details.push_back("in the way: " + Describe(session));
  }
  throw Refusal(ExitCode::kLockBudget, codes::kLockBudget,
                fmt::format("step {}: {}, tried for {}; nothing of the step is left behind",
                            place.what, reason.text, Span(context.lock_budget)),
                details, reason.way_out);
}

bool IsLockTrouble(ErrorKind kind) {
  return kind == ErrorKind::kLockTimeout || kind == ErrorKind::kRetry;
}

void TellAttempt(const Context& context, const OperationPlace& place, const Reason& reason) {
  const std::vector<OtherSession> blockers = context.observer.blockers();
  context.reporter.Waiting(
      place.what, fmt::format("  {}: {}{}; trying again", place.what, reason.text,
                              blockers.empty() ? "" : ", held by " + Describe(blockers.front())));
}

/// Keeps the work of one attempt within its time, counted from the request for the first lock.
class Deadline {
 public:
  Deadline(const Context& context, const ShortBudget& budget)
      : context_(context), end_(steady_clock::now() + budget.locks + budget.work) {}

  /// Between two statements.
  void Check() {
    const auto left = duration_cast<milliseconds>(end_ - steady_clock::now());
    if (left <= milliseconds(0)) {
      throw TooSlow();
    }
    if (bound_ - left > kSlack) {
      context_.engine.BoundShort(context_.database, left);
      bound_ = left;
    }
  }

 private:
  const Context& context_;
  steady_clock::time_point end_;
  milliseconds bound_ = milliseconds::max();  ///< of each statement, as the server knows it
};

}  // namespace

void ShortTransaction(const Context& context, const OperationPlace& place,
                      const std::vector<TableLock>& locks,
                      const std::function<void(const std::function<void()>&)>& work) {
  const milliseconds lock_wait =
      context.engine.SafeLockTimeout(context.database, milliseconds(place.plan.lock_timeout_ms));
  const auto deadline = steady_clock::now() + context.lock_budget;
  Pauses pauses;
  const ShortBudget budget{lock_wait, kWork};
  context.observer.ForgetBlockers();
  const auto attempt = [&] {
    FencedTransaction transaction(context);
    Deadline deadline_of_attempt(context, budget);
    context.engine.EnterShort(context.database, locks, budget);
    work([&] {
      if (!locks.empty()) {  // with nothing locked nobody can queue behind the work
        deadline_of_attempt.Check();
      }
    });
    transaction.Commit();
  };
  while (true) {
    context.stop.Check();
    context.engine.MoveMaintenance(context.database, locks);
    bool slow = false;
    try {
      context.observer.During(context.database.session_id(), attempt);
      return;
    } catch (const TooSlow&) {
      slow = true;
    } catch (const DatabaseError& error) {
      slow = error.kind() == ErrorKind::kCancelled && !context.stop.cancelled();
      if (!slow && !IsLockTrouble(error.kind())) {
        throw;
      }
    }
    context.database.Rollback();
    if (slow) {
      context.observer.ForgetBlockers();
    }
    const Reason& reason = slow ? kTooMuchWork : kNoLock;
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
      GiveUp(context, place, kNoLock);
    }
    TellAttempt(context, place, kNoLock);
    context.stop.Sleep(pauses.Next());
  }
}

}  // namespace zdm
