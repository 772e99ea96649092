// SPDX-License-Identifier: Apache-2.0
// What MySQL, MariaDB and their client library say -> ErrorKind. By error number, for these servers
// give most of what matters the SQLSTATE HY000. No connection.
#pragma once

#include <string_view>

#include "runtime/database/errors.h"

namespace zdm {

/// Of a statement that failed on a session. `sqlstate` and `message` decide where the number alone
/// does not.
ErrorKind KindOfMysqlError(unsigned number, std::string_view sqlstate, std::string_view message);

/// Of a connection that was not made.
ErrorKind KindOfMysqlConnectFailure(unsigned number, std::string_view sqlstate,
                                    std::string_view message);

}  // namespace zdm
