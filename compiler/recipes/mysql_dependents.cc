// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_dependents.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

/// A condition that the text holds the name as a word.
std::string Names(const std::string& text, const std::string& name) {
  std::string pattern = "(^|[^0-9A-Za-z_$])";
  for (const char c : name) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return fmt::format("{} REGEXP {}", text, Literal(pattern + "([^0-9A-Za-z_$]|$)"));
}

std::string NamesAny(const std::string& text, const std::vector<std::string>& names) {
  std::vector<std::string> conditions;
  for (const std::string& name : names) conditions.push_back(Names(text, name));
  return fmt::format("({})", fmt::join(conditions, " OR "));
}

std::string NotOurs(const std::string& schema) {
  return schema +
         " NOT IN ('zdm', 'zdm_trash', 'mysql', 'sys', 'information_schema', "
         "'performance_schema')";
}

std::string NotIn(const std::string& column, const std::vector<std::string>& names) {
  std::vector<std::string> literals{"''"};
  for (const std::string& name : names) literals.push_back(Literal(name));
  return fmt::format("{} NOT IN ({})", column, fmt::join(literals, ", "));
}

}  // namespace

std::string DependentsOfColumns(const QualifiedName& table, const std::vector<std::string>& columns,
                                const std::vector<std::string>& own) {
  return fmt::format(
      "SELECT CONCAT('view ', v.table_schema, '.', v.table_name) FROM information_schema.views AS "
      "v "
      "WHERE {} AND {} AND {} UNION ALL SELECT CONCAT(LOWER(r.routine_type), ' ', "
      "r.routine_schema, '.', r.routine_name) FROM information_schema.routines AS r WHERE {} AND "
      "{} "
      "AND {} UNION ALL SELECT CONCAT('trigger ', g.trigger_schema, '.', g.trigger_name) FROM "
      "information_schema.triggers AS g WHERE {} AND {} AND (g.event_object_schema = {} AND "
      "g.event_object_table = {} OR {}) AND {}",
      NotOurs("v.table_schema"), Names("v.view_definition", table.name),
      NamesAny("v.view_definition", columns), NotOurs("r.routine_schema"),
      Names("COALESCE(r.routine_definition, '')", table.name),
      NamesAny("COALESCE(r.routine_definition, '')", columns), NotOurs("g.trigger_schema"),
      NamesAny("g.action_statement", columns), Literal(table.schema), Literal(table.name),
      Names("g.action_statement", table.name), NotIn("g.trigger_name", own));
}

std::string DependentsOfTable(const RecipeContext& context, const QualifiedName& table) {
  // Foreign keys of tables that the plan knows go by changes of their own.
  std::vector<std::string> known{"('', '')"};
  for (const Table& child : context.current.tables) {
    known.push_back(fmt::format("({}, {})", Literal(child.name.schema), Literal(child.name.name)));
  }
  return fmt::format(
      "SELECT CONCAT('view ', v.table_schema, '.', v.table_name) FROM information_schema.views AS "
      "v "
      "WHERE {} AND {} UNION ALL SELECT CONCAT(LOWER(r.routine_type), ' ', r.routine_schema, '.', "
      "r.routine_name) FROM information_schema.routines AS r WHERE {} AND {} UNION ALL SELECT "
      "CONCAT('trigger ', g.trigger_schema, '.', g.trigger_name) FROM information_schema.triggers "
      "AS "
      "g WHERE {} AND NOT (g.event_object_schema = {} AND g.event_object_table = {}) AND {} UNION "
      "ALL SELECT DISTINCT CONCAT('foreign key ', k.table_schema, '.', k.table_name, '.', "
      "k.constraint_name) FROM information_schema.key_column_usage AS k WHERE "
      "k.referenced_table_schema = {} AND k.referenced_table_name = {} AND (k.table_schema, "
      "k.table_name) NOT IN ({})",
      NotOurs("v.table_schema"), Names("v.view_definition", table.name),
      NotOurs("r.routine_schema"), Names("COALESCE(r.routine_definition, '')", table.name),
      NotOurs("g.trigger_schema"), Literal(table.schema), Literal(table.name),
      Names("g.action_statement", table.name), Literal(table.schema), Literal(table.name),
      fmt::join(known, ", "));
}

}  // namespace zdm::mysql
