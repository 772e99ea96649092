// SPDX-License-Identifier: Apache-2.0
// Other sessions of the server, as far as our user may see them: without PROCESS only its own. Who
// holds a table's metadata lock is told by performance_schema, else by the plugin
// metadata_lock_info, else guessed from the open transactions.
#pragma once

#include "runtime/executor/engine.h"

namespace zdm {

std::vector<OtherSession> MysqlBlockersOf(Database& observer, std::int64_t session_id);
std::vector<OtherSession> MysqlWaitersBehind(Database& observer, std::int64_t session_id);

/// Open transactions of others, as far as they show.
std::vector<OtherSession> MysqlSuspects(Database& database);

/// Ends the session's statement when it is beyond its bounds.
Overdue EndOverdueMysql(Database& observer, std::int64_t session_id, Oversight& oversight);

}  // namespace zdm
