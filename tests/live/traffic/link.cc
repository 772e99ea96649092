// SPDX-License-Identifier: Apache-2.0
#include "tests/live/traffic/link.h"

namespace zdm::test {

std::unique_ptr<Link> ConnectLink(const TestDatabase& database, bool prepared) {
  return database.server().family() == "postgresql"
             ? ConnectPostgresLink(database.Url("app"), prepared)
             : ConnectMysqlLink(database, prepared);
}

}  // namespace zdm::test
