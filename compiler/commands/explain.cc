// SPDX-License-Identifier: Apache-2.0
// zdmc explain: a plan as text or SQL.
#include "compiler/planner/explain.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>

#include "compiler/commands/commands.h"
#include "compiler/commands/write_file.h"
#include "runtime/plan/exit_code.h"
#include "runtime/plan/plan_json.h"

namespace zdm {
namespace {

int Explain(const std::string& path, const std::string& format, const std::string& output) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "zdmc: the plan file {} cannot be read\n", path);
    return static_cast<int>(ExitCode::kUsage);
  }
  try {
    const Plan plan = ReadPlan(std::string{std::istreambuf_iterator<char>(file), {}});
    const std::string text = format == "sql" ? ExplainSql(plan) : ExplainText(plan);
    return static_cast<int>(WriteOutput(output, text) ? ExitCode::kOk : ExitCode::kFailed);
  } catch (const PlanError& error) {
    fmt::print(stderr, "zdmc: {}: {} [{}]\n", path, error.what(), ToString(error.code()));
    return static_cast<int>(ExitCode::kUsage);
  }
}

}  // namespace

RunCommand AddExplainCommand(CLI::App& command) {
  struct Arguments {
    std::string plan, format = "text", output = "-";
  };
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("PLAN", arguments->plan, "a plan that `zdmc compile` wrote")->required();
  command.add_option("--format", arguments->format, "text or sql")
      ->check(CLI::IsMember({"text", "sql"}));
  command.add_option("-o,--output", arguments->output, "a file in place of stdout");
  return [=] { return Explain(arguments->plan, arguments->format, arguments->output); };
}

}  // namespace zdm
