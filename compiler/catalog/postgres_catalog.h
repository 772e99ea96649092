// SPDX-License-Identifier: Apache-2.0
// The reader of PostgreSQL 12 to 18.
#pragma once

#include "compiler/catalog/catalog.h"

namespace zdm {

/// A CatalogReader. One round of set-based queries a kind for the whole database.
std::optional<Schema> ReadPostgresCatalog(Database& database, const CatalogOptions& options,
                                          Diagnostics& diagnostics);

}  // namespace zdm
