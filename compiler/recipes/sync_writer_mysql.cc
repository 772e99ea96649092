// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/sync_writer_mysql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "runtime/journal/mysql_notes.h"

namespace zdm::mysql {
namespace {

constexpr const char* kTroubled =
    "BEGIN GET DIAGNOSTICS CONDITION 1 trouble = MESSAGE_TEXT; SET failed = TRUE; END;";

std::string Binary(const Column& column, const std::string& a, const std::string& b) {
  return SameImage(column.type.sql, a, b);
}

}  // namespace

std::string Field(const std::string& row, const std::string& column) {
  return row + Quote(column);
}

std::string OverRow(const std::string& expression, const Table& table, const std::string& row) {
  std::map<std::string, std::string> fields;
  for (const Column& column : table.columns) {
    fields[LowerName(column.name)] = Field(row, column.name);
  }
  return "(" + SubstituteColumns(expression, fields) + ")";
}

std::string UpVariable(const ShapedTransition& transition, std::size_t target) {
  return fmt::format("up_{}_{}", transition.number, target);
}

std::string DownVariable(const ShapedTransition& transition, std::size_t source) {
  return fmt::format("down_{}_{}", transition.number, source);
}

std::string IsAbsent(const TargetColumn& target, const std::string& field) {
  if (target.absent == "NULL") return field + " IS NULL";
  return SameImage(target.column.type.sql, field, target.absent);
}

std::string JoinedBy(const std::vector<std::string>& terms, const char* word, const char* none) {
  return terms.empty() ? none : fmt::format("({})", fmt::join(terms, word));
}

void SyncWriter::Declare(bool insert) {
  text_.Line(insert ? "DECLARE marks BIGINT DEFAULT 1;"
                    : fmt::format("DECLARE marks BIGINT DEFAULT IF({0} <= 0, 1, {0});",
                                  Field("OLD.", shape_.mark)));
  if (insert) {
    text_.Line(
        fmt::format("DECLARE switched BOOLEAN DEFAULT {} <> 0;", Field("NEW.", shape_.mark)));
    text_.Line("DECLARE from_new BOOLEAN DEFAULT FALSE;");
  } else {
    text_.Line(
        fmt::format("DECLARE unfilled BOOLEAN DEFAULT {} <= 0;", Field("OLD.", shape_.mark)));
  }
  text_.Line("DECLARE way INT DEFAULT 0;");
  text_.Line("DECLARE fits, failed BOOLEAN DEFAULT FALSE;");
  text_.Line("DECLARE trouble VARCHAR(512) CHARACTER SET utf8mb4;");
  text_.Line("DECLARE toward VARCHAR(8) CHARACTER SET utf8mb4;");
  for (const ShapedTransition& transition : shape_.transitions) {
    text_.Line(fmt::format("DECLARE went_down_{} BOOLEAN DEFAULT FALSE;", transition.number));
    for (std::size_t i = 0; i < transition.targets.size(); ++i) {
      text_.Line(fmt::format(
          "DECLARE {} {};", UpVariable(transition, i),
          FullTypeClause(context_.target, shape_.new_table, transition.targets[i].column)));
    }
    for (std::size_t i = 0; i < transition.sources.size(); ++i) {
      text_.Line(fmt::format(
          "DECLARE {} {};", DownVariable(transition, i),
          FullTypeClause(context_.current, shape_.old_table, transition.sources[i].column)));
    }
  }
}

std::vector<std::string> SyncWriter::UpMatches(const ShapedTransition& transition) const {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const Column& column = transition.targets[i].column;
    terms.push_back(Binary(column, UpVariable(transition, i), Field("NEW.", column.name)));
  }
  return terms;
}

std::vector<std::string> SyncWriter::DownMatches(const ShapedTransition& transition) const {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    const Column& column = transition.sources[i].column;
    if (transition.sources[i].down.empty()) continue;
    terms.push_back(Binary(column, DownVariable(transition, i), Field("NEW.", column.name)));
  }
  return terms;
}

std::string SyncWriter::Changed(const std::vector<Column>& columns) const {
  std::vector<std::string> terms;
  for (const Column& column : columns) {
    terms.push_back(Binary(column, Field("OLD.", column.name), Field("NEW.", column.name)));
  }
  return terms.empty() ? "FALSE" : "NOT " + JoinedBy(terms, " AND ", "");
}

void SyncWriter::HandleTrouble() {
  text_.Line(std::string("DECLARE EXIT HANDLER FOR SQLEXCEPTION ") + kTroubled);
}

void SyncWriter::ComputeUp(const ShapedTransition& transition, const std::string& row) {
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    text_.Line(fmt::format("SET {} = {};", UpVariable(transition, i),
                           OverRow(transition.targets[i].up, shape_.old_table, row)));
  }
}

void SyncWriter::ComputeDown(const ShapedTransition& transition, const std::string& row) {
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    if (transition.sources[i].down.empty()) continue;
    text_.Line(fmt::format("SET {} = {};", DownVariable(transition, i),
                           OverRow(transition.sources[i].down, shape_.new_table, row)));
  }
}

void SyncWriter::GoUp(const ShapedTransition& transition) {
  text_.Line(fmt::format("SET marks = marks & ~{};", transition.bits()));
  if (transition.targets.empty()) return;
  text_.Line("SET failed = FALSE;");
  text_.Open("BEGIN");
  HandleTrouble();
  ComputeUp(transition, "NEW.");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const TargetColumn& target = transition.targets[i];
    if (!target.during.not_null) continue;
    text_.Line(
        fmt::format("IF {} IS NULL THEN SIGNAL SQLSTATE '23000' SET MESSAGE_TEXT = {}; END IF;",
                    UpVariable(transition, i),
                    Literal("the new column " + target.column.name + " cannot hold NULL")));
  }
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    text_.Line(fmt::format("SET {} = {};", Field("NEW.", transition.targets[i].column.name),
                           UpVariable(transition, i)));
  }
  text_.Close("END;");
  text_.Open("IF failed THEN");
  for (const TargetColumn& target : transition.targets) {
    text_.Line(
        fmt::format("SET {} = {};", Field("NEW.", target.column.name),
                    target.during.not_null ? ZeroOf(target.column.type.sql) : std::string("NULL")));
  }
  text_.Line(fmt::format("SET marks = marks | {}, toward = 'up';", transition.held_bit()));
  text_.Close("END IF;");
}

void SyncWriter::GoDown(const ShapedTransition& transition, bool insert) {
  text_.Line(fmt::format("SET went_down_{} = TRUE;", transition.number));
  if (transition.sources.empty()) return;
  text_.Line(fmt::format("SET marks = marks & ~{};", transition.bits()));
  if (!transition.targets.empty()) {
    text_.Line(
        fmt::format("IF way = 5 THEN SET marks = marks | {}; END IF;", transition.held_bit()));
  }
  const bool any = std::any_of(transition.sources.begin(), transition.sources.end(),
                               [](const auto& source) { return !source.down.empty(); });
  if (!any) return;
  text_.Line("SET failed = FALSE;");
  text_.Open("BEGIN");
  HandleTrouble();
  ComputeDown(transition, "NEW.");
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    const SourceColumn& source = transition.sources[i];
    if (source.down.empty() || !source.column.not_null) continue;
    text_.Line(
        fmt::format("IF {} IS NULL THEN SIGNAL SQLSTATE '23000' SET MESSAGE_TEXT = {}; END IF;",
                    DownVariable(transition, i),
                    Literal("the old column " + source.column.name + " cannot hold NULL")));
  }
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    if (transition.sources[i].down.empty()) continue;
    text_.Line(fmt::format("SET {} = {};", Field("NEW.", transition.sources[i].column.name),
                           DownVariable(transition, i)));
  }
  text_.Close("END;");
  text_.Open("IF failed THEN");
  for (const SourceColumn& source : transition.sources) {
    if (source.down.empty()) continue;
    const std::string field = Field("NEW.", source.column.name);
    if (!source.column.not_null) {
      text_.Line(fmt::format("SET {} = NULL;", field));
    } else if (!insert) {
      text_.Line(fmt::format("SET {} = {};", field, Field("OLD.", source.column.name)));
    }
  }
  text_.Line(fmt::format("SET marks = marks | {}, toward = 'down';", transition.lost_bit()));
  text_.Close("END IF;");
}

void SyncWriter::Compare(const ShapedTransition& transition) {
  if (transition.sources.empty() || transition.targets.empty()) return;
  text_.Open("IF way >= 3 THEN");
  text_.Line("SET fits = FALSE;");
  text_.Open("BEGIN");
  text_.Line("DECLARE EXIT HANDLER FOR SQLEXCEPTION SET fits = FALSE;");
  ComputeUp(transition, "NEW.");
  text_.Line("SET fits = " + JoinedBy(UpMatches(transition), " AND ", "TRUE") + ";");
  text_.Close("END;");
  if (!transition.plain) {
    text_.Open("IF NOT fits THEN");
    text_.Open("BEGIN");
    text_.Line("DECLARE EXIT HANDLER FOR SQLEXCEPTION SET fits = FALSE;");
    ComputeDown(transition, "NEW.");
    text_.Line("SET fits = " + JoinedBy(DownMatches(transition), " AND ", "TRUE") + ";");
    text_.Close("END;");
    text_.Close("END IF;");
  }
  text_.Open("IF fits THEN");
  text_.Line(fmt::format("SET way = 0, marks = marks & ~{};", transition.bits()));
  text_.Middle("ELSEIF way = 4 AND NOT @zdm_version <=> 'new' THEN");
  text_.Line("SET way = 1;");
  text_.Middle("ELSEIF way = 3 THEN");
  text_.Line(
      "SET way = 5, toward = 'both', trouble = 'both versions were written and do not agree: the "
      "new one was kept';");
  text_.Middle("ELSE");
  text_.Line("SET way = 2;");
  text_.Close("END IF;");
  text_.Close("END IF;");
}

void SyncWriter::OldCheck(const Check& check, bool insert) {
  std::vector<const ShapedTransition*> involved;
  const std::vector<std::string> columns = ColumnsIn(shape_.old_table, check.expression.sql);
  for (const ShapedTransition& transition : shape_.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (std::find(columns.begin(), columns.end(), source.column.name) == columns.end()) continue;
      involved.push_back(&transition);
      break;
    }
  }
  std::vector<std::string> down;
  for (const ShapedTransition* transition : involved) {
    down.push_back(fmt::format("went_down_{}", transition->number));
  }
  text_.Open("IF NOT COALESCE(" + OverRow(check.expression.sql, shape_.old_table, "NEW.") +
             ", TRUE) THEN");
  text_.Open("IF " + JoinedBy(down, " OR ", "FALSE") + " THEN");
  for (const ShapedTransition* transition : involved) {
    text_.Open(fmt::format("IF went_down_{} THEN", transition->number));
    for (const SourceColumn& source : transition->sources) {
      if (source.down.empty()) continue;
      const std::string field = Field("NEW.", source.column.name);
      if (!source.column.not_null) {
        text_.Line(fmt::format("SET {} = NULL;", field));
      } else if (!insert) {
        text_.Line(fmt::format("SET {} = {};", field, Field("OLD.", source.column.name)));
      }
    }
    text_.Line(fmt::format("SET marks = marks | {};", transition->lost_bit()));
    text_.Close("END IF;");
  }
  text_.Line("SET toward = 'down', trouble = " +
             Literal("the value breaks the old check " + check.name) + ";");
  text_.Middle("ELSE");
  text_.Line(fmt::format("SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = {}, MESSAGE_TEXT = {};",
                         context_.current.dialect == Dialect::kMariadb ? 4025 : 3819,
                         Literal(fmt::format("CONSTRAINT `{}` failed for `{}`.`{}`", check.name,
                                             shape_.table.schema, shape_.table.name))));
  text_.Close("END IF;");
  text_.Close("END IF;");
}

void SyncWriter::Travel(const ShapedTransition& transition, bool insert) {
  Compare(transition);
  text_.Open("IF way = 1 THEN");
  GoUp(transition);
  text_.Middle("ELSEIF way >= 2 THEN");
  GoDown(transition, insert);
  text_.Close("END IF;");
}

}  // namespace zdm::mysql
