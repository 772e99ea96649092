// SPDX-License-Identifier: Apache-2.0
// What a command works with while it holds the lease.
#pragma once

#include <chrono>
#include <string>

#include "runtime/executor/engine.h"
#include "runtime/executor/observer.h"
#include "runtime/executor/reporter.h"
#include "runtime/executor/stop.h"
#include "runtime/journal/journal.h"
#include "runtime/journal/server_family.h"

namespace zdm {

struct Context {
  const ServerFamily& family;
  Database& database;
  Journal& journal;
  const Engine& engine;
  Observer& observer;
  Reporter& reporter;
  Stop& stop;
  std::int64_t token = 0;  ///< of the lease
  /// How long a lock is tried for before the command gives up (exit 11).
  std::chrono::milliseconds lock_budget{600000};
};

/// Begins a transaction that writes: nothing is written once the lease is lost.
class FencedTransaction {
 public:
  explicit FencedTransaction(const Context& context) : transaction_(context.database) {
    context.journal.RequireLease(context.token);
  }
  void Commit() { transaction_.Commit(); }

 private:
  Transaction transaction_;
};

}  // namespace zdm
