// SPDX-License-Identifier: Apache-2.0
// Results of commands -> files.
#pragma once

#include <string>

namespace zdm {

/// Puts `text` in place of the file at `path` in one go ("-": stdout). False after saying on stderr
/// why it could not.
bool WriteOutput(const std::string& path, const std::string& text);

}  // namespace zdm
