// SPDX-License-Identifier: Apache-2.0
// zdmc explain-code: the page of one code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "compiler/commands/commands.h"
#include "compiler/commands/report.h"
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

int ExplainCode(const std::string& code) {
  const CodePage* page = FindCodePage(code);
  if (page == nullptr) {
    fmt::print(stderr, "zdmc: there is no code `{}`; codes look like ZDM1001\n", code);
    return exits::kBadInput;
  }
  fmt::print("{}: {}\n\n{}\n", ToString(page->code), page->code.title, page->text);
  return exits::kDone;
}

}  // namespace

RunCommand AddExplainCodeCommand(CLI::App& command) {
  const auto code = std::make_shared<std::string>();
  command.add_option("CODE", *code, "as printed behind a message: ZDM1001")->required();
  return [code] { return ExplainCode(*code); };
}

}  // namespace zdm
