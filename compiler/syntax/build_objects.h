// SPDX-License-Identifier: Apache-2.0
// Parse tree -> the syntax trees of enums, sequences and domains.
#pragma once

#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse_input.h"
#include "compiler/syntax/parse_tree.h"

namespace zdm {

ast::Enum BuildEnum(const ParseInput& input, const Node& node);
ast::Sequence BuildSequence(const ParseInput& input, const Node& node);
ast::Domain BuildDomain(const ParseInput& input, const Node& node);

}  // namespace zdm
