// SPDX-License-Identifier: Apache-2.0
// The front door of the readers: a live catalog becomes a Schema. What a reader does not
// understand it names as an error (promise 8); nothing is overlooked in silence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/schema/schema.h"
#include "compiler/source/diagnostic.h"
#include "runtime/database/database.h"
#include "runtime/plan/plan.h"

namespace zdm {

struct CatalogOptions {
  std::vector<std::string> schemas;  ///< those that the files manage; empty: the server's default
  std::vector<Ignore> ignores;
  std::vector<OwnedObject> owned;  ///< zdm's own and parked things, from the journal: not shown
};

/// Reads everything at one moment of the database, in a transaction of its own (none may be open).
/// Returns nullopt when `diagnostics` got an error: the Schema would not be the whole truth. Throws
/// DatabaseError.
using CatalogReader = std::optional<Schema> (*)(Database& database, const CatalogOptions& options,
                                                Diagnostics& diagnostics);

}  // namespace zdm
