// SPDX-License-Identifier: Apache-2.0
// Words of the files that mean nothing any more: their change is done.
#pragma once

#include <vector>

#include "compiler/schema/expression_rules.h"
#include "compiler/schema/schema.h"

namespace zdm {

/// Places within items, and of the names behind `renamed from`.
struct StaleWords {
  std::vector<SourceSpan> items;    ///< transitions and tombstones, whole
  std::vector<SourceSpan> renames;  ///< each the last word of `renamed from NAME`
};

/// A table that the catalog has not got keeps its words: nothing of it is done.
StaleWords FindStaleWords(const Schema& current, const DesiredSchema& desired,
                          const ExpressionRules& rules);

}  // namespace zdm
