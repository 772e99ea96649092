// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/lease.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The server needs a moment to see that a killed runner is gone.
constexpr milliseconds kGrace{3000};
constexpr milliseconds kPoll{50};
/// What a statement has done until it is ended must be taken back.
constexpr milliseconds kEnding{30000};
/// Four heartbeats and more missed: the runner is gone, whatever its session says.
constexpr std::int64_t kDeadAfterMs = 25000;

std::string OurName() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("zdm on {} (process {})", host.data(), getpid());
}

}  // namespace

Lease::Lease(Database& database, const Engine& engine, const Stop& stop)
    : database_(database), engine_(engine) {
  LeaseHolder other;
  auto deadline = steady_clock::now() + kGrace;
  bool ended = false;
  while (true) {
    if (const auto token = engine_.TakeLease(database_, OurName(), other)) {
      token_ = *token;
      return;
    }
    if (!ended && (other.left_behind || other.heartbeat_age_ms > kDeadAfterMs)) {
      ended = engine_.EndHolder(database_, other);
      deadline = steady_clock::now() + (ended ? kEnding : kGrace);
    }
    if (steady_clock::now() >= deadline) {
      break;
    }
    stop.Sleep(kPoll);
    stop.Check();
  }
  throw Refusal(
      ExitCode::kLeaseHeld, codes::kLeaseHeld,
      fmt::format("another runner is at work here: {}, session {}, last sign of life {} s "
                  "ago",
                  other.holder, other.session_id, other.heartbeat_age_ms / 1000),
      {}, "wait until it has ended, or end it, and run the same command again");
}

Lease::~Lease() {
  try {
    if (token_ != 0 && database_.transaction_state() != TransactionState::kLost) {
      database_.Rollback();
      engine_.ReleaseLease(database_, token_);
    }
  } catch (const DatabaseError&) {
    // The session ends with us, and the lease with it.
  }
}

}  // namespace zdm
