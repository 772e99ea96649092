// SPDX-License-Identifier: Apache-2.0
// zdmc explain: a plan as text, SQL, Markdown, JSON or HTML.
#include "compiler/planner/explain.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "compiler/commands/commands.h"
#include "compiler/commands/write_file.h"
#include "runtime/plan/exit_code.h"
#include "runtime/plan/plan_json.h"

namespace zdm {
namespace {

struct Form {
  const char* name;
  std::string (*write)(const Plan& plan);
};

constexpr std::array kForms = {Form{"text", ExplainText}, Form{"sql", ExplainSql},
                               Form{"markdown", ExplainMarkdown}, Form{"json", ExplainJson},
                               Form{"html", ExplainHtml}};

std::vector<std::string> FormNames() {
  std::vector<std::string> names;
  names.reserve(kForms.size());
  for (const Form& form : kForms) names.emplace_back(form.name);
  return names;
}

std::string Written(const Plan& plan, const std::string& format) {
  for (const Form& form : kForms) {
    if (format == form.name) return form.write(plan);
  }
  return ExplainText(plan);
}

int Explain(const std::string& path, const std::string& format, const std::string& output) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "zdmc: the plan file {} cannot be read\n", path);
    return static_cast<int>(ExitCode::kUsage);
  }
  try {
    const Plan plan = ReadPlan(std::string{std::istreambuf_iterator<char>(file), {}});
    const std::string text = Written(plan, format);
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
  command
      .add_option("--format", arguments->format, "text (the default), sql, markdown, json or html")
      ->check(CLI::IsMember(FormNames()));
  command.add_option("-o,--output", arguments->output, "a file in place of stdout");
  return [=] { return Explain(arguments->plan, arguments->format, arguments->output); };
}

}  // namespace zdm
