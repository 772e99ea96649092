// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL row of the table of families.
#pragma once

#include "runtime/journal/server_family.h"

namespace zdm {

ServerFamily PostgresFamily();

}  // namespace zdm
