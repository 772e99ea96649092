// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

std::unique_ptr<TestServer> StartPostgresServer(const ServerOptions& options);

/// The folder of the newest PostgreSQL that the system's packages installed; throws without one.
std::string SystemPostgresPrograms();

/// The system user that servers run as: "postgres" for root, else "".
std::string ServerUser();

}  // namespace zdm::test
