// SPDX-License-Identifier: Apache-2.0
// Performs one operation of a step: looks whether it is done, does it by its lock policy, looks
// again. Its record in the journal is part of the same transaction wherever the server allows.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/context.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// What to write into the journal, inside the operation's transaction.
struct Records {
  std::function<void()> started;   ///< before the effect, where the two cannot be one transaction
  std::function<void()> finished;  ///< with the effect
  /// The effect did not come about: what `started` wrote goes.
  std::function<void()> withdrawn;
};

enum class StepResult { kApplied, kAlreadyDone };

struct OperationPlace {
  const Plan& plan;
  const Step& step;
  std::string what;  ///< for people: "e03-add-column-public.customer.email"
};

StepResult Perform(const Context& context, const OperationPlace& place, const Operation& operation,
                   const Records& records);

/// Whether the probe's query answers as expected.
bool Holds(Database& database, const Probe& probe);

/// Throws Refusal when the operation's check does not hold now that it ran.
void RequireDone(Database& database, const OperationPlace& place, const Operation& operation);

/// The statements of the form that applies now.
std::vector<std::string> Choose(Database& database, const RunSql& action);

/// Runs what the repair's query names, statement by statement.
void RunRepair(Database& database, const RunSql& action);

/// Says about once a second whom the operation waits for.
Observer::OnWait TellWaiting(const Context& context, const OperationPlace& place);

/// The look at rows of an Assert, outside any plan's progress: throws Refusal (exit 7) with keys,
/// or reports when it only reports.
void LookAtRows(const Context& context, const Assert& assertion, const std::string& what);

struct RowSample {
  std::int64_t count = 0;
  std::vector<std::string> lines;  ///< "public.t key: detail", the first few
};
RowSample SampleRows(Database& database, const RowQuery& rows);

}  // namespace zdm
