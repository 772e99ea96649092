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
constexpr milliseconds kOverseeEvery{15};
/// How much sooner than its bound a statement is looked at: the question takes its time, too.
constexpr milliseconds kAhead{5};
constexpr milliseconds kConnecting{5000};

/// A build may come to wait at any time, anything else when its time is up.
steady_clock::time_point FirstOversight(const Oversight& oversight) {
  const Bounds& bounds = oversight.bounds;
  if (bounds.build) {
    return oversight.since;
  }
  milliseconds first = std::max({bounds.wait, bounds.run, bounds.others});
  for (const milliseconds bound : {bounds.wait, bounds.run, bounds.others}) {
    first = bound.count() > 0 ? std::min(first, bound) : first;
  }
  return oversight.since + first - kAhead;
}

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
  const auto now = steady_clock::now();
  Watch({session_id, now, now, std::move(on_wait), {}}, work);
}

Overdue Observer::Within(const Bounds& bounds, std::int64_t session_id,
                         const std::function<void()>& work, OnWait on_wait) {
  {
    std::unique_lock lock(mutex_);
    overdue_ = Overdue::kNo;
    if (bounds.any() && !connected_) {
      want_connection_ = true;
      changed_.notify_all();
      changed_.wait_for(lock, kConnecting, [&] { return !want_connection_; });
      if (!connected_) {
        throw DatabaseError(ErrorKind::kUnreachable, {},
                            "zdm needs a second session, which ends its statements before anybody "
                            "waits long behind them, and the server gives it none");
      }
    }
  }
  const auto now = steady_clock::now();
  Watch({session_id, now, now, std::move(on_wait), {bounds, now, now}}, work);
  return overdue();
}

/// Waits in the end for the question that is on its way: what it ends must not be what comes next.
void Observer::Watch(Watched watched, const std::function<void()>& work) {
  const std::int64_t session_id = watched.session_id;
  {
    const std::lock_guard lock(mutex_);
    watched_.push_back(std::move(watched));
  }
  changed_.notify_all();
  struct Disarm {
    Observer& observer;
    std::int64_t session_id;
    ~Disarm() {
      std::unique_lock lock(observer.mutex_);
      std::erase_if(observer.watched_,
                    [&](const Watched& watched) { return watched.session_id == session_id; });
      observer.changed_.wait(lock, [&] { return observer.overseeing_ != session_id; });
    }
  } disarm{*this, session_id};
  work();
}

Overdue Observer::overdue() const {
  const std::lock_guard lock(mutex_);
  return overdue_;
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
    next_heartbeat_ = steady_clock::now() + engine_.FirstHeartbeat(kHeartbeatEvery);
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
  connected_ = database_ != nullptr;
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

void Observer::Oversee(std::unique_lock<std::mutex>& lock) {
  for (const Watched& watched : std::vector<Watched>(watched_)) {
    Oversight oversight = watched.oversight;
    if (!oversight.bounds.any() || steady_clock::now() < FirstOversight(oversight)) {
      continue;
    }
    Overdue overdue = Overdue::kNo;
    overseeing_ = watched.session_id;
    Ask(lock, [&](Database& database) {
      overdue = engine_.EndOverdue(database, watched.session_id, oversight);
    });
    overseeing_ = 0;
    if (overdue != Overdue::kNo) {
      overdue_ = overdue;
    }
    for (Watched& still : watched_) {
      if (still.session_id == watched.session_id && still.since == watched.since) {
        still.oversight = oversight;
      }
    }
    changed_.notify_all();
  }
}

steady_clock::time_point Observer::NextLook() const {
  const auto now = steady_clock::now();
  const auto oldest =
      std::min_element(watched_.begin(), watched_.end(),
                       [](const Watched& a, const Watched& b) { return a.since < b.since; });
  const auto age = now - oldest->since;
  return age < kFirstLook ? oldest->since + kFirstLook : now + (age < kTellEvery ? kSoon : kLater);
}

/// `look`, or sooner when a statement has to be kept within its bounds.
steady_clock::time_point Observer::NextOversight(steady_clock::time_point look) const {
  for (const Watched& watched : watched_) {
    if (watched.oversight.bounds.any()) {
      look = std::min(
          look, std::max(FirstOversight(watched.oversight), steady_clock::now() + kOverseeEvery));
    }
  }
  return look;
}

void Observer::Loop() {
  std::unique_lock lock(mutex_);
  auto next_pressure = steady_clock::now();
  while (!ending_) {
    const auto now = steady_clock::now();
    auto wake = now + std::chrono::hours(1);
    auto look = now;
    if (!watched_.empty()) {
      look = NextLook();
      wake = NextOversight(look);
    }
    const bool sooner = wake < look;
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
    if (want_connection_) {
      Ask(lock, [](Database&) {});
      want_connection_ = false;
      changed_.notify_all();
    }
    Oversee(lock);
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
    if (!sooner || steady_clock::now() >= look) {
      Look(lock);
    }
  }
}

}  // namespace zdm
