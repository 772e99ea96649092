// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace zdm {

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
