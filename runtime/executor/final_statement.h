// SPDX-License-Identifier: Apache-2.0
// Statements that no transaction can take back. Such a statement runs alone: its intent is recorded
// before, its outcome is read from the catalog by the operation's check, whatever the statement
// itself said. A lost connection leaves the intent; the next command asks the check first.
#pragma once

#include "runtime/executor/context.h"
#include "runtime/executor/steps.h"

namespace zdm {

/// Whether the action holds a statement that is final on this family of servers.
bool HasFinal(const Engine& engine, const RunSql& action);

/// Runs the operation, which holds exactly one final statement (and settings of the session); tries
/// again when a lock is not to be had, until the budget is used up: then throws Refusal (exit 11)
/// naming who is in the way, and the intent is withdrawn.
void RunFinal(const Context& context, const OperationPlace& place, const Operation& operation,
              const Records& records);

}  // namespace zdm
