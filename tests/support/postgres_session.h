// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

/// Throws std::runtime_error with the server's message.
std::unique_ptr<Session> ConnectPostgres(const std::string& url);

}  // namespace zdm::test
