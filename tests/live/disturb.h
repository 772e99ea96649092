// SPDX-License-Identifier: Apache-2.0
// Runs `zdm` and disturbs it at one statement: its N-th, or the first that the caller wants.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/proxy.h"
#include "tests/support/test_server.h"

namespace zdm::test {

enum class Disturbance {
  kNone,
  kKillBefore,    ///< SIGKILL; the statement never reaches the server
  kKillSent,      ///< SIGKILL; the server works on it, nobody waits for the answer
  kKillAnswered,  ///< SIGKILL; the server has done it, the program does not know
  kTerminate,     ///< the connection's backend is ended once the statement is done
  kCrash,         ///< the server crashes once the statement is done
};

std::string ToString(Disturbance disturbance);

struct Disturbed {
  bool reached = false;  ///< there was such a statement
  std::string statement;
  ProcessResult result;
  int statements = 0;  ///< seen in all
};

/// `arguments` without --db; `at` counts from 1, 0 disturbs nothing. A crashed server is up again
/// on return.
Disturbed RunDisturbed(const TestDatabase& database, std::vector<std::string> arguments,
                       Disturbance disturbance, int at);

/// Asked for each statement once, in the order of arrival, until it has said yes: how to disturb
/// it. kNone: not at all.
using Choice = std::function<Disturbance(const ProxiedStatement&)>;
Disturbed RunDisturbed(const TestDatabase& database, std::vector<std::string> arguments,
                       Choice choice);

}  // namespace zdm::test
