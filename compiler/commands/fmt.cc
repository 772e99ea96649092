// SPDX-License-Identifier: Apache-2.0
// zdmc fmt: .zdm files in the one layout, and without the words whose change is done.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "compiler/commands/catalog_source.h"
#include "compiler/commands/commands.h"
#include "compiler/commands/read_files.h"
#include "compiler/commands/report.h"
#include "compiler/commands/text_diff.h"
#include "compiler/commands/write_file.h"
#include "compiler/diff/stale.h"
#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"
#include "runtime/plan/exit_code.h"

namespace zdm {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  std::string db;
  bool check = false, diff = false, prune = false;
};

using Cuts = std::map<std::uint32_t, std::vector<Cut>>;

/// What the live catalog says is done.
Cuts FindCuts(const Arguments& arguments, const SourceFiles& files, Diagnostics& diagnostics) {
  Cuts cuts;
  std::optional<DesiredSchema> desired = ReadDesired(files, diagnostics);
  if (!desired) return cuts;
  const CompilerFamily& family = *FindFamily(desired->schema.dialect);
  const std::optional<CatalogSource> source =
      ReadLiveCatalog(arguments.db, &family, *desired, diagnostics);
  if (!source) return cuts;
  if (family.language->bind != nullptr) family.language->bind(source->snapshot.schema, *desired);
  const StaleWords stale =
      FindStaleWords(source->snapshot.schema, *desired, *family.language->expressions);
  for (const SourceSpan& item : stale.items) cuts[item.file].push_back({0, item});
  // renamed from NAME
  for (const SourceSpan& name : stale.renames) cuts[name.file].push_back({3, name});
  return cuts;
}

SourceFiles Read(const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  if (paths != std::vector<std::string>{"-"}) return ReadFiles(paths, diagnostics);
  SourceFiles files;
  files.Add({"-", std::string{std::istreambuf_iterator<char>(std::cin), {}}});
  return files;
}

/// In place of the file itself, where `path` is a link, and with its permissions.
bool Replace(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  const fs::perms permissions = fs::status(path, error).permissions();
  if (!WriteOutput(error ? path : real.string(), text)) return false;
  fs::permissions(path, permissions, error);
  return true;
}

/// False when it could not be written.
bool Deliver(const Arguments& arguments, const SourceFile& file, const std::string& text) {
  if (arguments.diff) {
    fmt::print("{}", UnifiedDiff(file.path, file.text, text));
  } else if (arguments.check) {
    fmt::print("{}\n", file.path);
  } else {
    if (file.path == "-") return WriteOutput("-", text);
    if (!Replace(file.path, text)) return false;
    fmt::print("{}\n", file.path);
  }
  return true;
}

int Run(const Arguments& arguments) {
  Diagnostics diagnostics;
  const SourceFiles files = Read(arguments.paths, diagnostics);
  const Quoting quoting = QuotingOf(files);
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    Parse(files, file, quoting, diagnostics);
  }
  Cuts cuts;
  if (arguments.prune && !diagnostics.HasErrors()) cuts = FindCuts(arguments, files, diagnostics);
  if (diagnostics.HasErrors()) {
    Report(diagnostics, files);
    return ExitStatusOf(diagnostics);
  }
  bool differs = false;
  const bool writes = !arguments.check && !arguments.diff;
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    const SourceFile& source = files.at(file);
    const std::optional<std::string> text = FormatFile(files, file, cuts[file], quoting);
    if (!text) {
      fmt::print(stderr, "zdmc: {}: the layout would change what it says, left alone\n",
                 source.path);
      return exits::kFailed;
    }
    const bool same = *text == source.text;
    differs = differs || !same;
    const bool echoed = writes && source.path == "-";
    if (same && !echoed) continue;
    if (!Deliver(arguments, source, *text)) return exits::kFailed;
  }
  return differs && !writes ? static_cast<int>(ExitCode::kDifferences) : exits::kDone;
}

}  // namespace

RunCommand AddFmtCommand(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command
      .add_option("PATH", arguments->paths,
                  "files, or folders with .zdm files; `-`: from stdin to stdout")
      ->required();
  CLI::Option* check = command.add_flag("--check", arguments->check,
                                        "writes nothing: names the files that differ and exits 3");
  command
      .add_flag("--diff", arguments->diff, "writes nothing: shows what would change and exits 3")
      ->excludes(check);
  CLI::Option* prune = command.add_flag(
      "--prune", arguments->prune,
      "also takes out `renamed from`, transitions and tombstones whose change the database has");
  command
      .add_option("--db", arguments->db,
                  "for --prune: URL of the database; else ZDM_DATABASE_URL, DATABASE_URL, or the "
                  "server's own conventions")
      ->needs(prune);
  return [=] { return Run(*arguments); };
}

}  // namespace zdm
