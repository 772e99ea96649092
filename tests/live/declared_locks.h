// SPDX-License-Identifier: Apache-2.0
// What the steps of a plan file say that they lock, and the statements by which each is recognised.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace zdm::test {

struct DeclaredStep {
  std::string id;
  std::set<std::string> statements;
  std::vector<std::pair<std::string, std::string>> locks;  ///< table, mode
};

std::vector<DeclaredStep> DeclaredSteps(const std::string& plan_path);

/// The step that `statement` belongs to; null: none.
const DeclaredStep* StepOf(const std::vector<DeclaredStep>& steps, const std::string& statement);

}  // namespace zdm::test
