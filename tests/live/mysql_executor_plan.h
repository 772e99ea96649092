// SPDX-License-Identifier: Apache-2.0
// The plan of executor_plan.h for MariaDB and MySQL: table `person` gets its names in capitals.
// Each operation holds one statement that commits by itself.
#pragma once

#include <string>

#include "runtime/plan/plan.h"
#include "tests/support/test_server.h"

namespace zdm::test {

/// Table person (id, name, about) with `rows` rows; every seventh name is NULL.
void CreateMysqlPerson(Session& owner, int rows);

Plan MysqlPersonPlan(const TestDatabase& database);

/// All rows of person that are not in sync, as a number.
extern const char* const kUnsynced;

}  // namespace zdm::test
