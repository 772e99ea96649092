// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/attempts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;

constexpr double kLongestPauseMs = 5000;
constexpr double kPauseGrowth = 1.4;

}  // namespace

milliseconds Pauses::Next() {
  std::uniform_real_distribution<double> jitter(0.6, 1.4);
  const double pause = next_ms_;
  next_ms_ = std::min(kLongestPauseMs, static_cast<double>(static_cast<int>(pause * kPauseGrowth)));
  return milliseconds(static_cast<int>(pause * jitter(random_)));
}

milliseconds Pauses::Brief() {
  return milliseconds(std::uniform_int_distribution<int>(5, 25)(random_));
}

void GiveUp(const Context& context, const OperationPlace& place, const Reason& reason) {
  std::vector<std::string> details;
  for (const OtherSession& session : context.observer.blockers()) {
    details.push_back("in the way: " + Describe(session));
  }
  throw Refusal(ExitCode::kLockBudget, codes::kLockBudget,
                fmt::format("step {}: {}, tried for {}; nothing of the step is left behind",
                            place.what, reason.text, Span(context.lock_budget)),
                details, reason.way_out);
}

void TellAttempt(const Context& context, const OperationPlace& place, const Reason& reason) {
  const std::vector<OtherSession> blockers = context.observer.blockers();
  context.reporter.Waiting(
      place.what, fmt::format("  {}: {}{}; trying again", place.what, reason.text,
                              blockers.empty() ? "" : ", held by " + Describe(blockers.front())));
}

Overdue WithinBounds(const Context& context, const Bounds& bounds,
                     const std::function<void()>& work, Observer::OnWait on_wait) {
  return context.observer.Within(context.engine.Overseen(bounds), context.database.session_id(),
                                 work, std::move(on_wait));
}

bool IsLockTrouble(ErrorKind kind) {
  return kind == ErrorKind::kLockTimeout || kind == ErrorKind::kRetry;
}

}  // namespace zdm
