// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 3xxx: the catalog.
#include "compiler/source/code_pages.h"

namespace zdm {

std::span<const CodePage> CatalogPages() {
  return {};
}

}  // namespace zdm
