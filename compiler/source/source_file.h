// SPDX-License-Identifier: Apache-2.0
// Text of .zdm files and places in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zdm {

/// A half-open range of bytes in one source file. `file` indexes SourceFiles; a span of no file
/// (kNoFile) belongs to an object that comes from a catalog.
struct SourceSpan {
  static constexpr std::uint32_t kNoFile = UINT32_MAX;
  std::uint32_t file = kNoFile;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool valid() const { return file != kNoFile; }
  /// Spans say where a value comes from, never what it is: values compare equal whatever theirs.
  friend bool operator==(const SourceSpan&, const SourceSpan&) { return true; }
};

/// Line and column, both from 1; the column counts code points.
struct SourcePosition {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct SourceFile {
  std::string path;  ///< as the user gave it, '/'-separated; goes into plans and diagnostics
  std::string text;  ///< UTF-8, line ends as found
};

/// The files of one run, in the order of their paths.
class SourceFiles {
 public:
  std::uint32_t Add(SourceFile file);
  const SourceFile& at(std::uint32_t index) const { return files_[index]; }
  std::size_t size() const { return files_.size(); }
  /// `span` must be valid().
  SourcePosition Position(const SourceSpan& span) const;
  /// The whole line (without its end) in which `span` begins.
  std::string_view Line(const SourceSpan& span) const;
  /// "path:line", or "" for an invalid span.
  std::string Origin(const SourceSpan& span) const;

 private:
  std::vector<SourceFile> files_;
};

}  // namespace zdm
