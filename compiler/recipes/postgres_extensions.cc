// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_extensions.h"

#include <fmt/format.h>

#include "compiler/recipes/postgres_sql.h"

namespace zdm::postgres {

Operation CreateExtensionOperation(const Extension& extension) {
  std::string sql = "CREATE EXTENSION " + Quote(extension.name);
  // The search path is pg_catalog, where nothing may be created.
  sql += " SCHEMA " + Quote(extension.schema ? *extension.schema : "public");
  if (extension.version) sql += " VERSION " + Literal(*extension.version);
  Statements statements{std::move(sql)};
  if (extension.comment) {
    statements.push_back(CommentOn("EXTENSION " + Quote(extension.name), extension.comment));
  }
  return Short({}, std::move(statements),
               Answers(AskExtension(extension.name), AnswerExtension(extension)));
}

Operation DropExtensionOperation(const Extension& extension) {
  return Short({}, {"DROP EXTENSION " + Quote(extension.name)},
               Absent(AskExtension(extension.name)));
}

std::string MissingExtension(const std::string& extension) {
  return fmt::format(
      "SELECT {0} WHERE NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = {0})",
      Literal(extension));
}

}  // namespace zdm::postgres
