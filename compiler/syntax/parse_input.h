// SPDX-License-Identifier: Apache-2.0
// The text of one file while it is being parsed: places in it, and what stands around them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/quoting.h"

namespace zdm {

class ParseInput {
 public:
  ParseInput(const SourceFile& source, std::uint32_t file, Quoting quoting,
             Diagnostics& diagnostics);

  /// The text behind a byte order mark, which the parser counts from.
  std::string_view Body() const { return std::string_view{source_.text}.substr(body_); }
  /// Places of code points of Body() as bytes of the file.
  SourceSpan Span(std::size_t begin, std::size_t end) const {
    return {file_, Byte(begin), Byte(end)};
  }

  std::string Raw(const SourceSpan& span) const {
    return source_.text.substr(span.begin, span.end - span.begin);
  }
  /// The text with each of `comments` in it replaced by a blank, its ends trimmed.
  ast::Sql Sql(SourceSpan span) const;
  /// How far the place is from the start of its line, in bytes.
  std::uint32_t Indentation(const SourceSpan& span) const;
  /// Whether only blanks stand before it in its line.
  bool FirstOfLine(const SourceSpan& span) const;

  /// Unquoted, or folded as the server does.
  ast::Name Name(const SourceSpan& span) const;
  /// A name of ours or of SQL, which the server reads in any case: folded under every dialect that
  /// does not read it so already.
  ast::Name Keyword(const SourceSpan& span) const;
  /// The value of '...', E'...', $$...$$ or "...".
  ast::Text Text(const SourceSpan& span) const;

  Quoting quoting() const { return quoting_; }

  Diagnostics& diagnostics;
  std::vector<SourceSpan> comments;  ///< of the statement at hand
  bool cut_short = false;  ///< the text ended inside a string or comment, which was reported

 private:
  std::uint32_t Byte(std::size_t code_point) const;

  const SourceFile& source_;
  std::uint32_t file_;
  Quoting quoting_;
  std::size_t body_ = 0;
  std::vector<std::uint32_t> offsets_;  ///< of each code point; empty: all ASCII
};

/// The first byte that is no UTF-8 or a NUL, or npos.
std::size_t FindInvalidUtf8(std::string_view text);

}  // namespace zdm
