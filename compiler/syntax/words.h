// SPDX-License-Identifier: Apache-2.0
// Names and strings as they are written in .zdm files, both ways.
#pragma once

#include <string>
#include <string_view>

#include "compiler/syntax/quoting.h"

namespace zdm {

/// As the server folds an unquoted name: ASCII letters to lower case.
std::string FoldName(std::string_view name);

/// The name that `written` stands for: quotes taken off, or folded where the dialect folds.
std::string UnquoteName(std::string_view written, Quoting quoting = Quoting::kStandard);

/// `name` as it must be written: quoted where it would not read back as itself.
std::string WriteName(std::string_view name, Quoting quoting = Quoting::kStandard);

/// The value of a string as written: '...', E'...', $tag$...$tag$ or "...".
std::string StringValue(std::string_view written, Quoting quoting = Quoting::kStandard);

/// `value` as a string: '...'.
std::string WriteString(std::string_view value, Quoting quoting = Quoting::kStandard);

}  // namespace zdm
