// SPDX-License-Identifier: Apache-2.0
// How names and texts are quoted, which a dialect decides, and the dialect that files name.
#pragma once

#include <string>

#include "compiler/source/source_file.h"

namespace zdm {

enum class Quoting {
  kStandard,   ///< "name", 'text'; unquoted names are folded to lower case
  kBackquote,  ///< `name`, 'text' and "text" with backslash escapes; names stay as written
};

/// The NAME of the first `dialect NAME;`, in lower case; "" when no file has one. Looks at nothing
/// else, so that it can be asked before any text is parsed.
std::string DialectWord(const SourceFiles& files);

}  // namespace zdm
