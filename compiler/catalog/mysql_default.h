// SPDX-License-Identifier: Apache-2.0
// Defaults, which MySQL shows in two ways and MariaDB in one, as the model says them: text that may
// stand behind DEFAULT. Numbers stand without quotes, what MySQL computes stands in parentheses.
#pragma once

#include <string>
#include <string_view>

#include "compiler/catalog/mysql_shown_table.h"

namespace zdm::mysql {

/// "decimal" of "decimal(10,2) unsigned"
std::string BaseType(std::string_view type);
bool IsNumber(std::string_view base_type);

/// What SHOW CREATE TABLE has behind DEFAULT for this column; "" when it has none.
std::string ShownDefault(const ShownElement& column, std::string_view type);

}  // namespace zdm::mysql
