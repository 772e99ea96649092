// SPDX-License-Identifier: Apache-2.0
// What a command found, for programs: annotations of GitHub Actions, and SARIF 2.1.0.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver.h"

namespace zdm {

struct Place {
  std::string path;
  /// From 1, columns in code points; the end is exclusive. Without columns the whole line.
  std::uint32_t line = 1, end_line = 1;
  std::optional<std::uint32_t> column, end_column;
};

struct RelatedText {
  std::string text;
  std::optional<Place> place;
};

struct Finding {
  enum class Level { kError, kWarning, kAllowed };
  Level level = Level::kError;
  std::string code;
  std::string text;
  std::optional<Place> place;
  std::string line_text;  ///< of the first line of `place`; makes the fingerprint
  std::vector<RelatedText> related;
  std::string allowed_by;  ///< of a hazard
};

std::vector<Finding> FindingsOf(const Diagnostics& diagnostics, const SourceFiles& files);
/// The hazards of a plan, at the lines that asked for their steps; open ones are errors.
std::vector<Finding> FindingsOf(const Plan& plan, const SourceFiles& files);

/// `::error file=...` lines, as GitHub Actions reads them from a step's output. Allowed hazards are
/// notices.
std::string GithubText(const std::vector<Finding>& findings);

/// One SARIF log. Allowed hazards are suppressed results.
std::string SarifText(const std::vector<Finding>& findings, int exit_code);

}  // namespace zdm
