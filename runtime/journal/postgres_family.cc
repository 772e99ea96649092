// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/postgres_family.h"

#include "runtime/database/postgres_database.h"
#include "runtime/database/postgres_scratch.h"
#include "runtime/journal/postgres_journal.h"

namespace zdm {

ServerFamily PostgresFamily() {
  return {{Dialect::kPostgresql},
          ConnectPostgres,
          PostgresPreflight,
          OpenPostgresJournal,
          PostgresScratch()};
}

}  // namespace zdm
