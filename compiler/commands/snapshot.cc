// SPDX-License-Identifier: Apache-2.0
// zdmc snapshot: catalog -> a file to compile from without a database, or a look whether such a
// file is still what the database is.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

#include "compiler/commands/catalog_source.h"
#include "compiler/commands/commands.h"
#include "compiler/commands/read_files.h"
#include "compiler/commands/report.h"
#include "compiler/commands/write_file.h"
#include "compiler/schema/match.h"
#include "runtime/plan/exit_code.h"

namespace zdm {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  std::string db, scratch, output, check;
};

/// The catalog now, with what the files' expressions were judged to be.
std::optional<Snapshot> Take(const Arguments& arguments, const CompilerFamily& family,
                             DesiredSchema desired, Diagnostics& diagnostics) {
  const bool of_files = !arguments.paths.empty();
  std::optional<CatalogSource> source =
      ReadLiveCatalog(arguments.db, of_files ? &family : nullptr, desired, diagnostics);
  if (!source) return std::nullopt;
  if (of_files) {
    if (family.language->bind != nullptr) family.language->bind(source->snapshot.schema, desired);
    KeepAsFound(source->snapshot.schema, desired.schema, family.language->changes);
    const ScratchJudge scratch = MakeScratchJudge(arguments.scratch, family, *source, desired);
    source->snapshot.judgements =
        JudgeSchema(source->snapshot.schema, desired, *family.language, {}, scratch, diagnostics);
    if (diagnostics.HasErrors()) return std::nullopt;
  }
  return std::move(source->snapshot);
}

/// What differs, one line each.
std::vector<std::string> Differences(const Snapshot& expected, const Snapshot& found,
                                     bool with_judgements) {
  std::vector<std::string> lines = CatalogDifferences(expected.schema, found.schema);
  const auto missing = [](const auto& values, const auto& from, const char* mark, auto&& show,
                          std::vector<std::string>& out) {
    for (const auto& value : values) {
      if (std::find(from.begin(), from.end(), value) == from.end()) {
        out.push_back(std::string(mark) + show(value));
      }
    }
  };
  const auto owned = [](const OwnedObject& object) {
    return fmt::format("{} {}, {}", object.kind, object.name,
                       object.parked ? "parked" : "zdm's own");
  };
  missing(expected.owned, found.owned, "- ", owned, lines);
  missing(found.owned, expected.owned, "+ ", owned, lines);
  if (with_judgements) {
    const auto judged = [](const Judgement& judgement) {
      return fmt::format("judged: {}", judgement.question);
    };
    missing(found.judgements, expected.judgements, "+ ", judged, lines);
  }
  return lines;
}

std::optional<Snapshot> ReadFile(const std::string& path, Diagnostics& diagnostics) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    diagnostics.Error(codes::kUnreadableFile, SourceSpan(), "`" + path + "` cannot be read");
    return std::nullopt;
  }
  return ReadSnapshot(std::string{std::istreambuf_iterator<char>(file), {}}, path, diagnostics);
}

/// As the files say, or as an earlier snapshot was taken, or the default schema.
DesiredSchema Scope(const CompilerFamily& family, const std::optional<Snapshot>& earlier) {
  DesiredSchema desired;
  desired.schema.dialect = family.dialect;
  std::vector<std::string> names = {std::string(family.language->default_schema)};
  if (earlier) names = earlier->managed;
  for (const std::string& name : names) desired.schema.schemas.emplace_back().name = name;
  if (earlier) desired.ignores = earlier->ignores;
  return desired;
}

int Compare(const Arguments& arguments, const Snapshot& expected, const Snapshot& found) {
  const std::vector<std::string> lines = Differences(expected, found, !arguments.paths.empty());
  for (const std::string& line : lines) fmt::print("{}\n", line);
  if (lines.empty()) {
    fmt::print(stderr, "{}: the database is as the snapshot says\n", arguments.check);
    return static_cast<int>(ExitCode::kOk);
  }
  fmt::print(stderr, "{}: {} (- snapshot, + database); take it again with -o\n", arguments.check,
             lines.size() == 1 ? "1 line differs" : fmt::format("{} lines differ", lines.size()));
  return static_cast<int>(ExitCode::kDifferences);
}

int Run(const Arguments& arguments) {
  Diagnostics diagnostics;
  const SourceFiles files =
      arguments.paths.empty() ? SourceFiles() : ReadFiles(arguments.paths, diagnostics);
  const auto stop = [&] {
    Report(diagnostics, files);
    return ExitStatusOf(diagnostics);
  };
  std::optional<Snapshot> expected;
  if (!arguments.check.empty()) {
    expected = ReadFile(arguments.check, diagnostics);
    if (!expected) return stop();
  }
  std::optional<DesiredSchema> desired;
  if (!arguments.paths.empty()) {
    if (!diagnostics.HasErrors()) desired = ReadDesired(files, diagnostics);
    if (!desired) return stop();
  }
  const CompilerFamily& family =
      desired ? *FindFamily(desired->schema.dialect) : FamilyOfUrl(arguments.db);
  if (!desired) desired = Scope(family, expected);
  if (expected) {
    RequireScope(*expected, OptionsOf(*desired), diagnostics);
    if (diagnostics.HasErrors()) return stop();
  }
  const std::optional<Snapshot> found = Take(arguments, family, std::move(*desired), diagnostics);
  if (!found) return stop();
  Report(diagnostics, files);
  if (expected) return Compare(arguments, *expected, *found);
  const bool written = WriteOutput(arguments.output, WriteSnapshot(*found));
  return static_cast<int>(written ? ExitCode::kOk : ExitCode::kFailed);
}

}  // namespace

RunCommand AddSnapshotCommand(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("PATH", arguments->paths,
                     "files whose schemas and expressions the snapshot is for");
  command.add_option("--db", arguments->db,
                     "URL of the database; else ZDM_DATABASE_URL, DATABASE_URL, or the server's "
                     "own conventions");
  command.add_option("--scratch", arguments->scratch,
                     "who judges expressions: private, inside, or a URL");
  CLI::Option* output =
      command.add_option("-o,--output", arguments->output, "the snapshot's file; `-`: stdout");
  command
      .add_option("--check", arguments->check,
                  "a snapshot: prints what differs from the database and exits 3")
      ->excludes(output);
  return [=] {
    if (arguments->output.empty() && arguments->check.empty()) {
      fmt::print(stderr, "zdmc snapshot: say what to do with -o FILE or --check FILE\n");
      return static_cast<int>(ExitCode::kUsage);
    }
    return Run(*arguments);
  };
}

}  // namespace zdm
