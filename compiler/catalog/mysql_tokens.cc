// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_tokens.h"

#include <algorithm>
#include <cctype>

namespace zdm::mysql {
namespace {

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Unescaped(char c) {
  switch (c) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'Z':
      return '\x1a';
    default:
      return c;
  }
}

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<Token> Run() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        ++at_;
      } else if (sql_.substr(at_, 3) == "/*!" || sql_.substr(at_, 4) == "/*M!") {
        at_ = sql_.find('!', at_) + 1;
        while (at_ < sql_.size() && IsDigit(sql_[at_])) ++at_;
        ++comments_;
      } else if (comments_ > 0 && sql_.substr(at_, 2) == "*/") {
        at_ += 2;
        --comments_;
      } else {
        Take(c);
      }
    }
    return std::move(tokens_);
  }

 private:
  void Take(char c) {
    Token token;
    token.begin = at_;
    if (c == '`' || c == '\'' || c == '"') {
      token.kind = c == '`' ? Token::Kind::kName : Token::Kind::kText;
      TakeQuoted(c, token.text);
    } else if (IsWordByte(c)) {
      token.kind = Token::Kind::kWord;
      TakeWord();
      token.text = sql_.substr(token.begin, at_ - token.begin);
    } else {
      token.text = c;
      ++at_;
    }
    token.end = at_;
    tokens_.push_back(std::move(token));
  }

  /// A number goes on behind its point.
  void TakeWord() {
    bool number = IsDigit(sql_[at_]);
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (!IsWordByte(c) && !(number && c == '.')) break;
      if (c == '.') number = false;
      ++at_;
    }
  }

  void TakeQuoted(char quote, std::string& text) {
    for (++at_; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      if (c == quote) {
        if (at_ + 1 >= sql_.size() || sql_[at_ + 1] != quote) break;
        ++at_;
        text += c;
      } else if (c == '\\' && quote != '`' && at_ + 1 < sql_.size()) {
        text += Unescaped(sql_[++at_]);
      } else {
        text += c;
      }
    }
    if (at_ < sql_.size()) ++at_;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  int comments_ = 0;
  std::vector<Token> tokens_;
};

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

bool Same(const Token& a, const Token& b) {
  if (a.kind != b.kind) return false;
  return a.kind == Token::Kind::kWord ? SameWord(a.text, b.text) : a.text == b.text;
}

std::vector<Token> Tokenize(std::string_view sql) {
  return Scanner(sql).Run();
}

bool SameTokens(std::string_view a, std::string_view b) {
  const std::vector<Token> left = Tokenize(a), right = Tokenize(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), Same);
}

std::size_t ClosingParenthesis(const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < tokens.size(); ++at) {
    if (tokens[at].kind != Token::Kind::kSymbol) continue;
    if (tokens[at].text == "(") ++depth;
    if (tokens[at].text == ")" && --depth == 0) return at;
  }
  return tokens.size();
}

std::string SourceOf(std::string_view sql, const std::vector<Token>& tokens, std::size_t begin,
                     std::size_t end) {
  if (begin >= end) return "";
  return std::string(sql.substr(tokens[begin].begin, tokens[end - 1].end - tokens[begin].begin));
}

std::string QuotedName(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    quoted += c;
    if (c == '`') quoted += c;
  }
  return quoted + "`";
}

std::string QuotedText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    switch (c) {
      case '\'':
        quoted += "''";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\0':
        quoted += "\\0";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      default:
        quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace zdm::mysql
