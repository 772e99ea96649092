// SPDX-License-Identifier: Apache-2.0
// Which column of the files is which column of the catalog; and what the language does not name
// yet, taken over from the catalog.
#pragma once

#include <map>
#include <string>

#include "compiler/schema/schema.h"

namespace zdm {

/// New name -> old name, for every column of `desired` that is one of `current`: by its name, else
/// by `renamed from` while the old name still stands.
std::map<std::string, std::string> MatchColumns(const Table& current, const Table& desired);

/// Fills what the files do not say and zdm keeps as found: owners, grants, table and column
/// options, storage, compression, statistics targets.
void KeepAsFound(const Schema& current, Schema& desired);

}  // namespace zdm
