// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/sync_function_postgres.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_writer_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_qualify.h"

namespace zdm::postgres {

std::string SyncWriter::Write() {
  Declare();
  text_.Open("BEGIN");
  Origin();
  for (const ShapedTransition& transition : shape_.transitions) Transition(transition);
  for (const Check& check : shape_.loosened_checks) OldCheck(check);
  Finish();
  text_.Close("END");
  return text_.text();
}

std::vector<std::string> SyncWriter::Sources(const ShapedTransition& transition,
                                             const std::string& row) const {
  std::vector<std::string> fields;
  for (const SourceColumn& source : transition.sources) {
    fields.push_back(Field(row, old_.at(source.column.name)));
  }
  return fields;
}

std::vector<std::string> SyncWriter::Targets(const ShapedTransition& transition,
                                             const std::string& row) const {
  std::vector<std::string> fields;
  for (const TargetColumn& target : transition.targets) {
    fields.push_back(Field(row, new_.at(target.column.name)));
  }
  return fields;
}

std::vector<std::string> SyncWriter::Reads(const ShapedTransition& transition,
                                           const std::string& row) const {
  std::vector<std::string> fields;
  const auto add = [&](const std::string& physical) {
    const std::string field = Field(row, physical);
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  };
  for (const std::string& name : transition.up_reads) add(old_.at(name));
  for (const std::string& name : transition.down_reads) add(new_.at(name));
  return fields;
}

std::string SyncWriter::Up(const TargetColumn& target, const std::string& row) const {
  return OverRow(target.up, old_, row);
}

std::string SyncWriter::Down(const SourceColumn& source, const std::string& row) const {
  return OverRow(source.down, new_, row);
}

void SyncWriter::Declare() {
  text_.Open("DECLARE");
  text_.Line("absent bigint := 0;");
  text_.Line("marks bigint := 1;");
  text_.Line("from_new boolean := " + std::string(before() ? "false" : "true") + ";");
  text_.Line("unfilled boolean := false;");
  if (before()) text_.Line("given bigint := 0;");
  for (const char* variable :
       {"way integer", "fits boolean", "trouble pg_catalog.text", "direction pg_catalog.text"}) {
    text_.Line(std::string(variable) + ";");
  }
  for (const ShapedTransition& transition : shape_.transitions) {
    text_.Line(fmt::format("went_down_{} boolean := false;", transition.number));
    for (std::size_t i = 0; i < transition.targets.size(); ++i) {
      text_.Line(UpVariable(transition, i) + " " +
                 QualifyType(transition.targets[i].column.type.sql) + ";");
    }
    for (std::size_t i = 0; i < transition.sources.size(); ++i) {
      text_.Line(DownVariable(transition, i) + " " +
                 QualifyType(transition.sources[i].column.type.sql) + ";");
    }
  }
  text_.Close("");
}

void SyncWriter::Origin() {
  text_.Open("IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN");
  if (before()) InsertOrigin();
  text_.Middle("ELSE");
  const std::string mark = Old(shape_.mark);
  text_.Line("unfilled := " + Op(mark, "<=", "0") + ";");
  text_.Line("IF NOT unfilled THEN marks := " + mark + "; END IF;");
  if (before()) {
    // -1 only asks to look again: see null_guard_postgres.h for the rest.
    text_.Line(fmt::format("IF unfilled AND {} THEN given := {}; END IF;",
                           Op(New(shape_.mark), "<", "0"), Op(Big(0), "-", New(shape_.mark))));
  }
  if (before()) text_.Line("from_new := COALESCE(" + SaysNew() + ", false);");
  text_.Close("END IF;");
}

void SyncWriter::InsertOrigin() {
  const std::int64_t all = shape_.all_absent();
  const std::string mark = New(shape_.mark);
  // A row copied with its mark (SELECT *): unfilled means that nothing was given.
  text_.Line(fmt::format("absent := CASE WHEN {} THEN {} WHEN {} THEN {} ELSE 0 END;",
                         Op(mark, "<", "0"), Op("-1", "-", mark + "::bigint"), Op(mark, "=", "0"),
                         Big(all)));
  for (const ShapedTransition& transition : shape_.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      text_.Line(fmt::format("IF {} IS NOT NULL THEN absent := {}; END IF;", New(target.physical),
                             Op("absent", "&", Big(all & ~(std::int64_t{1} << target.bit)))));
    }
  }
  // The old application gives each of these: it has neither a default nor NULL for it.
  std::vector<std::string> signs;
  if (all != 0) signs.push_back(Op("absent", "<>", Big(all)));
  signs.push_back("COALESCE(" + SaysNew() + ", false)");
  for (const ShapedTransition& transition : shape_.transitions) {
    for (const SourceColumn& source : transition.sources) {
      if (!source.column.not_null || source.column.default_value) continue;
      signs.push_back(New(source.column.name) + " IS NULL");
    }
  }
  text_.Line(fmt::format("from_new := {};", fmt::join(signs, " OR ")));
}

std::string SyncWriter::SaysNew() {
  return "pg_catalog.current_setting('zdm.version', true) OPERATOR(pg_catalog.=) 'new'";
}

void SyncWriter::Transition(const ShapedTransition& transition) {
  std::vector<std::string> from, to;
  for (const SourceColumn& source : transition.sources) from.push_back(source.column.name);
  for (const TargetColumn& target : transition.targets) to.push_back(target.column.name);
  text_.Line(fmt::format("-- {} -> {}", CommentText(from), CommentText(to)));
  // way: 0 nothing, 1 up, 2 down, 3 both sides given, 4 look whether they still agree; 5 down
  // over an old value that was given.
  text_.Open("IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN");
  OnInsert(transition);
  text_.Middle("ELSE");
  OnUpdate(transition);
  text_.Close("END IF;");
  Compare(transition);
  text_.Open("IF way OPERATOR(pg_catalog.=) 1 THEN");
  GoUp(transition);
  text_.Middle("ELSIF way OPERATOR(pg_catalog.>=) 2 THEN");
  GoDown(transition);
  text_.Close("END IF;");
}

void SyncWriter::Finish() {
  const std::string key = NoteKey(shape_);
  const std::string common =
      fmt::format("{}, {}, {}", Literal(shape_.salt), Literal(Display(shape_.table)), key);
  text_.Open("IF trouble IS NOT NULL THEN");
  text_.Open("BEGIN");
  text_.Line(fmt::format("PERFORM zdm.write_note({}, direction, trouble);", common));
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  text_.Line("NULL;  -- the mark says it too");
  text_.Close("END;");
  const std::string notes = Big(shape_.note_bits());
  text_.Middle(fmt::format("ELSIF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' AND {} THEN",
                           Op(Op("marks", "&", notes), "=", "0")));
  text_.Open(fmt::format("IF {} AND {} THEN", Op(Old(shape_.mark), ">", "1"),
                         Op(Op(Old(shape_.mark), "&", notes), "<>", "0")));
  text_.Open("BEGIN");
  text_.Line(fmt::format("PERFORM zdm.clear_note({});", common));
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  text_.Line("NULL;");
  text_.Close("END;");
  text_.Close("END IF;");
  text_.Close("END IF;");
  text_.Line(New(shape_.mark) + " := marks;");
  text_.Line("RETURN NEW;");
}

std::string SyncFunctionSource(const TransformShape& shape, Side side) {
  return SyncWriter(shape, side).Write();
}

std::string CreateSyncFunction(const TransformShape& shape, Side side) {
  return fmt::format("CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS {}",
                     Quote(shape.function), Literal(SyncFunctionSource(shape, side)));
}

}  // namespace zdm::postgres
