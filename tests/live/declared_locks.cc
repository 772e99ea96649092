// SPDX-License-Identifier: Apache-2.0
#include "tests/live/declared_locks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// A text of several lines is an array of them.
std::string TextOf(const nlohmann::json& value) {
  return value.is_array()
             ? fmt::format("{}", fmt::join(value.get<std::vector<std::string>>(), "\n"))
             : value.get<std::string>();
}

void Collect(const nlohmann::json& value, std::set<std::string>& statements) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      if ((key == "statements" || key == "otherwise") && inner.is_array()) {
        for (const auto& statement : inner) statements.insert(TextOf(statement));
      } else {
        Collect(inner, statements);
      }
    }
  } else if (value.is_array()) {
    for (const auto& inner : value) Collect(inner, statements);
  }
}

}  // namespace

std::vector<DeclaredStep> DeclaredSteps(const std::string& plan_path) {
  std::vector<DeclaredStep> steps;
  const nlohmann::json document = nlohmann::json::parse(ReadFile(plan_path));
  for (const auto& step : document.at("steps")) {
    DeclaredStep declared;
    declared.id = step.at("id").get<std::string>();
    Collect(step.at("apply"), declared.statements);
    if (step.contains("locks")) {
      for (const auto& lock : step.at("locks")) {
        declared.locks.emplace_back(lock.at("object").get<std::string>(),
                                    lock.at("mode").get<std::string>());
      }
    }
    steps.push_back(std::move(declared));
  }
  return steps;
}

const DeclaredStep* StepOf(const std::vector<DeclaredStep>& steps, const std::string& statement) {
  for (const DeclaredStep& step : steps) {
    for (const std::string& known : step.statements) {
      if (Contains(statement, known)) return &step;
    }
  }
  return nullptr;
}

}  // namespace zdm::test
