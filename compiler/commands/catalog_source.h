// SPDX-License-Identifier: Apache-2.0
// Where a command gets the current catalog from, and who judges expressions for it.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/catalog/snapshot.h"
#include "compiler/driver.h"

namespace zdm {

struct CatalogSource {
  const CompilerFamily* family = nullptr;  ///< that of the server
  std::unique_ptr<Database> database;      ///< null for a snapshot from a file
  Snapshot snapshot;
};

/// What a reader must know of the files.
CatalogOptions OptionsOf(const DesiredSchema& desired);

/// The catalog behind `url` ("" : by environment and the server's conventions), without what the
/// journal lists as ours. An error when another plan is in flight. Throws DatabaseError, also when
/// the server is not of `family` (null: whatever it is).
std::optional<CatalogSource> ReadLiveCatalog(const std::string& url, const CompilerFamily* family,
                                             const DesiredSchema& desired,
                                             Diagnostics& diagnostics);

/// The same, read while the files are being parsed, for files that seem to manage the default
/// schema alone and to ignore nothing. Any finding leaves it empty: reading again in order words
/// it.
struct CatalogAhead {
  std::optional<CatalogSource> source;
  std::vector<std::string> schemas;  ///< that it was read for
  std::exception_ptr failure;        ///< of connecting or reading
};
bool MayReadAhead(const SourceFiles& files);
CatalogAhead ReadCatalogAhead(const std::string& url);
/// What was read ahead when it is what `desired` asks for; else as ReadLiveCatalog.
std::optional<CatalogSource> TakeLiveCatalog(CatalogAhead ahead, const std::string& url,
                                             const CompilerFamily& family,
                                             const DesiredSchema& desired,
                                             Diagnostics& diagnostics);

/// The snapshot in file `path`; an error unless it was taken for what the files manage.
std::optional<CatalogSource> ReadCatalogFile(const std::string& path, const DesiredSchema& desired,
                                             Diagnostics& diagnostics);

/// `choice`: "private", "inside", a URL, or "" for the default: private where a server is
/// installed. For texts beside those of `source`, which must outlive the judge. Nothing is started
/// or connected before the first question.
ScratchJudge MakeScratchJudge(const std::string& choice, const CompilerFamily& family,
                              const CatalogSource& source, const DesiredSchema& desired);

/// The exit status that the errors in `diagnostics` ask for.
int ExitStatusOf(const Diagnostics& diagnostics);

}  // namespace zdm
