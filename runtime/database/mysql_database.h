// SPDX-License-Identifier: Apache-2.0
// MySQL and MariaDB behind database.h. With postgres_database.h, one of the two drivers.
#pragma once

#include <memory>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/database/preflight.h"

namespace zdm {

/// Connects by `options.url` (after ResolveUrl; mysql_address.h tells its form), prepares the
/// session and looks that it took the settings. Throws DatabaseError.
///
/// Where these servers differ from what database.h tells of all:
/// - Parameters are written `?`. A statement with parameters is prepared on the server, and some
/// DDL
///   cannot be.
/// - Execute counts the rows that an UPDATE found, also those that had the value already.
/// - A statement that commits by itself (DDL) inside Begin and Commit throws kOther once it has
/// run.
///   After a failure inside them nothing but Rollback is taken, for the server may have rolled back
///   already and would commit each further statement.
/// - SetLockTimeout is rounded up to whole seconds; the engine ends waits that must be shorter.
/// - DatabaseError::sqlstate() is the server's error number ("1205").
std::unique_ptr<Database> ConnectMysql(const ConnectOptions& options);

/// Everything in the way of a command with such needs; empty: go on.
std::vector<Obstacle> MysqlPreflight(Database& database, const PreflightNeeds& needs);

}  // namespace zdm
