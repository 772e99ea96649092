// SPDX-License-Identifier: Apache-2.0
// zdmc compile: files and catalog -> plan.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <future>
#include <memory>

#include "compiler/commands/catalog_source.h"
#include "compiler/commands/commands.h"
#include "compiler/commands/read_files.h"
#include "compiler/commands/report.h"
#include "compiler/commands/write_file.h"
#include "compiler/diff/allow.h"
#include "compiler/diff/diff.h"
#include "compiler/planner/explain.h"
#include "compiler/planner/planner.h"
#include "compiler/schema/print.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/print_ast.h"
#include "runtime/plan/exit_code.h"
#include "runtime/plan/plan_json.h"

namespace zdm {
namespace {

struct Arguments {
  std::vector<std::string> paths, allows;
  std::string db, catalog, output, scratch, print, format;
  bool detailed_exitcode = false;
};

std::string Printed(const std::string& stage, const Compiled& compiled) {
  if (stage == "changes") return PrintChanges(compiled.changes);
  if (stage == "steps") return PrintPlan(compiled.plan);
  if (stage == "graph") return PrintGraph(compiled.plan);
  return WritePlan(compiled.plan);
}

std::size_t Count(const Plan& plan, Phase phase) {
  return static_cast<std::size_t>(std::count_if(
      plan.steps.begin(), plan.steps.end(), [&](const Step& step) { return step.phase == phase; }));
}

/// What a person reads at the end.
void Summarize(const Arguments& arguments, const Plan& plan) {
  const std::string& output = arguments.output;
  if (plan.steps.empty()) {
    fmt::print(stderr, "{}: no steps, the database is as the files say\n", output);
    return;
  }
  fmt::print(stderr, "{}: {} steps ({} expand, {} migrate, {} contract)\n", output,
             plan.steps.size(), Count(plan, Phase::kExpand), Count(plan, Phase::kMigrate),
             Count(plan, Phase::kContract));
  for (const std::string& notice : plan.notices) fmt::print(stderr, "  note: {}\n", notice);
  fmt::print(stderr, "read it with `zdmc explain {0}`, run it with `zdm run {0}`\n", output);
}

int Finish(const Arguments& arguments, const Compiled& compiled) {
  if (!arguments.print.empty()) fmt::print("{}", Printed(arguments.print, compiled));
  if (!compiled.open_hazards.empty()) {
    fmt::print(stderr, "{} may hurt and need a word from a person [{}]:\n{}",
               compiled.open_hazards.size() == 1
                   ? "one thing in this plan"
                   : fmt::format("{} things in this plan", compiled.open_hazards.size()),
               ToString(codes::kHazardNotAllowed), HazardText(compiled.open_hazards));
    return static_cast<int>(ExitCode::kNeedsAllow);
  }
  if (!arguments.output.empty()) {
    if (!WriteOutput(arguments.output, WritePlan(compiled.plan))) {
      return static_cast<int>(ExitCode::kFailed);
    }
    Summarize(arguments, compiled.plan);
  }
  const bool differences = arguments.detailed_exitcode && !compiled.plan.steps.empty();
  return static_cast<int>(differences ? ExitCode::kDifferences : ExitCode::kOk);
}

int Run(const Arguments& arguments) {
  Diagnostics diagnostics;
  const SourceFiles files = ReadFiles(arguments.paths, diagnostics);
  const auto stop = [&] {
    Report(diagnostics, files);
    const int status = ExitStatusOf(diagnostics);
    ReportAs(arguments.format, diagnostics, files, nullptr, status);
    return status;
  };
  if (diagnostics.HasErrors()) return stop();
  if (arguments.print == "ast") {
    for (std::uint32_t file = 0; file < files.size(); ++file) {
      fmt::print("{}", PrintAst(Parse(files, file, QuotingOf(files), diagnostics), files));
    }
    return stop();
  }
  CatalogAhead ahead;
  std::optional<DesiredSchema> desired;
  if (arguments.catalog.empty() && arguments.print != "schema" && MayReadAhead(files)) {
    auto parsing = std::async(std::launch::async, [&] { return ReadDesired(files, diagnostics); });
    ahead = ReadCatalogAhead(arguments.db);
    desired = parsing.get();
  } else {
    desired = ReadDesired(files, diagnostics);
  }
  if (!desired) return stop();
  if (arguments.print == "schema") {
    fmt::print("{}", PrintDesired(*desired));
    return stop();
  }
  const CompilerFamily& family = *FindFamily(desired->schema.dialect);
  const std::optional<CatalogSource> source =
      arguments.catalog.empty()
          ? TakeLiveCatalog(std::move(ahead), arguments.db, family, *desired, diagnostics)
          : ReadCatalogFile(arguments.catalog, *desired, diagnostics);
  if (!source) return stop();
  if (arguments.print == "catalog") {
    fmt::print("{}", PrintSchema(source->snapshot.schema));
    return stop();
  }
  CompileContext context;
  context.memory = source->snapshot.judgements;
  context.scratch = MakeScratchJudge(arguments.scratch, family, *source, *desired);
  context.parked = source->snapshot.owned;
  for (const std::string& allow : arguments.allows) {
    context.allows.push_back(AllowFromCommandLine(allow));
  }
  const std::optional<Compiled> compiled =
      CompileSchemas(source->snapshot.schema, std::move(*desired), files, context, diagnostics);
  if (!compiled) return stop();
  Report(diagnostics, files);
  const int status = Finish(arguments, *compiled);
  ReportAs(arguments.format, diagnostics, files, &compiled->plan, status);
  return status;
}

}  // namespace

RunCommand AddCompileCommand(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("PATH", arguments->paths, "files, or folders with .zdm files")->required();
  CLI::Option* db = command.add_option("--db", arguments->db,
                                       "URL of the database; else ZDM_DATABASE_URL, DATABASE_URL, "
                                       "or the server's own conventions");
  command.add_option("--catalog", arguments->catalog, "a snapshot in place of a database")
      ->excludes(db);
  CLI::Option* output =
      command.add_option("-o,--output", arguments->output, "the plan's file; `-`: stdout");
  command.add_option("--allow", arguments->allows,
                     "CODE[:OBJECT]: acknowledges a hazard, for this run");
  command.add_option("--scratch", arguments->scratch,
                     "who judges expressions: private, inside, or a URL");
  CLI::Option* print =
      command.add_option("--print", arguments->print, "shows what a stage gives")
          ->check(CLI::IsMember({"ast", "schema", "catalog", "changes", "steps", "graph", "plan"}));
  AddReportOption(command, arguments->format);
  command.add_flag("--detailed-exitcode", arguments->detailed_exitcode,
                   "exit 3 when the plan has steps");
  return [=] {
    if (output->count() == 0 && print->count() == 0) {
      fmt::print(stderr, "zdmc compile: say where the plan goes with -o PLAN (or --print=STAGE)\n");
      return static_cast<int>(ExitCode::kUsage);
    }
    const bool stdout_taken = arguments->output == "-" || print->count() > 0;
    if (arguments->format != "text" && stdout_taken) {
      fmt::print(stderr, "zdmc compile: --format {} takes stdout: give -o FILE, without --print\n",
                 arguments->format);
      return static_cast<int>(ExitCode::kUsage);
    }
    return Run(*arguments);
  };
}

}  // namespace zdm
