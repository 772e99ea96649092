// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace zdm {

/// The unified diff of two texts with three lines of context, as `patch` reads it; "" when they
/// are equal.
std::string UnifiedDiff(const std::string& path, const std::string& before,
                        const std::string& after);

}  // namespace zdm
