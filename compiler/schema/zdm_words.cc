// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/zdm_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

/// Words that begin something in the language, whatever the server says about them.
constexpr std::array<std::string_view, 64> kWords = {
    "allow",     "always",     "as",       "asc",        "by",         "case",       "check",
    "collate",   "column",     "comment",  "constraint", "default",    "deferrable", "deferred",
    "desc",      "dialect",    "distinct", "down",       "drop",       "end",        "extension",
    "foreign",   "from",       "full",     "generated",  "identity",   "ignore",     "immediate",
    "include",   "index",      "inherit",  "initially",  "is",         "keep",       "key",
    "lossy",     "match",      "not",      "null",       "nulls",      "on",         "partial",
    "primary",   "references", "reject",   "renamed",    "schema",     "set",        "simple",
    "statement", "stored",     "table",    "timezone",   "transition", "unique",     "up",
    "using",     "version",    "view",     "violation",  "where",      "with",       "without",
    "year"};

bool IsQuote(char c, Quoting quoting) {
  return c == '\'' || c == '"' || (c == '`' && quoting == Quoting::kBackquote);
}

/// The end of the literal or quoted name that begins at `at`.
std::size_t EndOfQuoted(std::string_view text, std::size_t at, Quoting quoting) {
  const char quote = text[at];
  const bool escapes =
      quoting == Quoting::kBackquote
          ? quote != '`'
          : quote == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e');
  for (++at; at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return text.size();
}

/// Whether one pair of parentheses spans the whole text.
bool IsParenthesized(std::string_view sql, Quoting quoting) {
  if (sql.size() < 2 || sql.front() != '(') return false;
  int depth = 0;
  for (std::size_t at = 0; at < sql.size();) {
    if (IsQuote(sql[at], quoting)) {
      at = EndOfQuoted(sql, at, quoting);
      continue;
    }
    depth += sql[at] == '(' ? 1 : (sql[at] == ')' ? -1 : 0);
    ++at;
    if (depth == 0) return at == sql.size();
  }
  return false;
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string ZdmName(const std::string& name, const LanguageRules& rules) {
  if (rules.quoting == Quoting::kBackquote) {
    const bool known = std::find(kWords.begin(), kWords.end(), FoldName(name)) != kWords.end();
    return known ? rules.expressions->quote(name) : WriteName(name, rules.quoting);
  }
  const std::string quoted = rules.expressions->quote(name);
  const bool word = std::find(kWords.begin(), kWords.end(), name) != kWords.end();
  return word && quoted == name ? "\"" + name + "\"" : quoted;
}

std::string ZdmNames(const std::vector<std::string>& names, const LanguageRules& rules) {
  std::string list = "(";
  for (const std::string& name : names) {
    list += (list.size() == 1 ? "" : ", ") + ZdmName(name, rules);
  }
  return list + ")";
}

std::string ZdmText(const std::string& text, Quoting quoting) {
  return WriteString(text, quoting);
}

std::string ZdmParenthesized(const std::string& sql, Quoting quoting) {
  return IsParenthesized(sql, quoting) ? sql : "(" + sql + ")";
}

std::string ZdmDefault(const std::string& sql, Quoting quoting) {
  // Literals with a cast, numbers, calls and single words are read as they stand.
  std::size_t at = 0;
  const auto skip_words = [&] {
    while (at < sql.size() && (IsWord(sql[at]) || sql[at] == '.' || sql[at] == ':')) ++at;
  };
  if (!sql.empty() && sql[0] == '-') ++at;
  if (at < sql.size() && sql[at] == '\'') at = EndOfQuoted(sql, at, quoting);
  skip_words();
  if (at < sql.size() && sql[at] == '(' && sql.back() == ')' &&
      IsParenthesized(sql.substr(at), quoting)) {
    return sql;
  }
  return at == sql.size() ? sql : ZdmParenthesized(sql, quoting);
}

std::vector<std::string> ZdmLines(const std::string& text, Quoting quoting) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (IsQuote(text[at], quoting)) {
      at = EndOfQuoted(text, at, quoting);
    } else if (text[at++] == '\n') {
      lines.push_back(text.substr(begin, at - begin - 1));
      begin = at;
    }
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

std::string ZdmOptions(const SequenceOptions& options) {
  std::string text;
  const auto add = [&](const char* word, const std::optional<std::string>& value) {
    if (value) text += std::string(" ") + word + " " + *value;
  };
  add("start", options.start);
  add("increment", options.increment);
  add("minvalue", options.min_value);
  add("maxvalue", options.max_value);
  add("cache", options.cache);
  return text + (options.cycle ? " cycle" : "");
}

std::string ZdmComment(const std::optional<std::string>& comment, Quoting quoting) {
  return comment ? " comment " + ZdmText(*comment, quoting) : "";
}

}  // namespace zdm
