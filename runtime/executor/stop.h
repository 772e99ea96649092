// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM: the first asks for an end at the next safe point, the second cancels what
// runs. Everything that waits, waits here, so that a signal ends the wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "runtime/database/database.h"

namespace zdm {

class Stop {
 public:
  /// Takes both signals over for the whole process; made before any other thread.
  Stop();
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop();

  /// Number of the first signal; 0: none came.
  int signal() const;
  /// A safe point: throws Refusal (130 or 143) when a signal came.
  void Check() const;
  /// Whether a second signal came: running statements were cancelled.
  bool cancelled() const;
  /// Waits that long, or until a signal comes.
  void Sleep(std::chrono::milliseconds duration) const;

  /// Sessions whose running statement a second signal cancels.
  void Register(Database& database);
  void Unregister(Database& database);

 private:
  void Watch();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int signal_ = 0;
  bool cancelled_ = false;
  std::set<Database*> sessions_;
  int end_pipe_[2] = {-1, -1};
  std::thread watcher_;
};

}  // namespace zdm
