// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_default.h"

#include <algorithm>

namespace zdm::mysql {
namespace {

/// What may stand behind a default.
constexpr const char* kAfterDefault[] = {"ON",        "COMMENT",       "CHECK",
                                         "INVISIBLE", "COLUMN_FORMAT", "STORAGE"};

bool IsWord(const Token& token, const char* word) {
  return Same(token, {Token::Kind::kWord, word});
}

}  // namespace

std::string BaseType(std::string_view type) {
  return std::string(type.substr(0, type.find_first_of(" (")));
}

bool IsNumber(std::string_view base_type) {
  constexpr const char* kNumbers[] = {"tinyint", "smallint", "mediumint", "int",
                                      "bigint",  "decimal",  "float",     "double",
                                      "year",    "bit",      "boolean"};
  return std::find(std::begin(kNumbers), std::end(kNumbers), base_type) != std::end(kNumbers);
}

std::string ShownDefault(const ShownElement& column, std::string_view type) {
  const std::vector<Token>& tokens = column.tokens;
  const auto word = std::find_if(tokens.begin(), tokens.end(),
                                 [](const Token& token) { return IsWord(token, "DEFAULT"); });
  if (word == tokens.end()) return "";
  const auto begin = static_cast<std::size_t>(word - tokens.begin()) + 1;
  std::size_t end = begin;
  for (int depth = 0; end < tokens.size(); ++end) {
    const Token& token = tokens[end];
    if (token.kind == Token::Kind::kSymbol && token.text == "(") ++depth;
    if (token.kind == Token::Kind::kSymbol && token.text == ")") --depth;
    if (depth > 0 || token.kind != Token::Kind::kWord) continue;
    if (std::any_of(std::begin(kAfterDefault), std::end(kAfterDefault),
                    [&](const char* next) { return IsWord(token, next); })) {
      break;
    }
  }
  const bool quoted_number =
      end == begin + 1 && tokens[begin].kind == Token::Kind::kText && IsNumber(BaseType(type));
  return quoted_number ? tokens[begin].text : SourceOf(column.text, tokens, begin, end);
}

}  // namespace zdm::mysql
