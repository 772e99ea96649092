// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"

namespace zdm {

/// The syntax tree as lines, one thing a line, with the line and column where it stands.
std::string PrintAst(const ast::File& tree, const SourceFiles& files);

}  // namespace zdm
