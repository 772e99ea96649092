// SPDX-License-Identifier: Apache-2.0
// MySQL and MariaDB as judges of expressions.
#pragma once

#include <vector>

#include "compiler/catalog/judge.h"

namespace zdm {

/// Answers the tasks on temporary tables, which only this session sees and which commit nothing:
/// any user who may create those will do, and nothing is left. Throws DatabaseError when the
/// session is lost or may not create temporary tables.
void AskMysql(Database& database, JudgePlace place, const JudgeWorld& world,
              std::vector<JudgeTask>& tasks);

}  // namespace zdm
