// SPDX-License-Identifier: Apache-2.0
// A second session that watches while the first one works: it sees who keeps us waiting and whom we
// keep waiting, and gives the lease's sign of life. It looks only when something takes long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/executor/engine.h"

namespace zdm {

class Observer {
 public:
  /// `connect` is called when there is something to look at for the first time.
  Observer(std::function<std::unique_ptr<Database>()> connect, const Engine& engine);
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  ~Observer();

  /// Runs `work`, which uses the session `session_id`, and looks while it takes longer than some
  /// milliseconds. `on_wait` is told (from the observer's thread) about once a second who keeps it.
  using OnWait = std::function<void(const std::vector<OtherSession>&)>;
  void During(std::int64_t session_id, const std::function<void()>& work, OnWait on_wait = {});
  /// The same, and ends the statement at work when it goes beyond `bounds`: it then throws
  /// kCancelled. Once this returns, nothing of ours is under way to the session any more.
  Overdue Within(const Bounds& bounds, std::int64_t session_id, const std::function<void()>& work,
                 OnWait on_wait = {});
  /// Why the last Within was ended, if it was.
  Overdue overdue() const;

  /// Those seen in the way during the last During that saw any.
  std::vector<OtherSession> blockers() const;
  void ForgetBlockers();
  /// The longest that anybody was seen waiting behind us since the last call.
  std::chrono::milliseconds TakeLongestWait();
  Pressure TakePressure();

  /// Signs of life for the lease `token`; `on_lost` when another one holds it.
  void KeepLease(std::int64_t token, std::function<void()> on_lost);
  void DropLease();

 private:
  struct Watched {
    std::int64_t session_id = 0;
    std::chrono::steady_clock::time_point since, told;
    OnWait on_wait;
    Oversight oversight;
  };
  void Watch(Watched watched, const std::function<void()>& work);
  void Loop();
  std::chrono::steady_clock::time_point NextLook() const;
  std::chrono::steady_clock::time_point NextOversight(
      std::chrono::steady_clock::time_point look) const;
  void Oversee(std::unique_lock<std::mutex>& lock);
  void Look(std::unique_lock<std::mutex>& lock);
  void SendHeartbeat(std::unique_lock<std::mutex>& lock);
  bool Ask(std::unique_lock<std::mutex>& lock, const std::function<void(Database&)>& question);

  std::function<std::unique_ptr<Database>()> connect_;
  const Engine& engine_;
  std::unique_ptr<Database> database_;  ///< of the thread

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::vector<Watched> watched_;
  std::vector<OtherSession> blockers_;
  std::chrono::milliseconds longest_wait_{0};
  Overdue overdue_ = Overdue::kNo;
  std::int64_t overseeing_ = 0;  ///< the session about which the thread is asking now
  bool connected_ = false;
  bool want_connection_ = false;
  bool want_pressure_ = false;
  Pressure pressure_;
  std::int64_t token_ = 0;
  std::function<void()> on_lost_;
  std::chrono::steady_clock::time_point next_heartbeat_;
  std::thread thread_;
};

}  // namespace zdm
