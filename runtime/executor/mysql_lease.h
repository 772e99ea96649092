// SPDX-License-Identifier: Apache-2.0
// The lease without locks of a session: a row with the holder's token and the number of its
// connection, and a sign of life beside it with the number of the connection that gives it. The
// connections are the proof: that of a killed runner stays as long as the server works on its last
// statement, the other one goes at once. Where they cannot be seen (another user's, another server
// of a cluster), the sign of life is the proof.
#pragma once

#include "runtime/executor/engine.h"

namespace zdm {

std::optional<std::int64_t> TakeMysqlLease(Database& database, const std::string& holder,
                                           LeaseHolder& other);
std::optional<LeaseHolder> FindMysqlHolder(Database& database);
void ReleaseMysqlLease(Database& database, std::int64_t token);
bool BeatMysqlHeart(Database& observer, std::int64_t token);
bool EndMysqlHolder(Database& database, const LeaseHolder& holder);

}  // namespace zdm
