// SPDX-License-Identifier: Apache-2.0
// A database of MariaDB or MySQL as text, by SHOW CREATE: what the next AUTO_INCREMENT is and the
// order of keys apart. Shaped as dump.h reads it: an item of a table a line, the rest of a
// statement ends in `;`.
#pragma once

#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

std::string MysqlCatalogText(Session& session, const std::string& database);

/// All rows of its tables, one a line, columns by name.
std::string MysqlRowsText(Session& session, const std::string& database);

/// Makes `to`, which is empty, what `from` is: tables with their rows, views, triggers. As the
/// superuser.
void CopyMysqlDatabase(Session& session, const std::string& from, const std::string& to);

}  // namespace zdm::test
