// SPDX-License-Identifier: Apache-2.0
// A new table. Nobody uses it yet, so all that is its own comes with it in one transaction; its
// foreign keys come as AddForeignKey, since they lock tables that others use.
//
//   expand    1  CREATE SEQUENCE s; for each that a column of it owns
//                CREATE TABLE t (.., primary key, unique, checks)           none on what is there
//             2  CREATE INDEX i ON t (..); COMMENT ON ..                    in the same transaction
//   revert    1  ALTER TABLE t RENAME TO hidden                             ACCESS EXCLUSIVE on t
//             2  its rows are kept aside
//             3  DROP TABLE hidden                                          the same
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/postgres_constraints.h"
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/repeats.h"

namespace zdm {
namespace {

using namespace postgres;

/// The server takes two keys of one CREATE TABLE that say the same for one.
bool IsMerged(const Table& table, const Key& key) {
  if (table.primary_key && Repeats(*table.primary_key, key)) return true;
  return std::any_of(table.uniques.data(), &key,
                     [&](const Key& earlier) { return Repeats(earlier, key); });
}

std::string CreateSql(const Table& table) {
  std::vector<std::string> parts;
  for (const Column& column : table.columns) parts.push_back(ColumnClause(column));
  if (table.primary_key) parts.push_back(KeyClause(*table.primary_key, true));
  for (const Key& key : table.uniques) {
    if (!IsMerged(table, key)) parts.push_back(KeyClause(key, false));
  }
  for (const Check& check : table.checks) parts.push_back(CheckClause(check));
  return fmt::format("CREATE {}TABLE {} ({})", table.unlogged ? "UNLOGGED " : "", Quote(table.name),
                     fmt::join(parts, ", "));
}

Statements CreateStatements(const Table& table, const std::vector<Sequence>& sequences) {
  Statements statements;
  for (const Sequence& sequence : sequences) {
    for (std::string& sql : CreateSequenceStatements(sequence)) {
      statements.push_back(std::move(sql));
    }
  }
  statements.push_back(CreateSql(table));
  for (const Sequence& sequence : sequences) statements.push_back(OwnedBy(sequence));
  for (const Key& key : table.uniques) {
    if (!IsMerged(table, key)) continue;
    statements.push_back(
        fmt::format("ALTER TABLE {} ADD {}", Quote(table.name), KeyClause(key, false)));
  }
  const auto comment = [&](const std::string& object, const std::optional<std::string>& text) {
    if (text) statements.push_back(CommentOn(object, text));
  };
  for (const Index& index : table.indexes) {
    statements.push_back(CreateIndex(table.name, index, Build::kPlain));
    comment("INDEX " + Quote(IndexName(table.name, index.name)), index.comment);
  }
  comment("TABLE " + Quote(table.name), table.comment);
  for (const Column& column : table.columns) {
    for (std::string& sql : ColumnProperties(table.name, column.name, column)) {
      statements.push_back(std::move(sql));
    }
  }
  if (table.primary_key) {
    comment(ConstraintForComment(table.name, table.primary_key->name), table.primary_key->comment);
  }
  for (const Key& key : table.uniques) {
    comment(ConstraintForComment(table.name, key.name), key.comment);
  }
  for (const Check& check : table.checks) {
    comment(ConstraintForComment(table.name, check.name), check.comment);
  }
  return statements;
}

/// The table and all that comes with it: absent at the start, there after the step.
void Expect(const Table& table, const std::vector<Sequence>& sequences, Recipe& recipe,
            std::vector<Effect>& effects) {
  const auto appears = [&](Question question, std::string answer) {
    effects.push_back({question.object, std::move(answer)});
    recipe.questions.push_back(std::move(question));
  };
  appears(AskTable(table.name), AnswerTable(table));
  for (const Sequence& sequence : sequences) {
    appears(AskSequence(sequence.name), AnswerSequence(sequence));
  }
  for (const Column& column : table.columns) {
    for (Question& question : AskColumnAbsent(table.name, column.name)) {
      recipe.questions.push_back(std::move(question));
    }
    for (Effect& effect : ColumnAppears(table.name, column)) effects.push_back(std::move(effect));
  }
  if (table.primary_key) {
    appears(AskConstraint(table.name, table.primary_key->name),
            AnswerKey(*table.primary_key, true));
  }
  for (const Key& key : table.uniques) {
    appears(AskConstraint(table.name, key.name), AnswerKey(key, false));
  }
  for (const Check& check : table.checks) {
    appears(AskConstraint(table.name, check.name), AnswerCheck(check));
  }
  for (const Index& index : table.indexes) {
    appears(AskIndex(IndexName(table.name, index.name)), AnswerIndex(index, table.name));
  }
}

std::vector<Operation> Revert(const RecipeContext& context, const Table& table) {
  const QualifiedName hidden{table.name.schema,
                             DerivedName(context, "dropped", Display(table.name))};
  return {Short({Taken(table.name, kAccessExclusive)},
                {"ALTER TABLE " + Quote(table.name) + " RENAME TO " + Quote(hidden.name)},
                Absent(AskTable(table.name))),
          KeepAside(AllRows(table, hidden)),
          Short({Taken(hidden, kAccessExclusive)}, {"DROP TABLE " + Quote(hidden)},
                Absent(AskTable(hidden)))};
}

}  // namespace

Recipe PostgresRecipes::operator()(const CreateTable& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name);
  const std::vector<Sequence> sequences = SequencesOf(context, table.name);
  Recipe recipe;
  DraftStep step =
      NewStep(*this, Phase::kExpand, "create-table-" + object, "create table " + object,
              Short({}, CreateStatements(table, sequences),
                    Answers(AskTable(table.name), AnswerTable(table))));
  Expect(table, sequences, recipe, step.effects);
  step.step.needs = {SchemaResource(table.name.schema)};
  step.step.provides = {TableResource(table.name)};
  for (const Sequence& sequence : sequences) {
    step.step.provides.push_back(SequenceResource(sequence.name));
  }
  for (const Column& column : table.columns) {
    step.step.provides.push_back(ColumnResource(table.name, column.name));
  }
  if (table.primary_key) {
    step.step.provides.push_back(ConstraintResource(table.name, table.primary_key->name));
  }
  for (const Key& key : table.uniques) {
    step.step.provides.push_back(ConstraintResource(table.name, key.name));
  }
  for (const Index& index : table.indexes) {
    step.step.provides.push_back(IndexResource(IndexName(table.name, index.name)));
  }
  step.step.losses = {{AllRows(table, table.name), {step.step.id, ""}}};
  step.step.revert = Revert(context, table);
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
