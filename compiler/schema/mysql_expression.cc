// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_expression.h"

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/schema/mysql_tokens.h"
#include "compiler/schema/mysql_types.h"
#include "compiler/schema/mysql_words.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Kind = MysqlToken::Kind;
using List = std::vector<MysqlToken>;

/// Without pairs of parentheses around all of it.
void StripOuter(List& tokens) {
  while (tokens.size() > 2 && tokens.front().Is("(")) {
    int depth = 0;
    std::size_t closes = 0;
    for (std::size_t i = 0; i < tokens.size() && closes == 0; ++i) {
      depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
      if (depth == 0) closes = i;
    }
    if (closes + 1 != tokens.size()) return;
    tokens.erase(tokens.begin());
    tokens.pop_back();
  }
}

bool IsPresentTime(const std::string& word) {
  return word == "current_timestamp" || word == "now" || word == "localtime" ||
         word == "localtimestamp";
}

/// Whether `tokens[i]` and what follows are `()` or `(0)`; gives how many tokens they are.
std::size_t EmptyCall(const List& tokens, std::size_t i) {
  if (i + 1 >= tokens.size() || !tokens[i].Is("(")) return 0;
  if (tokens[i + 1].Is(")")) return 2;
  return i + 2 < tokens.size() && tokens[i + 1].text == "0" && tokens[i + 2].Is(")") ? 3 : 0;
}

/// Equal for texts with the same tokens.
std::string TreeOf(List tokens) {
  StripOuter(tokens);
  std::string tree;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const MysqlToken& token = tokens[i];
    std::string word = FoldName(token.text);
    if (token.kind == Kind::kWord && IsPresentTime(word)) {
      word = "current_timestamp";
      i += EmptyCall(tokens, i + 1);
    } else if (token.kind == Kind::kQuotedName) {
      const std::string name = FoldName(NameOf(token));
      word = IsSqlWord(name) ? "`" + name : name;
    } else if (token.kind == Kind::kString) {
      word = "'" + StringValue(token.text, Quoting::kBackquote);
    } else if (token.Is("!=")) {
      word = "<>";
    }
    tree += std::to_string(word.size()) + ":" + word;
  }
  return tree;
}

/// Finds the names of columns among tokens.
class ColumnFinder {
 public:
  explicit ColumnFinder(const List& tokens) : tokens_(tokens) {}

  std::vector<std::size_t> Find() {
    std::vector<std::size_t> found;
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const MysqlToken& token = tokens_[at_];
      const bool name = token.kind == Kind::kQuotedName || token.kind == Kind::kWord;
      if (name && !Next(".") && !Previous("@") && !Previous("@@") &&
          (token.kind == Kind::kQuotedName ? !IsCall() : IsColumnWord())) {
        found.push_back(at_);
      }
    }
    return found;
  }

 private:
  bool Next(std::string_view symbol) const {
    return at_ + 1 < tokens_.size() && tokens_[at_ + 1].Is(symbol);
  }
  bool Previous(std::string_view symbol) const { return at_ > 0 && tokens_[at_ - 1].Is(symbol); }
  bool IsCall() const { return Next("("); }
  std::string WordBefore(std::size_t distance) const {
    if (at_ < distance || tokens_[at_ - distance].kind != Kind::kWord) return "";
    return FoldName(tokens_[at_ - distance].text);
  }

  bool IsColumnWord() {
    const std::string word = FoldName(tokens_[at_].text);
    if (word == "interval") in_interval_ = true;
    if (IsCall() || Previous(".")) return Previous(".") && !IsCall();
    if (IsReservedWord(word)) return false;
    if (at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == Kind::kString &&
        (word[0] == '_' || word == "n" || word == "x" || word == "b" || word == "date" ||
         word == "time" || word == "timestamp")) {
      return false;
    }
    const std::string before = WordBefore(1);
    if (before == "collate" || before == "using" || before == "set" || before == "charset") {
      return false;
    }
    // `cast(a as char charset utf8mb4)`
    if (word == "charset" && at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == Kind::kWord) {
      return false;
    }
    if (before == "as" || WordBefore(2) == "as") return false;
    if (IsTimeUnit(word)) {
      const bool first = Previous("(") && TakesUnit(WordBefore(2));
      const bool closes = in_interval_;
      in_interval_ = false;
      return !first && !closes;
    }
    return true;
  }

  const List& tokens_;
  std::size_t at_ = 0;
  bool in_interval_ = false;
};

bool IsNumeric(std::string_view type) {
  return type.find("int") != std::string_view::npos || type.starts_with("decimal") ||
         type.starts_with("float") || type.starts_with("double") || type.starts_with("bit");
}

/// A literal's value, a number without what means nothing in it; nullopt: it is no literal.
std::optional<std::string> LiteralValue(std::string_view sql, bool numeric) {
  List tokens = ReadMysqlTokens(sql).tokens;
  StripOuter(tokens);
  std::string sign;
  if (tokens.size() == 2 && (tokens[0].Is("-") || tokens[0].Is("+"))) {
    sign = tokens[0].Is("-") ? "-" : "";
    tokens.erase(tokens.begin());
  }
  if (tokens.size() != 1) return std::nullopt;
  std::string value(tokens[0].text);
  if (tokens[0].kind == Kind::kWord) {
    const std::string word = FoldName(value);
    if (word != "true" && word != "false") return std::nullopt;
    value = word == "true" ? "1" : "0";
  } else if (tokens[0].kind == Kind::kString) {
    value = StringValue(value, Quoting::kBackquote);
  } else if (tokens[0].kind != Kind::kNumber) {
    return std::nullopt;
  }
  if (!numeric) return sign + value;
  if (value.starts_with('-')) sign = "-", value.erase(0, 1);
  if (value.find_first_not_of("0123456789.") != std::string::npos) return sign + value;
  if (value.find('.') != std::string::npos) {
    while (value.ends_with('0')) value.pop_back();
    if (value.ends_with('.')) value.pop_back();
  }
  value.erase(0, std::min(value.find_first_not_of('0'), value.size()));
  if (value.empty() || value[0] == '.') value.insert(0, "0");
  return (value == "0" ? "" : sign) + value;
}

template <Dialect dialect>
bool SameMysqlType(std::string_view a, std::string_view b) {
  return CanonicalMysqlType(a, dialect).sql == CanonicalMysqlType(b, dialect).sql;
}

template <Dialect dialect>
constexpr ExpressionRules kRules{ReadMysqlExpression,    MysqlExpressionError, SameMysqlExpression,
                                 SameMysqlType<dialect>, MysqlColumnsOf,       RenameMysqlColumns,
                                 QuoteMysqlName,         MysqlLiteralPrintsAs};

}  // namespace

ExpressionFacts ReadMysqlExpression(std::string_view expression) {
  return {MysqlExpressionError(expression), MysqlColumnsOf(expression),
          TreeOf(ReadMysqlTokens(expression).tokens)};
}

std::string MysqlExpressionError(std::string_view expression) {
  const MysqlTokens read = ReadMysqlTokens(expression);
  if (read.error.empty() && read.tokens.empty()) return "there is nothing";
  return read.error;
}

bool SameMysqlExpression(std::string_view a, std::string_view b) {
  return a == b || TreeOf(ReadMysqlTokens(a).tokens) == TreeOf(ReadMysqlTokens(b).tokens);
}

std::vector<std::string> MysqlColumnsOf(std::string_view expression) {
  const MysqlTokens read = ReadMysqlTokens(expression);
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const std::size_t i : ColumnFinder(read.tokens).Find()) {
    std::string name = NameOf(read.tokens[i]);
    if (seen.insert(FoldName(name)).second) names.push_back(std::move(name));
  }
  return names;
}

std::string RenameMysqlColumns(std::string_view expression,
                               const std::map<std::string, std::string>& names) {
  std::map<std::string, std::string> folded;
  for (const auto& [old, now] : names) folded.emplace(FoldName(old), now);
  const MysqlTokens read = ReadMysqlTokens(expression);
  std::string out;
  std::size_t at = 0;
  for (const std::size_t i : ColumnFinder(read.tokens).Find()) {
    const MysqlToken& token = read.tokens[i];
    const auto found = folded.find(FoldName(NameOf(token)));
    if (found == folded.end()) continue;
    out += expression.substr(at, token.begin - at);
    out += QuoteMysqlName(found->second);
    at = token.begin + token.text.size();
  }
  return out + std::string(expression.substr(at));
}

std::string QuoteMysqlName(std::string_view name) {
  std::string out = "`";
  for (const char c : name) {
    if (c == '`') out += c;
    out += c;
  }
  return out + "`";
}

bool MysqlLiteralPrintsAs(std::string_view written, std::string_view printed,
                          std::string_view type) {
  const auto value = LiteralValue(written, IsNumeric(type));
  return value && value == LiteralValue(printed, IsNumeric(type));
}

const ExpressionRules& MysqlExpressionRules(Dialect dialect) {
  return dialect == Dialect::kMariadb ? kRules<Dialect::kMariadb> : kRules<Dialect::kMysql>;
}

}  // namespace zdm
