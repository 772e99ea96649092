// SPDX-License-Identifier: Apache-2.0
// Tables of MariaDB and MySQL out of a number: the same number, the same table.
#pragma once

#include <cstdint>
#include <string>

namespace zdm::test {

/// CREATE TABLE of columns, defaults, charsets, keys and checks as they come. Servers refuse some
/// (too long a key, ...): then it is none.
std::string RandomTableSql(std::uint32_t seed, const std::string& name, bool mariadb);

}  // namespace zdm::test
