// SPDX-License-Identifier: Apache-2.0
// The frames of the triggers, which way a row travels, and the function that compares both sides.
#include "compiler/recipes/sync_triggers_mysql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/sync_writer_mysql.h"
#include "runtime/journal/mysql_notes.h"

namespace zdm::mysql {
namespace {

MysqlNote NoteOf(const TransformShape& shape) {
  return {Literal(shape.table.schema), Literal(shape.salt), Literal(Display(shape.table)),
          RowKey(shape.stable, "NEW.")};
}

std::string Trigger(const TransformShape& shape, const std::string& name, const std::string& moment,
                    const std::string& body) {
  return fmt::format("CREATE TRIGGER {} {} ON {} FOR EACH ROW BEGIN{}END",
                     Quote(QualifiedName{shape.table.schema, name}), moment, Quote(shape.table),
                     body);
}

std::vector<Column> SourcesOf(const ShapedTransition& transition) {
  std::vector<Column> columns;
  for (const SourceColumn& source : transition.sources) columns.push_back(source.column);
  return columns;
}

std::vector<Column> TargetsOf(const ShapedTransition& transition) {
  std::vector<Column> columns;
  for (const TargetColumn& target : transition.targets) columns.push_back(target.column);
  return columns;
}

/// Columns whose change the update trigger must see.
std::vector<Column> Watched(const TransformShape& shape) {
  std::vector<Column> watched;
  const auto add = [&](const Column* column) {
    if (column == nullptr || column->generated) return;
    const bool known = std::any_of(watched.begin(), watched.end(),
                                   [&](const Column& other) { return other.name == column->name; });
    if (!known) watched.push_back(*column);
  };
  for (const ShapedTransition& transition : shape.transitions) {
    for (const SourceColumn& source : transition.sources) add(&source.column);
    for (const TargetColumn& target : transition.targets) add(&target.column);
    if (transition.sources.empty() || transition.targets.empty()) continue;
    for (const std::string& name : transition.up_reads) add(shape.OldColumn(name));
    for (const std::string& name : transition.down_reads) add(shape.NewColumn(name));
  }
  for (const Check& check : shape.loosened_checks) {
    for (const std::string& name : ColumnsIn(shape.old_table, check.expression.sql)) {
      add(shape.OldColumn(name));
    }
  }
  return watched;
}

}  // namespace

void SyncWriter::InsertWay(const ShapedTransition& transition) {
  if (transition.targets.empty()) {
    text_.Line("SET way = IF(from_new, 2, 1);");
    return;
  }
  text_.Open("IF from_new THEN");
  text_.Line("SET way = 2;");
  NewInsert(transition);
  text_.Middle("ELSE");
  text_.Line("SET way = 1;");
  text_.Close("END IF;");
}

/// What the new application left out gets its default; what it gave beside the old side is
/// compared; what nobody can compute again is marked.
void SyncWriter::NewInsert(const ShapedTransition& transition) {
  std::vector<std::string> given;
  text_.Open("IF NOT switched THEN");
  for (const TargetColumn& target : transition.targets) {
    const std::string field = Field("NEW.", target.column.name);
    given.push_back("NOT " + IsAbsent(target, field));
    const auto& value = target.column.default_value;
    if (!target.exact) continue;
    text_.Line(fmt::format("IF {} THEN SET {} = {}; END IF;", IsAbsent(target, field), field,
                           value                    ? "(" + value->sql + ")"
                           : target.during.not_null ? ZeroOf(target.column.type.sql)
                                                    : std::string("NULL")));
  }
  std::vector<std::string> old_given;
  for (const SourceColumn& source : transition.sources) {
    if (source.down.empty()) continue;
    const auto& value = source.during.default_value;
    if (value && !IsBareDefault(value->sql)) continue;
    const std::string field = Field("NEW.", source.column.name);
    old_given.push_back(value ? "NOT " + SameImage(source.column.type.sql, field, value->sql)
                              : field + " IS NOT NULL");
  }
  if (!old_given.empty()) {
    text_.Line(fmt::format("IF {} THEN SET way = 3; END IF;", JoinedBy(old_given, " OR ", "")));
  }
  text_.Close("END IF;");
  if (!transition.sources.empty()) return;
  std::vector<std::string> own;
  for (const TargetColumn& target : transition.targets) {
    const std::string field = Field("NEW.", target.column.name);
    const auto& value = target.column.default_value;
    own.push_back(value && IsBareDefault(value->sql)
                      ? "NOT " + SameImage(target.column.type.sql, field, value->sql)
                      : field + " IS NOT NULL");
  }
  text_.Line(fmt::format("IF {} THEN SET marks = marks | {}; END IF;", JoinedBy(own, " OR ", ""),
                         transition.lost_bit()));
}

std::string SyncWriter::OnInsert() {
  text_ = CodeText();
  Declare(true);
  std::vector<std::string> given;
  for (const ShapedTransition& transition : shape_.transitions) {
    for (const TargetColumn& target : transition.targets) {
      given.push_back("NOT " + IsAbsent(target, Field("NEW.", target.column.name)));
    }
  }
  text_.Line(
      "SET from_new = switched OR CASE WHEN @zdm_version <=> 'new' THEN TRUE WHEN "
      "@zdm_version <=> 'old' THEN FALSE ELSE " +
      JoinedBy(given, " OR ", "FALSE") + " END;");
  for (const ShapedTransition& transition : shape_.transitions) {
    InsertWay(transition);
    Travel(transition, true);
  }
  for (const Check& check : shape_.loosened_checks) OldCheck(check, true);
  Finish(true);
  return text_.text();
}

void SyncWriter::UpdateWay(const ShapedTransition& transition) {
  const bool both = !transition.sources.empty() && !transition.targets.empty();
  std::vector<Column> reads;
  for (const std::string& name : transition.up_reads) {
    if (const Column* column = shape_.OldColumn(name)) reads.push_back(*column);
  }
  for (const std::string& name : transition.down_reads) {
    if (const Column* column = shape_.NewColumn(name)) reads.push_back(*column);
  }
  std::erase_if(reads, [](const Column& column) { return column.generated.has_value(); });
  const std::string new_changed = Changed(TargetsOf(transition));
  text_.Line("SET way = CASE");
  text_.Line(
      fmt::format("  WHEN {} THEN IF({}, 3, 1)", Changed(SourcesOf(transition)), new_changed));
  text_.Line("  WHEN " + new_changed + " THEN 2");
  text_.Line("  WHEN unfilled THEN 1");
  if (both) {
    text_.Line(fmt::format("  WHEN {} <> {} THEN 4", Field("NEW.", shape_.mark),
                           Field("OLD.", shape_.mark)));
    if (!reads.empty()) text_.Line("  WHEN " + Changed(reads) + " THEN 4");
  }
  text_.Line("  ELSE 0 END;");
}

void SyncWriter::Prefill(const ShapedTransition& transition) {
  if (transition.targets.empty()) return;
  text_.Open("IF unfilled AND way >= 2 THEN");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const TargetColumn& target = transition.targets[i];
    const std::string field = Field("NEW.", target.column.name);
    const std::string variable = UpVariable(transition, i);
    // Each by itself: what one column cannot hold is no reason to lose the next.
    text_.Open("BEGIN");
    text_.Line("DECLARE EXIT HANDLER FOR SQLEXCEPTION SET fits = FALSE;");
    text_.Line(fmt::format("SET {} = {};", variable, OverRow(target.up, shape_.old_table, "OLD.")));
    text_.Line(fmt::format("IF {}{} THEN SET {} = {}; END IF;", IsAbsent(target, field),
                           target.during.not_null ? " AND " + variable + " IS NOT NULL" : "", field,
                           variable));
    text_.Close("END;");
  }
  for (const TargetColumn& target : transition.targets) {
    if (!target.exact) continue;
    const std::string field = Field("NEW.", target.column.name);
    text_.Line(
        fmt::format("IF {} THEN SET {} = {}; END IF;", IsAbsent(target, field), field,
                    target.during.not_null ? ZeroOf(target.column.type.sql) : std::string("NULL")));
  }
  text_.Close("END IF;");
}

std::string SyncWriter::OnUpdate() {
  text_ = CodeText();
  const std::string mark = Field("OLD.", shape_.mark), now = Field("NEW.", shape_.mark);
  std::vector<std::string> same;
  for (const Column& column : Watched(shape_)) {
    same.push_back(
        SameImage(column.type.sql, Field("OLD.", column.name), Field("NEW.", column.name)));
  }
  // What the backfill writes, then what touches nothing of this. Two statements: the server
  // prepares the whole of an expression for each row, however early its answer is known.
  text_.Open(fmt::format("IF NOT ({} <= 0 AND {} = 1) THEN", mark, now));
  text_.Open(fmt::format("IF {0} <= 0 OR {0} <> {1} OR NOT {2} THEN", mark, now,
                         JoinedBy(same, " AND ", "TRUE")));
  text_.Open("BEGIN");
  Declare(false);
  for (const ShapedTransition& transition : shape_.transitions) {
    UpdateWay(transition);
    Prefill(transition);
    if (transition.sources.empty()) {
      text_.Line(
          fmt::format("IF way = 2 THEN SET marks = marks | {}; END IF;", transition.lost_bit()));
    }
    Travel(transition, false);
  }
  for (const Check& check : shape_.loosened_checks) OldCheck(check, false);
  Finish(false);
  text_.Close("END;");
  text_.Close("END IF;");
  text_.Close("END IF;");
  return text_.text();
}

void SyncWriter::Finish(bool insert) {
  const MysqlNote note = NoteOf(shape_);
  text_.Open("IF trouble IS NOT NULL THEN");
  if (insert && shape_.late_key) {
    text_.Line(fmt::format("SET {} = CONCAT(toward, ' ', trouble);", shape_.trouble));
  } else {
    text_.Line(MysqlWriteNote(note, "toward", "trouble") + ";");
  }
  if (!insert) {
    text_.Middle(fmt::format("ELSEIF {0} > 1 AND {0} & {1} <> 0 AND marks & {1} = 0 THEN",
                             Field("OLD.", shape_.mark), shape_.note_bits()));
    text_.Line(MysqlClearNote(note) + ";");
  }
  text_.Close("END IF;");
  text_.Line(fmt::format("SET {} = marks;", Field("NEW.", shape_.mark)));
}

std::string CreateInsertTrigger(const TransformShape& shape, const RecipeContext& context) {
  return Trigger(shape, shape.insert_trigger, "BEFORE INSERT",
                 SyncWriter(shape, context).OnInsert());
}

std::string CreateUpdateTrigger(const TransformShape& shape, const RecipeContext& context) {
  return Trigger(shape, shape.update_trigger, "BEFORE UPDATE",
                 SyncWriter(shape, context).OnUpdate());
}

std::string CreateNoteTrigger(const TransformShape& shape) {
  CodeText text;
  text.Open(fmt::format("IF {} & {} <> 0 THEN", Field("NEW.", shape.mark), shape.note_bits()));
  text.Line(
      MysqlWriteNote(NoteOf(shape),
                     fmt::format("COALESCE(SUBSTRING_INDEX({}, ' ', 1), 'up')", shape.trouble),
                     fmt::format("COALESCE(SUBSTRING({0}, LOCATE(' ', {0}) + 1), 'the other "
                                 "version cannot hold this value')",
                                 shape.trouble)) +
      ";");
  text.Line(fmt::format("SET {} = NULL;", shape.trouble));
  text.Close("END IF;");
  return Trigger(shape, shape.note_trigger, "AFTER INSERT", text.text());
}

std::string DropTrigger(const TransformShape& shape, const std::string& trigger) {
  return "DROP TRIGGER " + Quote(QualifiedName{shape.table.schema, trigger});
}

namespace {

/// One argument of the agree function: a column of the old or of the new shape.
struct Argument {
  const Column* column;
  bool of_new;
};

std::vector<Argument> Arguments(const TransformShape& shape, const ShapedTransition& transition) {
  std::vector<Argument> arguments;
  for (const SourceColumn& source : transition.sources)
    arguments.push_back({&source.column, false});
  for (const std::string& name : transition.up_reads) {
    arguments.push_back({shape.OldColumn(name), false});
  }
  for (const TargetColumn& target : transition.targets) arguments.push_back({&target.column, true});
  for (const std::string& name : transition.down_reads) {
    arguments.push_back({shape.NewColumn(name), true});
  }
  return arguments;
}

std::string Parameter(std::size_t index) {
  return fmt::format("a{}", index);
}

std::map<std::string, std::string> Parameters(const std::vector<Argument>& arguments, bool of_new) {
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].of_new == of_new) {
      parameters[LowerName(arguments[i].column->name)] = Parameter(i);
    }
  }
  return parameters;
}

/// One direction: assigns each expression to a variable of the column's type, then compares.
void CompareBlock(CodeText& text, const std::vector<std::string>& sets,
                  const std::vector<std::string>& same, int bit) {
  text.Open("BEGIN");
  text.Line("DECLARE EXIT HANDLER FOR SQLEXCEPTION SET answer = answer;");
  for (const std::string& set : sets) text.Line(set);
  text.Line(fmt::format("IF {} THEN SET answer = answer | {}; END IF;",
                        JoinedBy(same, " AND ", "TRUE"), bit));
  text.Close("END;");
}

}  // namespace

std::string CreateAgreeFunction(const TransformShape& shape, const RecipeContext& context,
                                const ShapedTransition& transition) {
  const std::vector<Argument> arguments = Arguments(shape, transition);
  const auto old_names = Parameters(arguments, false), new_names = Parameters(arguments, true);
  const auto type_of = [&](const Column& column, bool of_new) {
    return of_new ? FullTypeClause(context.target, shape.new_table, column)
                  : FullTypeClause(context.current, shape.old_table, column);
  };
  std::vector<std::string> parameters, ups, up_same, downs, down_same;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    parameters.push_back(Parameter(i) + " " + type_of(*arguments[i].column, arguments[i].of_new));
  }
  CodeText text;
  text.Line("DECLARE answer INT DEFAULT 0;");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const TargetColumn& target = transition.targets[i];
    const std::string variable = UpVariable(transition, i);
    text.Line(fmt::format("DECLARE {} {};", variable, type_of(target.column, true)));
    ups.push_back(fmt::format("SET {} = ({});", variable, SubstituteColumns(target.up, old_names)));
    up_same.push_back(
        SameImage(target.column.type.sql, variable, new_names.at(LowerName(target.column.name))));
  }
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    const SourceColumn& source = transition.sources[i];
    if (source.down.empty()) continue;
    const std::string variable = DownVariable(transition, i);
    text.Line(fmt::format("DECLARE {} {};", variable, type_of(source.column, false)));
    downs.push_back(
        fmt::format("SET {} = ({});", variable, SubstituteColumns(source.down, new_names)));
    down_same.push_back(
        SameImage(source.column.type.sql, variable, old_names.at(LowerName(source.column.name))));
  }
  CompareBlock(text, ups, up_same, 1);
  CompareBlock(text, downs, down_same, 2);
  text.Line("RETURN answer;");
  return fmt::format("CREATE FUNCTION zdm.{}({}) RETURNS INT DETERMINISTIC NO SQL BEGIN{}END",
                     Quote(transition.agree), fmt::join(parameters, ", "), text.text());
}

std::string AgreeCall(const TransformShape& shape, const ShapedTransition& transition,
                      const std::string& row) {
  if (transition.plain) {
    const Column& target = transition.targets.at(0).column;
    return fmt::format("IF({}, 3, 0)", SameImage(target.type.sql, Field(row, target.name),
                                                 Field(row, transition.sources.at(0).column.name)));
  }
  std::vector<std::string> columns;
  for (const Argument& argument : Arguments(shape, transition)) {
    columns.push_back(Field(row, argument.column->name));
  }
  return fmt::format("zdm.{}({})", Quote(transition.agree), fmt::join(columns, ", "));
}

}  // namespace zdm::mysql
