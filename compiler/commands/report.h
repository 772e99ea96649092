// SPDX-License-Identifier: Apache-2.0
// What every command says about its findings.
#pragma once

#include <string>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "runtime/plan/plan.h"

namespace CLI {
class App;
}

namespace zdm {

/// Exit codes of design.md 8 that commands of zdmc give.
namespace exits {
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;
}  // namespace exits

/// Adds `--format text|github|sarif`.
void AddReportOption(CLI::App& command, std::string& format);

/// What was found as `format` wants it on stdout, if that is not text: findings, and the hazards of
/// `plan` unless it is null.
void ReportAs(const std::string& format, const Diagnostics& diagnostics, const SourceFiles& files,
              const Plan* plan, int exit_code);

/// Prints all findings to stderr, in colour on a terminal unless NO_COLOR is set.
void Report(const Diagnostics& diagnostics, const SourceFiles& files);

}  // namespace zdm
