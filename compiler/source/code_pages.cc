// SPDX-License-Identifier: Apache-2.0
#include "compiler/source/code_pages.h"

#include <algorithm>
#include <charconv>

namespace zdm {

const CodePage* FindCodePage(std::string_view code) {
  while (!code.empty() && !(code.front() >= '0' && code.front() <= '9')) code.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (error != std::errc{} || end != code.data() + code.size()) return nullptr;
  for (const std::span<const CodePage> pages :
       {LanguagePages(), HazardPages(), CatalogPages(), CompilePages(), RuntimePages()}) {
    const auto found = std::find_if(pages.begin(), pages.end(), [number](const CodePage& page) {
      return page.code.number == number;
    });
    if (found != pages.end()) return &*found;
  }
  return nullptr;
}

}  // namespace zdm
