// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/short_transaction.h"

#include <fmt/format.h>

#include "runtime/executor/attempts.h"

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A bound that is off by this much is not worth a round trip under the locks.
constexpr milliseconds kSlack{5};

/// The work took longer than anybody should wait behind it.
struct TooSlow {};

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
  const ShortBudget budget{lock_wait, kWorkUnderLocks};
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
      WithinBounds(context, {{}, budget.locks + budget.work, {}}, attempt);
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
