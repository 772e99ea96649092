// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/stop.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <system_error>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

sigset_t OurSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Stop::Stop() {
  const sigset_t set = OurSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (pipe(end_pipe_) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  watcher_ = std::thread([this] { Watch(); });
}

Stop::~Stop() {
  const char byte = 0;
  if (write(end_pipe_[1], &byte, 1) == 1) {
    watcher_.join();
  } else {
    watcher_.detach();
  }
  close(end_pipe_[0]);
  close(end_pipe_[1]);
}

void Stop::Watch() {
  const sigset_t set = OurSignals();
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  pollfd waits[2] = {{signals, POLLIN, 0}, {end_pipe_[0], POLLIN, 0}};
  while (poll(waits, 2, -1) >= 0 || errno == EINTR) {
    if (waits[1].revents != 0) {
      break;
    }
    signalfd_siginfo info;
    if ((waits[0].revents & POLLIN) == 0 || read(signals, &info, sizeof info) != sizeof info) {
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (signal_ == 0) {
      signal_ = static_cast<int>(info.ssi_signo);
    } else {
      cancelled_ = true;
      for (Database* session : sessions_) {
        session->Cancel();
      }
    }
    changed_.notify_all();
  }
  close(signals);
}

int Stop::signal() const {
  const std::lock_guard lock(mutex_);
  return signal_;
}

bool Stop::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void Stop::Check() const {
  const int number = signal();
  if (number == 0) {
    return;
  }
  throw Refusal(number == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted,
                codes::kInterrupted, "stopped by a signal at a safe point; the state is saved", {},
                "run the same command again to go on");
}

void Stop::Sleep(std::chrono::milliseconds duration) const {
  std::unique_lock lock(mutex_);
  const int before = signal_;
  changed_.wait_for(lock, duration, [&] { return signal_ != before || cancelled_; });
}

void Stop::Register(Database& database) {
  const std::lock_guard lock(mutex_);
  sessions_.insert(&database);
}

void Stop::Unregister(Database& database) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(&database);
}

}  // namespace zdm
