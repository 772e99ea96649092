// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/write_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace zdm {

bool WriteOutput(const std::string& path, const std::string& text) {
  if (path == "-") return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  const std::string beside = path + ".new";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file || std::rename(beside.c_str(), path.c_str()) != 0) {
    fmt::print(stderr, "zdmc: cannot write {}: {}\n", path, std::strerror(errno));
    std::remove(beside.c_str());
    return false;
  }
  return true;
}

}  // namespace zdm
