// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/server_family.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/database/connection_url.h"

namespace zdm {

const ServerFamily& FamilyOf(const ServerFamilies& families, Dialect dialect) {
  for (const ServerFamily& family : families) {
    if (std::find(family.dialects.begin(), family.dialects.end(), dialect) !=
        family.dialects.end()) {
      return family;
    }
  }
  throw DatabaseError(ErrorKind::kUsage, {},
                      fmt::format("this zdm was built without support for {}", ToString(dialect)));
}

const ServerFamily& FamilyOf(const ServerFamilies& families, std::string_view url) {
  const ConnectionUrl parsed = ParseConnectionUrl(url);
  return parsed.dialect ? FamilyOf(families, *parsed.dialect) : families.front();
}

std::unique_ptr<Database> Connect(const ServerFamilies& families, ConnectOptions options) {
  options.url = ResolveUrl(options.url);
  return FamilyOf(families, options.url).connect(options);
}

}  // namespace zdm
