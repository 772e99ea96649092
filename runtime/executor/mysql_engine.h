// SPDX-License-Identifier: Apache-2.0
// How steps run on MariaDB and MySQL. Statements that change the catalog commit by themselves; the
// servers' own lock timeouts count whole seconds, so the observer ends waits that must be shorter.
// All of it works for a user with no rights but on its databases; with PROCESS it can name others.
#pragma once

#include <memory>

#include "runtime/executor/engine.h"

namespace zdm {

std::unique_ptr<Engine> MakeMysqlEngine();

/// See mysql_backfill.cc.
std::unique_ptr<BackfillDialect> MysqlBackfill(Database& database, const Backfill& backfill);

}  // namespace zdm
