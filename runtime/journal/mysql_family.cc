// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/mysql_family.h"

#include "runtime/database/mysql_database.h"
#include "runtime/database/mysql_scratch.h"
#include "runtime/journal/mysql_journal.h"

namespace zdm {

ServerFamily MysqlFamily() {
  return {{Dialect::kMariadb, Dialect::kMysql},
          ConnectMysql,
          MysqlPreflight,
          OpenMysqlJournal,
          MariadbScratch()};
}

}  // namespace zdm
