// SPDX-License-Identifier: Apache-2.0
// SQL of MariaDB and MySQL as tokens: all that can be told about an expression there without a
// server, since no parser of either can be had as a library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zdm {

struct MysqlToken {
  enum class Kind : std::uint8_t { kWord, kQuotedName, kString, kNumber, kSymbol };
  Kind kind = Kind::kSymbol;
  std::string_view text;  ///< as written, quotes included
  std::size_t begin = 0;

  bool Is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
};

struct MysqlTokens {
  std::vector<MysqlToken> tokens;  ///< blanks and comments left out; their texts are in `sql`
  std::string error;               ///< a text or parenthesis that is not closed, or ""
};

/// The tokens of `sql`, which must outlive them.
MysqlTokens ReadMysqlTokens(std::string_view sql);

/// The name that a word or quoted name stands for.
std::string NameOf(const MysqlToken& token);

}  // namespace zdm
