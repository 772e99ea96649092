// SPDX-License-Identifier: Apache-2.0
// Each task makes one temporary table `zdm_judge` with what it needs, reads its text back under
// search_path = pg_catalog, so that names and operators come qualified, and rolls back to a
// savepoint.
#include "compiler/catalog/postgres_judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/postgres_expression.h"

namespace zdm {
namespace {

const char* const kTable = "'pg_temp.zdm_judge'::pg_catalog.regclass";

/// What the functions of a stored expression are at worst.
std::string VolatilityOf(const std::string& tree) {
  return fmt::format(
      "CASE WHEN EXISTS (SELECT FROM pg_proc p WHERE p.provolatile = 'v' AND p.oid::text IN "
      "(SELECT "
      "(regexp_matches({0}::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g'))[1])) THEN 'volatile' WHEN "
      "{0}::text ~ '(SQLVALUEFUNCTION|COERCEVIAIO)' OR EXISTS (SELECT FROM pg_proc p WHERE "
      "p.provolatile = 's' AND p.oid::text IN (SELECT (regexp_matches({0}::text, "
      "':(?:funcid|opfuncid) ([0-9]+)', 'g'))[1])) THEN 'stable' ELSE 'constant' END",
      tree);
}

Volatility ToVolatility(const std::string& word) {
  if (word == "volatile") return Volatility::kVolatile;
  return word == "stable" ? Volatility::kStable : Volatility::kConstant;
}

/// A name for the column that gets the value, none of the shell's.
std::string ValueColumn(const JudgeTask& task) {
  std::string name = "zdm_value";
  while (std::any_of(task.columns.begin(), task.columns.end(),
                     [&](const Column& column) { return column.name == name; })) {
    name += "_";
  }
  return name;
}

std::string Qualified(const QualifiedName& name) {
  return (name.schema.empty() ? "" : QuoteIdentifier(name.schema) + ".") +
         QuoteIdentifier(name.name);
}

/// CREATE TEMPORARY TABLE with the shell's columns and `last`, one more element or "".
std::string Shell(const JudgeTask& task, const std::string& last) {
  std::string elements;
  for (const Column& column : task.columns) {
    elements +=
        (elements.empty() ? "" : ", ") + QuoteIdentifier(column.name) + " " + column.type.sql;
    if (column.collation) elements += " COLLATE " + Qualified(*column.collation);
  }
  if (!last.empty()) elements += (elements.empty() ? "" : ", ") + last;
  return "CREATE TEMPORARY TABLE zdm_judge (" + elements + ")";
}

/// The text may end in a comment.
std::string InParentheses(const std::string& text) {
  return "(" + text + "\n)";
}

std::string CreateIndexOf(const JudgeTask& task) {
  std::string elements;
  for (const IndexElement& element : task.index.elements) {
    elements += elements.empty() ? "" : ", ";
    elements +=
        element.column ? QuoteIdentifier(*element.column) : InParentheses(element.expression->sql);
    if (element.collation) elements += " COLLATE " + Qualified(*element.collation);
    if (element.opclass) elements += " " + Qualified(*element.opclass);
  }
  std::string sql = fmt::format("CREATE INDEX zdm_judge_index ON pg_temp.zdm_judge USING {} ({})",
                                QuoteIdentifier(task.index.method), elements);
  if (task.index.where) sql += " WHERE " + InParentheses(task.index.where->sql);
  return sql;
}

struct Script {
  std::string make;  ///< under the search path of the files
  std::string read;  ///< under pg_catalog
};

Script DefaultScript(const JudgeTask& task) {
  const bool generated = task.kind != JudgeKind::kDefault;
  const std::string value =
      QuoteIdentifier(ValueColumn(task)) + " " + task.type +
      (generated ? " GENERATED ALWAYS AS " + InParentheses(task.text) + " STORED"
                 : " DEFAULT " + InParentheses(task.text));
  return {Shell(task, value),
          fmt::format("SELECT pg_get_expr(d.adbin, d.adrelid), {} FROM pg_attrdef d WHERE "
                      "d.adrelid = {}",
                      VolatilityOf("d.adbin"), kTable)};
}

Script CheckScript(const JudgeTask& task, const std::string& text) {
  return {Shell(task, "CHECK " + InParentheses(text)),
          fmt::format("SELECT pg_get_expr(x.conbin, x.conrelid), {} FROM pg_constraint x WHERE "
                      "x.conrelid = {} AND x.contype = 'c'",
                      VolatilityOf("x.conbin"), kTable)};
}

Script IndexScript(const JudgeTask& task) {
  return {Shell(task, "") + "; " + CreateIndexOf(task),
          fmt::format(
              // 100 is the default collation: what an expression has that asks for none.
              "SELECT CASE WHEN i.indkey[k - 1] = 0 THEN pg_get_indexdef(i.indexrelid, k, false) "
              "ELSE '' END, CASE WHEN o.opcdefault THEN '' ELSE n.nspname END, CASE WHEN "
              "o.opcdefault THEN '' ELSE o.opcname END, coalesce(CASE WHEN l.oid = "
              "coalesce(a.attcollation, 100) THEN '' ELSE m.nspname END, ''), coalesce(CASE WHEN "
              "l.oid = coalesce(a.attcollation, 100) THEN '' ELSE l.collname END, '') FROM "
              "pg_index i CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::integer) k JOIN "
              "pg_opclass o ON o.oid = i.indclass[k - 1] JOIN pg_namespace n ON n.oid = "
              "o.opcnamespace LEFT JOIN pg_collation l ON l.oid = i.indcollation[k - 1] LEFT JOIN "
              "pg_namespace m ON m.oid = l.collnamespace LEFT JOIN pg_attribute a ON a.attrelid = "
              "i.indrelid AND a.attnum = nullif(i.indkey[k - 1], 0) WHERE i.indrelid = {0} UNION "
              "ALL SELECT coalesce(pg_get_expr(i.indpred, i.indrelid), ''), '', '', '', '' FROM "
              "pg_index i WHERE i.indrelid = {0}",
              kTable)};
}

Script ScriptOf(const JudgeTask& task) {
  switch (task.kind) {
    case JudgeKind::kType:
      return {Shell(task, "zdm_value " + task.text),
              fmt::format("SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE "
                          "a.attrelid = {} AND a.attnum = 1",
                          kTable)};
    case JudgeKind::kCollation:
      return {Shell(task, "zdm_value text COLLATE " + QuoteIdentifier(task.text)),
              fmt::format("SELECT n.nspname, l.collname FROM pg_attribute a JOIN pg_collation l ON "
                          "l.oid = a.attcollation JOIN pg_namespace n ON n.oid = "
                          "l.collnamespace "
                          "WHERE a.attrelid = {} AND a.attnum = 1",
                          kTable)};
    case JudgeKind::kDefault:
    case JudgeKind::kGenerated:
      return DefaultScript(task);
    case JudgeKind::kTransition:
      return task.pinned ? CheckScript(task, InParentheses(task.text) + " IS NOT NULL")
                         : DefaultScript(task);
    case JudgeKind::kCheck:
      return CheckScript(task, task.text);
    case JudgeKind::kDomainCheck:
      return {
          "CREATE DOMAIN pg_temp.zdm_judge AS " + task.type + " CHECK " + InParentheses(task.text),
          fmt::format("SELECT pg_get_expr(x.conbin, 0), {} FROM pg_constraint x WHERE "
                      "x.contypid = 'pg_temp.zdm_judge'::regtype AND x.contype = 'c'",
                      VolatilityOf("x.conbin"))};
    case JudgeKind::kIndex:
      return IndexScript(task);
  }
  return {};
}

/// Constructs that print no operator, so that the search path decides which one it is.
bool HidesOperators(const JudgeTask& task) {
  if (task.kind == JudgeKind::kType || task.kind == JudgeKind::kCollation ||
      task.kind == JudgeKind::kIndex) {
    return false;
  }
  const std::string& text = task.answers.at(0);
  return text.find("NULLIF(") != std::string::npos ||
         text.find("DISTINCT FROM") != std::string::npos || text.find("CASE ") != std::string::npos;
}

/// Whether the printed text, read again under pg_catalog, has the operators that it had.
std::string ReadAgain(const JudgeTask& task) {
  const auto operators = [](const char* of) {
    return fmt::format(
        "(SELECT coalesce(string_agg(r.m[1], ' ' ORDER BY r.o), '') FROM (SELECT conname, "
        "conbin::text FROM pg_constraint WHERE conrelid = {0} AND contype = 'c' UNION ALL SELECT "
        "'', adbin::text FROM pg_attrdef WHERE adrelid = {0}) s(name, t), LATERAL "
        "regexp_matches(t, ':opno ([0-9]+)', 'g') WITH ORDINALITY AS r(m, o) WHERE name {1} "
        "'zdm_again')",
        kTable, of);
  };
  return fmt::format(
      "ALTER TABLE pg_temp.zdm_judge ADD CONSTRAINT zdm_again CHECK (({}) IS NOT NULL); SELECT {} "
      "= {}",
      task.answers.at(0), operators("="), operators("<>"));
}

/// `expr` of `(expr IS NOT NULL)`.
std::string WithoutTest(const std::string& text) {
  static constexpr std::string_view kEnd = " IS NOT NULL)";
  if (text.size() <= kEnd.size() || !text.ends_with(kEnd) || text.front() != '(') return text;
  return text.substr(1, text.size() - 1 - kEnd.size());
}

void TakeAnswer(JudgeTask& task, const Rows& rows) {
  task.outcome = JudgeTask::Outcome::kJudged;
  task.answers.clear();
  if (task.kind == JudgeKind::kIndex) {
    for (const Row& row : rows) {
      for (const Value& value : row) task.answers.push_back(value.value_or(""));
    }
    return;
  }
  task.answers.push_back(rows.at(0).at(0).value_or(""));
  if (task.kind == JudgeKind::kCollation) task.answers.push_back(rows.at(0).at(1).value_or(""));
  if (task.kind == JudgeKind::kType || task.kind == JudgeKind::kCollation) return;
  task.volatility = ToVolatility(rows.at(0).at(1).value_or(""));
  if (task.kind != JudgeKind::kTransition || !task.pinned) return;
  task.answers[0] = WithoutTest(task.answers[0]);
  if (task.volatility == Volatility::kVolatile) task.outcome = JudgeTask::Outcome::kNotImmutable;
}

JudgeTask::Outcome OutcomeOf(const JudgeTask& task, const DatabaseError& error) {
  // invalid_object_definition: what a generated column says of a function that is not immutable.
  if (error.sqlstate() == "42P17" && task.kind == JudgeKind::kTransition) {
    return JudgeTask::Outcome::kNotImmutable;
  }
  // undefined_object, undefined_function, undefined_table, invalid_schema_name
  for (const char* state : {"42704", "42883", "42P01", "3F000"}) {
    if (error.sqlstate() == state) return JudgeTask::Outcome::kLacking;
  }
  return JudgeTask::Outcome::kRefused;
}

class Judge {
 public:
  Judge(Database& database, JudgePlace place, const JudgeWorld& world)
      : database_(database), place_(place), world_(world) {
    database_.Execute("SAVEPOINT zdm_judge");
  }

  void Run(JudgeTask& task) {
    Try(task);
    if (task.outcome == JudgeTask::Outcome::kLacking && CreateExtensions()) Try(task);
    const bool lacks = task.outcome == JudgeTask::Outcome::kLacking || lacks_label_;
    if (lacks && CreateObjects()) Try(task);
    if (task.outcome == JudgeTask::Outcome::kLacking && place_ == JudgePlace::kInside) {
      task.outcome = JudgeTask::Outcome::kRefused;
    }
  }

 private:
  void Try(JudgeTask& task) {
    lacks_label_ = false;
    const Script script = ScriptOf(task);
    try {
      const Rows rows =
          database_.Query(fmt::format("SET LOCAL search_path = {}, public, pg_temp; {}; SET LOCAL "
                                      "search_path = pg_catalog; {}",
                                      QuoteIdentifier(task.schema), script.make, script.read));
      TakeAnswer(task, rows);
      if (task.outcome == JudgeTask::Outcome::kJudged && HidesOperators(task) &&
          database_.Query(ReadAgain(task)).at(0).at(0) != "t") {
        task.outcome = JudgeTask::Outcome::kUnnamed;
      }
    } catch (const DatabaseError& error) {
      // Nobody else's statement may be blamed on the text.
      if (error.sqlstate().empty() || database_.transaction_state() == TransactionState::kLost ||
          error.kind() == ErrorKind::kPermission) {
        throw;
      }
      task.outcome = OutcomeOf(task, error);
      lacks_label_ = error.sqlstate() == "22P02";
      task.reason = error.message();
    }
    database_.Execute("ROLLBACK TO SAVEPOINT zdm_judge");
  }

  /// Once, and only when something did not resolve. True when one came.
  bool CreateExtensions() {
    if (tried_) return false;
    tried_ = true;
    bool created = false;
    for (const Extension& extension : world_.extensions) {
      std::string sql = "SET LOCAL search_path = public, pg_catalog; ";
      if (extension.schema) {
        sql += "CREATE SCHEMA IF NOT EXISTS " + QuoteIdentifier(*extension.schema) + "; ";
      }
      sql += "CREATE EXTENSION IF NOT EXISTS " + QuoteIdentifier(extension.name);
      if (extension.schema) sql += " SCHEMA " + QuoteIdentifier(*extension.schema);
      created = Make(sql + " CASCADE") || created;
    }
    return created;
  }

  /// Once: the files' own types and sequences; a type that is there in another form gives way to
  /// the one that shall be.
  bool CreateObjects() {
    if (made_) return false;
    made_ = true;
    bool created = false;
    for (const EnumType& type : world_.enums) {
      created = Create(type.name, EnumSql(type), "TYPE") || created;
    }
    for (const Domain& domain : world_.domains) {
      created =
          Create(domain.name, "CREATE DOMAIN " + Qualified(domain.name) + " AS " + domain.type.sql,
                 "DOMAIN") ||
          created;
    }
    for (const Sequence& sequence : world_.sequences) {
      created = Create(sequence.name, "CREATE SEQUENCE " + Qualified(sequence.name), "") || created;
    }
    return created;
  }

  static std::string EnumSql(const EnumType& type) {
    std::string labels;
    for (const EnumLabel& label : type.labels) {
      labels += (labels.empty() ? "" : ", ") + QuoteText(label.text);
    }
    return "CREATE TYPE " + Qualified(type.name) + " AS ENUM (" + labels + ")";
  }

  static std::string QuoteText(const std::string& text) {
    std::string out = text.find('\\') == std::string::npos ? "'" : "E'";
    for (const char c : text) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
    return out + "'";
  }

  /// `kind`: how one of that name is moved out of the way; "" leaves it.
  bool Create(const QualifiedName& name, const std::string& sql, const std::string& kind) {
    const std::string start = "SET LOCAL search_path = pg_catalog; CREATE SCHEMA IF NOT EXISTS " +
                              QuoteIdentifier(name.schema) + "; ";
    if (Make(start + sql)) return true;
    return !kind.empty() &&
           Make("ALTER " + kind + " " + Qualified(name) + " RENAME TO zdm_judge_other; " + sql);
  }

  bool Make(const std::string& sql) {
    try {
      database_.Execute(sql);
      database_.Execute("RELEASE SAVEPOINT zdm_judge; SAVEPOINT zdm_judge");
      return true;
    } catch (const DatabaseError&) {
      if (database_.transaction_state() == TransactionState::kLost) throw;
      database_.Execute("ROLLBACK TO SAVEPOINT zdm_judge");
      return false;
    }
  }

  Database& database_;
  JudgePlace place_;
  const JudgeWorld& world_;
  bool tried_ = false;
  bool made_ = false;
  bool lacks_label_ = false;
};

}  // namespace

void AskPostgres(Database& database, JudgePlace place, const JudgeWorld& world,
                 std::vector<JudgeTask>& tasks) {
  const Transaction transaction(database);
  Judge judge(database, place, world);
  for (JudgeTask& task : tasks) judge.Run(task);
}

}  // namespace zdm
