// SPDX-License-Identifier: Apache-2.0
// Labels of an enum. A label that is added cannot be used before its transaction commits, so it has
// a step of its own before all that uses it; no server takes one away again, so its undoing makes
// the type anew and rewrites the columns that are of it. Where that would take long, or more than
// these columns stands on the type, the label stays and no row has it.
//
//   expand    1  ALTER TYPE e ADD VALUE 'x' AFTER 'w'           no lock on any table
//   contract  2  ALTER TYPE e RENAME VALUE 'a' TO 'b'           no lock on any table
//   revert    2  RENAME VALUE 'b' TO 'a'
//   revert    1  no row has the label
//             1  where nothing but columns of small tables is of the type: ALTER TYPE e RENAME TO
//             hidden; CREATE TYPE e AS ENUM (..); for each table that has
//                it: ALTER COLUMN c TYPE e USING c::text::e, its checks and indexes that name the
//                column beside it; DROP TYPE hidden             ACCESS EXCLUSIVE on these, short
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_replay.h"

namespace zdm {
namespace {

using namespace postgres;

/// What is rewritten while others wait is no larger: some 20 ms of work.
constexpr int kMostBytes = 1024 * 1024;

/// A table with columns of the enum, or of arrays of it.
struct User {
  const Table* table;
  std::vector<const Column*> columns;
};

class EnumChange {
 public:
  EnumChange(const PostgresRecipes& recipes, const ChangeEnum& change)
      : recipes_(recipes),
        old_(change.old_type),
        new_(change.new_type),
        shown_(Display(change.new_type.name)),
        type_(Quote(change.new_type.name)),
        question_(AskType(change.new_type.name)) {
    grown_ = new_;
    for (EnumLabel& label : grown_.labels) {
      if (old_.Has(label.text)) continue;
      if (label.renamed_from && old_.Has(label.renamed_from->name)) {
        renames_.emplace_back(label.renamed_from->name, label.text);
        label.text = label.renamed_from->name;
      } else {
        added_.push_back(label.text);
      }
    }
    for (const Table& table : recipes.context.current.tables) {
      User user{&table, {}};
      for (const Column& column : table.columns) {
        if (column.type.sql == type_ || column.type.sql == type_ + "[]") {
          user.columns.push_back(&column);
        }
      }
      if (!user.columns.empty()) users_.push_back(std::move(user));
    }
  }

  Recipe Make() {
    recipe_.questions = {Asked(question_, AnswerType(old_))};
    if (!added_.empty()) Add();
    if (!renames_.empty()) Rename();
    return std::move(recipe_);
  }

 private:
  void Add() {
    Statements statements;
    for (std::size_t i = 0; i < grown_.labels.size(); ++i) {
      const std::string& label = grown_.labels[i].text;
      if (old_.Has(label)) continue;
      std::string place;
      if (i > 0) {
        place = " AFTER " + Literal(grown_.labels[i - 1].text);
      } else if (!old_.labels.empty()) {
        place = " BEFORE " + Literal(old_.labels.front().text);
      }
      statements.push_back("ALTER TYPE " + type_ + " ADD VALUE " + Literal(label) + place);
    }
    DraftStep step =
        NewStep(recipes_, Phase::kExpand, "add-labels-to-" + shown_,
                "add to enum " + shown_ + " " + Labels(),
                Patient(std::move(statements), Answers(question_, AnswerType(grown_))));
    step.stage = Stage::kFirst;
    step.step.provides = {TypeResource(new_.name)};
    step.effects = {{question_.object, AnswerType(grown_)}};
    recipe_.leftovers = {MayStay(question_, AnswerType(grown_), AnswerType(old_))};
    for (const User& user : users_) {
      for (const Column* column : user.columns) {
        const RowQuery rows = RowsWith(*user.table, *column);
        step.step.losses.push_back({rows, {step.step.id, ""}});
        step.step.revert.push_back(
            Refuse(rows,
                   "give these rows a label that the old version has, and run `zdm "
                   "rollback` again"));
      }
    }
    Probe done = Answers(question_, AnswerType(old_));
    done.query = fmt::format("SELECT CASE WHEN EXISTS ({}) THEN {} ELSE ({}) END", InTheWay(),
                             Literal(done.expected), done.query);
    step.step.revert.push_back(Short(Locks(), TakeBack(), done));
    step.step.revert.push_back(Report(
        {"the catalog",
         fmt::format("enum {} keeps {}, which no row has, since without it this would have "
                     "to be written anew",
                     shown_, Labels()),
         fmt::format("SELECT w.what, NULL::text FROM ({}) AS w (what)", InTheWay())},
        "the old application works on with it; name it in the files that you compile from now on"));
    recipe_.notices.push_back(Price());
    recipe_.steps.push_back(std::move(step));
  }

  std::string Labels() const {
    std::vector<std::string> labels;
    for (const std::string& label : added_) labels.push_back(Literal(label));
    return fmt::format("{}", fmt::join(labels, ", "));
  }

  std::string Price() const {
    std::vector<std::string> tables;
    for (const User& user : users_) tables.push_back(Display(user.table->name));
    const std::string what =
        tables.empty() ? "makes the type anew"
                       : fmt::format(
                             "makes the type anew and rewrites {}, so that prepared statements "
                             "that return a column of it fail once, or leaves the label while one "
                             "of them is larger than 1 MB",
                             fmt::join(tables, ", "));
    return fmt::format(
        "a server cannot take a label of an enum back: rolling back the adding of {} to {} {}",
        Labels(), shown_, what);
  }

  /// Compared as text: the label may be gone again by then.
  RowQuery RowsWith(const Table& table, const Column& column) const {
    const std::string name = Quote(column.name);
    const bool array = column.type.sql.ends_with("[]");
    return RowsWhere(table, "rows with a label of " + shown_ + " that the old version lacks",
                     array ? fmt::format("{}::text[] && ARRAY[{}]", name, Labels())
                           : fmt::format("{}::text IN ({})", name, Labels()),
                     {column.name});
  }

  std::vector<TableLock> Locks() const {
    std::vector<TableLock> locks;
    for (const User& user : users_) locks.push_back(Taken(user.table->name, kAccessExclusive));
    return locks;
  }

  bool IsUsers(const User& user, const std::string& column) const {
    return std::any_of(user.columns.begin(), user.columns.end(),
                       [&](const Column* own) { return own->name == column; });
  }

  bool Names(const User& user, const std::string& sql) const {
    const std::vector<std::string> columns = ColumnsOf(sql);
    return std::any_of(columns.begin(), columns.end(),
                       [&](const std::string& column) { return IsUsers(user, column); });
  }

  /// An index with an expression or predicate over the column, which the server cannot carry.
  bool Names(const User& user, const Index& index) const {
    if (index.where && Names(user, index.where->sql)) return true;
    return std::any_of(index.elements.begin(), index.elements.end(), [&](const auto& element) {
      return element.expression && Names(user, element.expression->sql);
    });
  }

  Statements TakeBack() const {
    const QualifiedName hidden{new_.name.schema, DerivedName(recipes_.context, "labels", shown_)};
    Statements statements{"ALTER TYPE " + type_ + " RENAME TO " + Quote(hidden.name)};
    for (std::string& sql : CreateTypeStatements(old_)) statements.push_back(std::move(sql));
    if (!old_.owner.empty()) {
      statements.push_back(fmt::format("ALTER TYPE {} OWNER TO {}", type_, Quote(old_.owner)));
    }
    for (const User& user : users_) Rewrite(user, statements);
    statements.push_back("DROP TYPE " + Quote(hidden));
    return statements;
  }

  void Rewrite(const User& user, Statements& statements) const {
    const Table& table = *user.table;
    const std::string alter = "ALTER TABLE " + Quote(table.name) + " ";
    Statements again;
    for (const Check& check : table.checks) {
      if (!Names(user, check.expression.sql)) continue;
      statements.push_back(alter + "DROP CONSTRAINT " + Quote(check.name));
      again.push_back(alter + "ADD " + CheckClause(check) + (check.validated ? "" : " NOT VALID"));
      if (check.comment) {
        again.push_back(CommentOn(ConstraintForComment(table.name, check.name), check.comment));
      }
    }
    for (const Index& index : table.indexes) {
      if (!Names(user, index)) continue;
      const std::string name = Quote(QualifiedName{table.name.schema, index.name});
      statements.push_back("DROP INDEX " + name);
      again.push_back(CreateIndex(table.name, index, Build::kPlain));
      if (index.comment) again.push_back(CommentOn("INDEX " + name, index.comment));
    }
    std::vector<std::string> actions;
    for (const Column* column : user.columns) {
      const std::string alter_column = "ALTER COLUMN " + Quote(column->name);
      if (column->default_value) actions.push_back(alter_column + " DROP DEFAULT");
      const bool array = column->type.sql.ends_with("[]");
      actions.push_back(fmt::format("{} TYPE {} USING {}::text{}::{}", alter_column,
                                    column->type.sql, Quote(column->name), array ? "[]" : "",
                                    column->type.sql));
      if (column->default_value) {
        actions.push_back(alter_column + " SET DEFAULT " + Replayable(column->default_value->sql));
      }
    }
    statements.push_back(alter + fmt::format("{}", fmt::join(actions, ", ")));
    for (std::string& sql : again) statements.push_back(std::move(sql));
  }

  /// What no short transaction could write anew, while a new label is there.
  std::string InTheWay() const {
    std::vector<std::string> tables{"NULL"}, columns{"(NULL::regclass, NULL)"};
    for (const User& user : users_) {
      const std::string table = "to_regclass(" + Literal(Quote(user.table->name)) + ")";
      tables.push_back(table);
      for (const Column* column : user.columns) {
        columns.push_back(fmt::format("({}, {})", table, Literal(column->name)));
      }
    }
    return fmt::format(
        "SELECT found.what FROM (SELECT format('table %s, of more than 1 MB', c.oid::"
        "regclass) FROM pg_class AS c WHERE c.oid IN ({0}) AND pg_table_size(c.oid) > {1} UNION "
        "{2} UNION SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend AS d "
        "JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE "
        "d.refclassid = 'pg_class'::regclass AND (a.attrelid, a.attname) IN (SELECT u.t, u.n FROM "
        "(VALUES {3}) AS u (t, n)) AND (d.classid IN ('pg_rewrite'::regclass, "
        "'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_proc'::regclass) OR (d.classid = "
        "'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM pg_constraint WHERE contype = "
        "'f')) OR (d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n'))) AS found (what) WHERE "
        "EXISTS (SELECT FROM pg_enum AS l WHERE l.enumtypid = to_regtype({4}) AND l.enumlabel IN "
        "({5}))",
        fmt::join(tables, ", "), kMostBytes, DependentsOfType(recipes_.context, new_.name),
        fmt::join(columns, ", "), Literal(type_), Labels());
  }

  void Rename() {
    Statements there, back;
    for (const auto& [from, to] : renames_) {
      const std::string alter = "ALTER TYPE " + type_ + " RENAME VALUE ";
      there.push_back(alter + Literal(from) + " TO " + Literal(to));
      back.push_back(alter + Literal(to) + " TO " + Literal(from));
    }
    DraftStep step = NewStep(recipes_, Phase::kContract, "rename-labels-of-" + shown_,
                             "rename labels of enum " + shown_,
                             Short({}, std::move(there), Answers(question_, AnswerType(new_))));
    step.stage = Stage::kLast;
    step.step.revert = {Short({}, std::move(back), Answers(question_, AnswerType(grown_)))};
    for (const auto& [from, to] : renames_) {
      step.step.hazards.push_back(
          Needs(codes::kLabelRenamed, shown_,
                fmt::format("label {} is {} from contract on: before it nobody can write the new "
                            "name, after it nobody the old one",
                            Literal(from), Literal(to))));
    }
    step.effects = {{question_.object, AnswerType(new_)}};
    recipe_.steps.push_back(std::move(step));
  }

  const PostgresRecipes& recipes_;
  const EnumType& old_;
  const EnumType& new_;
  EnumType grown_;  ///< with the new labels, the others under their old names
  std::string shown_, type_;
  Question question_;
  std::vector<std::string> added_;
  std::vector<std::pair<std::string, std::string>> renames_;
  std::vector<User> users_;
  Recipe recipe_;
};

}  // namespace

Recipe PostgresRecipes::operator()(const ChangeEnum& change) const {
  return EnumChange(*this, change).Make();
}

}  // namespace zdm
