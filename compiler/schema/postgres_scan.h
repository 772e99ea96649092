// SPDX-License-Identifier: Apache-2.0
// Where the parts of an SQL text end: white space, quoted things, names.
#pragma once

#include <cstddef>
#include <string_view>

namespace zdm {

bool IsWordStart(char c);
bool IsWord(char c);
/// Behind white space and comments that begin at `at`.
std::size_t SkipSpace(std::string_view text, std::size_t at);
/// Behind the quoted thing whose opening quote stands at `at`; a doubled quote goes on.
std::size_t SkipQuoted(std::string_view text, std::size_t at, bool backslashes = false);
/// Behind the name (bare, "quoted" or U&"...") that begins at `at`.
std::size_t SkipName(std::string_view text, std::size_t at);

}  // namespace zdm
