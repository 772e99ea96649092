// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/observer.h"

#include <algorithm>
#include <utility>

namespace zdm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
// Longer than a batch takes, shorter than it waits for a lock: an undisturbed run is hardly looked
// at.
constexpr milliseconds kFirstLook{45};
constexpr milliseconds kSoon{25};
constexpr milliseconds kLater{250};
constexpr milliseconds kTellEvery{1000};
constexpr milliseconds kHeartbeatEvery{5000};
constexpr milliseconds kPressureEvery{1000};

}  // namespace

Observer::Observer(std::function<std::unique_ptr<Database>()> connect, const Engine& engine)
    : connect_(std::move(connect)), engine_(engine), thread_([this] { Loop(); }) {}

Observer::~Observer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Observer::During(std::int64_t session_id, const std::function<void()>& work, OnWait on_wait) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    watched_.push_back({session_id, now, now, std::move(on_wait)});
  }
  changed_.notify_all();
  struct Disarm {
    Observer& observer;
    std::int64_t session_id;
    ~Disarm() {
      const std::lock_guard lock(observer.mutex_);
      std::erase_if(observer.watched_,
                    [&](const Watched& watched) { return watched.session_id == session_id; });
    }
  } disarm{*this, session_id};
  work();
}

std::vector<OtherSession> Observer::blockers() const {
  const std::lock_guard lock(mutex_);
  return blockers_;
}

void Observer::ForgetBlockers() {
  const std::lock_guard lock(mutex_);
  blockers_.clear();
}

milliseconds Observer::TakeLongestWait() {
  const std::lock_guard lock(mutex_);
  return std::exchange(longest_wait_, milliseconds(0));
}

Pressure Observer::TakePressure() {
  const std::lock_guard lock(mutex_);
  want_pressure_ = true;
  return pressure_;
}

void Observer::KeepLease(std::int64_t token, std::function<void()> on_lost) {
  {
    const std::lock_guard lock(mutex_);
    token_ = token;
    on_lost_ = std::move(on_lost);
    next_heartbeat_ = steady_clock::now() + kHeartbeatEvery;
  }
  changed_.notify_all();
}

void Observer::DropLease() {
  const std::lock_guard lock(mutex_);
  token_ = 0;
  on_lost_ = {};
}

/// Unlocked while it asks; a session that is lost is made anew at the next question.
bool Observer::Ask(std::unique_lock<std::mutex>& lock,
                   const std::function<void(Database&)>& question) {
  lock.unlock();
  bool answered = false;
  try {
    if (!database_) {
      database_ = connect_();
    }
    question(*database_);
    answered = true;
  } catch (const DatabaseError&) {
    database_.reset();
  }
  lock.lock();
  return answered;
}

void Observer::SendHeartbeat(std::unique_lock<std::mutex>& lock) {
  const std::int64_t token = token_;
  const auto on_lost = on_lost_;
  bool held = true;
  Ask(lock, [&](Database& database) { held = engine_.Heartbeat(database, token); });
  next_heartbeat_ = steady_clock::now() + kHeartbeatEvery;
  if (!held && on_lost && token == token_) {
    token_ = 0;
    on_lost();
  }
}

void Observer::Look(std::unique_lock<std::mutex>& lock) {
  for (const Watched& watched : std::vector<Watched>(watched_)) {
    if (steady_clock::now() - watched.since < kFirstLook) {
      continue;
    }
    std::vector<OtherSession> blockers;
    std::vector<OtherSession> waiters;
    if (!Ask(lock, [&](Database& database) {
          blockers = engine_.BlockersOf(database, watched.session_id);
          waiters = engine_.WaitersBehind(database, watched.session_id);
        })) {
      return;
    }
    if (!blockers.empty()) {
      blockers_ = blockers;
    }
    for (const OtherSession& waiter : waiters) {
      longest_wait_ = std::max(longest_wait_,
                               milliseconds(static_cast<std::int64_t>(waiter.age_seconds * 1000)));
    }
    const auto now = steady_clock::now();
    if (blockers.empty() || !watched.on_wait || now - watched.told < kTellEvery) {
      continue;
    }
    for (Watched& still : watched_) {
      if (still.session_id == watched.session_id) {
        still.told = now;
        watched.on_wait(blockers);
      }
    }
  }
}

void Observer::Loop() {
  std::unique_lock lock(mutex_);
  auto next_pressure = steady_clock::now();
  while (!ending_) {
    const auto now = steady_clock::now();
    auto wake = now + std::chrono::hours(1);
    if (!watched_.empty()) {
      const auto oldest =
          std::min_element(watched_.begin(), watched_.end(),
                           [](const Watched& a, const Watched& b) { return a.since < b.since; });
      const auto age = now - oldest->since;
      wake =
          age < kFirstLook ? oldest->since + kFirstLook : now + (age < kTellEvery ? kSoon : kLater);
    }
    if (token_ != 0) {
      wake = std::min(wake, next_heartbeat_);
    }
    if (want_pressure_) {
      wake = std::min(wake, std::max(next_pressure, now));
    }
    changed_.wait_until(lock, wake);
    if (ending_) {
      return;
    }
    if (token_ != 0 && steady_clock::now() >= next_heartbeat_) {
      SendHeartbeat(lock);
    }
    if (want_pressure_ && steady_clock::now() >= next_pressure) {
      want_pressure_ = false;
      next_pressure = steady_clock::now() + kPressureEvery;
      Pressure pressure;
      Ask(lock, [&](Database& database) { pressure = engine_.Measure(database); });
      pressure_ = pressure;
    }
    Look(lock);
  }
}

}  // namespace zdm
