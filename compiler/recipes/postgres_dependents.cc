// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_dependents.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_sql.h"

namespace zdm::postgres {
namespace {

/// Foreign keys to `table` that stand now and not in the target: (table, name) as SQL rows.
std::vector<std::string> GoingForeignKeys(const RecipeContext& context,
                                          const QualifiedName& table) {
  std::vector<std::string> rows;
  for (const Table& child : context.current.tables) {
    const Table* target = context.target.FindTable(child.name);
    for (const ForeignKey& key : child.foreign_keys) {
      if (key.references != table) continue;
      const bool stays = target != nullptr &&
                         std::any_of(target->foreign_keys.begin(), target->foreign_keys.end(),
                                     [&](const ForeignKey& other) {
                                       return other.name == key.name &&
                                              other.references == key.references &&
                                              other.columns == key.columns &&
                                              other.referenced_columns == key.referenced_columns;
                                     });
      if (stays) continue;
      rows.push_back(
          fmt::format("(to_regclass({}), {})", Literal(Quote(child.name)), Literal(key.name)));
    }
  }
  return rows;
}

/// A condition that a dependency is not one of a foreign key that the plan drops.
std::string NotGoing(const RecipeContext& context, const QualifiedName& table) {
  const std::vector<std::string> rows = GoingForeignKeys(context, table);
  if (rows.empty()) return "";
  return fmt::format(
      " AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM "
      "pg_constraint WHERE (conrelid, conname) IN ({})))",
      fmt::join(rows, ", "));
}

std::string Regclass(const QualifiedName& table) {
  return "to_regclass(" + Literal(Quote(table)) + ")";
}

}  // namespace

std::string DependentsOfColumn(const RecipeContext& context, const QualifiedName& table,
                               const std::string& column) {
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend AS d JOIN "
      "pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE "
      "d.refclassid "
      "= 'pg_class'::regclass AND a.attrelid = {} AND a.attname = {} AND d.deptype = 'n'{}",
      Regclass(table), Literal(column), NotGoing(context, table));
}

std::string DependentsOfType(const QualifiedName& table, const std::string& column) {
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend AS d JOIN "
      "pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE "
      "d.refclassid = 'pg_class'::regclass AND a.attrelid = {0} AND a.attname = {1} AND d.deptype "
      "= 'n' AND d.classid <> 'pg_constraint'::regclass UNION SELECT format('column %I of %s, of "
      "the row type of the table', u.attname, u.attrelid::regclass) FROM pg_class AS c JOIN "
      "pg_type "
      "AS y ON y.oid = c.reltype JOIN pg_attribute AS u ON u.atttypid IN (y.oid, y.typarray) AND "
      "NOT u.attisdropped WHERE c.oid = {0}",
      Regclass(table), Literal(column));
}

std::string DependentsOfTable(const RecipeContext& context, const QualifiedName& table) {
  // On the table or its columns, its row type, and the sequences that it owns.
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_class AS c JOIN "
      "pg_depend AS d ON (d.refclassid = 'pg_class'::regclass AND (d.refobjid = c.oid OR "
      "d.refobjid "
      "IN (SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = "
      "'pg_class'::regclass AND refobjid = c.oid AND deptype IN ('a', 'i')))) OR (d.refclassid = "
      "'pg_type'::regclass AND d.refobjid IN (SELECT t.oid FROM pg_type AS t WHERE t.typrelid = "
      "c.oid OR t.typelem = c.reltype)) WHERE c.oid = {} AND d.deptype = 'n' AND NOT (d.classid = "
      "'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM pg_constraint WHERE conrelid = "
      "c.oid)) AND NOT (d.classid = 'pg_attrdef'::regclass AND d.objid IN (SELECT oid FROM "
      "pg_attrdef WHERE adrelid = c.oid)) AND NOT (d.classid = 'pg_trigger'::regclass AND d.objid "
      "IN (SELECT oid FROM pg_trigger WHERE tgrelid = c.oid)) AND NOT (d.classid = "
      "'pg_policy'::regclass AND d.objid IN (SELECT oid FROM pg_policy WHERE polrelid = c.oid)) "
      "AND NOT (d.classid = 'pg_class'::regclass AND d.objid = c.oid){}",
      Regclass(table), NotGoing(context, table));
}

// Members of an operator family are not listed as members of the extension that they come with.
std::string DependentsOfExtension(const std::string& extension) {
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_extension AS e "
      "JOIN pg_depend AS m ON m.refclassid = 'pg_extension'::regclass AND m.refobjid = e.oid AND "
      "m.deptype = 'e' JOIN pg_depend AS d ON d.refclassid = m.classid AND d.refobjid = m.objid "
      "AND "
      "d.deptype = 'n' WHERE e.extname = {} AND d.classid NOT IN ('pg_amop'::regclass, "
      "'pg_amproc'::regclass) AND NOT EXISTS (SELECT FROM pg_depend AS own WHERE "
      "own.classid = d.classid AND own.objid = d.objid AND own.refclassid = "
      "'pg_extension'::regclass AND own.refobjid = e.oid)",
      Literal(extension));
}

std::string NamesTakenInTrash(const QualifiedName& table) {
  return fmt::format(
      "SELECT format('zdm_trash.%I', taken.relname) FROM pg_class AS taken JOIN pg_namespace AS n "
      "ON "
      "n.oid = taken.relnamespace AND n.nspname = 'zdm_trash' JOIN pg_class AS own ON own.relname "
      "= "
      "taken.relname WHERE own.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = {0}) OR "
      "own.oid IN (SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid "
      "= 'pg_class'::regclass AND refobjid = {0} AND deptype IN ('a', 'i')) AND own.relkind = 'S'",
      Regclass(table));
}

}  // namespace zdm::postgres
