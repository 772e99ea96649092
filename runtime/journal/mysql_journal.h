// SPDX-License-Identifier: Apache-2.0
// The journal on MariaDB and MySQL: database `zdm`, each row keyed by the database it is about.
#pragma once

#include <memory>

#include "runtime/journal/journal.h"

namespace zdm {

/// `database` outlives the journal.
std::unique_ptr<Journal> OpenMysqlJournal(Database& database);

}  // namespace zdm
