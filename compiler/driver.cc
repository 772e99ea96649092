// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/schema/postgres_rules.h"
#include "compiler/schema/resolve.h"
#include "compiler/syntax/parse.h"

namespace zdm {

std::optional<DesiredSchema> ReadDesired(const SourceFiles& files, Diagnostics& diagnostics) {
  std::vector<ast::File> trees;
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    trees.push_back(Parse(files, file, diagnostics));
  }
  const std::optional<Dialect> dialect = DialectOf(trees, diagnostics);
  if (!dialect) return std::nullopt;
  if (*dialect != Dialect::kPostgresql) {
    diagnostics.Error(codes::kUnknownDialect, SourceSpan(),
                      fmt::format("this zdmc does not compile for {}", ToString(*dialect)));
    return std::nullopt;
  }
  DesiredSchema desired = Resolve(trees, PostgresRules(), diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  return desired;
}

}  // namespace zdm
