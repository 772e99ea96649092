// SPDX-License-Identifier: Apache-2.0
// The codes of the run time: 5xxx, sorted by number. Numbers are never reused: a retired one stays
// as a comment. Each has a page in `zdmc explain-code` and a test that emits it.
#pragma once

#include "runtime/plan/code.h"

namespace zdm::codes {

// 50xx: the server.
inline constexpr Code kUnreachable{5001, "the database cannot be reached"};
inline constexpr Code kAuthentication{5002, "the database refused the login"};
inline constexpr Code kConnectionLost{5003, "the connection was lost"};
inline constexpr Code kPermission{5004, "a right is missing"};
inline constexpr Code kReadOnly{5005, "the database is read-only or a replica"};
inline constexpr Code kPooler{5006, "a connection pooler is in the way"};
inline constexpr Code kDiskFull{5007, "the server ran out of space"};
inline constexpr Code kServerVersion{5008, "a server version that zdm does not support"};
inline constexpr Code kLockTimeout{5009, "a lock was not to be had"};
inline constexpr Code kRetry{5010, "a deadlock or serialization failure"};
inline constexpr Code kCancelled{5011, "the statement was cancelled"};
inline constexpr Code kDataError{5012, "data that the statement cannot take"};
inline constexpr Code kSqlError{5013, "the server refused a statement"};
inline constexpr Code kNoSuchDatabase{5014, "there is no such database"};
inline constexpr Code kBadUrl{5015, "a database URL that cannot be read"};

// 51xx: the plan file.
inline constexpr Code kPlanUnreadable{5101, "a plan file that is not JSON or is truncated"};
inline constexpr Code kPlanEdited{5102, "a plan that was changed after it was compiled"};
inline constexpr Code kPlanFormat{5103, "a plan of another format version"};
inline constexpr Code kPlanField{5104,
                                 "a plan with a field that is unknown, missing or ill-formed"};
inline constexpr Code kPlanDialect{5105, "a plan for another family of servers"};

// 52xx: the journal and its lease.
inline constexpr Code kJournalNewer{5201, "a journal of a newer version of zdm"};
inline constexpr Code kLeaseLost{5202, "the lease was taken over by another runner"};
inline constexpr Code kPlanInFlight{5203, "another plan is in flight"};
inline constexpr Code kJournalForeign{5204, "a schema zdm that is not a journal"};

// 53xx: scratch servers.
inline constexpr Code kScratch{5301, "the scratch server did not start"};

// 54xx: the executor.
inline constexpr Code kLeaseHeld{5401, "another runner holds the lease"};
inline constexpr Code kFingerprint{5402, "the catalog is not the one of the plan"};
inline constexpr Code kCheckFailed{5403, "a step ran, but its check does not hold"};
inline constexpr Code kLockBudget{5404, "a lock was not to be had within the budget"};
inline constexpr Code kRowsInTheWay{5405, "rows are not as the step needs them"};
inline constexpr Code kObjectsInTheWay{5406,
                                       "something outside the plan depends on what goes away"};
inline constexpr Code kRowsWouldBeLost{5407, "a rollback would lose rows"};
inline constexpr Code kNothingInFlight{5408, "no plan is in flight"};
inline constexpr Code kRollbackBegun{5409, "a rollback of the plan was begun"};
inline constexpr Code kPaused{5410, "zdm is paused"};
inline constexpr Code kInterrupted{5411, "stopped by a signal"};
inline constexpr Code kNotSynced{5412, "rows of the old and the new shape disagree"};
inline constexpr Code kPlanServer{5413, "a plan for another server version"};
inline constexpr Code kPointOfNoReturn{5414, "past the point of no return"};
inline constexpr Code kUsage{5415, "an argument that zdm cannot use"};

}  // namespace zdm::codes
