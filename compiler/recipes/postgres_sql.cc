// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_replay.h"

namespace zdm::postgres {
namespace {

/// Whether one pair of parentheses spans the whole text.
bool IsParenthesized(const std::string& sql) {
  if (sql.size() < 2 || sql.front() != '(' || sql.back() != ')') return false;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    // Dollar quotes, escapes: one pair more does no harm.
    const bool unknown = c == '$' || c == '\\';
    const bool ends_early = c == ')' && --depth == 0 && i + 1 < sql.size();
    if (unknown || ends_early) return false;
    if (c == '\'' || c == '"') quote = c;
    if (c == '(') ++depth;
  }
  return depth == 0;
}

/// "fillfactor=70" -> "fillfactor='70'"
std::string Parameters(const std::vector<std::string>& parameters) {
  std::vector<std::string> parts;
  for (const std::string& parameter : parameters) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string::npos) {
      parts.push_back(Quote(parameter));
    } else {
      parts.push_back(Quote(parameter.substr(0, equals)) + "=" +
                      Literal(parameter.substr(equals + 1)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string_view ActionSql(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "NO ACTION";
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

std::string Deferrability(bool deferrable, bool initially_deferred) {
  if (!deferrable) return "";
  return initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

std::string ElementClause(const IndexElement& element) {
  std::string sql =
      element.column ? Quote(*element.column) : Parenthesized(Replayable(element.expression->sql));
  if (element.collation) sql += " COLLATE " + QuoteVisible(*element.collation);
  if (element.opclass) sql += " " + QuoteVisible(*element.opclass);
  if (!element.opclass_parameters.empty()) {
    sql += " (" + Parameters(element.opclass_parameters) + ")";
  }
  if (element.descending) sql += " DESC";
  if (element.nulls_first != element.descending) {
    sql += element.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  return sql;
}

std::string_view PrivilegeName(char letter) {
  switch (letter) {
    case 'r':
      return "SELECT";
    case 'a':
      return "INSERT";
    case 'w':
      return "UPDATE";
    case 'd':
      return "DELETE";
    case 'D':
      return "TRUNCATE";
    case 'x':
      return "REFERENCES";
    case 't':
      return "TRIGGER";
    case 'm':
      return "MAINTAIN";
    case 'U':
      return "USAGE";
    case 'C':
      return "CREATE";
    default:
      return "";
  }
}

}  // namespace

std::string Quote(std::string_view name) {
  return QuoteIdentifier(name);
}

std::string Quote(const QualifiedName& name) {
  return Quote(name.schema) + "." + Quote(name.name);
}

std::string QuoteVisible(const QualifiedName& name) {
  return name.schema == "pg_catalog" ? Quote(name.name) : Quote(name);
}

std::string QuoteList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(Quote(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string Literal(std::string_view text) {
  std::string sql;
  bool escapes = false;
  for (const char c : text) {
    if (c == '\'' || c == '\\') sql += c;
    escapes = escapes || c == '\\';
    sql += c;
  }
  return (escapes ? "E'" : "'") + sql + "'";
}

std::string Parenthesized(const std::string& sql) {
  return IsParenthesized(sql) ? sql : "(" + sql + ")";
}

std::string ColumnClause(const Column& column) {
  std::string sql = Quote(column.name) + " " + column.type.sql;
  if (column.collation) sql += " COLLATE " + QuoteVisible(*column.collation);
  if (column.generated) {
    sql += " GENERATED ALWAYS AS " + Parenthesized(Replayable(column.generated->sql)) + " STORED";
  } else if (column.identity) {
    sql += " " + IdentityClause(*column.identity);
  } else if (column.default_value) {
    sql += " DEFAULT " + Replayable(column.default_value->sql);
  }
  if (column.not_null) sql += " NOT NULL";
  return sql;
}

std::string SequenceClause(const SequenceOptions& options) {
  std::vector<std::string> parts;
  if (options.start) parts.push_back("START WITH " + *options.start);
  if (options.increment) parts.push_back("INCREMENT BY " + *options.increment);
  if (options.min_value) parts.push_back("MINVALUE " + *options.min_value);
  if (options.max_value) parts.push_back("MAXVALUE " + *options.max_value);
  if (options.cache) parts.push_back("CACHE " + *options.cache);
  if (options.cycle) parts.emplace_back("CYCLE");
  return fmt::format("{}", fmt::join(parts, " "));
}

std::string IdentityClause(const Identity& identity) {
  const std::string options = SequenceClause(identity.sequence);
  return fmt::format("GENERATED {} AS IDENTITY{}", identity.always ? "ALWAYS" : "BY DEFAULT",
                     options.empty() ? "" : " (" + options + ")");
}

std::vector<std::string> ColumnProperties(const QualifiedName& table, const std::string& name,
                                          const Column& column) {
  std::vector<std::string> statements;
  const std::string alter =
      fmt::format("ALTER TABLE {} ALTER COLUMN {}", Quote(table), Quote(name));
  if (column.statistics_target) {
    statements.push_back(fmt::format("{} SET STATISTICS {}", alter, *column.statistics_target));
  }
  if (column.storage) statements.push_back(alter + " SET STORAGE " + *column.storage);
  if (column.compression) statements.push_back(alter + " SET COMPRESSION " + *column.compression);
  if (!column.options.empty()) {
    statements.push_back(alter + " SET (" + Parameters(column.options) + ")");
  }
  if (column.comment) {
    statements.push_back(CommentOn("COLUMN " + Quote(table) + "." + Quote(name), column.comment));
  }
  for (std::string& grant : GrantStatements("TABLE " + Quote(table), name, column.grants)) {
    statements.push_back(std::move(grant));
  }
  return statements;
}

std::string KeyClause(const Key& key, bool primary) {
  std::string sql = "CONSTRAINT " + Quote(key.name) + (primary ? " PRIMARY KEY" : " UNIQUE");
  if (key.nulls_not_distinct) sql += " NULLS NOT DISTINCT";
  sql += " (" + QuoteList(key.columns) + ")";
  if (!key.include.empty()) sql += " INCLUDE (" + QuoteList(key.include) + ")";
  if (!key.storage_parameters.empty()) sql += " WITH (" + Parameters(key.storage_parameters) + ")";
  return sql + Deferrability(key.deferrable, key.initially_deferred);
}

std::string KeyUsingIndexClause(const Key& key, bool primary, const std::string& index) {
  return fmt::format("CONSTRAINT {} {} USING INDEX {}{}", Quote(key.name),
                     primary ? "PRIMARY KEY" : "UNIQUE", Quote(index),
                     Deferrability(key.deferrable, key.initially_deferred));
}

std::string CheckClause(const Check& check) {
  return fmt::format("CONSTRAINT {} CHECK {}{}", Quote(check.name),
                     Parenthesized(Replayable(check.expression.sql)),
                     check.no_inherit ? " NO INHERIT" : "");
}

std::string ForeignKeyClause(const ForeignKey& key) {
  std::string sql =
      fmt::format("CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})", Quote(key.name),
                  QuoteList(key.columns), Quote(key.references), QuoteList(key.referenced_columns));
  if (key.match == ForeignKeyMatch::kFull) sql += " MATCH FULL";
  if (key.on_update != ForeignKeyAction::kNoAction) {
    sql += fmt::format(" ON UPDATE {}", ActionSql(key.on_update));
  }
  if (key.on_delete != ForeignKeyAction::kNoAction) {
    sql += fmt::format(" ON DELETE {}", ActionSql(key.on_delete));
    if (!key.on_delete_columns.empty()) sql += " (" + QuoteList(key.on_delete_columns) + ")";
  }
  return sql + Deferrability(key.deferrable, key.initially_deferred);
}

std::string CreateIndex(const QualifiedName& table, const Index& index, Build build) {
  std::vector<std::string> elements;
  for (const IndexElement& element : index.elements) elements.push_back(ElementClause(element));
  std::string sql =
      fmt::format("CREATE {}INDEX {}{} ON {} USING {} ({})", index.unique ? "UNIQUE " : "",
                  build == Build::kConcurrently ? "CONCURRENTLY " : "", Quote(index.name),
                  Quote(table), Quote(index.method), fmt::join(elements, ", "));
  if (!index.include.empty()) sql += " INCLUDE (" + QuoteList(index.include) + ")";
  if (index.nulls_not_distinct) sql += " NULLS NOT DISTINCT";
  if (!index.storage_parameters.empty()) {
    sql += " WITH (" + Parameters(index.storage_parameters) + ")";
  }
  if (index.where) sql += " WHERE " + Parenthesized(Replayable(index.where->sql));
  return sql;
}

Index IndexOfKey(const Key& key) {
  Index index;
  index.name = key.name;
  index.unique = true;
  for (const std::string& column : key.columns) {
    IndexElement element;
    element.column = column;
    index.elements.push_back(std::move(element));
  }
  index.include = key.include;
  index.nulls_not_distinct = key.nulls_not_distinct;
  index.storage_parameters = key.storage_parameters;
  index.on_violation = key.on_violation;
  index.origin = key.origin;
  return index;
}

std::string CommentOn(const std::string& object_sql, const std::optional<std::string>& comment) {
  return "COMMENT ON " + object_sql + " IS " + (comment ? Literal(*comment) : "NULL");
}

std::vector<std::string> GrantStatements(const std::string& object_sql, const std::string& column,
                                         const std::vector<std::string>& aclitems) {
  std::vector<std::string> statements;
  for (const std::string& item : aclitems) {
    const std::size_t slash = item.rfind('/');
    const std::size_t equals = item.rfind('=', slash);
    if (equals == std::string::npos) continue;
    // The server quotes a role in an aclitem where needed, as SQL does.
    const std::string role = equals == 0 ? "PUBLIC" : item.substr(0, equals);
    std::vector<std::string> plain, grantable;
    for (std::size_t i = equals + 1; i < item.size() && i < slash; ++i) {
      std::string privilege{PrivilegeName(item[i])};
      if (privilege.empty()) continue;
      if (!column.empty()) privilege += " (" + Quote(column) + ")";
      const bool grants_on = i + 1 < item.size() && item[i + 1] == '*';
      (grants_on ? grantable : plain).push_back(std::move(privilege));
    }
    if (!plain.empty()) {
      statements.push_back(
          fmt::format("GRANT {} ON {} TO {}", fmt::join(plain, ", "), object_sql, role));
    }
    if (!grantable.empty()) {
      statements.push_back(fmt::format("GRANT {} ON {} TO {} WITH GRANT OPTION",
                                       fmt::join(grantable, ", "), object_sql, role));
    }
  }
  return statements;
}

}  // namespace zdm::postgres
