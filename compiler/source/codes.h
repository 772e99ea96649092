// SPDX-License-Identifier: Apache-2.0
// Every code that zdmc and zdm print, once. Numbers are never reused: a retired one stays as a
// comment. Ranges: 1xxx language, 2xxx hazards (need an `allow`), 3xxx catalog, 4xxx compile
// (diff, recipes, judging expressions), 5xxx run time.
// The long text of a code, printed by `zdmc explain-code`, lives in code_pages.cc; a test holds
// that each code has one and that a test emits it.
#pragma once

#include "compiler/source/code_list.h"
#include "runtime/plan/code.h"
#include "runtime/plan/runtime_codes.h"
