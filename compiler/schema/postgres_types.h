// SPDX-License-Identifier: Apache-2.0
// Types as PostgreSQL spells them: format_type() under search_path = pg_catalog. Tried against a
// server's answers (tests/unit/postgres_types_test.cc).
#pragma once

#include <string_view>

#include "compiler/schema/type_name.h"

namespace zdm {

/// `int` -> `integer`, `varchar(20)[]` -> `character varying(20)[]`, `timestamptz(3)` ->
/// `timestamp(3) with time zone`, `"Weird Type"` and `citext` as they are, not settled.
TypeName CanonicalPostgresType(std::string_view written);

}  // namespace zdm
