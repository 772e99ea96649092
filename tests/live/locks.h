// SPDX-License-Identifier: Apache-2.0
// Looks at locks from outside: what a backend holds, and how long anybody waits behind it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_server.h"

namespace zdm::test {

/// Table ("public.item") -> mode ("ACCESS EXCLUSIVE"), the strongest held or declared. Modes that
/// every reader or writer takes (up to ROW EXCLUSIVE) are left out.
using Locks = std::map<std::string, std::string>;

/// 0 for what readers and writers take; higher is stronger.
int Strength(const std::string& mode);
void Add(Locks& locks, const std::string& table, const std::string& mode);
std::string Shown(const Locks& locks);

/// What `backend` holds now on tables that others can see; of sequences, as "sequence s.q", what
/// stops others from counting.
Locks HeldBy(Session& watcher, int backend);

/// Polls who waits for whom, on a thread of its own, until destroyed.
class WaitSampler {
 public:
  explicit WaitSampler(const TestDatabase& database);
  ~WaitSampler();
  WaitSampler(const WaitSampler&) = delete;
  WaitSampler& operator=(const WaitSampler&) = delete;

  /// The longest that a backend of `app` stood behind one of role `owner` with zdm's name, in
  /// milliseconds by the server's clock.
  double LongestBehindUs() const { return longest_ms_; }
  std::string Worst() const;

 private:
  void Loop();
  std::unique_ptr<Session> session_;
  std::atomic<double> longest_ms_{0};
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::string worst_;
  std::thread thread_;
};

/// Applications that touch `tables` all the time: a read and a write that changes nothing, each in
/// a short transaction, until destroyed or until the table goes. An error is kept.
class Probes {
 public:
  Probes(const TestDatabase& database, const std::vector<std::string>& tables);
  ~Probes();
  Probes(const Probes&) = delete;
  Probes& operator=(const Probes&) = delete;
  std::string Failure() const;

 private:
  void Loop(Session& session, std::string sql);
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::string failure_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<std::thread> threads_;
};

/// Reads what nobody locks, again and again until destroyed. How long that takes at most is what
/// the machine itself makes statements wait while a test measures: the allowance for its noise.
class Control {
 public:
  explicit Control(TestServer& server);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  double LongestMs() const { return longest_ms_; }

 private:
  std::unique_ptr<Session> session_;
  std::atomic<double> longest_ms_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Promise 1 for the plan's default lock timeout of 100 ms: that, and 50 ms.
constexpr double kLongestWaitMs = 150;

}  // namespace zdm::test
