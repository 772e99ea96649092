// SPDX-License-Identifier: Apache-2.0
#include "runtime/command_table.h"

#include <CLI/CLI.hpp>

namespace zdm {
namespace {

/// "TEXT:{bash,zsh}" -> bash, zsh
std::vector<std::string> ValuesOf(const std::string& type) {
  std::vector<std::string> values;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return values;
  std::string list = type.substr(open + 1, close - open - 1) + ",";
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t comma = list.find(',', at);
    values.push_back(list.substr(at, comma - at));
    at = comma + 1;
  }
  return values;
}

CommandOption OptionOf(const CLI::Option& option) {
  CommandOption out;
  for (const std::string& name : option.get_snames()) out.shorts.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.longs.push_back("--" + name);
  if (out.Names().empty()) out.positional = option.get_name(true);
  out.description = option.get_description();
  out.takes_value = option.get_items_expected_max() > 0;
  out.required = option.get_required();
  out.repeats = option.get_items_expected_max() > 1;
  out.values = ValuesOf(option.get_type_name());
  return out;
}

void Read(const CLI::App& app, const std::string& name, std::vector<CommandEntry>& table) {
  CommandEntry entry{name, app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) entry.options.push_back(OptionOf(*option));
  const std::vector<const CLI::App*> below =
      app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : below) entry.children.push_back(child->get_name());
  table.push_back(std::move(entry));
  for (const CLI::App* child : below) {
    Read(*child, (name.empty() ? "" : name + " ") + child->get_name(), table);
  }
}

}  // namespace

std::vector<std::string> CommandOption::Names() const {
  std::vector<std::string> names = shorts;
  names.insert(names.end(), longs.begin(), longs.end());
  return names;
}

std::vector<CommandEntry> ReadCommandTable(const CLI::App& app) {
  std::vector<CommandEntry> table;
  Read(app, "", table);
  return table;
}

}  // namespace zdm
