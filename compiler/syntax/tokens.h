// SPDX-License-Identifier: Apache-2.0
// A file as its tokens, comments among them: for those who move text about without understanding
// all of it.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"
#include "compiler/syntax/quoting.h"

namespace zdm {

struct SourceToken {
  std::string_view name;  ///< as the grammar calls it: "Word", "LeftBrace", "LineComment"
  SourceSpan span;

  bool IsComment() const { return name == "LineComment" || name == "BlockComment"; }
};

/// Everything but blanks, in order. Of a file that is not UTF-8, nothing.
std::vector<SourceToken> ReadTokens(const SourceFiles& files, std::uint32_t file,
                                    Quoting quoting = Quoting::kStandard);

}  // namespace zdm
