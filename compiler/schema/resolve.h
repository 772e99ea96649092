// SPDX-License-Identifier: Apache-2.0
// Syntax trees -> the desired schema. Every mistake of names, duplicates, types and clauses that
// can be seen in the files alone is found here and nowhere later.
#pragma once

#include <optional>
#include <vector>

#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"
#include "compiler/source/diagnostic.h"
#include "compiler/syntax/ast.h"

namespace zdm {

/// The dialect that the files of one schema name; nullopt after an error.
std::optional<Dialect> DialectOf(const std::vector<ast::File>& files, Diagnostics& diagnostics);

/// What the files say. Expressions stay as written (not judged); types are spelled as the server
/// does; parts without a name got the server's. Lists are sorted as schema.h says.
DesiredSchema Resolve(const std::vector<ast::File>& files, const LanguageRules& rules,
                      Diagnostics& diagnostics);

}  // namespace zdm
