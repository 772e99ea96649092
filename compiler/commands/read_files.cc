// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/read_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace zdm {
namespace {

/// The .zdm files at or below `path`.
std::set<std::string> FindFiles(const std::string& path, Diagnostics& diagnostics) {
  namespace fs = std::filesystem;
  std::set<std::string> found;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    found.insert(path);
    return found;
  }
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(path, options, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".zdm" && !at->is_directory(error)) {
      found.insert(at->path().generic_string());
    }
  }
  if (error) {
    diagnostics.Error(codes::kUnreadableFile, {},
                      fmt::format("cannot read the directory `{}`: {}", path, error.message()));
  } else if (found.empty()) {
    diagnostics.Error(codes::kNoFiles, {}, fmt::format("no .zdm file is below `{}`", path));
  }
  return found;
}

}  // namespace

SourceFiles ReadFiles(const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const std::string& path : paths) names.merge(FindFiles(path, diagnostics));
  SourceFiles files;
  for (const std::string& name : names) {
    std::ifstream stream(name, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::error_code error;
    if (!stream || std::filesystem::is_directory(name, error)) {
      diagnostics.Error(codes::kUnreadableFile, {}, fmt::format("cannot read `{}`", name));
      continue;
    }
    files.Add({name, std::move(text)});
  }
  return files;
}

}  // namespace zdm
