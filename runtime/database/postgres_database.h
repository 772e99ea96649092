// SPDX-License-Identifier: Apache-2.0
// Sessions with PostgreSQL 12 to 18.
#pragma once

#include <memory>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/database/preflight.h"

namespace zdm {

/// A new session with the settings that every plan and every reader counts on (README of the
/// settings: postgres_session.cc). Throws DatabaseError.
std::unique_ptr<Database> ConnectPostgres(const ConnectOptions& options);

/// What keeps a command with such needs from working on this session, all at once.
std::vector<Obstacle> PostgresPreflight(Database& database, const PreflightNeeds& needs);

}  // namespace zdm
