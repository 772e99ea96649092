// SPDX-License-Identifier: Apache-2.0
// The journal on PostgreSQL.
#pragma once

#include <memory>

#include "runtime/journal/journal.h"

namespace zdm {

/// `database` outlives the journal.
std::unique_ptr<Journal> OpenPostgresJournal(Database& database);

}  // namespace zdm
