// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_questions.h"

#include <fmt/format.h>

#include "compiler/recipes/mysql_sql.h"
#include "compiler/schema/names.h"

namespace zdm::mysql {
namespace {

constexpr const char* kSchemaCharset = "SUBSTRING_INDEX(s.default_collation_name, '_', 1)";

/// A value in one line of an answer.
std::string Line(const std::string& name, const std::string& sql) {
  return fmt::format("CONCAT('{}: ', REPLACE({}, '\\n', '\\n  '))", name, sql);
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string sql = "CONCAT_WS('\\n'";
  for (const std::string& line : lines) sql += ", " + line;
  return sql + ")";
}

std::string When(const std::string& condition, const std::string& line) {
  return fmt::format("IF({}, {}, NULL)", condition, line);
}

/// The charset and collation of `inner` as far as they do not follow from `outer`.
std::vector<std::string> AlphabetLines(const std::string& inner, const std::string& outer) {
  const std::string charset = fmt::format("SUBSTRING_INDEX({}, '_', 1)", inner);
  const std::string outer_charset = fmt::format("SUBSTRING_INDEX({}, '_', 1)", outer);
  return {
      When(charset + " <> " + outer_charset, Line("charset", charset)),
      When(fmt::format("{0} <> {1} AND ({2} = {3} OR {0} <> (SELECT h.default_collate_name FROM "
                       "information_schema.character_sets AS h WHERE h.character_set_name = "
                       "{2}))",
                       inner, outer, charset, outer_charset),
           Line("collation", inner))};
}

std::string OfTable(const QualifiedName& table, const std::string& alias) {
  return fmt::format("{0}table_schema = {1} AND {0}table_name = {2}", alias,
                     table.schema.empty() ? "DATABASE()" : Literal(table.schema),
                     Literal(table.name));
}

Question Ask(std::string object, std::string query) {
  Question question;
  question.object = std::move(object);
  question.query = std::move(query);
  return question;
}

/// MySQL shows expressions there with the escapes of a literal.
std::string Unescaped(Dialect dialect, const std::string& sql) {
  if (dialect == Dialect::kMariadb) return sql;
  return fmt::format("REPLACE(REPLACE({}, '\\\\\\'', '\\''), '\\\\\\\\', '\\\\')", sql);
}

/// Widths of integers, which MariaDB shows, say nothing.
std::string TypeText(Dialect dialect, const QualifiedName& table) {
  if (dialect != Dialect::kMariadb) return "c.column_type";
  return fmt::format(
      "CASE WHEN c.column_type = 'longtext' AND c.collation_name = 'utf8mb4_bin' AND EXISTS "
      "(SELECT "
      "1 FROM information_schema.check_constraints AS k WHERE k.constraint_schema = {} AND "
      "k.table_name = {} AND k.level = 'Column' AND k.constraint_name = c.column_name AND "
      "k.check_clause = CONCAT('json_valid(`', REPLACE(c.column_name, '`', '``'), '`)')) THEN "
      "'json' WHEN c.column_type REGEXP '^tinyint[(]1[)]$' OR c.column_type LIKE '%zerofill%' THEN "
      "c.column_type ELSE REGEXP_REPLACE(c.column_type, "
      "'^((tiny|small|medium|big)?int|year)[(][0-9]+[)]', '\\\\1') END",
      table.schema.empty() ? "DATABASE()" : Literal(table.schema), Literal(table.name));
}

std::string TypeLines(Dialect dialect, const QualifiedName& table) {
  std::vector<std::string> lines{Line("type", TypeText(dialect, table))};
  const std::string json = "(" + TypeText(dialect, table) + ") = 'json'";
  for (const std::string& line : AlphabetLines("c.collation_name", "t.table_collation")) {
    lines.push_back(dialect == Dialect::kMariadb ? When("NOT " + json, line) : line);
  }
  const std::string expression = Unescaped(dialect, "c.generation_expression");
  lines.push_back(When("c.extra LIKE '%VIRTUAL GENERATED%'", Line("virtual", expression)));
  lines.push_back(When("c.extra LIKE '%STORED GENERATED%'", Line("stored", expression)));
  return Lines(lines);
}

/// MySQL says aside whether the text is an expression.
std::string DefaultLine(Dialect dialect) {
  if (dialect == Dialect::kMariadb) {
    return "IF(c.column_default IS NULL OR c.column_default = 'NULL', 'default: none', " +
           Line("default", "c.column_default") + ")";
  }
  return "CASE WHEN c.column_default IS NULL THEN 'default: none' WHEN c.extra LIKE "
         "'%DEFAULT_GENERATED%' THEN " +
         Line("default", Unescaped(dialect, "c.column_default")) + " ELSE " +
         Line("default literal", "c.column_default") + " END";
}

std::string FacetSql(Dialect dialect, const QualifiedName& table, Facet facet) {
  switch (facet) {
    case Facet::kType:
      return TypeLines(dialect, table);
    case Facet::kDefault:
      return DefaultLine(dialect);
    case Facet::kNotNull:
      return "IF(c.is_nullable = 'NO', 'not null: yes', 'not null: no')";
    case Facet::kOnUpdate:
      return "IF(LOCATE('on update ', c.extra) > 0, CONCAT('on update: ', "
             "SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX(c.extra, 'on update ', -1), ' ', 1), "
             "',', 1)), 'on update: none')";
    case Facet::kAutoIncrement:
      return "IF(c.extra LIKE '%auto_increment%', 'auto_increment: yes', 'auto_increment: no')";
    case Facet::kVisibility:
      return "IF(c.extra LIKE '%INVISIBLE%', 'visible: no', 'visible: yes')";
    case Facet::kComment:
      return "IF(c.column_comment = '', NULL, " + Line("comment", "c.column_comment") + ")";
  }
  return "NULL";
}

std::string FacetWords(Facet facet) {
  switch (facet) {
    case Facet::kType:
      return "column ";
    case Facet::kDefault:
      return "default of ";
    case Facet::kNotNull:
      return "not null of ";
    case Facet::kOnUpdate:
      return "on update of ";
    case Facet::kAutoIncrement:
      return "auto_increment of ";
    case Facet::kVisibility:
      return "visibility of ";
    case Facet::kComment:
      return "comment on column ";
  }
  return "";
}

std::string FromTable(const QualifiedName& table) {
  return " FROM information_schema.tables AS t WHERE " + OfTable(table, "t.") +
         " AND t.table_type = 'BASE TABLE'";
}

}  // namespace

Question AskSchema(const std::string& schema) {
  return Ask("schema " + Display(schema),
             fmt::format("SELECT {} FROM information_schema.schemata AS s WHERE s.schema_name = {}",
                         Lines({Line("charset", kSchemaCharset),
                                Line("collation", "s.default_collation_name")}),
                         Literal(schema)));
}

Question AskTable(const QualifiedName& table) {
  return Ask("table " + Display(table), "SELECT 'kind: table'" + FromTable(table));
}

Question AskOptions(const QualifiedName& table) {
  // The row format shows by itself where it is not the default; what else CREATE_OPTIONS names is
  // sorted by the server.
  const std::string words =
      "TRIM(REGEXP_REPLACE(CONCAT(' ', LOWER(REPLACE(REPLACE(REPLACE(t.create_options, "
      "'partitioned', ''), '`', ''), '\"', ''))), ' row_format=[a-z]+', ''))";
  return Ask("options of " + Display(table),
             "SELECT " +
                 Lines({Line("engine", "t.engine"),
                        When("UPPER(t.row_format) <> 'DYNAMIC' AND t.engine = 'InnoDB'",
                             Line("row_format", "LOWER(t.row_format)")),
                        When(words + " <> ''", Line("options", words))}) +
                 FromTable(table));
}

Question AskCharset(const QualifiedName& table) {
  std::vector<std::string> lines{"'charset of new columns'"};
  for (std::string& line : AlphabetLines("t.table_collation", "s.default_collation_name")) {
    lines.push_back(std::move(line));
  }
  return Ask("charset of " + Display(table),
             fmt::format("SELECT {} FROM information_schema.tables AS t JOIN "
                         "information_schema.schemata AS s ON s.schema_name = t.table_schema WHERE "
                         "{}",
                         Lines(lines), OfTable(table, "t.")));
}

Question AskTableComment(const QualifiedName& table) {
  return Ask("comment on table " + Display(table), "SELECT IF(t.table_comment = '', NULL, " +
                                                       Line("comment", "t.table_comment") + ")" +
                                                       FromTable(table));
}

Question AskColumn(Dialect dialect, const QualifiedName& table, const std::string& column,
                   Facet facet) {
  return Ask(FacetWords(facet) + Display(table, column),
             fmt::format("SELECT {} FROM information_schema.columns AS c{} WHERE {} AND "
                         "c.column_name = {}",
                         FacetSql(dialect, table, facet),
                         facet == Facet::kType ? " JOIN information_schema.tables AS t ON "
                                                 "t.table_schema = c.table_schema AND t.table_name "
                                                 "= c.table_name"
                                               : "",
                         OfTable(table, "c."), Literal(column)));
}

Question AskIndex(Dialect dialect, const QualifiedName& table, const std::string& index) {
  const bool mariadb = dialect == Dialect::kMariadb;
  const std::string named = "CONCAT('`', REPLACE(i.column_name, '`', '``'), '`')";
  const std::string part = mariadb ? named
                                   : "IF(i.expression IS NULL, " + named + ", CONCAT('(', " +
                                         Unescaped(dialect, "i.expression") + ", ')'))";
  const std::string elements = fmt::format(
      "GROUP_CONCAT(CONCAT({}, IF(i.sub_part IS NULL OR i.index_type = 'SPATIAL', '', CONCAT('(', "
      "i.sub_part, ')')), IF(i.collation = 'D', ' DESC', '')) ORDER BY i.seq_in_index SEPARATOR ', "
      "')",
      part);
  return Ask(
      "index " + Display(table, index),
      fmt::format(
          "SELECT {} FROM information_schema.statistics AS i WHERE {} AND i.index_name = {} GROUP "
          "BY i.index_name",
          Lines({Line("on", elements), When("MAX(i.non_unique) = 0", "'unique: yes'"),
                 When("MAX(i.index_type) IN ('FULLTEXT', 'SPATIAL')",
                      Line("method", "LOWER(MAX(i.index_type))")),
                 When(mariadb ? "MAX(i.ignored) = 'YES'" : "MAX(i.is_visible) = 'NO'",
                      "'visible: no'"),
                 When("MAX(i.index_comment) <> ''", Line("comment", "MAX(i.index_comment)"))}),
          OfTable(table, "i."), Literal(index)));
}

Question AskForeignKey(const QualifiedName& table, const std::string& key) {
  const auto list = [](const std::string& column) {
    return fmt::format(
        "GROUP_CONCAT(CONCAT('`', REPLACE(k.{}, '`', '``'), '`') ORDER BY k.ordinal_position "
        "SEPARATOR ', ')",
        column);
  };
  const auto rule = [](const std::string& column) {
    return fmt::format(
        "(SELECT IF(r.{0} IN ('RESTRICT', 'NO ACTION'), 'none', LOWER(r.{0})) FROM "
        "information_schema.referential_constraints AS r WHERE r.constraint_schema "
        "= MAX(k.table_schema) AND r.table_name = MAX(k.table_name) AND "
        "r.constraint_name = MAX(k.constraint_name))",
        column);
  };
  return Ask("foreign key " + Display(table, key),
             fmt::format("SELECT {} FROM information_schema.key_column_usage AS k WHERE {} AND "
                         "k.constraint_name = {} AND k.referenced_table_name IS NOT NULL GROUP BY "
                         "k.constraint_name",
                         Lines({Line("columns", list("column_name")),
                                Line("references",
                                     "CONCAT('`', MAX(k.referenced_table_schema), '`.`', "
                                     "MAX(k.referenced_table_name), '`')"),
                                Line("referenced", list("referenced_column_name")),
                                Line("on delete", rule("delete_rule")),
                                Line("on update", rule("update_rule"))}),
                         OfTable(table, "k."), Literal(key)));
}

Question AskCheck(Dialect dialect, const QualifiedName& table, const std::string& check) {
  const std::string schema = table.schema.empty() ? "DATABASE()" : Literal(table.schema);
  if (dialect == Dialect::kMariadb) {
    return Ask(
        "check " + Display(table, check),
        fmt::format("SELECT {} FROM information_schema.check_constraints AS k WHERE "
                    "k.constraint_schema = {} AND k.table_name = {} AND k.constraint_name = "
                    "{}",
                    Line("check", "k.check_clause"), schema, Literal(table.name), Literal(check)));
  }
  return Ask("check " + Display(table, check),
             fmt::format("SELECT {} FROM information_schema.check_constraints AS k JOIN "
                         "information_schema.table_constraints AS t ON t.constraint_schema = "
                         "k.constraint_schema AND t.constraint_name = k.constraint_name AND "
                         "t.constraint_type = 'CHECK' WHERE {} AND k.constraint_name = {}",
                         Lines({Line("check", Unescaped(dialect, "k.check_clause")),
                                When("t.enforced = 'NO'", "'enforced: no'")}),
                         OfTable(table, "t."), Literal(check)));
}

Question AskTrigger(const QualifiedName& table, const std::string& trigger) {
  return Ask("trigger " + Display(table, trigger),
             fmt::format("SELECT LOWER(CONCAT(g.action_timing, ' ', g.event_manipulation)) FROM "
                         "information_schema.triggers AS g WHERE g.trigger_schema = {} AND "
                         "g.event_object_table = {} AND g.trigger_name = {}",
                         table.schema.empty() ? "DATABASE()" : Literal(table.schema),
                         Literal(table.name), Literal(trigger)));
}

Question AskFunction(const QualifiedName& function) {
  return Ask("function " + Display(function),
             fmt::format("SELECT 'kind: function' FROM information_schema.routines AS r WHERE "
                         "r.routine_schema = {} AND r.routine_name = {} AND r.routine_type = "
                         "'FUNCTION'",
                         Literal(function.schema), Literal(function.name)));
}

}  // namespace zdm::mysql
