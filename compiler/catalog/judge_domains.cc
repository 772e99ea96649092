// SPDX-License-Identifier: Apache-2.0
// What is to be judged about domains, and the types that the files themselves declare.
#include <algorithm>

#include "compiler/catalog/judge_collector.h"
#include "compiler/schema/names.h"

namespace zdm {

bool SettleDeclared(Type& type, const std::string& schema, const DesiredSchema& desired,
                    const LanguageRules& rules) {
  const std::string base = type.sql.substr(0, type.sql.find('['));
  for (const std::string& place : {schema, std::string(rules.default_schema)}) {
    const auto is_it = [&](const auto& object) {
      return object.name.schema == place && rules.expressions->quote(object.name.name) == base;
    };
    const auto& enums = desired.schema.enums;
    const auto& domains = desired.schema.domains;
    if (std::any_of(enums.begin(), enums.end(), is_it) ||
        std::any_of(domains.begin(), domains.end(), is_it)) {
      type.sql = rules.expressions->quote(place) + "." + type.sql;
      return true;
    }
  }
  return false;
}

void CollectTypes(const Schema& current, const DesiredSchema& desired, Domain& domain,
                  const LanguageRules& rules, std::vector<PendingJudgement>& pending) {
  const Domain* found = current.FindDomain(domain.name);
  if (found != nullptr && rules.expressions->same_type(domain.type.sql, found->type.sql)) {
    domain.type = found->type;
  }
  if (domain.collation && domain.collation->schema.empty() && found != nullptr &&
      found->collation && found->collation->name == domain.collation->name) {
    domain.collation = found->collation;
  }
  if (rules.type(domain.type.sql).settled) return;
  if (SettleDeclared(domain.type, domain.name.schema, desired, rules)) return;
  JudgeTask task;
  task.kind = JudgeKind::kType;
  task.schema = domain.name.schema;
  task.text = domain.type.sql;
  task.what = "type of domain " + Display(domain.name);
  task.origin = domain.origin;
  pending.push_back({std::move(task), [&domain](const Judgement& judgement) {
                       domain.type.sql = judgement.answers.at(0);
                     }});
}

void CollectExpressions(const Domain* found, Domain& domain, const ExpressionRules& rules,
                        std::vector<PendingJudgement>& pending) {
  const auto settle = [&](JudgeKind kind, Expression& expression,
                          const std::vector<std::string>& known, const std::string& what) {
    for (const std::string& text : known) {
      const bool same = found != nullptr && found->type == domain.type &&
                        (rules.same(expression.sql, text) ||
                         rules.literal_prints_as(expression.sql, text, domain.type.sql));
      if (!same) continue;
      expression.sql = text;
      expression.judged = true;
      return;
    }
    JudgeTask task;
    task.kind = kind;
    task.schema = domain.name.schema;
    task.type = domain.type.sql;
    task.text = expression.sql;
    task.what = what + " of domain " + Display(domain.name);
    task.origin = expression.origin;
    pending.push_back({std::move(task), [&expression](const Judgement& judgement) {
                         expression.sql = judgement.answers.at(0);
                         expression.judged = true;
                       }});
  };
  if (domain.default_value) {
    std::vector<std::string> known;
    if (found != nullptr && found->default_value) known.push_back(found->default_value->sql);
    settle(JudgeKind::kDefault, *domain.default_value, known, "default");
  }
  for (Domain::Rule& rule : domain.checks) {
    std::vector<std::string> known;
    if (found != nullptr) {
      for (const Domain::Rule& other : found->checks) known.push_back(other.expression.sql);
    }
    settle(JudgeKind::kDomainCheck, rule.expression, known, "check");
  }
}

}  // namespace zdm
