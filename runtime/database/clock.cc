// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/clock.h"

#include <thread>

namespace zdm {

Clock::TimePoint SystemClock::Now() {
  return std::chrono::steady_clock::now();
}

void SystemClock::Sleep(std::chrono::milliseconds duration) {
  std::this_thread::sleep_for(duration);
}

}  // namespace zdm
