// SPDX-License-Identifier: Apache-2.0
// Carries the values of a row from one side to the other, or notes why it cannot.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_writer_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {

void SyncWriter::Compare(const ShapedTransition& transition) {
  if (transition.sources.empty() || transition.targets.empty()) return;
  text_.Open("IF way OPERATOR(pg_catalog.>=) 3 THEN");
  text_.Line("fits := false;");
  CompareUp(transition);
  CompareDown(transition);
  const std::string kept = Op("marks", "&", Big(~transition.bits()));
  text_.Open("IF fits THEN");
  text_.Line("way := 0;");
  text_.Line("marks := " + kept + ";");
  if (before()) {
    text_.Middle("ELSIF way OPERATOR(pg_catalog.=) 4 AND NOT from_new THEN");
    text_.Line("way := 1;");
  }
  text_.Middle("ELSE");
  text_.Open("IF way OPERATOR(pg_catalog.=) 3 THEN");
  text_.Line("direction := 'both';");
  text_.Line("trouble := 'both versions were written and do not agree: the new one was kept';");
  text_.Line("way := 5;");
  text_.Middle("ELSE");
  text_.Line("way := 2;");
  text_.Close("END IF;");
  text_.Close("END IF;");
  text_.Close("END IF;");
}

void SyncWriter::CompareUp(const ShapedTransition& transition) {
  std::vector<std::string> variables;
  if (!transition.plain) text_.Open("BEGIN");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    variables.push_back(UpVariable(transition, i));
    text_.Line(variables.back() + " := " + Up(transition.targets[i], "NEW") + ";");
  }
  text_.Line("fits := " + Same(variables, Targets(transition, "NEW")) + ";");
  if (transition.plain) return;
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  text_.Line("fits := false;");
  text_.Close("END;");
}

void SyncWriter::CompareDown(const ShapedTransition& transition) {
  if (transition.plain) return;
  std::vector<std::string> variables, fields;
  text_.Open("IF NOT fits THEN");
  text_.Open("BEGIN");
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    if (transition.sources[i].down.empty()) continue;
    variables.push_back(DownVariable(transition, i));
    fields.push_back(New(old_.at(transition.sources[i].column.name)));
    text_.Line(variables.back() + " := " + Down(transition.sources[i], "NEW") + ";");
  }
  text_.Line("fits := " + (variables.empty() ? "true" : Same(variables, fields)) + ";");
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  text_.Line("fits := false;");
  text_.Close("END;");
  text_.Close("END IF;");
}

void SyncWriter::GoUp(const ShapedTransition& transition) {
  if (before()) OldNotNull(transition);
  text_.Line("marks := " + Op("marks", "&", Big(~transition.bits())) + ";");
  if (transition.targets.empty()) return;
  if (!transition.plain) text_.Open("BEGIN");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    text_.Line(UpVariable(transition, i) + " := " + Up(transition.targets[i], "NEW") + ";");
  }
  const std::vector<std::string> fields = Targets(transition, "NEW");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    text_.Line(fields[i] + " := " + UpVariable(transition, i) + ";");
  }
  if (transition.plain) return;
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  for (const std::string& field : fields) text_.Line(field + " := NULL;");
  text_.Line("marks := " + Op("marks", "|", Big(transition.held_bit())) + ";");
  text_.Line("direction := 'up'; trouble := SQLERRM;");
  text_.Close("END;");
}

void SyncWriter::OldNotNull(const ShapedTransition& transition) {
  for (const SourceColumn& source : transition.sources) {
    if (!source.loosened) continue;
    const std::string field = New(source.column.name);
    text_.Open(
        fmt::format("IF {} IS NULL AND (TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {} IS "
                    "NOT NULL) THEN",
                    field, Old(source.column.name)));
    text_.Line(RaiseNotNull(shape_, source.column.name));
    text_.Close("END IF;");
  }
}

void SyncWriter::GoDown(const ShapedTransition& transition) {
  text_.Line(fmt::format("went_down_{} := true;", transition.number));
  if (!transition.sources.empty()) {
    text_.Line("marks := " + Op("marks", "&", Big(~transition.bits())) + ";");
  }
  if (before() && !transition.sources.empty() && !transition.targets.empty()) {
    text_.Line(fmt::format("IF way OPERATOR(pg_catalog.=) 5 THEN marks := {}; END IF;",
                           Op("marks", "|", Big(transition.held_bit()))));
  }
  if (!std::any_of(transition.sources.begin(), transition.sources.end(),
                   [](const auto& source) { return !source.down.empty(); })) {
    return;
  }
  const bool can_fail =
      !transition.plain || std::any_of(transition.sources.begin(), transition.sources.end(),
                                       [](const auto& source) { return source.loosened; });
  if (can_fail) text_.Open("BEGIN");
  std::vector<std::pair<std::string, std::string>> assignments;
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    const SourceColumn& source = transition.sources[i];
    if (source.down.empty()) continue;
    const std::string variable = DownVariable(transition, i);
    text_.Line(variable + " := " + Down(source, "NEW") + ";");
    if (source.loosened) {
      text_.Line(fmt::format(
          "IF {} IS NULL THEN RAISE not_null_violation USING MESSAGE = {}; "
          "END IF;",
          variable,
          Literal("the old column " + Display(source.column.name) + " cannot hold NULL")));
    }
    assignments.emplace_back(New(old_.at(source.column.name)), variable);
  }
  for (const auto& [field, variable] : assignments) {
    text_.Line(fmt::format("{} := {};", field, variable));
  }
  if (!can_fail) return;
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  for (const auto& [field, variable] : assignments) text_.Line(field + " := NULL;");
  text_.Line("marks := " + Op("marks", "|", Big(transition.lost_bit())) + ";");
  text_.Line("direction := 'down'; trouble := SQLERRM;");
  text_.Close("END;");
}

void SyncWriter::OldCheck(const Check& check) {
  std::vector<const ShapedTransition*> involved;
  for (const ShapedTransition& transition : shape_.transitions) {
    for (const SourceColumn& source : transition.sources) {
      const std::vector<std::string> columns = ColumnsOf(check.expression.sql);
      if (std::find(columns.begin(), columns.end(), source.column.name) == columns.end()) continue;
      involved.push_back(&transition);
      break;
    }
  }
  std::vector<std::string> down;
  down.reserve(involved.size());
  for (const ShapedTransition* transition : involved) {
    down.push_back(fmt::format("went_down_{}", transition->number));
  }
  text_.Open("IF (" + OverRow(check.expression.sql, old_, "NEW") + ") IS FALSE THEN");
  text_.Open(fmt::format("IF {} THEN", fmt::join(down, " OR ")));
  for (const ShapedTransition* transition : involved) {
    text_.Open(fmt::format("IF went_down_{} THEN", transition->number));
    for (const SourceColumn& source : transition->sources) {
      if (!source.down.empty()) text_.Line(New(old_.at(source.column.name)) + " := NULL;");
    }
    text_.Line("marks := " + Op("marks", "|", Big(transition->lost_bit())) + ";");
    text_.Close("END IF;");
  }
  text_.Line("direction := 'down'; trouble := " +
             Literal("the value breaks the old check " + Display(check.name)) + ";");
  if (before()) {
    text_.Middle("ELSE");
    text_.Line(RaiseCheck(shape_, check));
  }
  text_.Close("END IF;");
  text_.Close("END IF;");
}

}  // namespace zdm::postgres
