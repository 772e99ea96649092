// SPDX-License-Identifier: Apache-2.0
// The answers to the fingerprint questions, rendered from the model.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "compiler/recipes/mysql_questions.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

constexpr std::array kFacets{Facet::kType,     Facet::kDefault,       Facet::kNotNull,
                             Facet::kOnUpdate, Facet::kAutoIncrement, Facet::kVisibility,
                             Facet::kComment};

std::string Indented(const std::string& value) {
  std::string text;
  for (const char c : value) text += c == '\n' ? "\n  " : std::string(1, c);
  return text;
}

void Add(std::string& answer, const std::string& name, const std::string& value) {
  answer += (answer.empty() ? "" : "\n") + name + ": " + Indented(value);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void AddAlphabet(std::string& answer, const std::optional<std::string>& charset,
                 const std::optional<std::string>& collation) {
  if (charset) Add(answer, "charset", *charset);
  if (collation) Add(answer, "collation", *collation);
}

/// What a string literal stands for.
std::string Unquoted(const std::string& sql) {
  std::string text;
  for (std::size_t i = 1; i + 1 < sql.size(); ++i) {
    const bool escaped = sql[i] == '\\' || (sql[i] == '\'' && sql[i + 1] == '\'');
    if (escaped && i + 2 < sql.size()) ++i;
    text += sql[i];
  }
  return text;
}

std::string AnswerDefault(Dialect dialect, const Column& column) {
  if (!column.default_value) return "default: none";
  const std::string& sql = column.default_value->sql;
  std::string answer;
  if (dialect == Dialect::kMariadb || sql.starts_with("CURRENT_TIMESTAMP")) {
    Add(answer, "default", sql);
  } else if (sql.starts_with("(") && sql.ends_with(")")) {
    Add(answer, "default", sql.substr(1, sql.size() - 2));
  } else {
    Add(answer, "default literal", sql.starts_with("'") ? Unquoted(sql) : sql);
  }
  return answer;
}

std::string AnswerType(const Column& column) {
  std::string answer;
  Add(answer, "type", column.type.sql);
  std::optional<std::string> collation;
  if (column.collation) collation = column.collation->name;
  AddAlphabet(answer, column.charset, collation);
  if (column.generated) {
    Add(answer, column.generated_virtual ? "virtual" : "stored", column.generated->sql);
  }
  return answer;
}

std::string Elements(const std::vector<IndexElement>& elements) {
  std::vector<std::string> parts;
  for (const IndexElement& element : elements) {
    std::string part =
        element.column ? Quote(*element.column) : "(" + element.expression->sql + ")";
    if (element.prefix_length) part += fmt::format("({})", *element.prefix_length);
    parts.push_back(part + (element.descending ? " DESC" : ""));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string Rule(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
    case ForeignKeyAction::kRestrict:
      return "none";
    case ForeignKeyAction::kCascade:
      return "cascade";
    case ForeignKeyAction::kSetNull:
      return "set null";
    case ForeignKeyAction::kSetDefault:
      return "set default";
  }
  return "";
}

}  // namespace

std::string AnswerSchema(const NamespaceObject& schema) {
  std::string answer;
  AddAlphabet(answer, schema.charset, schema.collation);
  return answer;
}

std::string AnswerTable() {
  return "kind: table";
}

std::string AnswerOptions(const Table& table) {
  std::string engine = "InnoDB", row_format, answer;
  std::vector<std::string> others;
  for (const std::string& option : table.options) {
    if (option.starts_with("engine=")) {
      engine = option.substr(7);
    } else if (option.starts_with("row_format=")) {
      row_format = Lower(option.substr(11));
    } else {
      others.push_back(Lower(option));
    }
  }
  Add(answer, "engine", engine);
  if (!row_format.empty() && engine == "InnoDB") Add(answer, "row_format", row_format);
  if (!others.empty()) Add(answer, "options", fmt::format("{}", fmt::join(others, " ")));
  return answer;
}

std::string AnswerCharset(const Table& table) {
  std::string answer = "charset of new columns";
  AddAlphabet(answer, table.charset, table.collation);
  return answer;
}

std::string AnswerComment(const std::optional<std::string>& comment) {
  std::string answer;
  if (comment) Add(answer, "comment", *comment);
  return answer;
}

std::string AnswerColumn(Dialect dialect, const Column& column, Facet facet) {
  switch (facet) {
    case Facet::kType:
      return AnswerType(column);
    case Facet::kDefault:
      return AnswerDefault(dialect, column);
    case Facet::kNotNull:
      return column.not_null ? "not null: yes" : "not null: no";
    case Facet::kOnUpdate:
      return "on update: " + (column.on_update ? column.on_update->sql : std::string("none"));
    case Facet::kAutoIncrement:
      return column.auto_increment ? "auto_increment: yes" : "auto_increment: no";
    case Facet::kVisibility:
      return column.invisible ? "visible: no" : "visible: yes";
    case Facet::kComment:
      return AnswerComment(column.comment);
  }
  return "";
}

std::vector<Question> AskColumnFully(Dialect dialect, const QualifiedName& table,
                                     const Column& column) {
  std::vector<Question> questions;
  for (const Facet facet : kFacets) {
    questions.push_back(AskColumn(dialect, table, column.name, facet));
    questions.back().start = AnswerColumn(dialect, column, facet);
  }
  return questions;
}

std::vector<Question> AskColumnAbsent(Dialect dialect, const QualifiedName& table,
                                      const std::string& column) {
  std::vector<Question> questions;
  for (const Facet facet : kFacets) questions.push_back(AskColumn(dialect, table, column, facet));
  return questions;
}

std::vector<Effect> ColumnAppears(Dialect dialect, const QualifiedName& table,
                                  const Column& column) {
  std::vector<Effect> effects;
  for (const Question& question : AskColumnFully(dialect, table, column)) {
    effects.push_back({question.object, question.start});
  }
  return effects;
}

std::vector<Effect> ColumnGoes(Dialect dialect, const QualifiedName& table,
                               const std::string& column) {
  std::vector<Effect> effects;
  for (const Question& question : AskColumnAbsent(dialect, table, column)) {
    effects.push_back({question.object, ""});
  }
  return effects;
}

std::string AnswerIndex(const Index& index) {
  std::string answer;
  Add(answer, "on", Elements(index.elements));
  if (index.unique) Add(answer, "unique", "yes");
  if (index.method == "fulltext" || index.method == "spatial") Add(answer, "method", index.method);
  if (index.invisible) Add(answer, "visible", "no");
  if (index.comment) Add(answer, "comment", *index.comment);
  return answer;
}

std::string AnswerPrimaryKey(const Key& key) {
  Index index;
  index.unique = true;
  index.comment = key.comment;
  for (const std::string& column : key.columns) {
    index.elements.emplace_back();
    index.elements.back().column = column;
  }
  return AnswerIndex(index);
}

std::string AnswerForeignKey(const ForeignKey& key) {
  std::string answer;
  Add(answer, "columns", QuoteList(key.columns));
  Add(answer, "references", "`" + key.references.schema + "`.`" + key.references.name + "`");
  Add(answer, "referenced", QuoteList(key.referenced_columns));
  Add(answer, "on delete", Rule(key.on_delete));
  Add(answer, "on update", Rule(key.on_update));
  return answer;
}

std::string AnswerCheck(const Check& check) {
  std::string answer;
  Add(answer, "check", check.expression.sql);
  if (!check.enforced) Add(answer, "enforced", "no");
  return answer;
}

std::string AnswerTrigger(const std::string& moment) {
  return moment;
}

std::string AnswerFunction() {
  return "kind: function";
}

}  // namespace zdm::mysql
