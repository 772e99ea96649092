// SPDX-License-Identifier: Apache-2.0
// The one layout of .zdm files. Works on tokens, so it serves every dialect: it moves line breaks
// and blanks, never a token, and keeps all comments. Within SQL it keeps the breaks of the author.
//
// Two blanks a level; an item a line; types of neighbouring columns, assignments of a transition
// and comments behind neighbouring lines stand below each other; one empty line at most, and one
// around tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/quoting.h"

namespace zdm {

/// A place whose words go.
struct Cut {
  /// The whole item around the place, with the comments in it and behind it in its line; or one
  /// clause that ends with the place, of this many words.
  std::size_t words = 0;  ///< 0: the whole item
  SourceSpan place;
};

/// `file`, which parses, in that layout, without `cuts`. Nothing when the result would not read
/// back as the same tokens, which is a defect of ours.
std::optional<std::string> FormatFile(const SourceFiles& files, std::uint32_t file,
                                      const std::vector<Cut>& cuts = {},
                                      Quoting quoting = Quoting::kStandard);

}  // namespace zdm
