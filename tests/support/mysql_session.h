// SPDX-License-Identifier: Apache-2.0
// A connection to MariaDB or MySQL that shares nothing with the product's driver but the library.
#pragma once

#include <memory>
#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

struct MysqlLogin {
  std::string socket = {};  ///< "": TCP to 127.0.0.1
  int port = 0;
  std::string user = {};
  std::string password = {};
  std::string database = {};
};

/// Throws std::runtime_error with the server's message.
std::unique_ptr<Session> ConnectMysql(const MysqlLogin& login);

}  // namespace zdm::test
