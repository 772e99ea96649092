// SPDX-License-Identifier: Apache-2.0
// Where a command gets the current catalog from, and who judges expressions for it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/catalog/snapshot.h"
#include "compiler/driver.h"

namespace zdm {

struct CatalogSource {
  std::unique_ptr<Database> database;  ///< null for a snapshot from a file
  Snapshot snapshot;
};

/// What a reader must know of the files.
CatalogOptions OptionsOf(const DesiredSchema& desired);

/// The catalog behind `url` ("" : by environment and the server's conventions), without what the
/// journal lists as ours. An error when another plan is in flight. Throws DatabaseError.
std::optional<CatalogSource> ReadLiveCatalog(const std::string& url, const CompilerFamily& family,
                                             const DesiredSchema& desired,
                                             Diagnostics& diagnostics);

/// The snapshot in file `path`; an error unless it was taken for what the files manage.
std::optional<CatalogSource> ReadCatalogFile(const std::string& path, const DesiredSchema& desired,
                                             Diagnostics& diagnostics);

/// `choice`: "private", "inside", a URL, or "" for the default: private where a server is
/// installed. `connected` may be null. Nothing is started or connected before the first question.
ScratchJudge MakeScratchJudge(const std::string& choice, const CompilerFamily& family,
                              Database* connected, const DesiredSchema& desired);

/// The exit status that the errors in `diagnostics` ask for.
int ExitStatusOf(const Diagnostics& diagnostics);

}  // namespace zdm
