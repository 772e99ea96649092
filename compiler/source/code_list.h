// SPDX-License-Identifier: Apache-2.0
// The list behind codes.h: one constexpr line each, sorted by number.
#pragma once

#include "runtime/plan/code.h"

namespace zdm::codes {

// 1xxx: the language.
inline constexpr Code kSyntaxError{1001, "syntax error"};

// 2xxx: hazards, acknowledged by `allow CODE OBJECT` or --allow.
inline constexpr Code kDropTable{2001, "a table is dropped"};
inline constexpr Code kDropColumn{2002, "a column is dropped"};
inline constexpr Code kDropExtension{2003, "an extension is dropped"};
inline constexpr Code kDropIndex{2004, "an index is dropped"};
inline constexpr Code kDropConstraint{2005, "a constraint is dropped"};
inline constexpr Code kUniqueBinds{2010, "a unique rule that goes binds until contract"};
inline constexpr Code kForeignKeyActs{2011, "a foreign key that goes acts until contract"};
inline constexpr Code kDefaultChanges{2012, "a default that changes at contract"};

// 3xxx: the catalog.
inline constexpr Code kNotModelled{3001, "a catalog object that zdm does not model"};
inline constexpr Code kPropertyNotModelled{3002, "a property that zdm does not model"};
inline constexpr Code kServerNotKnown{3003, "a server version that zdm does not know"};

// 4xxx: compile.
inline constexpr Code kUnjudged{4001, "an expression that no server has judged"};
inline constexpr Code kJudgeRefused{4002, "the server does not take an expression or type"};
inline constexpr Code kNotImmutable{4003, "a transition that is not immutable"};
inline constexpr Code kScratchLacks{4004, "the scratch server lacks something"};
inline constexpr Code kMissingFromFiles{4010, "an object that the files lack"};
inline constexpr Code kStaleTombstone{4011, "a tombstone of something that is gone"};
inline constexpr Code kDropSchema{4012, "a schema is to go"};
inline constexpr Code kTypeChange{4020, "a type change without a transition"};
inline constexpr Code kCollationChange{4021, "a collation change without a transition"};
inline constexpr Code kIdentityChange{4022, "an identity is added, removed or changed"};
inline constexpr Code kGeneratedChange{4023, "a generated column is added or changed"};
inline constexpr Code kPrimaryKeyChange{4024, "a primary key changes"};
inline constexpr Code kTransitionOfKey{4025, "a transition of a column that a key holds"};
inline constexpr Code kUniqueReplaced{4026, "a unique constraint changes under its name"};
inline constexpr Code kExtensionChange{4027, "an extension changes its version or schema"};
inline constexpr Code kFillNeeded{4030, "a new column without values for old rows"};
inline constexpr Code kDownNeeded{4031, "no way back for the values of an old column"};
inline constexpr Code kTransitionShape{4032, "a transition that does not fit the table"};
inline constexpr Code kPlanCycle{4040, "steps that wait for each other"};
inline constexpr Code kRecipeDefect{4041, "a recipe that contradicts itself"};
inline constexpr Code kHazardNotAllowed{4042, "a hazard that nobody allowed"};
inline constexpr Code kUnusedAllow{4043, "an allow that allows nothing"};
inline constexpr Code kCompileInFlight{4044, "another plan is in flight"};
inline constexpr Code kParkedInTheWay{4045, "a table with parked things"};

// 5xxx: run time.

}  // namespace zdm::codes
