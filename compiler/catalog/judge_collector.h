// SPDX-License-Identifier: Apache-2.0
// Walks the desired tables: settles what the parser can settle from the counterpart in the catalog,
// and collects the rest for memory and server. Private to judge.cc.
#pragma once

#include <functional>
#include <string>
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

/// Qualifies a type that the files declare, as the search path would: the schema around it first.
bool SettleDeclared(Type& type, const std::string& schema, const DesiredSchema& desired,
                    const LanguageRules& rules);

/// A desired table, that in the catalog or null, and the alphabet of JudgeTask.
struct TableOnTrial {
  const Table* found;
  Table& table;
  std::string alphabet;
};

/// Types and collations of columns.
void CollectTypes(const TableOnTrial& trial, const DesiredSchema& desired,
                  const LanguageRules& rules, std::vector<PendingJudgement>& pending);
/// The type that a domain stands over.
void CollectTypes(const Schema& current, const DesiredSchema& desired, Domain& domain,
                  const LanguageRules& rules, std::vector<PendingJudgement>& pending);

/// Everything else, after types are settled.
void CollectExpressions(const TableOnTrial& trial, const DesiredSchema& desired,
                        const ExpressionRules& rules, ExpressionMemo& memo,
                        std::vector<PendingJudgement>& pending);
void CollectExpressions(const Domain* found, Domain& domain, const ExpressionRules& rules,
                        std::vector<PendingJudgement>& pending);

}  // namespace zdm
