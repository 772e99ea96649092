// SPDX-License-Identifier: Apache-2.0
// Time as the runtime sees it, so that tests need not wait.
#pragma once

#include <chrono>

namespace zdm {

class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  virtual ~Clock() = default;
  virtual TimePoint Now() = 0;
  virtual void Sleep(std::chrono::milliseconds duration) = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint Now() override;
  void Sleep(std::chrono::milliseconds duration) override;
};

}  // namespace zdm
