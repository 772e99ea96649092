// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_grants.h"

#include <algorithm>

namespace zdm {
namespace {

/// As LIKE does it, with `\` before `%` and `_` that stand for themselves.
bool Matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '%') {
    for (std::size_t skip = 0; skip <= name.size(); ++skip) {
      if (Matches(pattern.substr(1), name.substr(skip))) return true;
    }
    return false;
  }
  if (name.empty()) return false;
  const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
  if (!escaped && pattern[0] == '_') return Matches(pattern.substr(1), name.substr(1));
  const std::string_view rest = pattern.substr(escaped ? 1 : 0);
  return rest[0] == name[0] && Matches(rest.substr(1), name.substr(1));
}

/// The end of the quoted text that begins at `at`, or `at` when none does.
std::size_t AfterQuoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '`' && quote != '\'' && quote != '"') return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] != quote) continue;
    if (i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
    ++i;
  }
  return text.size();
}

/// Where `word` stands outside quotes and parentheses; npos: nowhere.
std::size_t FindWord(std::string_view text, std::string_view word) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t after = AfterQuoted(text, i);
    if (after != i) {
      i = after;
      continue;
    }
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (depth == 0 && text.substr(i, word.size()) == word) return i;
    ++i;
  }
  return std::string_view::npos;
}

std::string Unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '`' || name.back() != '`') return std::string(name);
  std::string plain;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    plain += name[i];
    if (name[i] == '`') ++i;
  }
  return plain;
}

std::set<std::string, std::less<>> RightsOf(std::string_view list) {
  std::set<std::string, std::less<>> rights;
  while (!list.empty()) {
    const std::size_t comma = FindWord(list, ",");
    std::string_view right = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (!right.empty() && right.front() == ' ') right.remove_prefix(1);
    while (!right.empty() && right.back() == ' ') right.remove_suffix(1);
    // Rights on single columns do not carry far enough.
    if (right.find('(') == std::string_view::npos) rights.emplace(right);
  }
  return rights;
}

}  // namespace

MysqlGrants::MysqlGrants(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    std::string_view text = line;
    if (!text.starts_with("GRANT ")) continue;
    text.remove_prefix(6);
    const std::size_t on = FindWord(text, " ON ");
    if (on == std::string_view::npos) continue;
    const std::string_view scope = text.substr(on + 4, FindWord(text.substr(on + 4), " TO "));
    const std::size_t dot = FindWord(scope, ".");
    if (dot == std::string_view::npos || scope.substr(dot) != ".*") continue;
    Grant grant;
    grant.global = scope == "*.*";
    grant.pattern = Unquoted(scope.substr(0, dot));
    grant.rights = RightsOf(text.substr(0, on));
    grant.all = grant.rights.count("ALL PRIVILEGES") != 0;
    grants_.push_back(std::move(grant));
  }
}

bool MysqlGrants::Has(std::string_view right, std::string_view database) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const Grant& grant) {
    return (grant.global || Matches(grant.pattern, database)) &&
           (grant.all || grant.rights.find(right) != grant.rights.end());
  });
}

bool MysqlGrants::HasGlobally(std::string_view right) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const Grant& grant) {
    return grant.global && (grant.all || grant.rights.find(right) != grant.rights.end());
  });
}

std::vector<std::string> MysqlGrants::Missing(const std::vector<std::string>& rights,
                                              std::string_view database) const {
  std::vector<std::string> missing;
  for (const std::string& right : rights) {
    if (!Has(right, database)) missing.push_back(right);
  }
  return missing;
}

}  // namespace zdm
