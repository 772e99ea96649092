// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 1xxx: the language.
#include <array>

#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

constexpr CodePage kPages[] = {
    {codes::kSyntaxError,
     R"(The text is not in the language at the place marked. The message says what was expected, and a
note shows how the statement or item is written.

Each item of a table ends with `;`; expressions of the server's SQL stand in parentheses, or run up
to the `;`. Words of the language that are meant as names are quoted as the server quotes names.
See grammar/REFERENCE.md.)"},
};

}  // namespace

std::span<const CodePage> LanguagePages() {
  return kPages;
}

}  // namespace zdm
