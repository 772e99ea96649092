// SPDX-License-Identifier: Apache-2.0
// The words of what these servers print (SHOW CREATE TABLE, expressions): enough to compare two
// printings and to find the ends of clauses; no grammar.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zdm::mysql {

struct Token {
  enum class Kind {
    kWord,    ///< a keyword, number or bare name
    kName,    ///< `quoted`
    kText,    ///< 'quoted'
    kSymbol,  ///< one character
  };
  Kind kind = Kind::kSymbol;
  std::string text;                ///< without quotes and escapes
  std::size_t begin = 0, end = 0;  ///< its place in the source
};

/// The same token: words in any case, everything else exactly.
bool Same(const Token& a, const Token& b);

/// The marks of comments that only some servers read (`/*!80023 INVISIBLE */`) are no tokens, what
/// stands in them is.
std::vector<Token> Tokenize(std::string_view sql);

/// Whether both are the same tokens.
bool SameTokens(std::string_view a, std::string_view b);

/// Where the parenthesis that opens at `open` closes; tokens.size() when it does not.
std::size_t ClosingParenthesis(const std::vector<Token>& tokens, std::size_t open);

/// The source from the first of these tokens to the end of the last one; "" without any.
std::string SourceOf(std::string_view sql, const std::vector<Token>& tokens, std::size_t begin,
                     std::size_t end);

/// As the servers print them.
std::string QuotedName(std::string_view name);
std::string QuotedText(std::string_view text);

}  // namespace zdm::mysql
