// SPDX-License-Identifier: Apache-2.0
// Each task makes one temporary table `zdm_judge` with what it needs and reads its text back from
// SHOW CREATE TABLE.
#include "compiler/catalog/mysql_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/catalog/mysql_default.h"
#include "compiler/catalog/mysql_shown_table.h"
#include "compiler/schema/mysql_rules.h"

namespace zdm {
namespace {

using mysql::QuotedName;
using mysql::ShownElement;
using mysql::Token;

constexpr const char* kTable = "`zdm_judge`";
constexpr const char* kIndexName = "zdm_judge_index";

/// A name for the column that gets the value, none of the shell's.
std::string ValueColumn(const JudgeTask& task) {
  std::string name = "zdm_value";
  while (std::any_of(task.columns.begin(), task.columns.end(),
                     [&](const Column& column) { return column.name == name; })) {
    name += "_";
  }
  return name;
}

/// The text may end in a comment.
std::string InParentheses(const std::string& text) {
  return "(" + text + "\n)";
}

std::string ColumnText(const Column& column) {
  std::string text = QuotedName(column.name) + " " + column.type.sql;
  if (column.charset) text += " CHARACTER SET " + *column.charset;
  if (column.collation) text += " COLLATE " + column.collation->name;
  return text;
}

std::string IndexText(const JudgeTask& task) {
  std::string elements;
  for (const IndexElement& element : task.index.elements) {
    elements += elements.empty() ? "" : ", ";
    elements += element.expression ? "(" + InParentheses(element.expression->sql) + ")"
                                   : QuotedName(*element.column);
    if (element.prefix_length) elements += fmt::format("({})", *element.prefix_length);
    if (element.descending) elements += " DESC";
  }
  return fmt::format("KEY {} ({})", QuotedName(kIndexName), elements);
}

/// The element of the shell that holds the text. `computed`: a default in parentheses.
std::string ElementOf(const JudgeTask& task, bool computed) {
  const std::string value = QuotedName(ValueColumn(task)) + " ";
  switch (task.kind) {
    case JudgeKind::kType:
      return value + task.text;
    case JudgeKind::kCollation:
      return value + "varchar(1) COLLATE " + task.text;
    case JudgeKind::kDefault:
      return value + task.type + " DEFAULT " +
             (computed ? InParentheses(task.text) : task.text + "\n");
    case JudgeKind::kGenerated:
      return value + task.type + " GENERATED ALWAYS AS " + InParentheses(task.text) + " VIRTUAL";
    case JudgeKind::kTransition:
      // What is stored must follow from the row alone; what is virtual may hang on the session.
      return value + task.type + " GENERATED ALWAYS AS " + InParentheses(task.text) +
             (task.pinned ? " VIRTUAL" : " STORED");
    case JudgeKind::kCheck:
    case JudgeKind::kDomainCheck:
      return "CHECK " + InParentheses(task.text);
    case JudgeKind::kIndex:
      return IndexText(task);
  }
  return "";
}

std::string Shell(const JudgeTask& task, bool computed) {
  std::string elements;
  for (const Column& column : task.columns) elements += ColumnText(column) + ", ";
  // A table has a column, whatever else it has.
  if (task.columns.empty() && task.kind == JudgeKind::kCheck) elements = "`zdm_value` int, ";
  return fmt::format("CREATE TEMPORARY TABLE {} ({}{}) ENGINE=InnoDB {}", kTable, elements,
                     ElementOf(task, computed), task.alphabet);
}

/// One expression, whatever else: nothing may follow it.
bool IsOneText(const std::string& text) {
  int depth = 0;
  for (const Token& token : mysql::Tokenize(text)) {
    if (token.kind != Token::Kind::kSymbol) continue;
    if (token.text == ";") return false;
    if (token.text == "(") ++depth;
    if (token.text == ")" && --depth < 0) return false;
  }
  return depth == 0;
}

bool CallsOne(const std::vector<Token>& tokens, const auto& words) {
  return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) {
      return Same(token, {Token::Kind::kWord, word});
    });
  });
}

Volatility VolatilityOf(const std::string& text) {
  constexpr std::array kVolatile = {"rand",           "uuid",       "uuid_short",    "random_bytes",
                                    "sys_guid",       "sleep",      "get_lock",      "release_lock",
                                    "last_insert_id", "found_rows", "row_count",     "nextval",
                                    "lastval",        "setval",     "connection_id", "benchmark"};
  constexpr std::array kStable = {
      "now",          "current_timestamp", "current_date",   "current_time", "curdate",
      "curtime",      "localtime",         "localtimestamp", "sysdate",      "utc_date",
      "utc_time",     "utc_timestamp",     "unix_timestamp", "user",         "current_user",
      "session_user", "system_user",       "current_role",   "database",     "schema",
      "version"};
  const std::vector<Token> tokens = mysql::Tokenize(text);
  if (CallsOne(tokens, kVolatile)) return Volatility::kVolatile;
  const bool variables = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.kind == Token::Kind::kSymbol && token.text == "@";
  });
  return variables || CallsOne(tokens, kStable) ? Volatility::kStable : Volatility::kConstant;
}

/// Why the value hangs on the session though the server lets it be stored: a timestamp is another
/// text and another day in another time zone, and MySQL stores what these functions give.
std::string SessionReason(const JudgeTask& task) {
  if (task.pinned) return "";
  constexpr std::array kOfTheSession = {"from_unixtime", "dayname", "monthname"};
  const std::vector<Token> tokens = mysql::Tokenize(task.text);
  if (CallsOne(tokens, kOfTheSession)) return "it gives what the session's settings say";
  const auto timestamp = std::find_if(
      task.columns.begin(), task.columns.end(),
      [](const Column& column) { return mysql::BaseType(column.type.sql) == "timestamp"; });
  const bool alone = tokens.size() == 1 && mysql::BaseType(task.type) == "timestamp";
  if (timestamp == task.columns.end() || alone) return "";
  return fmt::format("what the timestamp `{}` shows hangs on the session's time zone",
                     timestamp->name);
}

std::string TypeIn(const ShownElement& element) {
  // Up to the first word that is no part of a type.
  constexpr std::array kAfterType = {"CHARACTER", "COLLATE", "NOT", "NULL", "DEFAULT", "CHECK"};
  const std::vector<Token>& tokens = element.tokens;
  const auto end = std::find_if(tokens.begin() + 1, tokens.end(),
                                [&](const Token& token) { return CallsOne({token}, kAfterType); });
  return SourceOf(element.text, tokens, 1, static_cast<std::size_t>(end - tokens.begin()));
}

/// Five texts an element, of which only the first one says something here, and no predicate.
std::vector<std::string> IndexAnswers(const ShownElement& index) {
  std::vector<std::string> answers;
  for (const std::string& expression : ElementExpressions(index)) {
    answers.insert(answers.end(), {expression, "", "", "", ""});
  }
  answers.insert(answers.end(), {"", "", "", "", ""});
  return answers;
}

std::vector<std::string> AnswersIn(const JudgeTask& task, const std::string& shown,
                                   const LanguageRules& rules) {
  const mysql::ShownTable table = mysql::ParseShownTable(shown);
  if (task.kind == JudgeKind::kCollation) return {"", task.text};
  if (task.kind == JudgeKind::kIndex) {
    const ShownElement* index = table.Find(ShownElement::Kind::kIndex, kIndexName);
    return index == nullptr ? std::vector<std::string>() : IndexAnswers(*index);
  }
  if (task.kind == JudgeKind::kCheck) {
    for (const ShownElement& element : table.elements) {
      if (element.kind == ShownElement::Kind::kCheck) return {InParenthesesAfter(element, "CHECK")};
    }
    return {};
  }
  const ShownElement* column = table.Find(ShownElement::Kind::kColumn, ValueColumn(task));
  if (column == nullptr) return {};
  if (task.kind == JudgeKind::kType) return {rules.type(TypeIn(*column)).sql};
  if (task.kind == JudgeKind::kDefault) return {mysql::ShownDefault(*column, task.type)};
  return {InParenthesesAfter(*column, "GENERATED ALWAYS AS")};
}

bool IsOneOf(const DatabaseError& error, std::initializer_list<const char*> numbers) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](const char* number) { return error.sqlstate() == number; });
}

JudgeTask::Outcome OutcomeOf(const JudgeTask& task, JudgePlace place, const DatabaseError& error) {
  // What a column that is stored may not hold: functions that are not of the row alone, those that
  // are stored themselves, variables, queries.
  if (task.kind == JudgeKind::kTransition &&
      IsOneOf(error, {"1901", "3102", "3763", "3764", "3765", "3772"})) {
    return JudgeTask::Outcome::kNotImmutable;
  }
  // Collation, charset, function, table: another server may have it.
  if (place == JudgePlace::kPrivate && IsOneOf(error, {"1273", "1115", "1305", "1146"})) {
    return JudgeTask::Outcome::kLacking;
  }
  return JudgeTask::Outcome::kRefused;
}

class Judge {
 public:
  Judge(Database& database, JudgePlace place)
      : database_(database),
        place_(place),
        rules_(database.info().dialect == Dialect::kMariadb ? MariadbRules() : MysqlRules()) {}
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  ~Judge() {
    try {
      Drop();
    } catch (const DatabaseError&) {
      // The session is lost, and the table with it.
    }
  }

  void Run(JudgeTask& task) {
    if (!IsOneText(task.text)) {
      task.outcome = JudgeTask::Outcome::kRefused;
      task.reason = "it is not one expression";
      return;
    }
    if (task.kind == JudgeKind::kTransition) {
      task.reason = SessionReason(task);
      if (!task.reason.empty()) {
        task.outcome = JudgeTask::Outcome::kNotImmutable;
        return;
      }
    }
    // A literal and what is computed are two things to MySQL: first as written.
    if (!Try(task, false) && task.kind == JudgeKind::kDefault) Try(task, true);
  }

 private:
  void Drop() { database_.Execute(fmt::format("DROP TEMPORARY TABLE IF EXISTS {}", kTable)); }

  /// False when the server refused.
  bool Try(JudgeTask& task, bool computed) {
    Drop();
    try {
      database_.Execute(Shell(task, computed));
    } catch (const DatabaseError& error) {
      // Nobody else's statement may be blamed on the text.
      if (error.sqlstate().empty() || error.kind() == ErrorKind::kConnectionLost ||
          error.kind() == ErrorKind::kPermission) {
        throw;
      }
      task.outcome = OutcomeOf(task, place_, error);
      task.reason = error.message();
      return false;
    }
    const Value shown = database_.Query(fmt::format("SHOW CREATE TABLE {}", kTable)).at(0).at(1);
    task.answers = AnswersIn(task, shown.value_or(""), rules_);
    if (task.answers.empty()) {
      task.outcome = JudgeTask::Outcome::kRefused;
      task.reason = "it does not show what it was given";
      return true;
    }
    task.reason.clear();
    task.outcome = JudgeTask::Outcome::kJudged;
    if (task.kind == JudgeKind::kType || task.kind == JudgeKind::kCollation) return true;
    task.volatility = VolatilityOf(task.answers.front());
    const bool changes = task.kind == JudgeKind::kTransition &&
                         task.volatility != Volatility::kConstant && !task.pinned;
    if (changes || (task.pinned && task.volatility == Volatility::kVolatile)) {
      task.outcome = JudgeTask::Outcome::kNotImmutable;
    }
    return true;
  }

  Database& database_;
  JudgePlace place_;
  const LanguageRules& rules_;
};

}  // namespace

void AskMysql(Database& database, JudgePlace place, const JudgeWorld&,
              std::vector<JudgeTask>& tasks) {
  Judge judge(database, place);
  for (JudgeTask& task : tasks) judge.Run(task);
}

}  // namespace zdm
