// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 5xxx: run time.
#include "compiler/source/code_pages.h"

namespace zdm {

std::span<const CodePage> RuntimePages() {
  return {};
}

}  // namespace zdm
