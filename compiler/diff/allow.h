// SPDX-License-Identifier: Apache-2.0
// Matching of `allow CODE OBJECT` and --allow CODE[:OBJECT] with what they acknowledge.
#pragma once

#include <string>
#include <vector>

#include "compiler/schema/schema.h"
#include "compiler/source/codes.h"

namespace zdm {

/// What --allow gives: an Allow without a place in a file. "all", "ZDM2001" or "ZDM2001:public.t".
Allow AllowFromCommandLine(const std::string& text);

/// The first of `allows` that speaks of `code` and `object` (display form, "public.t.c"), or null.
/// One without an object speaks of every object.
const Allow* FindAllow(const std::vector<Allow>& allows, const std::string& code,
                       const std::string& object);

}  // namespace zdm
