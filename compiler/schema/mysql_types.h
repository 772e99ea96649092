// SPDX-License-Identifier: Apache-2.0
// Types as written -> as the server's catalog spells them (COLUMN_TYPE). What the two servers and
// their versions spell differently and means the same is spelled one way: widths of integers are
// left out (`int(11)` is `int`), but for tinyint(1), which programs read as a boolean, and with
// zerofill; `year(4)` is `year`; MariaDB's json is `json`, not the text and check it is made of.
#pragma once

#include <string_view>

#include "compiler/schema/type_name.h"
#include "runtime/plan/dialect.h"

namespace zdm {

/// Of a written type, or of one that a catalog shows.
TypeName CanonicalMysqlType(std::string_view written, Dialect dialect);

/// Whether columns of the (canonical) type have a charset and a collation.
bool HoldsText(std::string_view type);

}  // namespace zdm
