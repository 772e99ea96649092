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

// 3xxx: the catalog.
inline constexpr Code kNotModelled{3001, "a catalog object that zdm does not model"};

// 4xxx: compile.
inline constexpr Code kUnjudged{4001, "an expression that no server has judged"};

// 5xxx: run time.

}  // namespace zdm::codes
