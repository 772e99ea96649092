// SPDX-License-Identifier: Apache-2.0
#include "compiler/format/format.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/format/layout.h"

namespace zdm {
namespace layout {
namespace {

std::string_view WithoutBlanksBehind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\f\v") + 1);
}

bool IsWordLike(const Token& token) {
  return !token.IsOperator() && !token.IsString() && !token.IsComment() &&
         token.text.find_first_of("(){}[],;.") == std::string_view::npos;
}

/// Whether it counts that these two are glued, or are not: operators of several characters, and
/// literals with a letter before them.
bool GlueCounts(const Token& before, const Token& token) {
  if (before.IsOperator() && token.IsOperator()) return true;
  return IsWordLike(before) && token.IsString();
}

}  // namespace

std::vector<Token> TokensOf(std::string_view text, const std::vector<SourceToken>& tokens) {
  std::vector<Token> out;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::size_t column = 0;
  const auto advance = [&](std::size_t to, std::size_t* newlines) {
    for (; at < to; ++at) {
      const bool carriage = text[at] == '\r' && !text.substr(at + 1).starts_with('\n');
      if (text[at] == '\n' || carriage) {
        column = 0;
        if (newlines != nullptr) ++*newlines;
      } else if (text[at] == '\t') {
        column = column / 4 * 4 + 4;
      } else if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && text[at] != '\r') {
        ++column;
      }
    }
  };
  for (const SourceToken& source : tokens) {
    Token token;
    token.name = source.name;
    token.text = text.substr(source.span.begin, source.span.end - source.span.begin);
    token.end = source.span.end;
    token.glued = source.span.begin == at && !out.empty();
    advance(source.span.begin, &token.newlines);
    token.column = column;
    advance(source.span.end, nullptr);
    out.push_back(token);
  }
  return out;
}

bool SameMeaning(const std::vector<Token>& before, const std::vector<Token>& after) {
  if (before.size() != after.size()) return false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Token& a = before[i];
    const Token& b = after[i];
    if (a.name != b.name) return false;
    const bool text = a.IsLineComment() ? WithoutBlanksBehind(a.text) == WithoutBlanksBehind(b.text)
                                        : a.text == b.text;
    if (!text) return false;
    if (i == 0) continue;
    if (GlueCounts(before[i - 1], a) && a.glued != b.glued) return false;
    // Strings in two lines are one string to some servers.
    const bool strings = before[i - 1].IsString() && a.IsString();
    if (strings && (a.newlines > 0) != (b.newlines > 0)) return false;
  }
  return true;
}

namespace {

/// Where the item around token `at` begins and ends: [first, second).
std::pair<std::size_t, std::size_t> ItemAround(const std::vector<Token>& tokens, std::size_t at) {
  const auto ends = [](const Token& token) {
    return token.Is("Semicolon") || token.Is("LeftBrace") || token.Is("RightBrace");
  };
  std::size_t begin = at;
  while (begin > 0 && !ends(tokens[begin - 1])) --begin;
  while (begin < at && tokens[begin].IsComment()) ++begin;
  std::size_t end = at;
  int braces = 0;
  for (; end < tokens.size(); ++end) {
    braces += tokens[end].Is("LeftBrace") ? 1 : 0;
    if (tokens[end].Is("RightBrace") && --braces <= 0) break;
    if (tokens[end].Is("Semicolon") && braces == 0) break;
  }
  return {begin, std::min(end + 1, tokens.size())};
}

/// Takes what `cut` names out of `tokens`.
void Apply(const Cut& cut, std::vector<Token>& tokens) {
  const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const Token& token) {
    return token.end > cut.place.begin && !token.IsComment();
  });
  if (found == tokens.end()) return;
  auto begin = static_cast<std::size_t>(found - tokens.begin());
  std::size_t end = begin + 1;
  std::vector<Token> kept;
  if (cut.words == 0) {
    std::tie(begin, end) = ItemAround(tokens, begin);
    while (end < tokens.size() && tokens[end].IsComment() && tokens[end].newlines == 0) ++end;
  }
  for (std::size_t words = 1; words < cut.words && begin > 0;) {
    --begin;
    words += tokens[begin].IsComment() ? 0 : 1;
    if (tokens[begin].IsComment()) kept.insert(kept.begin(), tokens[begin]);
  }
  if (end < tokens.size()) {
    Token& next = tokens[end];
    next.glued = false;
    next.newlines =
        cut.words == 0 ? std::max(next.newlines, tokens[begin].newlines) : next.newlines;
  }
  const auto place = [&](std::size_t i) { return tokens.begin() + static_cast<std::ptrdiff_t>(i); };
  tokens.erase(place(begin), place(end));
  tokens.insert(place(begin), kept.begin(), kept.end());
}

}  // namespace
}  // namespace layout

std::optional<std::string> FormatFile(const SourceFiles& files, std::uint32_t file,
                                      const std::vector<Cut>& cuts, Quoting quoting) {
  const std::string& text = files.at(file).text;
  std::vector<layout::Token> before = layout::TokensOf(text, ReadTokens(files, file, quoting));
  for (const Cut& cut : cuts) layout::Apply(cut, before);
  std::string formatted = layout::Aligned(layout::LinesOf(before));
  SourceFiles result;
  result.Add({files.at(file).path, formatted});
  const std::vector<layout::Token> after =
      layout::TokensOf(formatted, ReadTokens(result, 0, quoting));
  if (!layout::SameMeaning(before, after)) return std::nullopt;
  return formatted;
}

}  // namespace zdm
