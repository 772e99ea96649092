// SPDX-License-Identifier: Apache-2.0
// zdmc import: catalog -> .zdm files.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

#include "compiler/commands/catalog_source.h"
#include "compiler/commands/commands.h"
#include "compiler/commands/report.h"
#include "compiler/commands/write_file.h"
#include "compiler/schema/names.h"
#include "compiler/schema/zdm_text.h"
#include "runtime/plan/exit_code.h"

namespace zdm {
namespace {

struct Arguments {
  std::string db, output = "-";
  std::vector<std::string> schemas, ignores;
};

/// "view public.v", "view:public.v"
Ignore ToIgnore(const std::string& text) {
  const std::size_t end = text.find_first_of(" :");
  if (end == std::string::npos) return {"*", text, {}};
  return {text.substr(0, end), text.substr(text.find_first_not_of(" :", end)), {}};
}

/// What was asked for, as if files had said it.
DesiredSchema Asked(const Arguments& arguments, const CompilerFamily& family) {
  DesiredSchema asked;
  asked.schema.dialect = family.dialect;
  std::set<std::string> names(arguments.schemas.begin(), arguments.schemas.end());
  if (names.empty()) names.emplace(family.language->default_schema);
  for (const std::string& name : names) {
    asked.schema.schemas.emplace_back().name = name;
  }
  for (const std::string& ignore : arguments.ignores) asked.ignores.push_back(ToIgnore(ignore));
  return asked;
}

void RequireSchemas(const DesiredSchema& asked, const Schema& found, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const NamespaceObject& schema : found.schemas) names.insert(schema.name);
  for (const NamespaceObject& schema : asked.schema.schemas) {
    if (names.contains(schema.name.empty() ? found.default_schema : schema.name)) continue;
    diagnostics.Error(codes::kSchemaNotFound, {},
                      fmt::format("the database has no schema `{}`", schema.name));
  }
}

/// What the text says more of than the catalog holds.
void WarnOfUnfinished(const Table& table, Diagnostics& diagnostics) {
  const auto warn = [&](const std::string& what, const std::string& name, const char* state) {
    diagnostics
        .Warning(codes::kNotImportable, {}, fmt::format("{} `{}` is not {}", what, name, state))
        .notes.push_back({{}, "compiling the files gives a plan that repairs it"});
  };
  for (const ForeignKey& key : table.foreign_keys) {
    if (!key.validated) warn("constraint", Display(table.name, key.name), "validated");
  }
  for (const Check& check : table.checks) {
    if (!check.validated) warn("constraint", Display(table.name, check.name), "validated");
  }
  for (const Index& index : table.indexes) {
    if (!index.valid) warn("index", Display(QualifiedName{table.name.schema, index.name}), "valid");
  }
}

/// What stays as it is when the files are compiled for this database, and what a table made from
/// the files would not have.
void WarnOfUnsaid(const Table& table, Diagnostics& diagnostics) {
  const auto warn = [&](const std::string& what, const std::string& name,
                        const std::vector<std::string>& properties) {
    if (properties.empty()) return;
    diagnostics
        .Warning(codes::kNotImportable, {},
                 fmt::format("{} `{}` has what files cannot say yet: {}", what, name,
                             fmt::join(properties, ", ")))
        .notes.push_back({{},
                          "compiling the files leaves it as it is here; a table made from them "
                          "elsewhere has the server's defaults"});
  };
  warn("table", Display(table.name), table.options);
  for (const Column& column : table.columns) {
    std::vector<std::string> properties = column.options;
    if (column.storage) properties.push_back("storage " + *column.storage);
    if (column.compression) properties.push_back("compression " + *column.compression);
    if (column.statistics_target) {
      properties.push_back(fmt::format("statistics {}", *column.statistics_target));
    }
    warn("column", Display(table.name, column.name), properties);
  }
}

/// With expressions that make, on an empty database, what the catalog shows.
Schema Replayable(Schema schema, const CompilerFamily& family) {
  const auto replay = [&](Expression& expression) {
    expression.sql = family.replayable(expression.sql);
  };
  for (Table& table : schema.tables) {
    for (Column& column : table.columns) {
      if (column.default_value) replay(*column.default_value);
      if (column.generated) replay(*column.generated);
    }
    for (Check& check : table.checks) replay(check.expression);
    for (Index& index : table.indexes) {
      for (IndexElement& element : index.elements) {
        if (element.expression) replay(*element.expression);
      }
      if (index.where) replay(*index.where);
    }
  }
  return schema;
}

/// Errors for files in the folder that would become part of the schema.
void RefuseStrangers(const std::string& folder, const std::vector<ZdmFile>& files,
                     Diagnostics& diagnostics) {
  namespace fs = std::filesystem;
  std::set<std::string> ours;
  for (const ZdmFile& file : files) ours.insert((fs::path(folder) / file.path).generic_string());
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string path = at->path().generic_string();
    if (at->path().extension() != ".zdm" || ours.contains(path)) continue;
    diagnostics
        .Error(codes::kImportTarget, {},
               fmt::format("`{}` is there already and not part of this import", path))
        .notes.push_back({{}, "import into an empty folder, or move the file away"});
  }
}

bool WriteFolder(const std::string& folder, const std::vector<ZdmFile>& files) {
  for (const ZdmFile& file : files) {
    const std::filesystem::path path = std::filesystem::path(folder) / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (!WriteOutput(path.generic_string(), file.text)) return false;
  }
  return true;
}

int Run(const Arguments& arguments) {
  Diagnostics diagnostics;
  const auto stop = [&] {
    Report(diagnostics, SourceFiles());
    return ExitStatusOf(diagnostics);
  };
  const DesiredSchema asked = Asked(arguments, FamilyOfUrl(arguments.db));
  const auto source = ReadLiveCatalog(arguments.db, nullptr, asked, diagnostics);
  if (!source) return stop();
  const CompilerFamily& family = *source->family;
  const Schema schema = Replayable(source->snapshot.schema, family);
  RequireSchemas(asked, schema, diagnostics);
  for (const Table& table : schema.tables) {
    WarnOfUnfinished(table, diagnostics);
    if (!family.language->changes.in_place) WarnOfUnsaid(table, diagnostics);
  }
  if (diagnostics.HasErrors()) return stop();

  bool written = false;
  const std::string& output = arguments.output;
  if (output == "-" || output.ends_with(".zdm")) {
    written = WriteOutput(output, WriteZdm(schema, asked.ignores, *family.language));
  } else {
    const std::vector<ZdmFile> files = WriteZdmFiles(schema, asked.ignores, *family.language);
    RefuseStrangers(output, files, diagnostics);
    if (diagnostics.HasErrors()) return stop();
    written = WriteFolder(output, files);
  }
  Report(diagnostics, SourceFiles());
  if (!written) return static_cast<int>(ExitCode::kFailed);
  if (output != "-") {
    fmt::print(stderr, "{}: {} table{}\n", output, schema.tables.size(),
               schema.tables.size() == 1 ? "" : "s");
  }
  return static_cast<int>(ExitCode::kOk);
}

}  // namespace

RunCommand AddImportCommand(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("--db", arguments->db,
                     "URL of the database; else ZDM_DATABASE_URL, DATABASE_URL, or the server's "
                     "own conventions");
  command.add_option("--schema", arguments->schemas, "a schema to import; else the default one");
  command.add_option("--ignore", arguments->ignores,
                     "\"KIND NAME\": leaves it out, and says so in the files");
  command.add_option("-o,--output", arguments->output,
                     "a file NAME.zdm, or a folder that gets a file a table; `-`: stdout");
  return [=] { return Run(*arguments); };
}

}  // namespace zdm
