// SPDX-License-Identifier: Apache-2.0
// What a person sees while a command runs: events as lines on stderr, one progress bar on a
// terminal, at most one progress line in ten seconds elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zdm {

struct ReporterOptions {
  bool terminal = false;  ///< stderr is one: a bar
  bool colour = false;
  bool quiet = false;  ///< --format json: no text on stderr
  bool unicode = true;
};

struct Progress {
  std::string what;  ///< "fill public.customer"
  std::int64_t done = 0;
  std::int64_t total = -1;   ///< unknown
  double rate = 0;           ///< rows a second, lately
  std::string held_back_by;  ///< why it stands still; ""
};

class Reporter {
 public:
  explicit Reporter(const ReporterOptions& options) : options_(options) {}

  /// One line, at once.
  void Event(std::string_view text);
  /// One line for a waiting or throttled thing: at most every ten seconds for the same `topic`.
  void Waiting(const std::string& topic, std::string_view text);
  void Update(const Progress& progress);
  /// Ends the bar.
  void EndProgress();

  /// "12 %", never above 100; "" when unknown.
  static std::string Percent(const Progress& progress);
  /// "about 3 min left", or "" when unknown.
  static std::string TimeLeft(const Progress& progress);

 private:
  void ClearBar();

  ReporterOptions options_;
  bool bar_shown_ = false;
  std::string topic_;
  std::optional<std::chrono::steady_clock::time_point> last_waiting_, last_progress_;
};

/// "1 row", "1,234 rows"
std::string Count(std::int64_t number, std::string_view noun);
/// "1,234"
std::string Grouped(std::int64_t number);
/// "850 ms", "12 s", "3 min", "2 h 5 min"
std::string Span(std::chrono::milliseconds duration);

}  // namespace zdm
