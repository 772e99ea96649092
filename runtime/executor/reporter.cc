// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace zdm {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::seconds kLineEvery{10};
constexpr std::chrono::milliseconds kBarEvery{100};
constexpr int kBarCells = 24;

std::string Bar(const Progress& progress, bool unicode) {
  if (progress.total <= 0) {
    return "";
  }
  const double part =
      std::clamp(static_cast<double>(progress.done) / static_cast<double>(progress.total), 0., 1.);
  const int full = static_cast<int>(part * kBarCells);
  std::string bar = "[";
  for (int cell = 0; cell < kBarCells; ++cell) {
    bar += cell < full ? (unicode ? "█" : "#") : (unicode ? "░" : ".");
  }
  return bar + "] ";
}

std::string Line(const Progress& progress) {
  std::string line = progress.what + ": " + Count(progress.done, "row");
  if (const std::string percent = Reporter::Percent(progress); !percent.empty()) {
    line += ", " + percent;
  }
  if (progress.rate > 0) {
    line += fmt::format(", {} rows/s", Grouped(static_cast<std::int64_t>(progress.rate)));
  }
  if (const std::string left = Reporter::TimeLeft(progress); !left.empty()) {
    line += ", " + left;
  }
  if (!progress.held_back_by.empty()) {
    line += ", held back by " + progress.held_back_by;
  }
  return line;
}

}  // namespace

void Reporter::ClearBar() {
  if (bar_shown_) {
    std::fputs("\r\033[K", stderr);
    bar_shown_ = false;
  }
}

void Reporter::Event(std::string_view text) {
  if (options_.quiet) {
    return;
  }
  ClearBar();
  fmt::print(stderr, "{}\n", text);
  std::fflush(stderr);
}

void Reporter::Waiting(const std::string& topic, std::string_view text) {
  const auto now = steady_clock::now();
  if (topic == topic_ && last_waiting_ && now - *last_waiting_ < kLineEvery) {
    return;
  }
  topic_ = topic;
  last_waiting_ = now;
  Event(text);
}

void Reporter::Update(const Progress& progress) {
  if (options_.quiet) {
    return;
  }
  const auto now = steady_clock::now();
  if (!last_progress_) {
    last_progress_ = now;
  }
  if (now - *last_progress_ < (options_.terminal ? steady_clock::duration(kBarEvery)
                                                 : steady_clock::duration(kLineEvery))) {
    return;
  }
  last_progress_ = now;
  if (!options_.terminal) {
    Event(Line(progress));
    return;
  }
  ClearBar();
  fmt::print(stderr, "  {}{}", Bar(progress, options_.unicode), Line(progress));
  std::fflush(stderr);
  bar_shown_ = true;
}

void Reporter::EndProgress() {
  ClearBar();
  last_progress_.reset();
}

std::string Reporter::Percent(const Progress& progress) {
  if (progress.total <= 0) {
    return "";
  }
  const double part = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  return fmt::format("{} %", static_cast<int>(std::clamp(part, 0., 1.) * 100));
}

std::string Reporter::TimeLeft(const Progress& progress) {
  if (progress.total <= 0 || progress.rate <= 0 || progress.done >= progress.total ||
      !progress.held_back_by.empty()) {
    return "";
  }
  const double seconds = static_cast<double>(progress.total - progress.done) / progress.rate;
  return "about " +
         Span(std::chrono::milliseconds(static_cast<std::int64_t>(std::max(seconds, 1.) * 1000))) +
         " left";
}

std::string Grouped(std::int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (std::size_t place = digits.size(); place > 3; place -= 3) {
    digits.insert(place - 3, ",");
  }
  return (number < 0 ? "-" : "") + digits;
}

std::string Count(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(number), noun, number == 1 ? "" : "s");
}

std::string Span(std::chrono::milliseconds duration) {
  const std::int64_t ms = duration.count();
  if (ms < 1000) {
    return fmt::format("{} ms", ms);
  }
  const std::int64_t seconds = ms / 1000;
  if (seconds < 100) {
    return fmt::format("{} s", seconds);
  }
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 100) {
    return fmt::format("{} min", minutes);
  }
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace zdm
