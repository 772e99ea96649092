// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace zdm {
namespace {

/// Words that are no names unless quoted: see `columnName` in the grammar. Sorted.
constexpr std::array<std::string_view, 27> kReserved = {
    "as",         "asc",        "case",      "check",    "collate", "column", "constraint",
    "default",    "deferrable", "desc",      "distinct", "drop",    "end",    "foreign",
    "from",       "index",      "initially", "not",      "null",    "on",     "primary",
    "references", "table",      "unique",    "using",    "where",   "with"};

/// And where only that lexer makes tokens of them. Sorted.
constexpr std::array<std::string_view, 6> kBackquoteReserved = {
    "current_timestamp", "fulltext", "localtime", "localtimestamp", "now", "spatial"};

std::string Undouble(std::string_view body, char quote) {
  std::string value;
  for (std::size_t i = 0; i < body.size(); ++i) {
    value += body[i];
    if (body[i] == quote) ++i;
  }
  return value;
}

std::string Doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out + quote;
}

void AppendUtf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U)), put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U)), put(0x80U | ((c >> 6U) & 0x3FU)), put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U)), put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU)), put(0x80U | (c & 0x3FU));
  }
}

/// Takes up to `most` digits of `base` from the front of `rest`.
std::uint32_t TakeNumber(std::string_view& rest, std::size_t most, int base) {
  std::uint32_t value = 0;
  const char* end = rest.data() + std::min(most, rest.size());
  const auto result = std::from_chars(rest.data(), end, value, base);
  rest.remove_prefix(static_cast<std::size_t>(result.ptr - rest.data()));
  return value;
}

/// The body of E'...'. `\x41` and `\101` are bytes, `\u0041` a code point.
std::string Unescape(std::string_view rest) {
  std::string value;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\'' && rest.starts_with('\'')) rest.remove_prefix(1);
    if (c != '\\' || rest.empty()) {
      value += c;
      continue;
    }
    const char escaped = rest.front();
    if (escaped >= '0' && escaped <= '7') {
      value += static_cast<char>(TakeNumber(rest, 3, 8));
      continue;
    }
    rest.remove_prefix(1);
    constexpr std::string_view kNames = "bfnrt";
    constexpr std::string_view kValues = "\b\f\n\r\t";
    const std::size_t known = kNames.find(escaped);
    if (known != std::string_view::npos) {
      value += kValues[known];
    } else if (escaped == 'x') {
      value += static_cast<char>(TakeNumber(rest, 2, 16));
    } else if (escaped == 'u' || escaped == 'U') {
      AppendUtf8(value, TakeNumber(rest, escaped == 'u' ? 4 : 8, 16));
    } else {
      value += escaped;
    }
  }
  return value;
}

/// The body of a text in which backslashes escape: `\n`, `\0`, `\Z`; before other characters they
/// mean nothing, but for `\%` and `\_`, which keep them.
std::string UnescapeBackslashes(std::string_view body, char quote) {
  constexpr std::string_view kNames = "0bnrtZ";
  constexpr std::string_view kValues("\0\b\n\r\t\x1A", 6);
  std::string value;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c == quote) ++i;
    if (c != '\\' || i + 1 == body.size()) {
      value += c;
      continue;
    }
    const char escaped = body[++i];
    const std::size_t known = kNames.find(escaped);
    if (escaped == '%' || escaped == '_') value += '\\';
    value += known == std::string_view::npos ? escaped : kValues[known];
  }
  return value;
}

}  // namespace

std::string FoldName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::string UnquoteName(std::string_view written, Quoting quoting) {
  const bool backquotes = quoting == Quoting::kBackquote;
  const char quote = backquotes ? '`' : '"';
  if (written.size() >= 2 && written.front() == quote) {
    return Undouble(written.substr(1, written.size() - 2), quote);
  }
  return backquotes ? std::string(written) : FoldName(written);
}

std::string WriteName(std::string_view name, Quoting quoting) {
  const bool backquotes = quoting == Quoting::kBackquote;
  const bool starts =
      !name.empty() && !(name.front() >= '0' && name.front() <= '9') && name.front() != '$';
  const bool plain = std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (backquotes && c >= 'A' && c <= 'Z');
  });
  const std::string folded = FoldName(name);
  const auto holds = [&](const auto& words) {
    return std::find(words.begin(), words.end(), folded) != words.end();
  };
  const bool reserved = holds(kReserved) || (backquotes && holds(kBackquoteReserved));
  return starts && plain && !reserved ? std::string(name) : Doubled(name, backquotes ? '`' : '"');
}

std::string StringValue(std::string_view written, Quoting quoting) {
  if (written.empty()) return "";
  const char first = written.front();
  if (first == '$') {
    const std::size_t tag = written.find('$', 1) + 1;
    return std::string(written.substr(tag, written.size() - 2 * tag));
  }
  if (quoting == Quoting::kBackquote) {
    return UnescapeBackslashes(written.substr(1, written.size() - 2), first);
  }
  if (first == '\'' || first == '"') return Undouble(written.substr(1, written.size() - 2), first);
  return Unescape(written.substr(2, written.size() - 3));
}

std::string WriteString(std::string_view value, Quoting quoting) {
  if (quoting == Quoting::kStandard) return Doubled(value, '\'');
  std::string out = "'";
  for (const char c : value) {
    if (c == '\\' || c == '\'') out += c;
    out += c;
  }
  return out + "'";
}

}  // namespace zdm
