// SPDX-License-Identifier: Apache-2.0
#include "compiler/source/source_file.h"

#include <algorithm>
#include <utility>

namespace zdm {
namespace {

bool ContinuesCodePoint(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The first byte of the line that holds `offset`.
std::size_t LineBegin(std::string_view text, std::size_t offset) {
  if (offset == 0) return 0;
  const std::size_t newline = text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace

std::uint32_t SourceFiles::Add(SourceFile file) {
  files_.push_back(std::move(file));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

SourcePosition SourceFiles::Position(const SourceSpan& span) const {
  const std::string_view text = at(span.file).text;
  const std::size_t offset = std::min<std::size_t>(span.begin, text.size());
  const std::size_t begin = LineBegin(text, offset);
  SourcePosition position;
  position.line += static_cast<std::uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  for (const char c : text.substr(begin, offset - begin)) {
    if (!ContinuesCodePoint(c)) ++position.column;
  }
  return position;
}

std::string_view SourceFiles::Line(const SourceSpan& span) const {
  const std::string_view text = at(span.file).text;
  const std::size_t begin = LineBegin(text, std::min<std::size_t>(span.begin, text.size()));
  std::string_view line = text.substr(begin);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string SourceFiles::Origin(const SourceSpan& span) const {
  if (!span.valid()) return "";
  return at(span.file).path + ":" + std::to_string(Position(span).line);
}

}  // namespace zdm
