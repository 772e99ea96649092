// SPDX-License-Identifier: Apache-2.0
// Scratch servers of MariaDB.
#pragma once

#include "runtime/database/scratch.h"

namespace zdm {

ScratchServers MariadbScratch();

}  // namespace zdm
