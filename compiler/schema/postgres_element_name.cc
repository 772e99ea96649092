// SPDX-License-Identifier: Apache-2.0
// FigureIndexColname() of the server: what stands for an expression in the name of an index.
#include <pg_query.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "compiler/schema/postgres_rules.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

struct Figured {
  int strength = 0;  ///< 0: no name, 1: one that an outer node may replace, 2: the name
  std::string name;
};

/// The last of a list of strings.
std::string LastOf(const Json& names) {
  for (auto at = names.rbegin(); at != names.rend(); ++at) {
    if (at->contains("String")) return (*at)["String"].value("sval", "");
  }
  return "";
}

Figured Figure(const Json& node);

Figured Child(const Json& node, const char* key) {
  return node.contains(key) ? Figure(node[key]) : Figured{};
}

/// Nodes that are always named alike.
std::string FixedName(const std::string& kind, const Json& body) {
  if (kind == "A_ArrayExpr") return "array";
  if (kind == "RowExpr") return "row";
  if (kind == "CoalesceExpr") return "coalesce";
  if (kind == "MinMaxExpr") return body.value("op", "") == "IS_LEAST" ? "least" : "greatest";
  const bool nullif = kind == "A_Expr" && body.value("kind", "") == "AEXPR_NULLIF";
  return nullif ? "nullif" : "";
}

Figured Figure(const Json& node) {
  if (!node.is_object() || node.empty()) return {};
  const std::string kind = node.begin().key();
  const Json& body = node.begin().value();
  if (kind == "ColumnRef") return {2, LastOf(body["fields"])};
  if (kind == "FuncCall") return {2, LastOf(body["funcname"])};
  if (kind == "CollateClause") return Child(body, "arg");
  if (kind == "A_Indirection") {
    const std::string field = LastOf(body.value("indirection", Json::array()));
    return field.empty() ? Child(body, "arg") : Figured{2, field};
  }
  if (kind == "TypeCast") {
    Figured arg = Child(body, "arg");
    if (arg.strength > 1) return arg;
    return {1, LastOf(body["typeName"].value("names", Json::array()))};
  }
  if (kind == "CaseExpr") {
    const Figured otherwise = Child(body, "defresult");
    return otherwise.strength > 1 ? otherwise : Figured{1, "case"};
  }
  const std::string fixed = FixedName(kind, body);
  return fixed.empty() ? Figured{} : Figured{2, fixed};
}

}  // namespace

std::string PostgresElementName(std::string_view expression) {
  const PgQueryParseResult parsed = pg_query_parse(("SELECT " + std::string(expression)).c_str());
  std::string name;
  if (parsed.error == nullptr) {
    const Json tree = Json::parse(parsed.parse_tree, nullptr, false);
    const Json::json_pointer value("/stmts/0/stmt/SelectStmt/targetList/0/ResTarget/val");
    if (tree.contains(value)) name = Figure(tree[value]).name;
  }
  pg_query_free_parse_result(parsed);
  return name.empty() ? "expr" : name;
}

}  // namespace zdm
