// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 2xxx: hazards.
#include "compiler/source/code_pages.h"

namespace zdm {

std::span<const CodePage> HazardPages() {
  return {};
}

}  // namespace zdm
