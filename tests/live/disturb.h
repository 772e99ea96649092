// SPDX-License-Identifier: Apache-2.0
// Runs `zdm` and disturbs it at exactly its N-th statement.
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm::test {

enum class Disturbance {
  kKillBefore,    ///< SIGKILL; the statement never reaches the server
  kKillSent,      ///< SIGKILL; the server works on it, nobody waits for the answer
  kKillAnswered,  ///< SIGKILL; the server has done it, the program does not know
  kTerminate,     ///< the connection's backend is ended once the statement is done
  kCrash,         ///< the server crashes once the statement is done
};

std::string ToString(Disturbance disturbance);

struct Disturbed {
  bool reached = false;  ///< there was an N-th statement
  std::string statement;
  ProcessResult result;
  int statements = 0;  ///< seen in all
};

/// `arguments` without --db; `at` counts from 1, 0 disturbs nothing. A crashed server is up again
/// on return.
Disturbed RunDisturbed(const TestDatabase& database, std::vector<std::string> arguments,
                       Disturbance disturbance, int at);

}  // namespace zdm::test
