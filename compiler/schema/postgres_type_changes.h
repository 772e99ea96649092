// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL 12 to 18 do when a column gets another type. One table of facts, each of them
// asked of a server (tests/unit/postgres_type_changes_test.cc); what spoils them (checks, partial
// and expression indexes, ...) is the business of diff/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/language_rules.h"

namespace zdm {

/// `timestamp(3) with time zone` -> {"timestamp with time zone", {3}}
struct PostgresTypeParts {
  std::string name;
  std::vector<int> modifiers;
};
PostgresTypeParts SplitPostgresType(std::string_view type);

/// Whether each value of `from` is a value of `to` with the same bytes, so that ALTER COLUMN TYPE
/// changes the catalog only: no row is read, no index is built anew.
bool WidensPostgresType(std::string_view from, std::string_view to);

/// How values travel from one type to the other. Automatic where each value either arrives whole or
/// is refused by the cast, in both directions.
TypeCasts PostgresTypeCasts(std::string_view from, std::string_view to, const std::string& column);

/// What rows must fulfil for their values to be of the narrower type again, over `column` (quoted).
struct PostgresNarrowing {
  std::string fits;     ///< "": every value does
  std::string rounded;  ///< a value that only loses digits or characters by an explicit cast: the
                        ///< condition under which one does not; "": there is no such value
};
PostgresNarrowing NarrowPostgresType(std::string_view wide, std::string_view narrow,
                                     const std::string& column);

}  // namespace zdm
