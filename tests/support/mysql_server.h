// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

/// `options.family` is "mariadb" (the system's packages) or "mysql" (fetched). `owner` may work in
/// the databases made by CreateDatabase, in `zdm` and in `zdm_trash`, and has no right of the whole
/// server.
std::unique_ptr<TestServer> StartMysqlServer(const ServerOptions& options);

/// The folder of MySQL's programs, fetched when they are not there yet; throws with the reason
/// where they cannot be had.
std::string FetchedMysqlPrograms();

}  // namespace zdm::test
