// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/database.h"

namespace zdm {

Value QueryValue(Database& database, std::string_view sql, const Row& parameters) {
  Rows rows = database.Query(sql, parameters);
  if (rows.empty() || rows.front().empty()) return std::nullopt;
  return std::move(rows.front().front());
}

}  // namespace zdm
