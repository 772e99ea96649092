// SPDX-License-Identifier: Apache-2.0
// A wider type, for which the server changes its catalog only: at expand, since every value of the
// old application is one of the new type.
//
//   expand    1  nothing outside the files depends on the column
//             2  ALTER TABLE t ALTER COLUMN c TYPE wider             ACCESS EXCLUSIVE, short, on t
//                                                                    and on the other side of its
//                                                                    foreign keys
//   migrate   3  ANALYZE t (c)                                       SHARE UPDATE EXCLUSIVE
//   revert    1  rows that the old type cannot hold are looked for before anything changes
//             2  ADD CONSTRAINT k CHECK (fits) NOT VALID             ACCESS EXCLUSIVE, short
//             3  what a cast shortens is kept aside
//             4  DROP CONSTRAINT k; ALTER COLUMN c TYPE narrower     ACCESS EXCLUSIVE, short, of a
//                                                                    small table
//             5  in a larger one c stays wide, which the old application does not see, and DROP
//                CONSTRAINT k
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_dependents.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/postgres_replay.h"
#include "compiler/schema/postgres_type_changes.h"

namespace zdm {

using namespace postgres;

namespace {

/// What is written anew, with its indexes, well within the time of work under a lock.
constexpr int kSmallTableBytes = 1 << 20;

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class TypeRecipe {
 public:
  TypeRecipe(const PostgresRecipes& recipes, const ChangeColumnType& change)
      : recipes_(recipes),
        change_(change),
        table_(change.old_table.name),
        column_(change.old_column.name),
        object_(Display(table_, column_)),
        narrowing_(NarrowPostgresType(change.new_column.type.sql, change.old_column.type.sql,
                                      Quote(column_))) {
    fits_.name = DerivedName(recipes.context, "fits", object_);
    fits_.expression.sql = Condition();
    fits_.expression.judged = true;
  }

  Recipe Write() {
    recipe_.questions = {AskCurrentTable(recipes_.context, table_),
                         Asked(AskColumn(table_, column_), AnswerColumn(change_.old_column)),
                         Asked(AskDefault(table_, column_), AnswerDefault(change_.old_column))};
    for (const TableLock& lock : Locks()) Ask(lock);
    if (!IsFree()) {
      recipe_.leftovers = {MayStay(AskColumn(table_, column_), AnswerColumn(change_.new_column),
                                   AnswerColumn(change_.old_column))};
    }
    AddLook();
    AddWiden();
    AddAnalyze();
    return std::move(recipe_);
  }

 private:
  /// Of the old type, by one cast or none.
  std::string Condition() const {
    if (narrowing_.rounded.empty()) return narrowing_.fits;
    if (narrowing_.fits.empty()) return narrowing_.rounded;
    return "(" + narrowing_.fits + " AND " + narrowing_.rounded + ")";
  }

  /// The server locks both sides of a foreign key; referenced tables come first.
  std::vector<TableLock> Locks() const {
    std::vector<TableLock> locks;
    const auto add = [&](const QualifiedName& table) {
      const TableLock lock = Taken(table, kAccessExclusive);
      if (std::find(locks.begin(), locks.end(), lock) == locks.end()) locks.push_back(lock);
    };
    for (const ForeignKey& key : change_.old_table.foreign_keys) {
      if (Holds(key.columns, column_)) add(key.references);
    }
    add(table_);
    for (const Table& child : recipes_.context.current.tables) {
      for (const ForeignKey& key : child.foreign_keys) {
        if (key.references == table_ && Holds(key.referenced_columns, column_)) add(child.name);
      }
    }
    return locks;
  }

  void Ask(const TableLock& lock) {
    for (const Table& table : recipes_.context.current.tables) {
      if (table.name == table_ || Display(table.name) != lock.object) continue;
      recipe_.questions.push_back(Asked(AskTable(table.name), AnswerTable(table)));
    }
  }

  std::string Alter(const Column& column, const std::string& conversion) const {
    const std::string name = "ALTER COLUMN " + Quote(column_) + " ";
    std::vector<std::string> clauses{
        name + "TYPE " + column.type.sql +
        (column.collation ? " COLLATE " + QuoteVisible(*column.collation) : "") + conversion};
    if (column.default_value) {
      clauses.push_back(name + "SET DEFAULT " + Replayable(column.default_value->sql));
    }
    if (column.storage) clauses.push_back(name + "SET STORAGE " + *column.storage);
    if (column.compression) clauses.push_back(name + "SET COMPRESSION " + *column.compression);
    return fmt::format("ALTER TABLE {} {}", Quote(table_), fmt::join(clauses, ", "));
  }

  void AddLook() {
    DraftStep look =
        NewStep(recipes_, Phase::kExpand, "nothing-depends-on-" + object_,
                "nothing outside the files depends on " + object_,
                NothingDepends("the server cannot change the type of " + object_ + " under these",
                               DependentsOfType(table_, column_)));
    look.stage = Stage::kFirst;
    recipe_.steps.push_back(std::move(look));
  }

  void AddWiden() {
    const Column& wide = change_.new_column;
    DraftStep step = NewStep(
        recipes_, Phase::kExpand, "widen-" + object_, object_ + " becomes " + wide.type.sql,
        Short(Locks(), {Alter(wide, "")}, Answers(AskColumn(table_, column_), AnswerColumn(wide))));
    step.step.needs = {TableResource(table_), ColumnResource(table_, column_)};
    step.step.provides = {"type:" + object_};
    step.effects = {{AskColumn(table_, column_).object, AnswerColumn(wide)},
                    {AskDefault(table_, column_).object, AnswerDefault(wide)}};
    step.step.hazards.push_back(Needs(
        codes::kTypeWidens, object_,
        fmt::format("the column becomes {}, and was {}: prepared statements that return it "
                    "fail once with 0A000 until they are prepared again{}",
                    wide.type.sql, change_.old_column.type.sql,
                    IsFree() ? ""
                             : ", and as the way back writes the table anew, `zdm rollback` "
                               "leaves the column as wide as it is where that is over 1 MB")));
    AddRevert(step.step);
    recipe_.steps.push_back(std::move(step));
  }

  RowQuery Misfits(const std::string& summary, const std::string& condition) const {
    return RowsWhere(change_.old_table, summary, "NOT " + condition, {column_});
  }

  void AddRevert(Step& step) {
    const std::string& narrow = change_.old_column.type.sql;
    const Window window{step.id, ""};
    if (!narrowing_.fits.empty()) {
      const RowQuery rows =
          Misfits("rows whose " + Display(column_) + " is no " + narrow, narrowing_.fits);
      step.losses.push_back({rows, window});
      step.revert.push_back(Refuse(rows,
                                   "write a value that the old type holds and run `zdm rollback` "
                                   "again"));
    }
    if (!narrowing_.rounded.empty()) {
      const RowQuery rows = Misfits(
          "rows whose " + Display(column_) + " " + narrow + " would shorten", narrowing_.rounded);
      step.losses.push_back({rows, window});
      step.revert.push_back(Bind());
      step.revert.push_back(KeepAside(rows));
    } else if (!narrowing_.fits.empty()) {
      step.revert.push_back(Bind());
    }
    if (!narrowing_.fits.empty()) step.revert.push_back(step.revert.front());
    step.revert.push_back(Narrow());
    if (!IsFree()) {
      step.revert.push_back(Report(
          TooLarge(),
          "the old application works on with it; to have it narrow again, run in a quiet moment: " +
              Alter(change_.old_column, Conversion())));
    }
    // Who narrowed the column by hand, or left it wide, left the check.
    if (!Condition().empty()) step.revert.push_back(DropConstraint(table_, fits_.name));
  }

  /// From here on nobody writes what the old type cannot hold.
  Operation Bind() const {
    return Short({Taken(table_, kAccessExclusive)},
                 {"ALTER TABLE " + Quote(table_) + " ADD " + CheckClause(fits_) + " NOT VALID"},
                 Probe{fmt::format("SELECT count(*)::text FROM pg_constraint WHERE conrelid = "
                                   "to_regclass({}) AND conname = {}",
                                   Literal(Quote(table_)), Literal(fits_.name)),
                       "1"});
  }

  /// Between varchar and text no row is written in either direction.
  bool IsFree() const {
    return WidensPostgresType(change_.new_column.type.sql, change_.old_column.type.sql);
  }

  std::string Conversion() const {
    return IsFree() ? "" : " USING " + Quote(column_) + "::" + change_.old_column.type.sql;
  }

  Operation Narrow() const {
    const Column& narrow = change_.old_column;
    Statements statements;
    if (!Condition().empty()) {
      statements.push_back("ALTER TABLE " + Quote(table_) + " DROP CONSTRAINT " +
                           Quote(fits_.name));
    }
    statements.push_back(Alter(narrow, Conversion()));
    Probe done = Answers(AskColumn(table_, column_), AnswerColumn(narrow));
    if (!IsFree()) {
      done.query = fmt::format("SELECT CASE WHEN EXISTS ({}) THEN {} ELSE ({}) END",
                               TooLarge().query, Literal(done.expected), done.query);
    }
    return Short(Locks(), statements, done);
  }

  /// The table as a whole, of which every row would be written.
  RowQuery TooLarge() const {
    const Column& narrow = change_.old_column;
    return {"the catalog",
            fmt::format("{} stays {}, since for {} its table, of more than 1 MB, would be written "
                        "anew under a lock",
                        object_, change_.new_column.type.sql, narrow.type.sql),
            fmt::format("SELECT {}, pg_size_pretty(pg_total_relation_size(a.attrelid)) FROM "
                        "pg_attribute AS a WHERE a.attrelid = to_regclass({}) AND a.attname = {} "
                        "AND format_type(a.atttypid, a.atttypmod) <> {} AND "
                        "pg_total_relation_size(a.attrelid) > {}",
                        Literal(Display(table_)), Literal(Quote(table_)), Literal(column_),
                        Literal(narrow.type.sql), kSmallTableBytes)};
  }

  void AddAnalyze() {
    DraftStep step = NewStep(
        recipes_, Phase::kMigrate, "analyze-" + object_, "collect the statistics of " + object_,
        Patient({"ANALYZE " + Quote(table_) + " (" + Quote(column_) + ")"}, std::nullopt),
        {Declared(table_, kShareUpdateExclusive)});
    step.step.needs = {"type:" + object_};
    step.step.work = Work::kScan;
    recipe_.steps.push_back(std::move(step));
  }

  const PostgresRecipes& recipes_;
  const ChangeColumnType& change_;
  const QualifiedName& table_;
  const std::string& column_;
  std::string object_;
  PostgresNarrowing narrowing_;
  Check fits_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const ChangeColumnType& change) const {
  return TypeRecipe(*this, change).Write();
}

}  // namespace zdm
