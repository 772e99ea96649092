// SPDX-License-Identifier: Apache-2.0
// Scenario files (tests/cases/<kind>/<concern>.case): the intent, then sections under lines of the
// form `-- name --`. Only the names listed in case_file.cc are markers, since such a line is also
// an SQL comment. A file read and written is the same bytes.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace zdm::test {

struct CaseFile {
  std::string path;    ///< absolute
  std::string name;    ///< "rename_column/basic", made of the path below the cases folder
  std::string intent;  ///< what stands before the first section
  std::vector<std::pair<std::string, std::string>> sections;

  bool Has(const std::string& section) const;
  std::string Text(const std::string& section) const;  ///< "" without that section
  void Set(const std::string& section, const std::string& text);
};

/// What GoogleTest shows of a case.
void PrintTo(const CaseFile& file, std::ostream* out);

CaseFile ParseCase(const std::string& text);
std::string FormatCase(const CaseFile& file);

CaseFile LoadCase(const std::string& path);
void SaveCase(const CaseFile& file);

/// All cases below tests/cases, sorted by name; ZDM_TEST_CASES (a regular expression) selects.
std::vector<CaseFile> AllCases();

/// ZDM_UPDATE_GOLDENS=1: expected sections are rewritten with what was seen.
bool UpdateGoldens();

/// The statements of an SQL section, split at semicolons outside quotes and comments.
std::vector<std::string> SplitStatements(const std::string& sql);

}  // namespace zdm::test
