// SPDX-License-Identifier: Apache-2.0
#include "runtime/shell_pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "runtime/command_table.h"
#include "runtime/manual_page.h"

namespace zdm {
namespace {

using Table = std::vector<CommandEntry>;

/// Within single quotes of a shell, with `special` escaped by a backslash.
std::string Quoted(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out;
}

/// What may be typed next: commands, or the values of an argument, else options.
std::vector<std::string> WordsOf(const CommandEntry& entry) {
  std::vector<std::string> words = entry.children;
  for (const CommandOption& option : entry.options) {
    if (option.positional.empty()) continue;
    words.insert(words.end(), option.values.begin(), option.values.end());
  }
  for (const CommandOption& option : entry.options) {
    const std::vector<std::string> names = option.Names();
    words.insert(words.end(), names.begin(), names.end());
  }
  return words;
}

std::string Bash(const std::string& program, const Table& table) {
  std::string commands;
  std::string values;
  std::string words;
  for (const CommandEntry& entry : table) {
    if (!entry.name.empty()) {
      const bool nested = entry.name.find(' ') != std::string::npos;
      commands +=
          fmt::format("      '{}{}') command='{}' ;;\n", nested ? "" : " ", entry.name, entry.name);
    }
    for (const CommandOption& option : entry.options) {
      std::vector<std::string> names = option.Names();
      if (names.empty() || !option.takes_value) continue;
      for (std::string& name : names) name = fmt::format("'{} {}'", entry.name, name);
      const std::string reply = option.values.empty() ? "compgen -f -- \"$cur\""
                                                      : fmt::format("compgen -W '{}' -- \"$cur\"",
                                                                    fmt::join(option.values, " "));
      values += fmt::format("    {}) mapfile -t COMPREPLY < <({}); return ;;\n",
                            fmt::join(names, " | "), reply);
    }
    words += fmt::format("    '{}') words='{}' ;;\n", entry.name, fmt::join(WordsOf(entry), " "));
  }
  return fmt::format(
      "# bash completion of {0}\n"
      "_{0}() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}\n"
      "  local command='' words='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"$command ${{COMP_WORDS[i]}}\" in\n{1}    esac\n"
      "  done\n"
      "  case \"$command $prev\" in\n{2}  esac\n"
      "  case \"$command\" in\n{3}  esac\n"
      "  if [[ $cur == -* || $words != -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
      "  else\n"
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _{0} {0}\n",
      program, commands, values, words);
}

/// One argument of _arguments.
std::string ZshSpec(const CommandOption& option) {
  const std::string action =
      option.values.empty() ? "_files" : fmt::format("({})", fmt::join(option.values, " "));
  if (!option.positional.empty()) {
    return fmt::format("'{}:{}:{}'", option.repeats ? "*" : "", option.positional, action);
  }
  const std::vector<std::string> names = option.Names();
  const std::string head = names.size() == 1 ? "'" + names[0]
                                             : fmt::format("'({0})'{{{1}}}'", fmt::join(names, " "),
                                                           fmt::join(names, ","));
  const std::string value = option.takes_value ? ":value:" + action : "";
  return fmt::format("{}[{}]{}'", head, Quoted(option.description, "[]:\\"), value);
}

std::string Zsh(const std::string& program, const Table& table) {
  std::string functions;
  for (const CommandEntry& entry : table) {
    std::string name = "_" + program + (entry.name.empty() ? "" : "_" + entry.name);
    for (char& c : name) c = c == ' ' || c == '-' ? '_' : c;
    std::string specs;
    for (const CommandOption& option : entry.options) specs += " \\\n    " + ZshSpec(option);
    if (entry.children.empty()) {
      functions += fmt::format("{}() {{\n  _arguments -s{}\n}}\n", name, specs);
      continue;
    }
    std::string list;
    for (const CommandEntry& child : table) {
      const std::string prefix = entry.name.empty() ? "" : entry.name + " ";
      const bool below = child.name.size() > prefix.size() && child.name.starts_with(prefix) &&
                         child.name.find(' ', prefix.size()) == std::string::npos;
      if (!below) continue;
      list += fmt::format("    '{}:{}'\n", child.name.substr(prefix.size()),
                          Quoted(child.description, "\\"));
    }
    functions += fmt::format(
        "{0}() {{\n  local curcontext=\"$curcontext\" state line\n  local -a commands=(\n{1}  )\n"
        "  _arguments -C{2} \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n"
        "  case $state in\n    command) _describe command commands ;;\n"
        "    argument) (( $+functions[{0}_${{line[1]//-/_}}] )) && {0}_${{line[1]//-/_}} ;;\n"
        "  esac\n}}\n",
        name, list, specs);
  }
  return fmt::format("#compdef {0}\n{1}_{0} \"$@\"\n", program, functions);
}

std::string Fish(const std::string& program, const Table& table) {
  std::string out = fmt::format("# fish completion of {}\n", program);
  for (const CommandEntry& entry : table) {
    std::string when = "__fish_use_subcommand";
    if (!entry.name.empty()) {
      when.clear();
      std::string words = entry.name + " ";
      for (std::size_t at = 0; at < words.size(); at = words.find(' ', at) + 1) {
        when += fmt::format("{}__fish_seen_subcommand_from {}", when.empty() ? "" : "; and ",
                            words.substr(at, words.find(' ', at) - at));
      }
    }
    for (const std::string& child : entry.children) {
      const std::string full = entry.name.empty() ? child : entry.name + " " + child;
      for (const CommandEntry& below : table) {
        if (below.name != full) continue;
        out += fmt::format("complete -c {} -n '{}' -f -a {} -d '{}'\n", program, when, child,
                           Quoted(below.description, "\\"));
      }
    }
    for (const CommandOption& option : entry.options) {
      if (!option.positional.empty() && option.values.empty()) continue;
      out += fmt::format("complete -c {} -n '{}'", program, when);
      for (const std::string& name : option.shorts) out += " -s " + name.substr(1);
      for (const std::string& name : option.longs) out += " -l " + name.substr(2);
      if (!option.values.empty()) {
        out += fmt::format(" -x -a '{}'", fmt::join(option.values, " "));
      } else if (option.takes_value) {
        out += " -r";
      }
      out += fmt::format(" -d '{}'\n", Quoted(option.description, "\\"));
    }
  }
  return out;
}

}  // namespace

CLI::App* AddCompletionCommand(CLI::App& app, std::string& shell) {
  CLI::App* command =
      app.add_subcommand("completion", "a script that completes commands, or the manual page");
  command->add_option("SHELL", shell, "bash, zsh or fish; man: the manual page")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  return command;
}

std::string ShellPage(const CLI::App& app, std::string_view shell, const ManualTexts& texts) {
  const std::string program = app.get_name();
  const Table table = ReadCommandTable(app);
  if (shell == "bash") return Bash(program, table);
  if (shell == "zsh") return Zsh(program, table);
  if (shell == "fish") return Fish(program, table);
  return ManualPage(program, table, texts);
}

}  // namespace zdm
