// SPDX-License-Identifier: Apache-2.0
// What a session with PostgreSQL must be like before anyone uses it: how it is opened, and the
// settings that plans, readers and the executor count on.
#pragma once

#include <string>
#include <string_view>

#include "runtime/database/database.h"

namespace zdm {

/// `url` (a URL or a connection string of libpq) with keepalives, timeouts and encoding added where
/// it says nothing about them. Throws DatabaseError(kUsage) when it cannot be read.
std::string PostgresConnectString(const ConnectOptions& options);

/// Sets the settings and looks that each took. Throws DatabaseError.
void PreparePostgresSession(Database& database, const ConnectOptions& options);

/// Asks the server who it is.
ServerInfo ReadPostgresInfo(Database& database);

}  // namespace zdm
