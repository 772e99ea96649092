// SPDX-License-Identifier: Apache-2.0
// The reader of MySQL 8.4 and later and of MariaDB 10.6 and later.
#pragma once

#include "compiler/catalog/catalog.h"

namespace zdm {

/// A CatalogReader. These servers show no moment of their catalog: it is read in one query a kind
/// for all tables, then each table's SHOW CREATE TABLE must say the same, and all is read again
/// when something changed meanwhile.
std::optional<Schema> ReadMysqlCatalog(Database& database, const CatalogOptions& options,
                                       Diagnostics& diagnostics);

}  // namespace zdm
