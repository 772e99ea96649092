// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_scan.h"

#include <algorithm>
#include <cctype>

namespace zdm {
namespace {

/// They nest.
std::size_t SkipBlockComment(std::string_view text, std::size_t at) {
  int depth = 0;
  do {
    if (text.substr(at).starts_with("/*")) {
      ++depth;
      at += 2;
    } else if (text.substr(at).starts_with("*/")) {
      --depth;
      at += 2;
    } else {
      ++at;
    }
  } while (depth > 0 && at < text.size());
  return at;
}

}  // namespace

bool IsWordStart(char c) {
  return (std::isalpha(static_cast<unsigned char>(c)) != 0) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWord(char c) {
  return IsWordStart(c) || (std::isdigit(static_cast<unsigned char>(c)) != 0) || c == '$';
}

std::size_t SkipSpace(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
    } else if (text.substr(at).starts_with("--")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (text.substr(at).starts_with("/*")) {
      at = SkipBlockComment(text, at);
    } else {
      break;
    }
  }
  return at;
}

std::size_t SkipQuoted(std::string_view text, std::size_t at, bool backslashes) {
  const char quote = text[at++];
  while (at < text.size()) {
    const bool doubled = text[at] == quote && at + 1 < text.size() && text[at + 1] == quote;
    if (doubled || (backslashes && text[at] == '\\')) {
      at += 2;
    } else if (text[at] == quote) {
      return at + 1;
    } else {
      ++at;
    }
  }
  return text.size();
}

std::size_t SkipName(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '"') return SkipQuoted(text, at);
  if (text.substr(at).starts_with("U&\"") || text.substr(at).starts_with("u&\"")) {
    return SkipQuoted(text, at + 2);
  }
  while (at < text.size() && IsWord(text[at])) ++at;
  return at;
}

}  // namespace zdm
