// SPDX-License-Identifier: Apache-2.0
// Where things are kept that can be made again.
#pragma once

#include <filesystem>
#include <string>

namespace zdm {

/// `zdm` in ZDM_CACHE_DIR, else XDG_CACHE_HOME, else ~/.cache; empty when none is set. It need not
/// be there yet.
std::filesystem::path CacheDirectory();

/// Text that changes when the file does, by its size and time; empty when it is not there.
std::string StampOf(const std::filesystem::path& file);

}  // namespace zdm
