// SPDX-License-Identifier: Apache-2.0
// The steps of FormatFile: tokens -> lines -> aligned text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/tokens.h"

namespace zdm::layout {

/// One token with its text and what stood before it.
struct Token {
  std::string_view name;
  std::string_view text;
  std::size_t end = 0;       ///< where it ended in the file
  std::size_t newlines = 0;  ///< before it
  bool glued = false;        ///< nothing before it
  std::size_t column = 0;    ///< where it stood in its line, a tab counting up to the next fourth

  bool Is(std::string_view wanted) const { return name == wanted; }
  bool IsComment() const { return IsLineComment() || Is("BlockComment"); }
  bool IsLineComment() const { return Is("LineComment"); }
  /// Not part of a name or number, and not punctuation: what may join its neighbour to one.
  bool IsOperator() const { return Is("Operator") || Is("Equals"); }
  bool IsString() const {
    return Is("String") || Is("EscapeString") || Is("DollarString") || Is("QuotedName");
  }
};

/// `text` is the file's.
std::vector<Token> TokensOf(std::string_view text, const std::vector<SourceToken>& tokens);

/// An item, a comment that stands alone, or a closing brace.
struct Line {
  enum class Align { kNone, kColumn, kAssignment };

  std::size_t depth = 0;
  bool blank_before = false;
  bool comment_only = false;
  bool opens = false;  ///< a block
  bool block = false;  ///< opens or closes what stands apart: a table or schema
  Align align = Align::kNone;
  std::vector<std::string> cells;  ///< of the first line; without Align there is one
  std::vector<std::string> more;   ///< the further lines of the item, with their indentation
  std::string comment;             ///< behind the last line
};

std::vector<Line> LinesOf(const std::vector<Token>& tokens);

/// The blanks between cells and before comments, and the empty lines.
std::string Aligned(std::vector<Line> lines);

/// Whether both mean the same: the same tokens, glued or apart where that counts, and the same
/// comments.
bool SameMeaning(const std::vector<Token>& before, const std::vector<Token>& after);

/// Code points.
std::size_t Width(std::string_view text);

}  // namespace zdm::layout
