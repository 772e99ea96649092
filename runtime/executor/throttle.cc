// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/throttle.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr milliseconds kLookEvery{1000};
constexpr milliseconds kHold{1000};

}  // namespace

std::string WriteThrottle(const ThrottleSetting& setting) {
  return nlohmann::json{{"rows_a_second", setting.rows_a_second},
                        {"replica_lag_seconds", setting.replica_lag_seconds},
                        {"replica_lag_bytes", setting.replica_lag_bytes}}
      .dump();
}

ThrottleSetting ReadThrottle(const std::string& text) {
  ThrottleSetting setting;
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_object()) {
    setting.rows_a_second = document.value("rows_a_second", setting.rows_a_second);
    setting.replica_lag_seconds =
        document.value("replica_lag_seconds", setting.replica_lag_seconds);
    setting.replica_lag_bytes = document.value("replica_lag_bytes", setting.replica_lag_bytes);
  }
  return setting;
}

void RequireNotPaused(Journal& journal) {
  if (const auto paused = journal.ReadSetting(kPauseSetting)) {
    throw Refusal(ExitCode::kPaused, codes::kPaused,
                  fmt::format("zdm is paused here ({}); the state is saved", *paused), {},
                  "zdm resume, then run the same command again");
  }
}

Throttle::Throttle(const Context& context, milliseconds lock_timeout)
    : context_(context), lock_timeout_(lock_timeout) {
  Look();
}

void Throttle::Look() {
  next_look_ = steady_clock::now() + kLookEvery;
  RequireNotPaused(context_.journal);
  setting_ = ReadThrottle(context_.journal.ReadSetting(kThrottleSetting).value_or(""));
}

Throttle::Answer Throttle::After(std::int64_t rows, milliseconds busy) {
  if (steady_clock::now() >= next_look_) {
    Look();
  }
  const Pressure pressure = context_.observer.TakePressure();
  if (pressure.replica_lag_seconds > setting_.replica_lag_seconds ||
      pressure.replica_lag_bytes > setting_.replica_lag_bytes) {
    return {kHold, fmt::format("replica {} ({:.0f} s, {} MB behind)", pressure.replica,
                               pressure.replica_lag_seconds, pressure.replica_lag_bytes >> 20)};
  }
  const milliseconds waited = context_.observer.TakeLongestWait();
  if (waited > lock_timeout_) {
    return {waited, fmt::format("a session that waited {} behind us", Span(waited))};
  }
  if (setting_.rows_a_second > 0 && rows > 0) {
    const milliseconds due(rows * 1000 / setting_.rows_a_second);
    if (due > busy) {
      return {due - busy, fmt::format("zdm throttle ({} rows/s)", setting_.rows_a_second)};
    }
  }
  return {};
}

}  // namespace zdm
