// SPDX-License-Identifier: Apache-2.0
// What a family of servers brings to both programs, as one row of the table in main.cc and
// driver.cc: free functions, chosen once by the URL.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/database/preflight.h"
#include "runtime/database/scratch.h"
#include "runtime/journal/journal.h"

namespace zdm {

struct ServerFamily {
  std::vector<Dialect> dialects;
  std::unique_ptr<Database> (*connect)(const ConnectOptions& options) = nullptr;
  /// Everything in the way of a command with such needs; empty: go on.
  std::vector<Obstacle> (*preflight)(Database& database, const PreflightNeeds& needs) = nullptr;
  std::unique_ptr<Journal> (*open_journal)(Database& database) = nullptr;
  ScratchServers scratch;
};

using ServerFamilies = std::vector<ServerFamily>;

/// The family of `url` (after ResolveUrl); a URL without a scheme belongs to the first. Throws
/// DatabaseError(kUsage) for one that no family serves.
const ServerFamily& FamilyOf(const ServerFamilies& families, std::string_view url);
const ServerFamily& FamilyOf(const ServerFamilies& families, Dialect dialect);

/// Connects by `options.url` and its conventions.
std::unique_ptr<Database> Connect(const ServerFamilies& families, ConnectOptions options);

}  // namespace zdm
