// SPDX-License-Identifier: Apache-2.0
// MariaDB and MySQL as one family of servers; where the two differ, the dialect of the session
// tells.
#pragma once

#include "runtime/journal/server_family.h"

namespace zdm {

ServerFamily MysqlFamily();

}  // namespace zdm
