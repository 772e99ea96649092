// SPDX-License-Identifier: Apache-2.0
// The part of the diff that is about enums, domains and sequences. Private to diff/.
#pragma once

#include <vector>

#include "compiler/diff/change.h"
#include "compiler/schema/expression_rules.h"
#include "compiler/source/diagnostic.h"

namespace zdm {

/// What the files declare. Appends to `changes`; comments come as ChangeComment.
void DiffObjects(const Schema& current, const DesiredSchema& desired, const ExpressionRules& rules,
                 std::vector<Change>& changes, Diagnostics& diagnostics);
/// What they drop or lack, to be appended behind the tables that used it.
void DiffGoneObjects(const Schema& current, const DesiredSchema& desired,
                     const ExpressionRules& rules, std::vector<Change>& changes,
                     Diagnostics& diagnostics);

}  // namespace zdm
