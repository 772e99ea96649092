// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/final_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <variant>

#include "runtime/executor/attempts.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

void Record(const Context& context, const std::function<void()>& record) {
  if (record) {
    FencedTransaction transaction(context);
    record();
    transaction.Commit();
  }
}

class FinalRun {
 public:
  FinalRun(const Context& context, const OperationPlace& place, const Operation& operation,
           const Records& records)
      : context_(context),
        place_(place),
        operation_(operation),
        action_(std::get<RunSql>(operation.action)),
        records_(records),
        lock_wait_(context.engine.SafeLockTimeout(context.database,
                                                  milliseconds(place.plan.lock_timeout_ms))),
        deadline_(steady_clock::now() + context.lock_budget) {}

  void Run() {
    RequireOne(action_.statements);
    if (action_.guard) {
      RequireOne(action_.guard->otherwise);
    }
    Record(context_, records_.started);
    context_.observer.ForgetBlockers();
    for (int tries = 1; !Attempt(tries); ++tries) {
    }
    RequireDone(context_.database, place_, operation_);
    Record(context_, records_.finished);
  }

 private:
  /// Between two final statements a kill would leave a state that no check describes.
  void RequireOne(const std::vector<std::string>& statements) const {
    const auto is_setting = [&](const std::string& statement) {
      return context_.engine.IsSetting(statement);
    };
    const std::int64_t finals = std::count_if(
        statements.begin(), statements.end(),
        [&](const std::string& statement) { return context_.engine.IsFinal(statement); });
    const bool alone =
        finals == 0 ||
        (finals == 1 && std::all_of(statements.begin(), statements.end(), [&](const auto& text) {
           return context_.engine.IsFinal(text) || is_setting(text);
         }));
    if (!alone) {
      throw std::logic_error(fmt::format(
          "step {}: an operation holds more than one statement that commits by itself; the plan "
          "cannot be run safely on this server",
          place_.what));
    }
  }

  /// True: it is done.
  bool Attempt(int tries) {
    context_.stop.Check();
    const bool queues =
        context_.engine.EnterFinal(context_.database, action_.policy, context_.lock_budget, tries);
    overdue_ = Overdue::kNo;
    try {
      RunRepair(context_.database, action_);
      RunStatements();
      context_.engine.LeaveFinal(context_.database);
      return true;
    } catch (const DatabaseError& error) {
      if (error.kind() == ErrorKind::kConnectionLost) {
        throw;  // the outcome is unknown: the intent stays
      }
      context_.database.Rollback();
      context_.engine.LeaveFinal(context_.database);
      if (operation_.done && Holds(context_.database, *operation_.done)) {
        return true;  // the word to stop came too late
      }
      RunRepair(context_.database, action_);
      Again(error, queues);
    }
    return false;
  }

  void RunStatements() {
    const std::vector<std::string> statements = Choose(context_.database, action_);
    const bool final = std::any_of(statements.begin(), statements.end(),
                                   [&](const auto& text) { return context_.engine.IsFinal(text); });
    std::optional<FencedTransaction> transaction;
    if (!final) {
      transaction.emplace(context_);
    }
    for (const std::string& statement : statements) {
      if (context_.engine.IsFinal(statement)) {
        context_.journal.RequireLease(context_.token);
        Bounded([&] { context_.database.Execute(statement); });
      } else {
        context_.database.Execute(statement);
      }
    }
    if (transaction) {
      transaction->Commit();
    }
  }

  void Bounded(const std::function<void()>& work) {
    Bounds bounds;
    if (action_.policy != LockPolicy::kPatient) {
      bounds.wait = lock_wait_;
      bounds.build = action_.policy == LockPolicy::kConcurrent;
      bounds.others = bounds.build ? milliseconds(0) : lock_wait_ + kWorkUnderLocks;
    }
    try {
      WithinBounds(context_, bounds, work, TellWaiting(context_, place_));
    } catch (const DatabaseError&) {
      overdue_ = context_.observer.overdue();
      throw;
    }
  }

  /// Waits for the next attempt, or throws when there is none.
  void Again(const DatabaseError& error, bool queues) {
    const bool ended = error.kind() == ErrorKind::kCancelled && !context_.stop.cancelled();
    if (!ended && !IsLockTrouble(error.kind())) {
      Record(context_, records_.withdrawn);
      throw error;
    }
    const Reason& reason = overdue_ == Overdue::kWorked ? kTooMuchWork : kNoLock;
    if (steady_clock::now() >= deadline_ && queues) {
      Record(context_, records_.withdrawn);
      GiveUp(context_, place_, reason);
    }
    if (queues) {
      TellAttempt(context_, place_, reason);
    }
    context_.stop.Sleep(queues ? pauses_.Next() : pauses_.Brief());
  }

  const Context& context_;
  const OperationPlace& place_;
  const Operation& operation_;
  const RunSql& action_;
  const Records& records_;
  milliseconds lock_wait_;
  steady_clock::time_point deadline_;
  Overdue overdue_ = Overdue::kNo;
  Pauses pauses_;
};

}  // namespace

bool HasFinal(const Engine& engine, const RunSql& action) {
  const auto is_final = [&](const std::string& statement) { return engine.IsFinal(statement); };
  return std::any_of(action.statements.begin(), action.statements.end(), is_final) ||
         (action.guard &&
          std::any_of(action.guard->otherwise.begin(), action.guard->otherwise.end(), is_final));
}

void RunFinal(const Context& context, const OperationPlace& place, const Operation& operation,
              const Records& records) {
  FinalRun(context, place, operation, records).Run();
}

}  // namespace zdm
