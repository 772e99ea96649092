// SPDX-License-Identifier: Apache-2.0
// The product's source files, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {

/// Paths from the root of the project, sorted: those below `folders` that end with one of
/// `suffixes`.
inline std::vector<std::string> SourcesBelow(const std::vector<std::string>& folders,
                                             const std::vector<std::string>& suffixes) {
  std::vector<std::string> result;
  for (const std::string& folder : folders) {
    for (const std::string& suffix : suffixes) {
      for (const std::string& path : FilesBelow(SourceFolder() + "/" + folder, suffix)) {
        result.push_back(folder + "/" + path);
      }
    }
  }
  return result;
}

inline std::vector<std::string> ProductSources() {
  return SourcesBelow({"compiler", "runtime"}, {".h", ".cc"});
}

inline std::vector<std::string> LinesOf(const std::string& path) {
  return SplitLines(ReadFile(SourceFolder() + "/" + path));
}

inline bool StartsWith(const std::string& text, const std::string& start) {
  return text.rfind(start, 0) == 0;
}

/// All findings as one failure, one a line.
inline std::string Listed(const std::vector<std::string>& findings) {
  return JoinLines(findings);
}

}  // namespace zdm::test
