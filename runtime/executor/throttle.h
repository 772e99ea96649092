// SPDX-License-Identifier: Apache-2.0
// What holds a backfill back: a pause, a wish for less, replicas that lag, sessions that wait
// behind us. Asked between batches; looks at the server about once a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "runtime/executor/context.h"

namespace zdm {

/// Wishes of `zdm throttle`, kept as a setting of the journal.
struct ThrottleSetting {
  std::int64_t rows_a_second = 0;  ///< 0: no limit
  double replica_lag_seconds = 10;
  std::int64_t replica_lag_bytes = std::int64_t{256} << 20;
  friend bool operator==(const ThrottleSetting&, const ThrottleSetting&) = default;
};

inline constexpr std::string_view kThrottleSetting = "throttle";
std::string WriteThrottle(const ThrottleSetting& setting);
ThrottleSetting ReadThrottle(const std::string& text);

class Throttle {
 public:
  Throttle(const Context& context, std::chrono::milliseconds lock_timeout);

  /// After a batch of `rows` rows that took `busy`: why to hold back now, and for how long until to
  /// ask again; 0: go on. Throws Refusal when paused (exit 13).
  struct Answer {
    std::chrono::milliseconds wait{0};
    std::string reason;
  };
  Answer After(std::int64_t rows, std::chrono::milliseconds busy);

 private:
  void Look();

  const Context& context_;
  std::chrono::milliseconds lock_timeout_;
  ThrottleSetting setting_;
  std::chrono::steady_clock::time_point next_look_;
};

/// Throws Refusal (exit 13) while zdm is paused.
void RequireNotPaused(Journal& journal);

}  // namespace zdm
