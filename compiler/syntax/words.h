// SPDX-License-Identifier: Apache-2.0
// Names and strings as they are written in .zdm files, both ways.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

/// As the server folds an unquoted name: ASCII letters to lower case.
std::string FoldName(std::string_view name);

/// The name that `written` stands for: quotes taken off, or folded.
std::string UnquoteName(std::string_view written);

/// `name` as it must be written: quoted where it would not read back as itself.
std::string WriteName(std::string_view name);

/// The value of a string as written: '...', E'...', $tag$...$tag$ or "...".
std::string StringValue(std::string_view written);

/// `value` as a string: '...'.
std::string WriteString(std::string_view value);

}  // namespace zdm
