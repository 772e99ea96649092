// SPDX-License-Identifier: Apache-2.0
// What a session with MySQL or MariaDB must be like before anyone uses it: the settings that plans,
// readers and the executor count on, and who the server is.
#pragma once

#include "runtime/database/database.h"

namespace zdm {

/// Sets the settings and looks that each took. Throws DatabaseError.
void PrepareMysqlSession(Database& database, const ConnectOptions& options);

/// Asks the server who it is: the dialect is what it says, whatever the URL says. Throws
/// DatabaseError(kPooler) when another server answers than the one that we logged in to.
ServerInfo ReadMysqlInfo(Database& database);

}  // namespace zdm
