// SPDX-License-Identifier: Apache-2.0
// The short transaction: everything that takes a lock on which an application can wait goes through
// here. It asks for its locks for a moment, gives up, lets the others pass, and asks again.
#pragma once

#include <functional>
#include <vector>

#include "runtime/executor/context.h"
#include "runtime/executor/steps.h"

namespace zdm {

/// Runs `work` under `locks` in one fenced transaction and commits it; tries again when a lock is
/// not to be had, until the budget is used up: then throws Refusal (exit 11) naming who is in the
/// way. `work` calls the function given to it between its statements: it ends an attempt that
/// takes longer under its locks than anybody should wait.
void ShortTransaction(const Context& context, const OperationPlace& place,
                      const std::vector<TableLock>& locks,
                      const std::function<void(const std::function<void()>&)>& work);

/// Runs `attempt` again after a lock timeout or deadlock, as above.
void RetryOnLocks(const Context& context, const OperationPlace& place,
                  const std::function<void()>& attempt);

}  // namespace zdm
