// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/quoting.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

constexpr std::string_view kWord = "dialect";

bool IsNamePart(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80U;
}

/// Walks over a text's statements.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  std::string Find() {
    bool at_start = true;
    while (SkipBlanks()) {
      const char c = text_[at_];
      if (IsNamePart(c)) {
        const std::string word = FoldName(TakeWord());
        if (at_start && word == kWord && SkipBlanks()) {
          std::string name = FoldName(TakeName());
          if (!name.empty()) return name;
        }
        at_start = false;
      } else if (c == '\'' || c == '"' || c == '`') {
        TakeQuoted();
        at_start = false;
      } else {
        at_start = c == ';' || c == '{' || c == '}';
        ++at_;
      }
    }
    return "";
  }

 private:
  bool SkipBlanks() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("//") || rest.starts_with("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (std::isspace(static_cast<unsigned char>(rest[0])) != 0 ||
                 rest.starts_with("\xEF\xBB\xBF")) {
        at_ += rest[0] == '\xEF' ? 3 : 1;
      } else {
        return true;
      }
    }
    return false;
  }

  std::string_view TakeWord() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsNamePart(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view TakeQuoted() {
    const std::size_t begin = at_;
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    return text_.substr(begin, at_ - begin);
  }

  std::string TakeName() {
    const char c = text_[at_];
    if (c != '"' && c != '`') return std::string(TakeWord());
    const std::string_view quoted = TakeQuoted();
    return quoted.size() < 2 ? "" : std::string(quoted.substr(1, quoted.size() - 2));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool Mentions(std::string_view text) {
  const auto same = [](char a, char b) { return (a | 0x20) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

}  // namespace

std::string DialectWord(const SourceFiles& files) {
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    const std::string& text = files.at(file).text;
    if (!Mentions(text)) continue;
    std::string name = Walker(text).Find();
    if (!name.empty()) return name;
  }
  return "";
}

}  // namespace zdm
