// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/catalog_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "compiler/catalog/judgement_cache.h"
#include "compiler/schema/names.h"
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

/// The servers of one release print the same text for the same expression.
int ReleaseOf(const CompilerFamily& family, int version) {
  return family.release == 0 ? 0 : version / family.release;
}

/// What another release of the server says about texts is not to be trusted.
void RequireRelease(const CompilerFamily& family, const Database& judge, int version) {
  if (version == 0 || ReleaseOf(family, judge.info().version) == ReleaseOf(family, version)) return;
  const int release = ReleaseOf(family, version);
  throw DatabaseError(
      ErrorKind::kOther, {},
      fmt::format("the scratch server is of version {}, the database of {}.{}, and they print "
                  "expressions differently: give `--scratch inside`, or `--scratch URL` of a "
                  "server of the same version",
                  judge.info().version_text, release / 100, release % 100));
}

/// Answers hang on the server's programs, on the release that they are for, on what the files
/// declare, and on how this zdmc asks.
JudgementCache CacheOf(const ScratchServers& servers, int release, const JudgeWorld& world) {
  std::vector<std::string> names;
  std::string schemas;
  for (const Extension& extension : world.extensions) {
    names.push_back(extension.name);
    schemas += fmt::format(", {} in {}", extension.name, extension.schema.value_or(""));
  }
  for (const EnumType& type : world.enums) {
    schemas += ", enum " + Display(type.name);
    for (const EnumLabel& label : type.labels) schemas += " " + Display(label.text);
  }
  for (const Domain& domain : world.domains) {
    schemas += fmt::format(", domain {} {}", Display(domain.name), domain.type.sql);
  }
  JudgementCache cache{CacheDirectory(), servers.identity(names)};
  if (cache.identity.empty()) return cache;
  if (release != 0) cache.identity += fmt::format("; for {}", release);
  cache.identity += fmt::format("{}; zdmc {} {}", schemas, ZDM_VERSION, StampOf("/proc/self/exe"));
  return cache;
}

/// The files' server must be the one at the address.
void RequireDialect(Dialect found, const CompilerFamily& family) {
  if (found == family.dialect) return;
  throw DatabaseError(
      ErrorKind::kUsage, {},
      fmt::format("the server at this address is {0}, not {1}: write `{0}://` in the URL, and "
                  "`dialect {0};` in the files",
                  ToString(found), ToString(family.dialect)));
}

/// By the URL; one without a scheme is read as `wanted` reads it.
const CompilerFamily& FamilyAt(const std::string& url, const CompilerFamily* wanted) {
  const auto named = ParseConnectionUrl(ResolveUrl(url)).dialect;
  if (!named && wanted != nullptr) return *wanted;
  const CompilerFamily& family = FamilyOfUrl(url);
  if (wanted == nullptr) return family;
  const std::vector<Dialect> served = wanted->server().dialects;
  if (std::find(served.begin(), served.end(), family.dialect) == served.end()) {
    RequireDialect(family.dialect, *wanted);
  }
  return family;
}

/// Connects and reads. `wanted`: null takes the server as it is.
std::optional<CatalogSource> ReadWith(const std::string& url, const CompilerFamily* wanted,
                                      CatalogOptions options, Diagnostics& diagnostics) {
  const CompilerFamily& named = FamilyAt(url, wanted);
  const ServerFamilies servers = {named.server()};
  ConnectOptions connect;
  connect.url = ResolveUrl(url);
  // Conventions, of a family that is not the first.
  if (connect.url.empty() && &named != &FamilyOfUrl(""))
    connect.url = fmt::format("{}://", ToString(named.dialect));
  connect.application = "zdmc";
  CatalogSource source;
  source.database = Connect(servers, connect);
  const Dialect dialect = source.database->info().dialect;
  if (wanted != nullptr) RequireDialect(dialect, *wanted);
  source.family = FindFamily(dialect);
  const std::unique_ptr<Journal> journal = servers[0].open_journal(*source.database);
  if (!ReadJournal(*journal, options, diagnostics)) return std::nullopt;
  std::optional<Snapshot> snapshot =
      TakeSnapshot(*source.database, source.family->read_catalog, options, diagnostics);
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

std::optional<CatalogSource> ReadLiveCatalog(const std::string& url, const CompilerFamily* family,
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
    ahead.source = ReadWith(url, nullptr, std::move(options), findings);
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
  const CompilerFamily& read = ahead.source ? *ahead.source->family : FamilyOfUrl(url);
  const bool fits =
      ahead.schemas == options.schemas && options.ignores.empty() && read.dialect == family.dialect;
  if (!fits) return ReadLiveCatalog(url, &family, desired, diagnostics);
  if (ahead.failure) std::rethrow_exception(ahead.failure);
  if (!ahead.source) return ReadLiveCatalog(url, &family, desired, diagnostics);
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
  source.family = FindFamily(snapshot->schema.dialect);
  source.snapshot = std::move(*snapshot);
  return source;
}

ScratchJudge MakeScratchJudge(const std::string& choice, const CompilerFamily& family,
                              const CatalogSource& source, const DesiredSchema& desired) {
  const Schema& wanted = desired.schema;
  const JudgeWorld world{wanted.extensions, wanted.enums, wanted.sequences, wanted.domains};
  Database* const connected = source.database.get();
  const int version = source.snapshot.schema.server_version;
  const auto ask = family.ask;
  ScratchJudge judge;
  if (choice == "inside") {
    if (connected == nullptr) {
      judge.no_scratch = "`--scratch inside` needs a connected database: give --db";
      return judge;
    }
    judge.ask = [=](std::vector<JudgeTask>& tasks) {
      ask(*connected, JudgePlace::kInside, world, tasks);
    };
    return judge;
  }
  const ServerFamily server = family.server();
  if (!choice.empty() && choice != "private") {
    judge.ask = [=](std::vector<JudgeTask>& tasks) {
      ConnectOptions connect;
      connect.url = choice;
      connect.application = "zdmc scratch";
      const std::unique_ptr<Database> database = Connect({server}, connect);
      RequireDialect(database->info().dialect, family);
      RequireRelease(family, *database, version);
      ask(*database, JudgePlace::kPrivate, world, tasks);
    };
    return judge;
  }
  // Servers of one family speak alike, but judge only those of their own name.
  const bool alike = server.scratch.name == ToString(family.dialect);
  if (!alike || !server.scratch.installed()) {
    judge.no_scratch = fmt::format(
        "no {} server is installed here to judge: give `--scratch inside` (the connected database "
        "judges, and nothing stays in it) or `--scratch URL`, or let `zdmc snapshot` "
        "judge where a server is, and commit its file",
        ToString(family.dialect));
    return judge;
  }
  const auto ask_private = [=](std::vector<JudgeTask>& tasks) {
    const PrivateServer scratch(server.scratch);
    ConnectOptions connect;
    connect.url = scratch.url();
    connect.application = "zdmc scratch";
    const std::unique_ptr<Database> database = Connect({server}, connect);
    RequireRelease(family, *database, version);
    ask(*database, JudgePlace::kPrivate, world, tasks);
  };
  judge.ask = [=](std::vector<JudgeTask>& tasks) {
    AskWithCache(CacheOf(server.scratch, ReleaseOf(family, version), world), ask_private, tasks);
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
