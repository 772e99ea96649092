// SPDX-License-Identifier: Apache-2.0
// Files and lines, for the suites.
#pragma once

#include <string>
#include <vector>

namespace zdm::test {

std::string ReadFile(const std::string& path);  ///< throws when it cannot be read
void WriteFile(const std::string& path, const std::string& text);

std::vector<std::string> SplitLines(const std::string& text);
std::string JoinLines(const std::vector<std::string>& lines);  ///< each line ended
std::string Trimmed(const std::string& text);
std::string Replaced(std::string text, const std::string& from, const std::string& to);
bool Contains(const std::string& text, const std::string& part);

/// The lines that differ, "-" expected, "+" actual, with a little context; "" when equal.
std::string Difference(const std::string& expected, const std::string& actual);

/// All files below `folder` whose name ends with `suffix`, sorted; paths relative to `folder`.
std::vector<std::string> FilesBelow(const std::string& folder, const std::string& suffix);

/// A name that GoogleTest accepts: other characters than letters and digits become '_'.
std::string TestName(const std::string& text);

}  // namespace zdm::test
