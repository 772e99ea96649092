// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_shown_table.h"

#include <algorithm>

namespace zdm::mysql {
namespace {

using Kind = ShownElement::Kind;

bool IsSymbol(const Token& token, char symbol) {
  return token.kind == Token::Kind::kSymbol && token.text[0] == symbol;
}

bool IsWord(const std::vector<Token>& tokens, std::size_t at, const char* word) {
  return at < tokens.size() && Same(tokens[at], {Token::Kind::kWord, word});
}

std::string NameAt(const std::vector<Token>& tokens, std::size_t at) {
  return at < tokens.size() && tokens[at].kind == Token::Kind::kName ? tokens[at].text : "";
}

void Classify(ShownElement& element) {
  const std::vector<Token>& tokens = element.tokens;
  if (tokens.empty()) return;
  if (tokens[0].kind == Token::Kind::kName) {
    element.kind = Kind::kColumn;
    element.name = tokens[0].text;
  } else if (IsWord(tokens, 0, "PRIMARY")) {
    element.kind = Kind::kPrimaryKey;
    element.name = "PRIMARY";
  } else if (IsWord(tokens, 0, "CONSTRAINT")) {
    element.name = NameAt(tokens, 1);
    if (IsWord(tokens, 2, "FOREIGN")) element.kind = Kind::kForeignKey;
    if (IsWord(tokens, 2, "CHECK")) element.kind = Kind::kCheck;
  } else {
    const std::size_t key = IsWord(tokens, 0, "KEY") ? 0 : 1;
    if (!IsWord(tokens, key, "KEY")) return;
    element.kind = Kind::kIndex;
    element.name = NameAt(tokens, key + 1);
  }
}

ShownElement ToElement(std::string text) {
  ShownElement element;
  element.text = std::move(text);
  element.tokens = Tokenize(element.text);
  Classify(element);
  return element;
}

}  // namespace

const ShownElement* ShownTable::Find(ShownElement::Kind kind, std::string_view name) const {
  const auto found = std::find_if(
      elements.begin(), elements.end(),
      [&](const ShownElement& element) { return element.kind == kind && element.name == name; });
  return found == elements.end() ? nullptr : &*found;
}

ShownTable ParseShownTable(std::string_view sql) {
  const std::vector<Token> tokens = Tokenize(sql);
  ShownTable table;
  const auto open = std::find_if(tokens.begin(), tokens.end(),
                                 [](const Token& token) { return IsSymbol(token, '('); });
  if (open == tokens.end()) return table;
  const auto begin = static_cast<std::size_t>(open - tokens.begin());
  const std::size_t end = ClosingParenthesis(tokens, begin);
  std::size_t first = begin + 1;
  int depth = 0;
  for (std::size_t at = first; at < end; ++at) {
    if (IsSymbol(tokens[at], '(')) ++depth;
    if (IsSymbol(tokens[at], ')')) --depth;
    if (depth > 0 || !IsSymbol(tokens[at], ',')) continue;
    // Up to the comma: the end of a comment mark belongs to what stands before it.
    const std::size_t from = tokens[first].begin;
    table.elements.push_back(ToElement(std::string(sql.substr(from, tokens[at].begin - from))));
    first = at + 1;
  }
  if (first < end) {
    const std::size_t from = tokens[first].begin;
    table.elements.push_back(ToElement(std::string(sql.substr(from, tokens[end].begin - from))));
  }
  if (end < tokens.size()) table.options = sql.substr(tokens[end].end);
  return table;
}

std::string InParenthesesAfter(const ShownElement& element, std::string_view words) {
  const std::vector<Token> wanted = Tokenize(words);
  const std::vector<Token>& tokens = element.tokens;
  const auto found = std::search(tokens.begin(), tokens.end(), wanted.begin(), wanted.end(), Same);
  const std::size_t open = static_cast<std::size_t>(found - tokens.begin()) + wanted.size();
  if (found == tokens.end() || open >= tokens.size() || !IsSymbol(tokens[open], '(')) return "";
  const std::size_t close = ClosingParenthesis(tokens, open);
  if (close == tokens.size()) return "";
  return element.text.substr(tokens[open].end, tokens[close].begin - tokens[open].end);
}

std::vector<std::string> ElementExpressions(const ShownElement& index) {
  std::vector<std::string> expressions;
  const std::vector<Token>& tokens = index.tokens;
  const auto list = std::find_if(tokens.begin(), tokens.end(),
                                 [](const Token& token) { return IsSymbol(token, '('); });
  if (list == tokens.end()) return expressions;
  const auto open = static_cast<std::size_t>(list - tokens.begin());
  const std::size_t close = ClosingParenthesis(tokens, open);
  for (std::size_t at = open + 1; at < close; ++at) {
    const bool computed = IsSymbol(tokens[at], '(');
    const std::size_t end = computed ? ClosingParenthesis(tokens, at) : at;
    expressions.push_back(
        computed ? index.text.substr(tokens[at].end, tokens[end].begin - tokens[at].end) : "");
    // A prefix has parentheses, but no comma in them.
    for (at = end; at < close && !IsSymbol(tokens[at], ','); ++at) continue;
  }
  return expressions;
}

}  // namespace zdm::mysql
