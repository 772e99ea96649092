// SPDX-License-Identifier: Apache-2.0
// The long text of each code: what it means, why it hurts, what to write instead.
#pragma once

#include <span>
#include <string_view>

#include "compiler/source/codes.h"

namespace zdm {

struct CodePage {
  Code code;
  std::string_view text;
};

/// The page of "ZDM1001" (in any case, with or without the letters), or null.
const CodePage* FindCodePage(std::string_view code);

/// By range of numbers, each in its own file, sorted by number.
std::span<const CodePage> LanguagePages();
std::span<const CodePage> HazardPages();
std::span<const CodePage> CatalogPages();
std::span<const CodePage> CompilePages();
std::span<const CodePage> RuntimePages();

}  // namespace zdm
