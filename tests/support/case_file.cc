// SPDX-License-Identifier: Apache-2.0
#include "tests/support/case_file.h"

#include <array>
#include <cstdlib>
#include <ostream>
#include <regex>
#include <stdexcept>
#include <string_view>

#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

// Section names. `mariadb` and `mysql` forms of the SQL sections follow the same list with a prefix
// ("mariadb/rows.sql"): the intent of a scenario belongs to no server, its SQL does.
constexpr std::array<std::string_view, 13> kSections = {
    "before.zdm",    "after.zdm", "before.sql",  "rows.sql", "old.sql",
    "new.sql",       "changes",   "plan",        "options",  "rows.contract",
    "rows.rollback", "after.sql", "known defect"};

bool IsSection(std::string_view name) {
  for (const std::string_view prefix : {"", "mariadb/", "mysql/"}) {
    if (name.substr(0, prefix.size()) != prefix) continue;
    for (const std::string_view section : kSections) {
      if (name.substr(prefix.size()) == section) return true;
    }
  }
  return false;
}

/// The name in "-- name --", or "".
std::string Marker(const std::string& line) {
  if (line.size() < 7 || line.rfind("-- ", 0) != 0 || line.substr(line.size() - 3) != " --") {
    return "";
  }
  const std::string name = line.substr(3, line.size() - 6);
  return IsSection(name) ? name : "";
}

/// The position after the quoted text, comment or dollar quote that begins at `at`, else `at`.
std::size_t SkipQuoted(const std::string& sql, std::size_t at) {
  const auto after = [&](std::string_view end, std::size_t from) {
    const auto found = sql.find(end, from);
    return found == std::string::npos ? sql.size() : found + end.size();
  };
  const char c = sql[at];
  if (c == '\'' || c == '"') return after(std::string_view(&sql[at], 1), at + 1);
  if (sql.compare(at, 2, "--") == 0) return after("\n", at);
  if (sql.compare(at, 2, "/*") == 0) return after("*/", at + 2);
  if (c == '$') {
    const auto close = sql.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", at + 1);
    if (close != std::string::npos && sql[close] == '$') {
      return after(sql.substr(at, close - at + 1), close + 1);
    }
  }
  return at;
}

}  // namespace

bool CaseFile::Has(const std::string& section) const {
  for (const auto& [section_name, text] : sections) {
    if (section_name == section) return true;
  }
  return false;
}

std::string CaseFile::Text(const std::string& section) const {
  for (const auto& [section_name, text] : sections) {
    if (section_name == section) return text;
  }
  return "";
}

void CaseFile::Set(const std::string& section, const std::string& text) {
  for (auto& [section_name, old] : sections) {
    if (section_name == section) {
      old = text;
      return;
    }
  }
  sections.emplace_back(section, text);
}

void PrintTo(const CaseFile& file, std::ostream* out) {
  *out << file.name;
}

CaseFile ParseCase(const std::string& text) {
  CaseFile file;
  std::string* target = &file.intent;
  for (const std::string& line : SplitLines(text)) {
    const std::string marker = Marker(line);
    if (marker.empty()) {
      *target += line + "\n";
      continue;
    }
    if (file.Has(marker)) throw std::runtime_error("two sections " + marker);
    file.sections.emplace_back(marker, "");
    target = &file.sections.back().second;
  }
  return file;
}

std::string FormatCase(const CaseFile& file) {
  std::string text = file.intent;
  for (const auto& [name, content] : file.sections) {
    text += "-- " + name + " --\n" + content;
    if (!content.empty() && content.back() != '\n') text += "\n";
  }
  return text;
}

CaseFile LoadCase(const std::string& path) {
  CaseFile file = ParseCase(ReadFile(path));
  file.path = path;
  const std::string folder = SourceFolder() + "/tests/cases/";
  file.name = path.rfind(folder, 0) == 0 ? path.substr(folder.size()) : path;
  file.name = file.name.substr(0, file.name.rfind(".case"));
  return file;
}

void SaveCase(const CaseFile& file) {
  WriteFile(file.path, FormatCase(file));
}

std::vector<CaseFile> AllCases() {
  const char* wanted = std::getenv("ZDM_TEST_CASES");
  const std::regex pattern(wanted == nullptr ? "" : wanted);
  const std::string folder = SourceFolder() + "/tests/cases";
  std::vector<CaseFile> result;
  for (const std::string& path : FilesBelow(folder, ".case")) {
    CaseFile file = LoadCase(folder + "/" + path);
    if (std::regex_search(file.name, pattern)) result.push_back(std::move(file));
  }
  return result;
}

bool UpdateGoldens() {
  const char* value = std::getenv("ZDM_UPDATE_GOLDENS");
  return value != nullptr && std::string(value) == "1";
}

std::vector<std::string> SplitStatements(const std::string& sql) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  std::size_t at = 0;
  const auto finish = [&](std::size_t end) {
    const std::string statement = Trimmed(sql.substr(begin, end - begin));
    if (!statement.empty()) result.push_back(statement);
  };
  while (at < sql.size()) {
    const std::size_t next = SkipQuoted(sql, at);
    if (next != at) {
      at = next;
    } else if (sql[at++] == ';') {
      finish(at);
      begin = at;
    }
  }
  finish(sql.size());
  // What is nothing but comments is no statement.
  std::erase_if(result, [](const std::string& statement) {
    for (const std::string& line : SplitLines(statement)) {
      const std::string text = Trimmed(line);
      if (!text.empty() && text.rfind("--", 0) != 0 && text != ";") return false;
    }
    return true;
  });
  return result;
}

}  // namespace zdm::test
