// SPDX-License-Identifier: Apache-2.0
// Expressions that mean the same under every search path: what the server printed under
// search_path = pg_catalog names all that is elsewhere with its schema, and this writes the schema
// before the rest.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

/// `expression`, as the server prints it, with each bare name of a function, operator, type or
/// collation as one of pg_catalog. What has no place for a schema and yet looks an operator up
/// (`IS DISTINCT FROM`, `NULLIF`, `CASE x WHEN`) is written out with the equality of pg_catalog;
/// not where a type of another schema is named, which may have an equality of its own: there the
/// search path still decides. A text that the parser does not know comes back as it is.
std::string QualifyNames(std::string_view expression);

/// The same for the name of a type.
std::string QualifyType(std::string_view type);

}  // namespace zdm
