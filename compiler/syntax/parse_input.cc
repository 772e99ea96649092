// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/parse_input.h"

#include <algorithm>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

}  // namespace

ParseInput::ParseInput(const SourceFile& source, std::uint32_t file, Quoting quoting,
                       Diagnostics& sink)
    : diagnostics(sink), source_(source), file_(file), quoting_(quoting) {
  const std::string_view text = source.text;
  if (text.starts_with(kByteOrderMark)) body_ = kByteOrderMark.size();
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
  if (ascii) return;
  for (std::size_t i = body_; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    if (!continues) offsets_.push_back(static_cast<std::uint32_t>(i));
  }
  offsets_.push_back(static_cast<std::uint32_t>(text.size()));
}

std::uint32_t ParseInput::Byte(std::size_t code_point) const {
  if (offsets_.empty()) {
    return static_cast<std::uint32_t>(std::min(code_point, source_.text.size()));
  }
  return offsets_[std::min(code_point, offsets_.size() - 1)];
}

ast::Sql ParseInput::Sql(SourceSpan span) const {
  std::string text;
  std::uint32_t at = span.begin;
  for (const SourceSpan& comment : comments) {
    if (comment.begin < at || comment.end > span.end) continue;
    text += Raw({file_, at, comment.begin}) + " ";
    at = comment.end;
  }
  text += Raw({file_, at, span.end});
  const auto is_space = [](char c) { return IsBlank(c) || c == '\n'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  return {text, span};
}

std::uint32_t ParseInput::Indentation(const SourceSpan& span) const {
  std::uint32_t column = 0;
  while (column < span.begin && source_.text[span.begin - column - 1] != '\n') ++column;
  return column;
}

bool ParseInput::FirstOfLine(const SourceSpan& span) const {
  std::size_t i = span.begin;
  while (i > 0 && IsBlank(source_.text[i - 1])) --i;
  return i == 0 || source_.text[i - 1] == '\n';
}

ast::Name ParseInput::Name(const SourceSpan& span) const {
  return {UnquoteName(Raw(span), quoting_), span};
}

ast::Name ParseInput::Keyword(const SourceSpan& span) const {
  ast::Name name = Name(span);
  if (quoting_ == Quoting::kBackquote) name.text = FoldName(name.text);
  return name;
}

ast::Text ParseInput::Text(const SourceSpan& span) const {
  return {StringValue(Raw(span), quoting_), span};
}

std::size_t FindInvalidUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = 1;
    std::uint32_t least = 1;  // NUL is refused with the rest
    std::uint32_t value = lead;
    if (lead >= 0xF0U && lead < 0xF5U) {
      length = 4, least = 0x10000, value = lead & 0x07U;
    } else if (lead >= 0xE0U && lead < 0xF0U) {
      length = 3, least = 0x800, value = lead & 0x0FU;
    } else if (lead >= 0xC2U && lead < 0xE0U) {
      length = 2, least = 0x80, value = lead & 0x1FU;
    } else if (lead >= 0x80U) {
      return i;
    }
    if (i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0U) != 0x80U) return i;
      value = (value << 6U) | (next & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least || value > 0x10FFFF || surrogate) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace zdm
