// SPDX-License-Identifier: Apache-2.0
// A plan written by hand, with every kind of action, for the suites of the executor: table `person`
// gets its names in capitals (column `name` -> `caps`), with a trigger, an index and a NOT NULL.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/plan/plan.h"
#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm::test {

/// Table person (id, name) with `rows` rows; every seventh name is NULL.
void CreatePerson(Session& owner, int rows);

Plan PersonPlan(int server_version);

/// A file with the plan, as zdmc would write it.
std::string WritePlanFile(const Plan& plan, const std::string& folder);

/// Runs zdm against `database` as the plain owner.
ProcessResult ZdmOn(const TestDatabase& database, std::vector<std::string> arguments,
                    std::map<std::string, std::string> environment = {});

/// The same, still running.
std::unique_ptr<ChildProcess> StartZdm(const TestDatabase& database,
                                       std::vector<std::string> arguments);

/// Asks until the answer is `expected`, for at most twenty seconds.
bool Becomes(Session& session, const std::string& sql, const std::string& expected);

/// All but times and identities of the user's tables: dump and rows.
std::string Everything(const TestDatabase& database);

}  // namespace zdm::test
