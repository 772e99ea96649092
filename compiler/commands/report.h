// SPDX-License-Identifier: Apache-2.0
// What every command says about its findings.
#pragma once

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"

namespace zdm {

/// Exit codes of design.md 8 that commands of zdmc give.
namespace exits {
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;
}  // namespace exits

/// Prints all findings to stderr, in colour on a terminal unless NO_COLOR is set.
void Report(const Diagnostics& diagnostics, const SourceFiles& files);

}  // namespace zdm
