// SPDX-License-Identifier: Apache-2.0
// The right to write, held by one runner a database for the time of one command.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/executor/engine.h"
#include "runtime/executor/stop.h"

namespace zdm {

class Lease {
 public:
  /// Takes it over from a holder that is gone; waits a moment for one that is going. Throws Refusal
  /// (exit 10) naming a living holder.
  Lease(Database& database, const Engine& engine, const Stop& stop);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  /// Grows with every holder; checked in every transaction that writes.
  std::int64_t token() const { return token_; }

 private:
  Database& database_;
  const Engine& engine_;
  std::int64_t token_ = 0;
};

}  // namespace zdm
