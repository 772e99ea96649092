// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 4xxx: compile.
#include "compiler/source/code_pages.h"

namespace zdm {

std::span<const CodePage> CompilePages() {
  return {};
}

}  // namespace zdm
