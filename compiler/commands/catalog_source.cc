// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/catalog_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "compiler/catalog/judgement_cache.h"
#include "runtime/database/cache_directory.h"
#include "runtime/database/connection_url.h"
#include "runtime/plan/exit_code.h"

namespace zdm {
namespace {

/// Null, with an error, when another plan is in flight.
bool ReadJournal(Journal& journal, CatalogOptions& options, Diagnostics& diagnostics) {
  if (!journal.Exists()) return true;
  if (const std::optional<PlanRecord> plan = journal.ReadInFlight()) {
    diagnostics.Error(codes::kCompileInFlight, SourceSpan(), InFlightSentence(*plan));
    return false;
  }
  options.owned = journal.ReadOwned();
  return true;
}

/// Answers hang on the server's programs, the files' extensions, and on how this zdmc asks.
JudgementCache CacheOf(const ScratchServers& servers, const std::vector<Extension>& extensions) {
  std::vector<std::string> names;
  std::string schemas;
  for (const Extension& extension : extensions) {
    names.push_back(extension.name);
    schemas += fmt::format(", {} in {}", extension.name, extension.schema.value_or(""));
  }
  JudgementCache cache{CacheDirectory(), servers.identity(names)};
  if (cache.identity.empty()) return cache;
  cache.identity += fmt::format("{}; zdmc {} {}", schemas, ZDM_VERSION, StampOf("/proc/self/exe"));
  return cache;
}

/// Connects and reads.
std::optional<CatalogSource> ReadWith(const std::string& url, const CompilerFamily& family,
                                      CatalogOptions options, Diagnostics& diagnostics) {
  const ServerFamilies servers = {family.server()};
  ConnectOptions connect;
  connect.url = url;
  connect.application = "zdmc";
  CatalogSource source;
  source.database = Connect(servers, connect);
  const std::unique_ptr<Journal> journal = servers[0].open_journal(*source.database);
  if (!ReadJournal(*journal, options, diagnostics)) return std::nullopt;
  std::optional<Snapshot> snapshot =
      TakeSnapshot(*source.database, family.read_catalog, options, diagnostics);
  if (!snapshot) return std::nullopt;
  source.snapshot = std::move(*snapshot);
  return source;
}

}  // namespace

CatalogOptions OptionsOf(const DesiredSchema& desired) {
  CatalogOptions options;
  for (const NamespaceObject& schema : desired.schema.schemas)
    options.schemas.push_back(schema.name);
  options.ignores = desired.ignores;
  return options;
}

std::optional<CatalogSource> ReadLiveCatalog(const std::string& url, const CompilerFamily& family,
                                             const DesiredSchema& desired,
                                             Diagnostics& diagnostics) {
  return ReadWith(url, family, OptionsOf(desired), diagnostics);
}

bool MayReadAhead(const SourceFiles& files) {
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    for (const char* word : {"schema", "ignore"}) {
      if (files.at(file).text.find(word) != std::string::npos) return false;
    }
  }
  return true;
}

CatalogAhead ReadCatalogAhead(const std::string& url) {
  CatalogAhead ahead;
  try {
    const CompilerFamily& family = FamilyOfUrl(url);
    CatalogOptions options;
    options.schemas = {std::string(family.language->default_schema)};
    ahead.schemas = options.schemas;
    Diagnostics findings;
    ahead.source = ReadWith(url, family, std::move(options), findings);
    if (!findings.all().empty()) ahead.source.reset();
  } catch (const DatabaseError&) {
    ahead.failure = std::current_exception();
  }
  return ahead;
}

std::optional<CatalogSource> TakeLiveCatalog(CatalogAhead ahead, const std::string& url,
                                             const CompilerFamily& family,
                                             const DesiredSchema& desired,
                                             Diagnostics& diagnostics) {
  const CatalogOptions options = OptionsOf(desired);
  const bool fits = ahead.schemas == options.schemas && options.ignores.empty() &&
                    FamilyOfUrl(url).dialect == family.dialect;
  if (!fits) return ReadLiveCatalog(url, family, desired, diagnostics);
  if (ahead.failure) std::rethrow_exception(ahead.failure);
  if (!ahead.source) return ReadLiveCatalog(url, family, desired, diagnostics);
  return std::move(ahead.source);
}

std::optional<CatalogSource> ReadCatalogFile(const std::string& path, const DesiredSchema& desired,
                                             Diagnostics& diagnostics) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    diagnostics.Error(codes::kUnreadableFile, SourceSpan(), "`" + path + "` cannot be read");
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::optional<Snapshot> snapshot = ReadSnapshot(text, path, diagnostics);
  if (!snapshot) return std::nullopt;
  RequireScope(*snapshot, OptionsOf(desired), diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  CatalogSource source;
  source.snapshot = std::move(*snapshot);
  return source;
}

ScratchJudge MakeScratchJudge(const std::string& choice, const CompilerFamily& family,
                              Database* connected, const DesiredSchema& desired) {
  const std::vector<Extension> extensions = desired.schema.extensions;
  const auto ask = family.ask;
  ScratchJudge judge;
  if (choice == "inside") {
    if (connected == nullptr) {
      judge.no_scratch = "`--scratch inside` needs a connected database: give --db";
      return judge;
    }
    judge.ask = [=](std::vector<JudgeTask>& tasks) {
      ask(*connected, JudgePlace::kInside, extensions, tasks);
    };
    return judge;
  }
  const ServerFamily server = family.server();
  if (!choice.empty() && choice != "private") {
    judge.ask = [=](std::vector<JudgeTask>& tasks) {
      ConnectOptions connect;
      connect.url = choice;
      connect.application = "zdmc scratch";
      ask(*Connect({server}, connect), JudgePlace::kPrivate, extensions, tasks);
    };
    return judge;
  }
  if (!server.scratch.installed()) {
    judge.no_scratch = fmt::format(
        "no {} server is installed here to judge: give `--scratch inside` (the connected database "
        "judges, in a transaction that is rolled back) or `--scratch URL`, or let `zdmc snapshot` "
        "judge where a server is, and commit its file",
        server.scratch.name);
    return judge;
  }
  const auto ask_private = [=](std::vector<JudgeTask>& tasks) {
    const PrivateServer scratch(server.scratch);
    ConnectOptions connect;
    connect.url = scratch.url();
    connect.application = "zdmc scratch";
    ask(*Connect({server}, connect), JudgePlace::kPrivate, extensions, tasks);
  };
  judge.ask = [=](std::vector<JudgeTask>& tasks) {
    AskWithCache(CacheOf(server.scratch, extensions), ask_private, tasks);
  };
  return judge;
}

int ExitStatusOf(const Diagnostics& diagnostics) {
  const auto stale = [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError && (diagnostic.code == codes::kParkedInTheWay ||
                                                       diagnostic.code == codes::kCompileInFlight);
  };
  if (std::any_of(diagnostics.all().begin(), diagnostics.all().end(), stale)) {
    return static_cast<int>(ExitCode::kStale);
  }
  return static_cast<int>(diagnostics.HasErrors() ? ExitCode::kUsage : ExitCode::kOk);
}

}  // namespace zdm
