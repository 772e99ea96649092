// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/report.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "compiler/commands/findings.h"

namespace zdm {

void AddReportOption(CLI::App& command, std::string& format) {
  format = "text";
  command
      .add_option("--format", format,
                  "text; github: annotations for GitHub Actions on stdout; sarif: SARIF 2.1.0 on "
                  "stdout")
      ->check(CLI::IsMember({"text", "github", "sarif"}));
}

void ReportAs(const std::string& format, const Diagnostics& diagnostics, const SourceFiles& files,
              const Plan* plan, int exit_code) {
  if (format == "text") return;
  std::vector<Finding> findings = FindingsOf(diagnostics, files);
  if (plan != nullptr) {
    const std::vector<Finding> hazards = FindingsOf(*plan, files);
    findings.insert(findings.end(), hazards.begin(), hazards.end());
  }
  const std::string text =
      format == "sarif" ? SarifText(findings, exit_code) : GithubText(findings);
  std::fputs(text.c_str(), stdout);
}

void Report(const Diagnostics& diagnostics, const SourceFiles& files) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool colour = !refused && isatty(STDERR_FILENO) == 1;
  const std::string text = Render(diagnostics, files, {colour});
  std::fputs(text.c_str(), stderr);
  const auto errors = std::count_if(
      diagnostics.all().begin(), diagnostics.all().end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
  if (errors > 1) std::fprintf(stderr, "%td errors\n", errors);
}

}  // namespace zdm
