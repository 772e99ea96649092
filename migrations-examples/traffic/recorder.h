// SPDX-License-Identifier: Apache-2.0
// What was seen: one line for each tenth of a second,
//   MILLISECONDS_SINCE_1970 STATEMENTS FAILED SLOWEST_MS LONGEST_WAIT_BEHIND_ZDM_MS
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <set>
#include <string>

namespace zdm::traffic {

class Recorder {
 public:
  explicit Recorder(const std::string& path);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// `error`: "" for a statement that went well. Each distinct error is printed on stderr once.
  void Statement(double milliseconds, const std::string& error);
  void Wait(double milliseconds);
  std::uint64_t failed() const { return all_failed_; }

 private:
  void Roll();
  void Write();

  std::mutex mutex_;
  std::ofstream out_;
  std::int64_t slot_ = 0;
  std::uint64_t statements_ = 0, failed_ = 0, all_failed_ = 0;
  double slowest_ = 0, wait_ = 0;
  std::set<std::string> errors_;
};

}  // namespace zdm::traffic
