// SPDX-License-Identifier: Apache-2.0
// Walks the desired tables: settles what the parser can settle from the counterpart in the catalog,
// and collects the rest for memory and server. Private to judge.cc.
#pragma once

#include <functional>
#include <vector>

#include "compiler/catalog/judge.h"
#include "compiler/schema/expression_memo.h"
#include "compiler/schema/language_rules.h"

namespace zdm {

struct PendingJudgement {
  JudgeTask task;
  /// Writes the answer into the desired table.
  std::function<void(const Judgement&)> take;
};

/// Types and collations of columns. `found` is the table in the catalog, or null; `alphabet` as in
/// JudgeTask.
void CollectTypes(const Schema& current, const Table* found, Table& table,
                  const LanguageRules& rules, const std::string& alphabet,
                  std::vector<PendingJudgement>& pending);

/// Everything else, after types are settled.
void CollectExpressions(const Table* found, Table& table, const ExpressionRules& rules,
                        const std::string& alphabet, ExpressionMemo& memo,
                        std::vector<PendingJudgement>& pending);

}  // namespace zdm
