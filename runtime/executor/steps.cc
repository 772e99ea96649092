// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "runtime/executor/backfill.h"
#include "runtime/executor/final_statement.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/short_transaction.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

constexpr int kSampledKeys = 10;
constexpr int kConcurrentTries = 5;

void Record(const std::function<void()>& record) {
  if (record) {
    record();
  }
}

class Performer {
 public:
  Performer(const Context& context, const OperationPlace& place, const Operation& operation,
            const Records& records)
      : context_(context), place_(place), operation_(operation), records_(records) {}

  void operator()(const RunSql& action) const {
    if (HasFinal(context_.engine, action)) {
      return RunFinal(context_, place_, operation_, records_);
    }
    switch (action.policy) {
      case LockPolicy::kShort:
        return Short(action);
      case LockPolicy::kPatient:
        return Patient([&] {
          for (const std::string& statement : Choose(context_.database, action)) {
            context_.database.Execute(statement);
          }
        });
      case LockPolicy::kConcurrent:
        return Concurrent(action);
    }
  }

  void operator()(const Backfill& action) const {
    {
      FencedTransaction transaction(context_);
      Record(records_.started);
      transaction.Commit();
    }
    RunBackfill(context_, place_.plan, place_.step.id, action);
    RequireDone(context_.database, place_, operation_);
    FencedTransaction transaction(context_);
    Record(records_.finished);
    transaction.Commit();
  }

  void operator()(const Assert& action) const {
    LookAtRows(context_, action, place_.what);
    RecordFinished();
  }

  void operator()(const AssertObjects& action) const {
    std::vector<std::string> names;
    for (const Row& row : context_.database.Query(action.query)) {
      names.push_back(row.empty() ? "" : row[0].value_or(""));
    }
    if (!names.empty()) {
      throw Refusal(ExitCode::kStale, codes::kObjectsInTheWay,
                    fmt::format("{}: {}", place_.what, action.summary), names,
                    "change or drop these, then run the same command again; or zdm rollback");
    }
    RecordFinished();
  }

  void operator()(const SetAside& action) const {
    Patient([&] {
      const std::int64_t kept = context_.journal.SetAside(place_.plan.id, action.rows);
      if (kept > 0) {
        context_.reporter.Event(fmt::format("  {} of {} kept in zdm.set_aside ({})",
                                            Count(kept, "row"), action.rows.table,
                                            action.rows.summary));
      }
    });
  }

 private:
  void RecordFinished() const {
    FencedTransaction transaction(context_);
    Record(records_.finished);
    transaction.Commit();
  }

  void Short(const RunSql& action) const {
    ShortTransaction(context_, place_, action.locks, [&](const std::function<void()>& breathe) {
      for (const std::string& statement : Choose(context_.database, action)) {
        breathe();
        context_.database.Execute(statement);
      }
      RequireDone(context_.database, place_, operation_);
      Record(records_.finished);
      breathe();
    });
  }

  /// One transaction that may wait; nobody queues behind its locks.
  void Patient(const std::function<void()>& work) const {
    const auto attempt = [&] {
      FencedTransaction transaction(context_);
      context_.engine.EnterPatient(context_.database, context_.lock_budget);
      work();
      RequireDone(context_.database, place_, operation_);
      Record(records_.finished);
      transaction.Commit();
    };
    RetryOnLocks(context_, place_, [&] {
      context_.observer.During(context_.database.session_id(), attempt,
                               TellWaiting(context_, place_));
    });
  }

  void Concurrent(const RunSql& action) const {
    {
      FencedTransaction transaction(context_);
      Record(records_.started);
      transaction.Commit();
    }
    const auto attempt = [&] {
      context_.engine.EnterPatient(context_.database, std::chrono::milliseconds(0));
      RunRepair(context_.database, action);
      try {
        for (const std::string& statement : Choose(context_.database, action)) {
          context_.database.Execute(statement);
        }
      } catch (const DatabaseError& error) {
        // What is left half done may reject rows, though nobody asked it to.
        if (error.kind() != ErrorKind::kConnectionLost) {
          RunRepair(context_.database, action);
        }
        throw;
      }
    };
    for (int tries = 1;; ++tries) {
      context_.stop.Check();
      try {
        context_.observer.During(context_.database.session_id(), attempt,
                                 TellWaiting(context_, place_));
        break;
      } catch (const DatabaseError& error) {
        if (error.kind() != ErrorKind::kRetry || tries == kConcurrentTries) {
          throw;
        }
      }
    }
    context_.database.SetLockTimeout(std::chrono::milliseconds(place_.plan.lock_timeout_ms));
    RequireDone(context_.database, place_, operation_);
    RecordFinished();
  }

  const Context& context_;
  const OperationPlace& place_;
  const Operation& operation_;
  const Records& records_;
};

}  // namespace

void RequireDone(Database& database, const OperationPlace& place, const Operation& operation) {
  if (operation.done && !Holds(database, *operation.done)) {
    throw Refusal(
        ExitCode::kFailed, codes::kCheckFailed,
        fmt::format("step {} ran, but its check does not hold; its effect was taken back "
                    "where the server allows",
                    place.what),
        {"the check: " + operation.done->query,
         fmt::format("expected \"{}\", the server answers \"{}\"", operation.done->expected,
                     QueryValue(database, operation.done->query).value_or(""))},
        "zdm status shows where things stand; zdm rollback takes all steps back");
  }
}

Observer::OnWait TellWaiting(const Context& context, const OperationPlace& place) {
  return
      [&reporter = context.reporter, what = place.what](const std::vector<OtherSession>& others) {
        if (!others.empty()) {
          reporter.Waiting(what, fmt::format("  {} waits for {}", what, Describe(others.front())));
        }
      };
}

std::vector<std::string> Choose(Database& database, const RunSql& action) {
  if (action.guard && !Holds(database, action.guard->when)) {
    return action.guard->otherwise;
  }
  return action.statements;
}

void RunRepair(Database& database, const RunSql& action) {
  if (!action.repair) {
    return;
  }
  for (const Row& row : database.Query(action.repair->query)) {
    if (!row.empty() && row[0]) {
      database.Execute(*row[0]);
    }
  }
}

bool Holds(Database& database, const Probe& probe) {
  return QueryValue(database, probe.query).value_or("") == probe.expected;
}

RowSample SampleRows(Database& database, const RowQuery& rows) {
  RowSample sample;
  const Rows found =
      database.Query(fmt::format("WITH q (k, d) AS (\n{}\n) SELECT q.k, q.d, count(*) OVER () "
                                 "FROM q LIMIT {}",
                                 rows.query, kSampledKeys));
  for (const Row& row : found) {
    sample.count = std::stoll(row[2].value_or("0"));
    const std::string detail = row[1].value_or("");
    sample.lines.push_back(fmt::format("{} {}{}{}", rows.table, row[0].value_or("(no key)"),
                                       detail.empty() ? "" : ": ", detail));
  }
  if (sample.count > static_cast<std::int64_t>(found.size())) {
    sample.lines.push_back(fmt::format(
        "and {} more", Grouped(sample.count - static_cast<std::int64_t>(found.size()))));
  }
  return sample;
}

void LookAtRows(const Context& context, const Assert& assertion, const std::string& what) {
  RowSample sample;
  context.observer.During(context.database.session_id(), [&] {
    Transaction transaction(context.database);
    context.engine.EnterPatient(context.database, context.lock_budget);
    sample = SampleRows(context.database, assertion.rows);
    transaction.Commit();
  });
  if (sample.count == 0) {
    return;
  }
  const std::string sentence = fmt::format("{}: {} of {}: {}", what, Count(sample.count, "row"),
                                           assertion.rows.table, assertion.rows.summary);
  if (!assertion.report_only) {
    throw Refusal(ExitCode::kData, codes::kRowsInTheWay, sentence, sample.lines,
                  assertion.advice.empty()
                      ? "fix these rows and run the same command again; or zdm rollback"
                      : assertion.advice);
  }
  context.reporter.Event("  note: " + sentence);
  for (const std::string& line : sample.lines) {
    context.reporter.Event("    " + line);
  }
  if (!assertion.advice.empty()) {
    context.reporter.Event("    " + assertion.advice);
  }
}

StepResult Perform(const Context& context, const OperationPlace& place, const Operation& operation,
                   const Records& records) {
  if (operation.done && Holds(context.database, *operation.done)) {
    FencedTransaction transaction(context);
    Record(records.finished);
    transaction.Commit();
    return StepResult::kAlreadyDone;
  }
  std::visit(Performer(context, place, operation, records), operation.action);
  return StepResult::kApplied;
}

}  // namespace zdm
