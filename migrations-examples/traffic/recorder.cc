// SPDX-License-Identifier: Apache-2.0
#include "migrations-examples/traffic/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace zdm::traffic {
namespace {

constexpr std::int64_t kSlotMilliseconds = 100;

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Recorder::Recorder(const std::string& path) : out_(path, std::ios::app) {}

Recorder::~Recorder() {
  Write();
}

void Recorder::Statement(double milliseconds, const std::string& error) {
  std::lock_guard lock(mutex_);
  Roll();
  ++statements_;
  slowest_ = std::max(slowest_, milliseconds);
  if (error.empty()) return;
  ++failed_;
  ++all_failed_;
  if (errors_.insert(error).second) std::cerr << "failed: " << error << "\n";
}

void Recorder::Wait(double milliseconds) {
  std::lock_guard lock(mutex_);
  Roll();
  wait_ = std::max(wait_, milliseconds);
}

void Recorder::Roll() {
  std::int64_t slot = Now() / kSlotMilliseconds;
  if (slot == slot_) return;
  Write();
  slot_ = slot;
  statements_ = failed_ = 0;
  slowest_ = wait_ = 0;
}

void Recorder::Write() {
  if (slot_ == 0) return;
  out_ << fmt::format("{} {} {} {:.2f} {:.2f}\n", slot_ * kSlotMilliseconds, statements_, failed_,
                      slowest_, wait_);
  out_.flush();
}

}  // namespace zdm::traffic
