// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_columns.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace zdm::mysql {
namespace {

bool IsWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

/// A word or backquoted name that may be a column.
struct Reference {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string name;
};

class Reader {
 public:
  explicit Reader(const std::string& sql) : sql_(sql) {}

  std::vector<Reference> Read() {
    while (at_ < sql_.size()) Next();
    return std::move(references_);
  }

 private:
  void Next() {
    const char c = sql_[at_];
    if (c == '\'' || c == '"') {
      Skip(c);
    } else if (c == '`') {
      const std::size_t begin = at_;
      Skip(c);
      Add(begin, Unquoted(begin));
    } else if (sql_.compare(at_, 2, "/*") == 0) {
      const std::size_t end = sql_.find("*/", at_ + 2);
      at_ = end == std::string::npos ? sql_.size() : end + 2;
    } else if (IsWord(c)) {
      const std::size_t begin = at_;
      while (at_ < sql_.size() && IsWord(sql_[at_])) ++at_;
      const bool is_introducer = c == '_' && at_ < sql_.size() && sql_[at_] == '\'';
      if (std::isdigit(static_cast<unsigned char>(c)) == 0 && !is_introducer && !IsCall()) {
        Add(begin, sql_.substr(begin, at_ - begin));
      }
    } else {
      ++at_;
    }
  }

  void Skip(char quote) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == '\\' && quote != '`') {
        ++at_;
      } else if (sql_[at_] == quote) {
        if (at_ + 1 >= sql_.size() || sql_[at_ + 1] != quote) break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
  }

  std::string Unquoted(std::size_t begin) const {
    std::string name;
    for (std::size_t i = begin + 1; i + 1 < at_; ++i) {
      name += sql_[i];
      if (sql_[i] == '`') ++i;
    }
    return name;
  }

  bool IsCall() const {
    std::size_t next = at_;
    while (next < sql_.size() && std::isspace(static_cast<unsigned char>(sql_[next])) != 0) ++next;
    return next < sql_.size() && sql_[next] == '(';
  }

  void Add(std::size_t begin, std::string name) {
    if (begin > 0 && (sql_[begin - 1] == '@' || sql_[begin - 1] == '.')) return;
    if (at_ < sql_.size() && sql_[at_] == '.') return;
    references_.push_back({begin, at_, std::move(name)});
  }

  const std::string& sql_;
  std::size_t at_ = 0;
  std::vector<Reference> references_;
};

}  // namespace

std::string LowerName(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::vector<std::string> ColumnsIn(const Table& table, const std::string& expression) {
  std::map<std::string, std::string> known;
  for (const Column& column : table.columns) known.emplace(LowerName(column.name), column.name);
  std::vector<std::string> columns;
  std::set<std::string> seen;
  for (const Reference& reference : Reader(expression).Read()) {
    const auto column = known.find(LowerName(reference.name));
    if (column != known.end() && seen.insert(column->second).second) {
      columns.push_back(column->second);
    }
  }
  return columns;
}

std::string SubstituteColumns(const std::string& expression,
                              const std::map<std::string, std::string>& sql) {
  std::string text;
  std::size_t at = 0;
  for (const Reference& reference : Reader(expression).Read()) {
    const auto found = sql.find(LowerName(reference.name));
    if (found == sql.end()) continue;
    text += expression.substr(at, reference.begin - at) + found->second;
    at = reference.end;
  }
  return text + expression.substr(at);
}

}  // namespace zdm::mysql
