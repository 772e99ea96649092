// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/cache_directory.h"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

namespace zdm {

namespace fs = std::filesystem;

fs::path CacheDirectory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  fs::path cache = variable("ZDM_CACHE_DIR");
  if (cache.empty()) cache = variable("XDG_CACHE_HOME");
  if (cache.empty() && !variable("HOME").empty()) cache = variable("HOME") / ".cache";
  return cache.empty() ? fs::path() : cache / "zdm";
}

std::string StampOf(const fs::path& file) {
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  if (failed) return "";
  const auto size = fs::file_size(real, failed);
  const auto time = fs::last_write_time(real, failed);
  if (failed) return "";
  return fmt::format("{} {} {}", real.string(), size, time.time_since_epoch().count());
}

}  // namespace zdm
