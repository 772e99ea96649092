// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/schema/schema.h"

namespace zdm {

/// Whether both keys say the same: a server that makes them in one statement makes one of them.
bool Repeats(const Key& a, const Key& b);

}  // namespace zdm
