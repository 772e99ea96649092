// SPDX-License-Identifier: Apache-2.0
// Statements through the client library of MySQL and MariaDB, and what they give back. The
// library's own types stand here; only mysql_*.cc includes this.
#pragma once

#include <mysql.h>

#include <string_view>

#include "runtime/database/database.h"

namespace zdm {

struct MysqlResult {
  Rows rows;
  std::int64_t changed = 0;
  unsigned warnings = 0;
};

/// What the library says of the last call, unsorted.
struct MysqlFailure {
  unsigned number = 0;
  std::string sqlstate;
  std::string message;
};

/// Runs one or several statements as text. Throws MysqlFailure.
MysqlResult RunMysqlText(MYSQL* connection, std::string_view sql);

/// Runs one statement with `?` for each of `parameters`, prepared on the server. Throws
/// MysqlFailure.
MysqlResult RunMysqlPrepared(MYSQL* connection, std::string_view sql, const Row& parameters);

MysqlFailure FailureOf(MYSQL* connection);

}  // namespace zdm
