// SPDX-License-Identifier: Apache-2.0
// E. Myers, An O(ND) Difference Algorithm and Its Variations (1986): the greedy form.
#include "compiler/commands/text_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace zdm {
namespace {

using Lines = std::vector<std::string_view>;

/// Each with its line feed, if it has one.
Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit {
  char kind;  ///< ' ', '-' or '+'
  std::string_view line;
};

class Myers {
 public:
  Myers(const Lines& a, const Lines& b)
      : a_(a), b_(b), middle_(a.size() + b.size() + 1), reach_(2 * middle_ + 1) {}

  std::vector<Edit> Run() {
    const auto most = static_cast<std::ptrdiff_t>(a_.size() + b_.size());
    for (std::ptrdiff_t d = 0; d <= most; ++d) {
      trace_.push_back(reach_);
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        if (Advance(k, Down(k, d))) return Backtrack(d);
      }
    }
    return {};
  }

 private:
  std::size_t& At(std::ptrdiff_t k) {
    return reach_[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(middle_) + k)];
  }
  bool Down(std::ptrdiff_t k, std::ptrdiff_t d) {
    return k == -d || (k != d && At(k - 1) < At(k + 1));
  }
  /// Follows diagonal `k` as far as lines are equal; true at the end of both texts.
  bool Advance(std::ptrdiff_t k, bool down) {
    std::size_t x = down ? At(k + 1) : At(k - 1) + 1;
    auto y = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(x) - k);
    while (x < a_.size() && y < b_.size() && a_[x] == b_[y]) ++x, ++y;
    At(k) = x;
    return x >= a_.size() && y >= b_.size();
  }
  std::vector<Edit> Backtrack(std::ptrdiff_t d) {
    std::vector<Edit> edits;
    std::size_t x = a_.size();
    std::size_t y = b_.size();
    for (; d >= 0; --d) {
      reach_ = trace_[static_cast<std::size_t>(d)];
      const std::ptrdiff_t k = static_cast<std::ptrdiff_t>(x) - static_cast<std::ptrdiff_t>(y);
      const bool down = Down(k, d);
      const std::size_t from = d == 0 ? 0 : At(down ? k + 1 : k - 1);
      const auto from_y = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(from) -
                                                   (d == 0 ? 0 : (down ? k + 1 : k - 1)));
      while (x > from && y > from_y && x > 0 && y > 0) edits.push_back({' ', a_[--x]}), --y;
      if (d == 0) break;
      edits.push_back(down ? Edit{'+', b_[--y]} : Edit{'-', a_[--x]});
    }
    std::reverse(edits.begin(), edits.end());
    return edits;
  }

  const Lines& a_;
  const Lines& b_;
  std::size_t middle_;
  std::vector<std::size_t> reach_;
  std::vector<std::vector<std::size_t>> trace_;
};

constexpr std::size_t kContext = 3;

std::string Range(std::size_t first, std::size_t count) {
  return count == 1 ? fmt::format("{}", first)
                    : fmt::format("{},{}", count == 0 ? first - 1 : first, count);
}

void AddHunk(const std::vector<Edit>& edits, std::size_t begin, std::size_t end, std::size_t line_a,
             std::size_t line_b, std::string& out) {
  std::size_t count_a = 0;
  std::size_t count_b = 0;
  std::string body;
  for (std::size_t i = begin; i < end; ++i) {
    count_a += edits[i].kind == '+' ? 0 : 1;
    count_b += edits[i].kind == '-' ? 0 : 1;
    body += edits[i].kind + std::string(edits[i].line);
    if (!edits[i].line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
  }
  out += fmt::format("@@ -{} +{} @@\n", Range(line_a, count_a), Range(line_b, count_b)) + body;
}

}  // namespace

std::string UnifiedDiff(const std::string& path, const std::string& before,
                        const std::string& after) {
  if (before == after) return "";
  const Lines a = LinesOf(before);
  const Lines b = LinesOf(after);
  const std::vector<Edit> edits = Myers(a, b).Run();
  std::string out = fmt::format("--- {0}\n+++ {0}\n", path);
  std::size_t line_a = 1;
  std::size_t line_b = 1;
  const auto step = [&](const Edit& edit) {
    line_a += edit.kind == '+' ? 0 : 1;
    line_b += edit.kind == '-' ? 0 : 1;
  };
  for (std::size_t at = 0; at < edits.size();) {
    const auto next = std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(at), edits.end(),
                                   [](const Edit& edit) { return edit.kind != ' '; });
    const auto change = static_cast<std::size_t>(next - edits.begin());
    const std::size_t begin = std::max(at, change - std::min(change, kContext));
    for (; at < std::min(begin, edits.size()); ++at) step(edits[at]);
    if (change == edits.size()) break;
    std::size_t end = change;
    for (std::size_t equal = 0; end < edits.size() && equal <= 2 * kContext; ++end) {
      equal = edits[end].kind == ' ' ? equal + 1 : 0;
    }
    std::size_t behind = 0;
    while (end - behind > change && edits[end - behind - 1].kind == ' ') ++behind;
    end -= behind - std::min(behind, kContext);
    AddHunk(edits, begin, end, line_a, line_b, out);
    for (; at < end; ++at) step(edits[at]);
  }
  return out;
}

}  // namespace zdm
