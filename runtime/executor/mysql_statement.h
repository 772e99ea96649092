// SPDX-License-Identifier: Apache-2.0
// What kind of statement a text is, by its first words.
#pragma once

#include <string_view>

namespace zdm {

/// Whether it commits by itself: everything that changes the catalog.
bool IsFinalMysqlStatement(std::string_view statement);

/// Whether it only changes the session: SET and DO.
bool IsMysqlSetting(std::string_view statement);

}  // namespace zdm
