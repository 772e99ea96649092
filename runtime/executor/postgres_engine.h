// SPDX-License-Identifier: Apache-2.0
// How steps run on PostgreSQL. Locks and waits: research of lock rules on 12 to 18; what a plain
// role may see of other sessions is enough for all of it.
#pragma once

#include <memory>

#include "runtime/executor/engine.h"

namespace zdm {

std::unique_ptr<Engine> MakePostgresEngine();

/// See postgres_backfill.cc.
std::unique_ptr<BackfillDialect> PostgresBackfill(Database& database, const Backfill& backfill);

}  // namespace zdm
