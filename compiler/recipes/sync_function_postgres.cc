// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/sync_function_postgres.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

/// Writes the function of one table for one side of the switch.
class SyncWriter {
 public:
  SyncWriter(const TransformShape& shape, Side side)
      : shape_(shape), side_(side), old_(shape.OldNames(side)), new_(shape.NewNames(side)) {}

  std::string Write() {
    Declare();
    text_.Open("BEGIN");
    Origin();
    for (const ShapedTransition& transition : shape_.transitions) Transition(transition);
    for (const Check& check : shape_.loosened_checks) OldCheck(check);
    Finish();
    text_.Close("END");
    return text_.text();
  }

 private:
  bool before() const { return side_ == Side::kBefore; }

  std::string New(const std::string& column) const { return Field("NEW", column); }
  std::string Old(const std::string& column) const { return Field("OLD", column); }
  /// The physical columns of one side of a transition, as fields of `row`.
  std::vector<std::string> Sources(const ShapedTransition& transition,
                                   const std::string& row) const {
    std::vector<std::string> fields;
    for (const SourceColumn& source : transition.sources) {
      fields.push_back(Field(row, old_.at(source.column.name)));
    }
    return fields;
  }
  std::vector<std::string> Targets(const ShapedTransition& transition,
                                   const std::string& row) const {
    std::vector<std::string> fields;
    for (const TargetColumn& target : transition.targets) {
      fields.push_back(Field(row, new_.at(target.column.name)));
    }
    return fields;
  }
  /// What an expression reads besides the columns of its own transition.
  std::vector<std::string> Reads(const ShapedTransition& transition, const std::string& row) const {
    std::vector<std::string> fields;
    const auto add = [&](const std::string& physical) {
      const std::string field = Field(row, physical);
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    };
    for (const std::string& name : transition.up_reads) add(old_.at(name));
    for (const std::string& name : transition.down_reads) add(new_.at(name));
    return fields;
  }
  std::string Up(const TargetColumn& target, const std::string& row) const {
    return OverRow(target.up, old_, row);
  }
  std::string Down(const SourceColumn& source, const std::string& row) const {
    return OverRow(source.down, new_, row);
  }

  void Declare() {
    text_.Open("DECLARE");
    text_.Line("absent bigint := 0;");
    text_.Line("marks bigint := 1;");
    text_.Line("from_new boolean := " + std::string(before() ? "false" : "true") + ";");
    text_.Line("unfilled boolean := false;");
    for (const char* variable : {"way integer", "fits boolean", "trouble text", "direction text"}) {
      text_.Line(std::string(variable) + ";");
    }
    for (const ShapedTransition& transition : shape_.transitions) {
      text_.Line(fmt::format("went_down_{} boolean := false;", transition.number));
      for (std::size_t i = 0; i < transition.targets.size(); ++i) {
        text_.Line(UpVariable(transition, i) + " " + transition.targets[i].column.type.sql + ";");
      }
      for (std::size_t i = 0; i < transition.sources.size(); ++i) {
        text_.Line(DownVariable(transition, i) + " " + transition.sources[i].column.type.sql + ";");
      }
    }
    text_.Close("");
  }

  /// Where an INSERT came from, what was known about the row of an UPDATE.
  void Origin() {
    text_.Open("IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN");
    if (before()) InsertOrigin();
    text_.Middle("ELSE");
    const std::string mark = Old(shape_.mark);
    text_.Line("unfilled := " + Op(mark, "<=", "0") + ";");
    text_.Line("IF NOT unfilled THEN marks := " + mark + "; END IF;");
    if (before()) text_.Line("from_new := COALESCE(" + SaysNew() + ", false);");
    text_.Close("END IF;");
  }

  void InsertOrigin() {
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

  static std::string SaysNew() {
    return "pg_catalog.current_setting('zdm.version', true) OPERATOR(pg_catalog.=) 'new'";
  }

  void Transition(const ShapedTransition& transition) {
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

  void OnInsert(const ShapedTransition& transition) {
    if (!before()) {
      text_.Line("way := 2;");
      return;
    }
    const bool shadows_only = !transition.targets.empty() &&
                              std::all_of(transition.targets.begin(), transition.targets.end(),
                                          [](const auto& target) { return target.bit < 0; });
    if (shadows_only) {
      text_.Line("way := 1;");
      return;
    }
    text_.Open("IF from_new THEN");
    std::vector<std::string> given;
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0) continue;
      const std::string bit = Op(Op("absent", "&", Bit(target.bit)), "<>", "0");
      given.push_back("NOT " + bit);
      if (target.column.default_value) {
        text_.Line(fmt::format("IF {} THEN {} := {}; END IF;", bit, New(target.physical),
                               target.column.default_value->sql));
      }
    }
    text_.Line("way := 2;");
    NewColumnsWithoutSource(transition, given);
    const std::string old_given = OldGiven(transition);
    if (!old_given.empty()) {
      text_.Line(fmt::format("IF {} THEN way := {}; END IF;", old_given,
                             transition.targets.empty() ? 0 : 3));
    }
    text_.Middle("ELSE");
    text_.Line("way := 1;");
    text_.Close("END IF;");
  }

  /// A value of its own in a column that nobody can compute again: rollback asks about it.
  void NewColumnsWithoutSource(const ShapedTransition& transition,
                               const std::vector<std::string>& given) {
    if (!transition.sources.empty() || given.empty()) return;
    text_.Line(fmt::format("IF {} THEN marks := {}; END IF;", fmt::join(given, " OR "),
                           Op("marks", "|", Big(transition.lost_bit()))));
  }

  /// Whether the INSERT gave an old column beside new ones: what differs from what it would hold
  /// if left out. A default that is not a constant cannot be told from a value given.
  std::string OldGiven(const ShapedTransition& transition) const {
    std::vector<std::string> given;
    for (const SourceColumn& source : transition.sources) {
      if (source.down.empty()) continue;
      const std::string field = New(source.column.name);
      if (!source.column.default_value) {
        given.push_back(field + " IS NOT NULL");
      } else if (IsConstantDefault(source.column)) {
        given.push_back(Differs(
            {field}, {"(" + source.column.default_value->sql + ")::" + source.column.type.sql}));
      }
    }
    return fmt::format("{}", fmt::join(given, " OR "));
  }

  void OnUpdate(const ShapedTransition& transition) {
    const bool has_sources = !transition.sources.empty();
    const bool has_targets = !transition.targets.empty();
    const std::string old_changed =
        has_sources ? Differs(Sources(transition, "OLD"), Sources(transition, "NEW")) : "false";
    const std::string new_changed =
        has_targets ? Differs(Targets(transition, "OLD"), Targets(transition, "NEW")) : "false";
    const std::vector<std::string> reads = Reads(transition, "NEW");
    text_.Line("way := CASE");
    if (!before()) {
      text_.Line("  WHEN " + new_changed + " THEN 2");
      if (has_sources && has_targets) text_.Line("  WHEN " + old_changed + " THEN 4");
    } else {
      text_.Line(
          fmt::format("  WHEN {} THEN CASE WHEN {} THEN 3 ELSE 1 END", old_changed, new_changed));
      text_.Line("  WHEN " + new_changed + " THEN 2");
      text_.Line("  WHEN unfilled THEN 1");
    }
    if (has_sources && has_targets) {
      text_.Line("  WHEN " + Op(New(shape_.mark), "<>", Old(shape_.mark)) + " THEN 4");
      if (!reads.empty()) {
        text_.Line("  WHEN " + Differs(Reads(transition, "OLD"), reads) + " THEN 4");
      }
    }
    text_.Line("  ELSE 0 END;");
    if (before()) Prefill(transition);
    if (before()) NewDefaults(transition);
    if (!has_sources) {
      text_.Line(fmt::format("IF way OPERATOR(pg_catalog.=) 2 THEN marks := {}; END IF;",
                             Op("marks", "|", Big(transition.lost_bit()))));
    }
  }

  /// The new application changes a row that the backfill has not reached: what it leaves alone
  /// must have its value before `down` reads it.
  void Prefill(const ShapedTransition& transition) {
    if (transition.targets.size() < 2) return;
    text_.Open("IF unfilled AND way OPERATOR(pg_catalog.>=) 2 THEN");
    text_.Open("BEGIN");
    for (const TargetColumn& target : transition.targets) {
      const std::string physical = new_.at(target.column.name);
      text_.Line(fmt::format("IF {} IS NULL THEN {} := {}; END IF;", New(physical), New(physical),
                             Up(target, "OLD")));
    }
    text_.Middle("EXCEPTION WHEN OTHERS THEN");
    text_.Line("NULL;");
    text_.Close("END;");
    text_.Close("END IF;");
  }

  /// UPDATE .. SET new = DEFAULT.
  void NewDefaults(const ShapedTransition& transition) {
    for (const TargetColumn& target : transition.targets) {
      if (target.bit < 0 || !target.column.default_value) continue;
      const std::string set =
          fmt::format("COALESCE(NULLIF(pg_catalog.current_setting({}, true), ''), '0')::bigint",
                      Literal(shape_.setting));
      text_.Open(fmt::format("IF way OPERATOR(pg_catalog.>=) 2 AND {} IS NULL AND {} THEN",
                             New(target.physical), Op(Op(set, "&", Bit(target.bit)), "<>", "0")));
      text_.Line(New(target.physical) + " := " + target.column.default_value->sql + ";");
      text_.Line(
          fmt::format("PERFORM pg_catalog.set_config({}, '', true);", Literal(shape_.setting)));
      text_.Close("END IF;");
    }
  }

  /// Both sides are there: kept when they agree.
  void Compare(const ShapedTransition& transition) {
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

  void CompareUp(const ShapedTransition& transition) {
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

  void CompareDown(const ShapedTransition& transition) {
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

  void GoUp(const ShapedTransition& transition) {
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

  /// The old rule binds the old application as before, although the server no longer knows it.
  void OldNotNull(const ShapedTransition& transition) {
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

  void GoDown(const ShapedTransition& transition) {
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
    for (const auto& [field, variable] : assignments) text_.Line(field + " := " + variable + ";");
    if (!can_fail) return;
    text_.Middle("EXCEPTION WHEN OTHERS THEN");
    for (const auto& [field, variable] : assignments) text_.Line(field + " := NULL;");
    text_.Line("marks := " + Op("marks", "|", Big(transition.lost_bit())) + ";");
    text_.Line("direction := 'down'; trouble := SQLERRM;");
    text_.Close("END;");
  }

  /// A check of the old shape: it still binds old writes; what `down` made and it does not take is
  /// noted.
  void OldCheck(const Check& check) {
    std::vector<const ShapedTransition*> involved;
    for (const ShapedTransition& transition : shape_.transitions) {
      for (const SourceColumn& source : transition.sources) {
        const std::vector<std::string> columns = ColumnsOf(check.expression.sql);
        if (std::find(columns.begin(), columns.end(), source.column.name) == columns.end())
          continue;
        involved.push_back(&transition);
        break;
      }
    }
    std::vector<std::string> down;
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

  void Finish() {
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

  const TransformShape& shape_;
  Side side_;
  std::map<std::string, std::string> old_, new_;
  CodeText text_;
};

}  // namespace

std::string SyncFunctionSource(const TransformShape& shape, Side side) {
  return SyncWriter(shape, side).Write();
}

std::string CreateSyncFunction(const TransformShape& shape, Side side) {
  return fmt::format("CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS {}",
                     Quote(shape.function), Literal(SyncFunctionSource(shape, side)));
}

}  // namespace zdm::postgres
