// SPDX-License-Identifier: Apache-2.0
// Text of a .zdm file -> what zdmc makes of it, for the unit tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/schema/mysql_rules.h"
#include "compiler/schema/postgres_rules.h"
#include "compiler/schema/resolve.h"
#include "compiler/source/diagnostic.h"
#include "compiler/syntax/parse.h"

namespace zdm::test {

struct Resolved {
  SourceFiles files;
  Diagnostics diagnostics;
  std::vector<ast::File> trees;
  std::optional<DesiredSchema> desired;

  /// "ZDM1001 ZDM1102", in order of discovery.
  std::string Codes() const {
    std::string codes;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      if (!codes.empty()) codes += " ";
      codes += ToString(diagnostic.code);
    }
    return codes;
  }
  std::string Rendered() const { return Render(diagnostics, files, {}); }
};

inline const LanguageRules& RulesOf(Dialect dialect) {
  if (dialect == Dialect::kMariadb) return MariadbRules();
  return dialect == Dialect::kMysql ? MysqlRules() : PostgresRules();
}

/// A `dialect` is put before a text that has none.
inline Resolved ResolveText(const std::string& text) {
  Resolved out;
  const bool says = text.substr(0, 11).find("dialect ") != std::string::npos;
  out.files.Add({"test.zdm", (says ? "" : "dialect postgresql;\n") + text});
  const std::optional<Dialect> named = DialectFromName(DialectWord(out.files));
  const LanguageRules& rules = RulesOf(named.value_or(Dialect::kPostgresql));
  out.trees.push_back(Parse(out.files, 0, rules.quoting, out.diagnostics));
  if (DialectOf(out.trees, out.diagnostics)) {
    out.desired = Resolve(out.trees, rules, out.diagnostics);
  }
  return out;
}

}  // namespace zdm::test
