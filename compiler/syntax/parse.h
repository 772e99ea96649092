// SPDX-License-Identifier: Apache-2.0
// Text -> syntax tree. parse.cc is the only file that knows how the parser was made.
#pragma once

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/quoting.h"

namespace zdm {

/// Parses one file, statement by statement. Mistakes go to `diagnostics`, one for each; what could
/// be read around them is in the tree, which says where something is missing.
ast::File Parse(const SourceFiles& files, std::uint32_t file, Quoting quoting,
                Diagnostics& diagnostics);

}  // namespace zdm
