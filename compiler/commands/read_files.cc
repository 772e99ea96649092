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

namespace fs = std::filesystem;

/// The .zdm files at or below what was asked for, each once however many ways lead to it.
class Finder {
 public:
  explicit Finder(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void Take(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (seen_.insert(Real(path)).second) names_.insert(path.generic_string());
      return;
    }
    if (folders_.contains(Real(path))) return;
    const std::size_t before = found_;
    const bool read = Descend(path);
    if (read && found_ == before) {
      diagnostics_.Error(codes::kNoFiles, {},
                         fmt::format("no .zdm file is below `{}`", path.generic_string()));
    }
  }

  const std::set<std::string>& names() const { return names_; }

 private:
  static fs::path Real(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    return error ? path : real;
  }

  /// False when something could not be read: what stands there would be missing in silence.
  bool Descend(const fs::path& folder) {
    if (!folders_.insert(Real(folder)).second) return true;
    std::error_code error;
    std::set<fs::path> entries;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      entries.insert(at->path());
    }
    if (error) {
      diagnostics_.Error(codes::kUnreadableFile, {},
                         fmt::format("cannot read the directory `{}`: {}", folder.generic_string(),
                                     error.message()));
      return false;
    }
    bool read = true;
    for (const fs::path& entry : entries) {
      std::error_code ignored;
      if (fs::is_directory(entry, ignored)) {
        read = Descend(entry) && read;
      } else if (entry.extension() == ".zdm") {
        ++found_;
        if (seen_.insert(Real(entry)).second) names_.insert(entry.generic_string());
      }
    }
    return read;
  }

  Diagnostics& diagnostics_;
  std::set<fs::path> seen_, folders_;
  std::size_t found_ = 0;
  std::set<std::string> names_;
};

}  // namespace

SourceFiles ReadFiles(const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  Finder finder(diagnostics);
  for (const std::string& path : paths) finder.Take(path);
  SourceFiles files;
  for (const std::string& name : finder.names()) {
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
