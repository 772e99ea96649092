// SPDX-License-Identifier: Apache-2.0
// Paths on the command line -> files.
#pragma once

#include <string>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"

namespace zdm {

/// Reads the files at `paths`, and all *.zdm below those that are directories, sorted by path.
SourceFiles ReadFiles(const std::vector<std::string>& paths, Diagnostics& diagnostics);

}  // namespace zdm
