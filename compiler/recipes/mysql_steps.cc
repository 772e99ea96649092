// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm::mysql {
namespace {

bool Builds(Alter alter) {
  return alter == Alter::kAddIndex || alter == Alter::kAddPrimaryKey ||
         alter == Alter::kChangeIndexedCollation;
}

bool IsLong(Form form, const std::vector<Alter>& alters) {
  return form == Form::kRebuild || std::any_of(alters.begin(), alters.end(), Builds);
}

Operation Run(LockPolicy policy, std::vector<TableLock> locks, Statements statements, Probe done) {
  RunSql run;
  run.policy = policy;
  run.locks = std::move(locks);
  run.statements = std::move(statements);
  return {std::move(run), std::move(done)};
}

}  // namespace

TableLock Exclusive(const QualifiedName& table) {
  return {Display(table), "", "EXCLUSIVE"};
}

Dialect DialectOf(const MysqlRecipes& recipes) {
  return recipes.context.current.dialect;
}

Operation Short(std::vector<TableLock> locks, Statements statements, Probe done) {
  return Run(LockPolicy::kShort, std::move(locks), std::move(statements), std::move(done));
}

Operation Concurrently(std::vector<TableLock> locks, Statements statements, Probe done) {
  return Run(LockPolicy::kConcurrent, std::move(locks), std::move(statements), std::move(done));
}

Operation Asserted(const MysqlRecipes& recipes, const Alteration& alteration, Probe done) {
  const Dialect dialect = DialectOf(recipes);
  const TableTraits traits = TraitsOf(alteration.table);
  const Form form = Weakest(alteration.alters, dialect, traits);
  if (form == Form::kBlocking) {
    for (const Alter alter : alteration.alters) {
      if (FormOf(alter, dialect, traits) != Form::kBlocking) continue;
      NeedsShadowTable(recipes, alteration.table.name, std::string(WordsOf(alter)));
      break;
    }
  }
  std::string statement =
      fmt::format("{}{}{}", AlterTable(alteration.table.name), fmt::join(alteration.clauses, ", "),
                  Assertion(form, dialect));
  const LockPolicy policy =
      IsLong(form, alteration.alters) ? LockPolicy::kConcurrent : LockPolicy::kShort;
  return Run(policy, {Exclusive(alteration.table.name)}, {std::move(statement)}, std::move(done));
}

Work WorkOf(const MysqlRecipes& recipes, const Alteration& alteration) {
  const Form form = Weakest(alteration.alters, DialectOf(recipes), TraitsOf(alteration.table));
  if (form == Form::kRebuild) return Work::kRewrite;
  return IsLong(form, alteration.alters) ? Work::kScan : Work::kMetadata;
}

void NeedsShadowTable(const MysqlRecipes& recipes, const QualifiedName& table,
                      const std::string& what) {
  const std::string text = fmt::format(
      "{} in `{}` needs a shadow table: this server does it only by copying the table while all "
      "writes wait",
      what, Display(table));
  // The way there and the way back are refused for one reason.
  for (const Diagnostic& known : recipes.context.diagnostics.all()) {
    if (known.text == text) return;
  }
  recipes.context.diagnostics.Error(codes::kShadowTable, recipes.origin, text)
      .notes.push_back({SourceSpan(),
                        "zdm cannot do this yet; leave it out of this plan, or do it in a "
                        "maintenance window and import the result"});
}

std::string Modify(const MysqlRecipes& recipes, const Table& table, const Column& column) {
  return "MODIFY COLUMN " + ColumnClause(DialectOf(recipes), table, column);
}

std::string SetDefault(const MysqlRecipes& recipes, const Table& table, const Column& column) {
  const std::string type = LowerName(column.type.sql);
  const bool large = type.find("text") != std::string::npos ||
                     type.find("blob") != std::string::npos || type == "json";
  if (large || column.on_update) return Modify(recipes, table, column);
  std::string value = " DROP DEFAULT";
  if (column.default_value) {
    value = " SET DEFAULT " + DefaultText(column);
  } else if (!column.not_null) {
    value = " SET DEFAULT NULL";  // MySQL tells it from none
  }
  return "ALTER COLUMN " + Quote(column.name) + value;
}

DraftStep NewStep(const MysqlRecipes& recipes, Phase phase, std::string words, std::string summary,
                  Operation apply, std::vector<TableLock> further) {
  return zdm::NewStep(recipes.context, recipes.origin, phase, std::move(words), std::move(summary),
                      std::move(apply), std::move(further));
}

Question AskCurrentTable(const RecipeContext& context, const QualifiedName& table) {
  return Asked(AskTable(table), context.current.FindTable(table) == nullptr ? "" : AnswerTable());
}

std::string ZeroOf(const std::string& type) {
  const std::string lower = LowerName(type);
  if (lower.starts_with("enum(")) {
    const std::size_t end = lower.find("',");
    return type.substr(5, (end == std::string::npos ? type.rfind('\'') : end) - 4);
  }
  if (lower.starts_with("datetime") || lower.starts_with("timestamp")) {
    return "'1970-01-02 00:00:01'";
  }
  if (lower == "date") return "'1970-01-02'";
  if (lower.starts_with("time")) return "'00:00:00'";
  if (lower.starts_with("year")) return "1970";
  if (lower == "json") return "'null'";
  if (lower == "uuid") return "'00000000-0000-0000-0000-000000000000'";
  if (lower.starts_with("inet")) return lower == "inet4" ? "'0.0.0.0'" : "'::'";
  if (lower.starts_with("bit")) return "b'0'";
  for (const char* number : {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal",
                             "float", "double", "boolean"}) {
    if (lower.starts_with(number)) return "0";
  }
  return "''";
}

QualifiedName ParkedTable(const RecipeContext& context, const QualifiedName& table) {
  return {"zdm_trash", ParkedName(context, table)};
}

std::string ParkTableWords(const QualifiedName& table) {
  return "park-table-" + Display(table);
}

}  // namespace zdm::mysql
