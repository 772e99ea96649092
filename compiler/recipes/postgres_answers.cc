// SPDX-License-Identifier: Apache-2.0
// The mirrors of postgres_questions.cc: the same bytes from the model.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "compiler/recipes/postgres_questions.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_sequence.h"

namespace zdm {
namespace {

/// The lines of one answer.
class Answer {
 public:
  void Line(const std::string& name, const std::string& value) {
    text_ += (text_.empty() ? "" : "\n") + name + ": " + value;
  }
  void LineIf(bool holds, const std::string& name, const std::string& value) {
    if (holds) {
      Line(name, value);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string Quoted(const QualifiedName& name) {
  return Quoted(name.schema) + "." + Quoted(name.name);
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    quoted.push_back(Quoted(name));
  }
  return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string Folded(const std::string& text) {
  std::string folded;
  for (const char c : text) {
    folded += c;
    if (c == '\n') {
      folded += "  ";
    }
  }
  return folded;
}

std::string SortedList(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  return fmt::format("{}", fmt::join(values, ", "));
}

std::string IdentityLine(const Identity& identity, const std::string& type) {
  const SequenceOptions full = ResolveSequence(identity.sequence, type);
  return fmt::format("{} start {} increment {} minvalue {} maxvalue {} cache {}{}",
                     identity.always ? "always" : "by default", *full.start, *full.increment,
                     *full.min_value, *full.max_value, *full.cache, full.cycle ? " cycle" : "");
}

std::string ActionWord(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "";
    case ForeignKeyAction::kRestrict:
      return "restrict";
    case ForeignKeyAction::kCascade:
      return "cascade";
    case ForeignKeyAction::kSetNull:
      return "set null";
    case ForeignKeyAction::kSetDefault:
      return "set default";
  }
  return "";
}

void DeferrableLine(Answer& answer, bool deferrable, bool initially_deferred) {
  answer.LineIf(deferrable, "deferrable",
                initially_deferred ? "initially deferred" : "initially immediate");
}

std::string ElementLine(const IndexElement& element) {
  std::string line = element.column ? Quoted(*element.column) : Folded(element.expression->sql);
  if (element.collation) {
    line += " collation " + Quoted(*element.collation);
  }
  if (element.opclass) {
    line += " operator class " + Quoted(*element.opclass);
  }
  if (!element.opclass_parameters.empty()) {
    line += " (" + SortedList(element.opclass_parameters) + ")";
  }
  return line + (element.descending ? " descending" : "") +
         (element.nulls_first ? " nulls first" : "");
}

std::string HexSha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

Effect Becomes(const Question& question, const std::string& answer) {
  return {question.object, answer};
}

}  // namespace

std::string AnswerSchema(const NamespaceObject&) {
  return "kind: schema";
}

std::string AnswerExtension(const Extension&) {
  return "kind: extension";
}

std::string AnswerTable(const Table& table) {
  Answer answer;
  answer.Line("kind", "table");
  answer.LineIf(!table.options.empty(), "options", SortedList(table.options));
  answer.LineIf(table.unlogged, "persistence", "unlogged");
  return answer.text();
}

std::string AnswerColumnNames(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    names.push_back(column.name);
  }
  std::sort(names.begin(), names.end());
  Answer answer;
  for (const std::string& name : names) {
    answer.Line("column", Quoted(name));
  }
  return answer.text();
}

std::string AnswerColumn(const Column& column) {
  Answer answer;
  answer.Line("type", column.type.sql);
  answer.LineIf(column.collation.has_value(), "collation",
                column.collation ? Quoted(*column.collation) : "");
  if (column.identity) {
    answer.Line("identity", IdentityLine(*column.identity, column.type.sql));
  }
  if (column.generated) {
    answer.Line("generated", Folded(column.generated->sql));
  }
  answer.LineIf(column.storage.has_value(), "storage", column.storage.value_or(""));
  answer.LineIf(column.compression.has_value(), "compression", column.compression.value_or(""));
  if (column.statistics_target) {
    answer.Line("statistics target", std::to_string(*column.statistics_target));
  }
  answer.LineIf(!column.options.empty(), "options", SortedList(column.options));
  return answer.text();
}

std::string AnswerDefault(const Column& column) {
  return "default: " + (column.default_value ? Folded(column.default_value->sql) : "none");
}

std::string AnswerNotNull(const Column& column) {
  return column.not_null ? "not null: yes" : "not null: no";
}

std::string AnswerKey(const Key& key, bool primary) {
  Answer answer;
  answer.Line("kind", primary ? "primary key" : "unique");
  answer.Line("columns", QuotedList(key.columns));
  answer.LineIf(!key.include.empty(), "include", QuotedList(key.include));
  answer.LineIf(key.nulls_not_distinct, "nulls distinct", "no");
  DeferrableLine(answer, key.deferrable, key.initially_deferred);
  answer.LineIf(!key.storage_parameters.empty(), "options", SortedList(key.storage_parameters));
  return answer.text();
}

std::string AnswerForeignKey(const ForeignKey& key) {
  Answer answer;
  answer.Line("kind", "foreign key");
  answer.Line("columns", QuotedList(key.columns));
  answer.Line("references",
              fmt::format("{} ({})", Quoted(key.references), QuotedList(key.referenced_columns)));
  answer.LineIf(key.on_update != ForeignKeyAction::kNoAction, "on update",
                ActionWord(key.on_update));
  answer.LineIf(key.on_delete != ForeignKeyAction::kNoAction, "on delete",
                ActionWord(key.on_delete));
  answer.LineIf(!key.on_delete_columns.empty(), "on delete columns",
                QuotedList(key.on_delete_columns));
  answer.LineIf(key.match == ForeignKeyMatch::kFull, "match", "full");
  DeferrableLine(answer, key.deferrable, key.initially_deferred);
  answer.LineIf(!key.validated, "validated", "no");
  return answer.text();
}

std::string AnswerCheck(const Check& check) {
  Answer answer;
  answer.Line("kind", "check");
  answer.Line("expression", Folded(check.expression.sql));
  answer.LineIf(check.no_inherit, "inherit", "no");
  answer.LineIf(!check.validated, "validated", "no");
  return answer.text();
}

std::string AnswerIndex(const Index& index, const QualifiedName& table) {
  Answer answer;
  answer.Line("table", Quoted(table));
  answer.Line("method", index.method);
  answer.LineIf(index.unique, "unique", "yes");
  for (const IndexElement& element : index.elements) {
    answer.Line("element", ElementLine(element));
  }
  answer.LineIf(!index.include.empty(), "include", QuotedList(index.include));
  answer.LineIf(index.where.has_value(), "where", index.where ? Folded(index.where->sql) : "");
  answer.LineIf(index.nulls_not_distinct, "nulls distinct", "no");
  answer.LineIf(!index.storage_parameters.empty(), "options", SortedList(index.storage_parameters));
  answer.LineIf(!index.valid, "valid", "no");
  return answer.text();
}

std::string AnswerKeyIndex(const Key& key, const Table& table) {
  Index index;
  index.unique = true;
  for (const std::string& column : key.columns) {
    index.elements.emplace_back().column = column;
  }
  index.include = key.include;
  index.nulls_not_distinct = key.nulls_not_distinct;
  index.storage_parameters = key.storage_parameters;
  Answer rest;
  rest.LineIf(key.deferrable, "deferrable", "yes");
  rest.Line("constraint", Quoted(key.name));
  return AnswerIndex(index, table.name) + "\n" + rest.text();
}

std::string AnswerComment(const std::optional<std::string>& comment) {
  return comment ? "comment: " + Folded(*comment) : "";
}

std::string AnswerTrigger(const TriggerFacts& trigger) {
  Answer answer;
  answer.Line("fires", trigger.timing + (trigger.on_insert ? " insert" : "") +
                           (trigger.on_update ? " update" : "") +
                           (trigger.on_delete ? " delete" : "") +
                           (trigger.on_truncate ? " truncate" : "") +
                           (trigger.each_row ? " each row" : " each statement"));
  answer.LineIf(!trigger.update_columns.empty(), "columns", QuotedList(trigger.update_columns));
  answer.LineIf(trigger.condition, "condition", "yes");
  answer.Line("function", Quoted(trigger.function));
  return answer.text();
}

std::string AnswerFunction(const FunctionFacts& function) {
  Answer answer;
  answer.Line("returns", function.returns);
  answer.Line("language", function.language);
  answer.Line("volatility", function.volatility);
  answer.LineIf(function.strict, "strict", "yes");
  answer.LineIf(function.security_definer, "security definer", "yes");
  answer.LineIf(!function.settings.empty(), "settings", SortedList(function.settings));
  answer.Line("source", HexSha256(function.source));
  return answer.text();
}

std::string AnswerOwner(const std::string& owner) {
  return "owner: " + Quoted(owner);
}

std::string AnswerGrants(const std::vector<std::string>& grants) {
  if (grants.empty()) {
    return "grants: default";
  }
  std::vector<std::string> sorted = grants;
  std::sort(sorted.begin(), sorted.end());
  Answer answer;
  for (const std::string& grant : sorted) {
    answer.Line("grant", grant);
  }
  return answer.text();
}

std::vector<Question> AskColumnAbsent(const QualifiedName& table, const std::string& column) {
  return {AskColumn(table, column), AskDefault(table, column), AskNotNull(table, column),
          AskComment(Commented::kColumn, table, column)};
}

std::vector<Question> AskColumnFully(const QualifiedName& table, const Column& column) {
  std::vector<Question> questions = AskColumnAbsent(table, column.name);
  questions[0].start = AnswerColumn(column);
  questions[1].start = AnswerDefault(column);
  questions[2].start = AnswerNotNull(column);
  questions[3].start = AnswerComment(column.comment);
  return questions;
}

std::vector<Effect> ColumnAppears(const QualifiedName& table, const Column& column) {
  std::vector<Effect> effects;
  for (const Question& question : AskColumnFully(table, column)) {
    effects.push_back(Becomes(question, question.start));
  }
  return effects;
}

std::vector<Effect> ColumnGoes(const QualifiedName& table, const std::string& column) {
  std::vector<Effect> effects;
  for (const Question& question : AskColumnAbsent(table, column)) {
    effects.push_back(Becomes(question, ""));
  }
  return effects;
}

}  // namespace zdm
