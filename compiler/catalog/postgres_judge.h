// SPDX-License-Identifier: Apache-2.0
// PostgreSQL as the judge of expressions.
#pragma once

#include <vector>

#include "compiler/catalog/judge.h"

namespace zdm {

/// Answers the tasks in one transaction that is rolled back, on temporary tables: any role that may
/// create those will do, no table of the user's is touched, and nothing is left. What `world`
/// holds is created there (and rolled back) when a text does not resolve without it. Throws
/// DatabaseError when the session is lost or may not create temporary tables.
void AskPostgres(Database& database, JudgePlace place, const JudgeWorld& world,
                 std::vector<JudgeTask>& tasks);

}  // namespace zdm
