// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_tokens.h"

#include <algorithm>
#include <array>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Kind = MysqlToken::Kind;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql) {}

  MysqlTokens Run() {
    int depth = 0;
    while (SkipBlanks() && out_.error.empty()) {
      const std::size_t begin = at_;
      const Kind kind = Take();
      const std::string_view text = sql_.substr(begin, at_ - begin);
      out_.tokens.push_back({kind, text, begin});
      depth += text == "(" ? 1 : text == ")" ? -1 : 0;
      if (depth < 0) break;
    }
    if (out_.error.empty() && depth != 0) {
      out_.error = depth > 0 ? "a parenthesis is not closed" : "a parenthesis closes nothing";
    }
    return std::move(out_);
  }

 private:
  char Ahead(std::size_t distance) const {
    return at_ + distance < sql_.size() ? sql_[at_ + distance] : '\0';
  }

  bool SkipBlanks() {
    while (at_ < sql_.size()) {
      const bool dashes =
          Ahead(0) == '-' && Ahead(1) == '-' && (at_ + 2 == sql_.size() || IsBlank(Ahead(2)));
      if (IsBlank(Ahead(0))) {
        ++at_;
      } else if (dashes || Ahead(0) == '#') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (Ahead(0) == '/' && Ahead(1) == '*' && Ahead(2) != '!') {
        const std::size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  Kind Take() {
    const char c = Ahead(0);
    if (c == '\'' || c == '"' || c == '`') {
      TakeQuoted(c);
      return c == '`' ? Kind::kQuotedName : Kind::kString;
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Ahead(1)))) return TakeNumber();
    if (IsWordStart(c)) {
      while (IsWordStart(Ahead(0)) || IsDigit(Ahead(0))) ++at_;
      return Kind::kWord;
    }
    constexpr std::array<std::string_view, 13> kLong = {
        "<=>", "->>", "->", "<<", ">>", "<>", "<=", ">=", "!=", "||", "&&", ":=", "@@"};
    const auto* const symbol =
        std::find_if(kLong.begin(), kLong.end(),
                     [&](std::string_view known) { return sql_.substr(at_).starts_with(known); });
    at_ += symbol == kLong.end() ? 1 : symbol->size();
    return Kind::kSymbol;
  }

  void TakeQuoted(char quote) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == '\\' && quote != '`') {
        ++at_;
      } else if (sql_[at_] == quote) {
        if (Ahead(1) != quote) {
          ++at_;
          return;
        }
        ++at_;
      }
    }
    at_ = std::min(at_, sql_.size());
    out_.error = quote == '`' ? "a quoted name is not closed" : "a text is not closed";
  }

  Kind TakeNumber() {
    if (Ahead(0) == '0' && (Ahead(1) == 'x' || Ahead(1) == 'b') && Ahead(2) != '\0') {
      at_ += 2;
      while (IsDigit(Ahead(0)) || IsWordStart(Ahead(0))) ++at_;
      return Kind::kNumber;
    }
    const auto digits = [&] {
      while (IsDigit(Ahead(0))) ++at_;
    };
    digits();
    if (Ahead(0) == '.') {
      ++at_;
      digits();
    }
    const bool sign = Ahead(1) == '-' || Ahead(1) == '+';
    if ((Ahead(0) == 'e' || Ahead(0) == 'E') && IsDigit(Ahead(sign ? 2 : 1))) {
      at_ += sign ? 2 : 1;
      digits();
    }
    return Kind::kNumber;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  MysqlTokens out_;
};

}  // namespace

MysqlTokens ReadMysqlTokens(std::string_view sql) {
  return Reader(sql).Run();
}

std::string NameOf(const MysqlToken& token) {
  return UnquoteName(token.text, Quoting::kBackquote);
}

}  // namespace zdm
