// SPDX-License-Identifier: Apache-2.0
#include "runtime/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>

namespace zdm {
namespace {

/// As it stands, whatever it begins with.
std::string Roff(std::string_view text) {
  std::string out;
  bool first = true;
  for (const char c : text) {
    if (first && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    first = c == '\n';
  }
  return out;
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string ValueOf(const CommandOption& option) {
  if (!option.takes_value) return "";
  return option.values.empty() ? " \\fIVALUE\\fR"
                               : fmt::format(" \\fI{}\\fR", fmt::join(option.values, "\\fR|\\fI"));
}

void AddOption(const CommandOption& option, std::string& out) {
  out += ".TP\n";
  std::vector<std::string> names = option.Names();
  if (names.empty()) {
    out += fmt::format("\\fI{}\\fR", Roff(option.positional));
  } else {
    for (std::string& name : names) name = "\\fB" + Roff(name) + "\\fR";
    out += fmt::format("{}{}", fmt::join(names, ", "), ValueOf(option));
  }
  out += "\n" + Roff(option.description.empty() ? "see above" : option.description) + "\n";
}

std::string Usage(const std::string& program, const CommandEntry& entry) {
  std::string usage =
      "\\fB" + Roff(program + (entry.name.empty() ? "" : " " + entry.name)) + "\\fR";
  for (const CommandOption& option : entry.options) {
    if (option.positional.empty()) continue;
    const std::string name =
        fmt::format("\\fI{}\\fR{}", Roff(option.positional), option.repeats ? "..." : "");
    usage += option.required ? " " + name : " [" + name + "]";
  }
  return usage + " [\\fIoptions\\fR]";
}

}  // namespace

std::string ManualPage(const std::string& program, const std::vector<CommandEntry>& table,
                       const ManualTexts& texts) {
  const CommandEntry& root = table.front();
  std::string out =
      fmt::format(".TH {} 1 \"\" \"{}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
                  Upper(program), Roff(texts.version), program, Roff(root.description));
  bool first = true;
  for (const CommandEntry& entry : table) {
    if (!entry.children.empty()) continue;
    out += (first ? "" : ".br\n") + Usage(program, entry) + "\n";
    first = false;
  }
  out += ".SH OPTIONS\n";
  for (const CommandOption& option : root.options) AddOption(option, out);
  out += ".SH COMMANDS\n";
  for (const CommandEntry& entry : table) {
    if (entry.name.empty()) continue;
    out += fmt::format(".SS {}\n{}\n", Usage(program, entry), Roff(entry.description));
    for (const CommandOption& option : entry.options) AddOption(option, out);
  }
  out += ".SH NOTES\n" + Roff(texts.epilogue) + "\n.SH SEE ALSO\n.BR " + texts.see_also + "\n";
  return out;
}

}  // namespace zdm
