// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_replay.h"

#include <algorithm>
#include <vector>

namespace zdm {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// Behind the literal or quoted name that begins at `at`.
std::size_t SkipQuoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool escapes =
      quote == '\'' && at > 0 && text[at - 1] == 'E' && (at == 1 || !IsWord(text[at - 2]));
  for (++at; at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (at + 1 == text.size() || text[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return text.size();
}

/// What stands between a pair of parentheses or brackets, or the whole text.
struct Group {
  std::size_t begin = 0;  ///< behind the opening one
  bool round = false;
  std::string_view word;                       ///< the first AND or OR of its own
  std::size_t last_closed = 0, last_open = 0;  ///< the last pair inside: behind it, and before it
  std::string_view last_word;                  ///< AND or OR of that pair
  bool last_round = false;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string Run() {
    groups_.push_back({});
    for (std::size_t at = 0; at < text_.size();) at = Step(at);
    std::sort(casts_.begin(), casts_.end());
    std::string out;
    std::size_t done = 0;
    for (const auto& [at, cast] : casts_) {
      out.append(text_, done, at - done);
      out += cast;
      done = at;
    }
    return out.append(text_, done, std::string_view::npos);
  }

 private:
  std::size_t Step(std::size_t at) {
    const char c = text_[at];
    if (c == '\'' || c == '"') return SkipQuoted(text_, at);
    if (c == '(' || c == '[') {
      Group group;
      group.begin = at + 1;
      group.round = c == '(';
      groups_.push_back(group);
      return at + 1;
    }
    if (c == ')' || c == ']') {
      Close(at);
      return at + 1;
    }
    if (!IsWord(c)) return at + 1;
    std::size_t end = at;
    while (end < text_.size() && IsWord(text_[end])) ++end;
    Word(at, end);
    return end;
  }

  void Word(std::size_t begin, std::size_t end) {
    const std::string_view word = text_.substr(begin, end - begin);
    Group& group = groups_.back();
    if ((word != "AND" && word != "OR") || !group.word.empty()) return;
    group.word = word;
    // The parser takes the operands of a nested AND, when it stands first, for its own.
    const bool nested = group.last_round && group.last_word == word &&
                        group.last_open == group.begin && group.last_closed + 1 == begin;
    if (nested) casts_.emplace_back(group.last_closed, "::boolean");
  }

  void Close(std::size_t at) {
    if (groups_.size() == 1) return;
    const Group closed = groups_.back();
    groups_.pop_back();
    Group& outer = groups_.back();
    // A cast of an array constructor goes to its elements.
    const bool array = !closed.round && closed.begin >= 7 &&
                       text_.substr(closed.begin - 7, 7) == "(ARRAY[" &&
                       text_.substr(at + 1).starts_with(")::");
    if (array) casts_.emplace_back(at + 1, "::anyarray");
    outer.last_open = closed.begin - 1;
    outer.last_closed = at + 1;
    outer.last_word = closed.word;
    outer.last_round = closed.round;
  }

  std::string_view text_;
  std::vector<Group> groups_;
  std::vector<std::pair<std::size_t, std::string_view>> casts_;
};

}  // namespace

std::string Replayable(std::string_view printed) {
  return Scanner(printed).Run();
}

}  // namespace zdm
