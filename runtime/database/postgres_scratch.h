// SPDX-License-Identifier: Apache-2.0
// Scratch servers of PostgreSQL.
#pragma once

#include "runtime/database/scratch.h"

namespace zdm {

ScratchServers PostgresScratch();

}  // namespace zdm
