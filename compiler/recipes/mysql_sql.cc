// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace zdm::mysql {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// Where the string that begins at `at` ends: behind its closing quote.
std::size_t EndOfString(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 < sql.size() && sql[i + 1] == quote) {
        ++i;
      } else {
        return i + 1;
      }
    }
  }
  return sql.size();
}

bool IsNumber(std::string_view sql) {
  if (!sql.empty() && (sql[0] == '-' || sql[0] == '+')) sql.remove_prefix(1);
  return !sql.empty() && (std::isdigit(static_cast<unsigned char>(sql[0])) != 0 || sql[0] == '.') &&
         std::all_of(sql.begin(), sql.end(), [](char c) {
           return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '+' ||
                  c == '-' || c == 'x' || c == 'X';
         });
}

/// "'a'", "b'1'", "x'ff'", "_utf8mb4'a'"
bool IsString(std::string_view sql) {
  std::size_t at = 0;
  if (!sql.empty() && sql[0] == '_') {
    at = sql.find('\'');
  } else if (sql.size() > 1 && std::string_view("bBxXnN").find(sql[0]) != std::string_view::npos &&
             sql[1] == '\'') {
    at = 1;
  }
  return at < sql.size() && (sql[at] == '\'' || sql[at] == '"') &&
         EndOfString(sql, at) == sql.size();
}

bool IsNow(std::string_view sql) {
  const std::string lower = Lower(sql);
  for (const std::string_view name : {"current_timestamp", "now", "localtime", "localtimestamp"}) {
    if (!StartsWith(lower, name)) continue;
    const std::string_view rest = std::string_view(lower).substr(name.size());
    if (rest.empty()) return name != "now";
    return rest.front() == '(' && rest.back() == ')' &&
           std::all_of(rest.begin() + 1, rest.end() - 1,
                       [](unsigned char c) { return std::isdigit(c) != 0; });
  }
  return false;
}

/// Types whose default MySQL takes only as an expression.
bool NeedsExpression(const std::string& type) {
  const std::string lower = Lower(type);
  return lower.find("text") != std::string::npos || lower.find("blob") != std::string::npos ||
         lower == "json" || lower == "geometry";
}

std::string Action(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "";
    case ForeignKeyAction::kRestrict:
      return "RESTRICT";
    case ForeignKeyAction::kCascade:
      return "CASCADE";
    case ForeignKeyAction::kSetNull:
      return "SET NULL";
    case ForeignKeyAction::kSetDefault:
      return "SET DEFAULT";
  }
  return "";
}

std::string Element(const IndexElement& element) {
  std::string text =
      element.column ? Quote(*element.column) : Parenthesized(element.expression->sql);
  if (element.prefix_length) text += fmt::format("({})", *element.prefix_length);
  return text + (element.descending ? " DESC" : "");
}

/// "COLLATE" without "CHARACTER SET" would leave the charset to the table.
std::string CharsetClause(const std::optional<std::string>& charset,
                          const std::optional<std::string>& collation) {
  std::string text;
  if (charset) {
    text += " CHARACTER SET " + *charset;
  } else if (collation) {
    text += " CHARACTER SET " + collation->substr(0, collation->find('_'));
  }
  if (collation) text += " COLLATE " + *collation;
  return text;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

}  // namespace

std::string Quote(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? "``" : std::string(1, c);
  return quoted + "`";
}

std::string Quote(const QualifiedName& name) {
  return (name.schema.empty() ? "" : Quote(name.schema) + ".") + Quote(name.name);
}

std::string QuoteList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(Quote(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string Literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + "'";
}

std::string Parenthesized(const std::string& sql) {
  if (sql.empty() || sql.front() != '(') return "(" + sql + ")";
  int depth = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (c == '\'' || c == '"' || c == '`') {
      i = EndOfString(sql, i) - 1;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i + 1 == sql.size() ? sql : "(" + sql + ")";
    }
  }
  return "(" + sql + ")";
}

bool IsBareDefault(const std::string& sql) {
  const std::string lower = Lower(sql);
  return lower == "null" || lower == "true" || lower == "false" || IsNumber(sql) || IsString(sql) ||
         IsNow(sql);
}

std::string DefaultText(const Column& column) {
  const std::string& sql = column.default_value->sql;
  const bool bare = IsBareDefault(sql) && !(NeedsExpression(column.type.sql) && sql != "NULL");
  return bare ? sql : Parenthesized(sql);
}

std::string PlaceClause(const Table& table, const std::string& column) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != column) continue;
    if (i + 1 == table.columns.size()) return "";
    return i == 0 ? " FIRST" : " AFTER " + Quote(table.columns[i - 1].name);
  }
  return "";
}

bool HasCharset(const std::string& type) {
  const std::string lower = Lower(type);
  return StartsWith(lower, "char") || StartsWith(lower, "varchar") ||
         lower.find("text") != std::string::npos || StartsWith(lower, "enum") ||
         StartsWith(lower, "set(");
}

std::string TypeClause(const Column& column) {
  std::optional<std::string> collation;
  if (column.collation) collation = column.collation->name;
  return column.type.sql + CharsetClause(column.charset, collation);
}

std::string FullTypeClause(const Schema& schema, const Table& table, const Column& column) {
  if (!HasCharset(column.type.sql) || column.charset || column.collation) return TypeClause(column);
  if (table.charset || table.collation) {
    return column.type.sql + CharsetClause(table.charset, table.collation);
  }
  for (const NamespaceObject& space : schema.schemas) {
    if (space.name != table.name.schema) continue;
    return column.type.sql + CharsetClause(space.charset, space.collation);
  }
  return column.type.sql;
}

bool IsColumnCheck(Dialect dialect, const Table& table, const Check& check) {
  return dialect == Dialect::kMariadb && table.FindColumn(check.name) != nullptr;
}

const Check* CheckOfColumn(Dialect dialect, const Table& table, const std::string& column) {
  if (dialect != Dialect::kMariadb) return nullptr;
  for (const Check& check : table.checks) {
    if (check.name == column) return &check;
  }
  return nullptr;
}

std::string ColumnClause(Dialect dialect, const Table& table, const Column& column) {
  std::string text = Quote(column.name) + " " + TypeClause(column);
  if (column.generated) {
    text += " GENERATED ALWAYS AS " + Parenthesized(column.generated->sql) +
            (column.generated_virtual ? " VIRTUAL" : " STORED");
    if (column.not_null && dialect == Dialect::kMysql) text += " NOT NULL";
  } else {
    // TIMESTAMP is NOT NULL by itself under some settings.
    text += column.not_null ? " NOT NULL" : " NULL";
  }
  if (column.invisible) text += " INVISIBLE";
  if (column.default_value) text += " DEFAULT " + DefaultText(column);
  if (column.on_update) text += " ON UPDATE " + column.on_update->sql;
  if (column.auto_increment) text += " AUTO_INCREMENT";
  if (column.comment) text += " COMMENT " + Literal(*column.comment);
  if (const Check* check = CheckOfColumn(dialect, table, column.name)) {
    text += " CHECK " + Parenthesized(check->expression.sql);
  }
  return text;
}

std::string IndexClause(Dialect dialect, const Index& index) {
  std::vector<std::string> elements;
  for (const IndexElement& element : index.elements) elements.push_back(Element(element));
  std::string kind = index.unique ? "UNIQUE " : "";
  if (index.method == "fulltext" || index.method == "spatial") kind = Upper(index.method) + " ";
  std::string text =
      fmt::format("{}KEY {} ({})", kind, Quote(index.name), fmt::join(elements, ", "));
  if (index.method == "hash") text += " USING HASH";
  for (const std::string& parameter : index.storage_parameters) {
    const std::size_t equals = parameter.find('=');
    const std::string name = parameter.substr(0, equals);
    text += name == "parser" ? " WITH PARSER " + parameter.substr(equals + 1)
                             : " " + Upper(name) + "=" + parameter.substr(equals + 1);
  }
  if (index.comment) text += " COMMENT " + Literal(*index.comment);
  if (index.invisible) text += dialect == Dialect::kMariadb ? " IGNORED" : " INVISIBLE";
  return text;
}

std::string PrimaryKeyClause(const Key& key) {
  return "PRIMARY KEY (" + QuoteList(key.columns) + ")";
}

std::string CheckClause(const Check& check) {
  return "CONSTRAINT " + Quote(check.name) + " CHECK " + Parenthesized(check.expression.sql) +
         (check.enforced ? "" : " NOT ENFORCED");
}

std::string ForeignKeyClause(const ForeignKey& key) {
  std::string text =
      fmt::format("CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})", Quote(key.name),
                  QuoteList(key.columns), Quote(key.references), QuoteList(key.referenced_columns));
  const std::string on_delete = Action(key.on_delete), on_update = Action(key.on_update);
  if (!on_delete.empty()) text += " ON DELETE " + on_delete;
  if (!on_update.empty()) text += " ON UPDATE " + on_update;
  return text;
}

std::string TableOptions(const Table& table) {
  std::string text, engine = "InnoDB";
  for (const std::string& option : table.options) {
    const std::size_t equals = option.find('=');
    const std::string name = option.substr(0, equals), value = option.substr(equals + 1);
    if (name == "engine") {
      engine = value;
    } else {
      text += " " + Upper(name) + "=" + value;
    }
  }
  text = " ENGINE=" + engine + text + CharsetClause(table.charset, table.collation);
  if (table.comment) text += " COMMENT=" + Literal(*table.comment);
  return text;
}

std::string CreateTableSql(Dialect dialect, const Table& table) {
  std::vector<std::string> parts;
  for (const Column& column : table.columns) {
    parts.push_back(ColumnClause(dialect, table, column));
  }
  if (table.primary_key) parts.push_back(PrimaryKeyClause(*table.primary_key));
  for (const Index& index : table.indexes) parts.push_back(IndexClause(dialect, index));
  for (const Check& check : table.checks) {
    if (!IsColumnCheck(dialect, table, check)) parts.push_back(CheckClause(check));
  }
  return fmt::format("CREATE TABLE {} ({}){}", Quote(table.name), fmt::join(parts, ", "),
                     TableOptions(table));
}

std::string AlterTable(const QualifiedName& table) {
  return "ALTER TABLE " + Quote(table) + " ";
}

}  // namespace zdm::mysql
