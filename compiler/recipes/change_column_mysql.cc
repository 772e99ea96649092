// SPDX-License-Identifier: Apache-2.0
// What a column is changes in place, where the server does it while writes flow: type, charset and
// collation at expand (they only widen), the rest at contract, since it belongs to the version that
// works.
//
//   1  MODIFY COLUMN c ..                   in the form of the operation table
//   revert: MODIFY COLUMN c .. as it was    the same; a type that was widened comes back by copying
//                                           the table, which the plan names as the price
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_rows.h"
#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {
namespace {

using namespace mysql;

/// N of `varchar(N)`.
std::optional<int> VarcharLength(const std::string& type) {
  const std::string lower = LowerName(type);
  if (!lower.starts_with("varchar(")) return std::nullopt;
  return std::atoi(lower.c_str() + 8);
}

std::string CharsetOf(const RecipeContext& context, const Schema& schema, const Table& table,
                      const Column& column) {
  const std::string clause = FullTypeClause(schema, table, column);
  const std::size_t at = clause.find(" CHARACTER SET ");
  if (at == std::string::npos) return context.current.dialect == Dialect::kMysql ? "utf8mb4" : "";
  const std::size_t begin = at + 15;
  return clause.substr(begin, clause.find(' ', begin) - begin);
}

int BytesOfCharacter(const std::string& charset) {
  if (charset == "utf8mb3" || charset == "utf8") return 3;
  if (charset == "latin1" || charset == "ascii" || charset == "binary") return 1;
  return 4;
}

bool IsIndexed(const Table& table, const std::string& column) {
  const auto holds = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), column) != names.end();
  };
  if (table.primary_key && holds(table.primary_key->columns)) return true;
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
    return std::any_of(index.elements.begin(), index.elements.end(), [&](const auto& element) {
      return element.column ? *element.column == column
                            : !ColumnsIn(table, element.expression->sql).empty();
    });
  });
}

/// Members are only appended, and their number takes the same bytes.
bool AppendsMembers(const std::string& before, const std::string& after) {
  if (before.size() < 6 || before.back() != ')') return false;
  const std::string kept = before.substr(0, before.size() - 1);
  if (!after.starts_with(kept + ",")) return false;
  const auto count = [](const std::string& type) {
    return std::count(type.begin(), type.end(), ',') + 1;
  };
  if (LowerName(before).starts_with("set("))
    return (count(before) + 7) / 8 == (count(after) + 7) / 8;
  return LowerName(before).starts_with("enum(") && (count(before) > 255) == (count(after) > 255);
}

Alter KindOf(const RecipeContext& context, const ChangeColumnType& change) {
  const std::string& before = change.old_column.type.sql;
  const std::string& after = change.new_column.type.sql;
  const std::string old_charset =
      CharsetOf(context, context.current, change.old_table, change.old_column);
  const std::string new_charset =
      CharsetOf(context, context.target, change.new_table, change.new_column);
  const bool indexed = IsIndexed(change.old_table, change.old_column.name);
  if (before == after) {
    if (old_charset == new_charset) {
      return indexed ? Alter::kChangeIndexedCollation : Alter::kChangeCollation;
    }
    if ((old_charset == "utf8mb3" || old_charset == "utf8") && new_charset == "utf8mb4") {
      return indexed ? Alter::kWidenIndexedCharset : Alter::kWidenCharset;
    }
    return Alter::kChangeTypeElse;
  }
  if (old_charset != new_charset) return Alter::kChangeTypeElse;
  const std::optional<int> was = VarcharLength(before), is = VarcharLength(after);
  if (was && is && *is > *was) {
    const int bytes = BytesOfCharacter(new_charset);
    return (*was * bytes > 255) == (*is * bytes > 255) ? Alter::kExtendVarchar
                                                       : Alter::kExtendVarcharPast255;
  }
  return AppendsMembers(before, after) ? Alter::kAppendMember : Alter::kChangeTypeElse;
}

/// Rows whose value the old type cannot hold.
std::vector<Loss> LossesOfType(const ChangeColumnType& change, const std::string& since) {
  const std::string column = Quote(change.old_column.name);
  std::string condition;
  if (const std::optional<int> length = VarcharLength(change.old_column.type.sql)) {
    condition = fmt::format("CHAR_LENGTH({}) > {}", column, *length);
  } else if (LowerName(change.old_column.type.sql).starts_with("enum(")) {
    const std::string& type = change.old_column.type.sql;
    condition = fmt::format("{} NOT IN {}", column, type.substr(4));
  } else if (LowerName(change.old_column.type.sql).starts_with("set(")) {
    const std::string& type = change.old_column.type.sql;
    const auto members = std::count(type.begin(), type.end(), ',') + 1;
    condition = fmt::format("{} >> {} <> 0", column, members);
  } else {
    return {};
  }
  return {
      {RowsWhere(change.old_table, change.old_table.name,
                 "rows whose " + Display(change.old_column.name) + " the old type does not hold",
                 condition, {change.old_column.name}),
       {since, ""}}};
}

/// One facet of one column, there and back.
struct FacetChange {
  const Table& table;
  const Column& before;
  const Column& after;
  Facet facet;
  Alter alter;
  std::string words;    ///< "change-on-update-"
  std::string summary;  ///< "change ON UPDATE of "
  Phase phase = Phase::kContract;
};

Recipe ChangeFacet(const MysqlRecipes& recipes, const FacetChange& change) {
  const Dialect dialect = DialectOf(recipes);
  const QualifiedName& table = change.table.name;
  const std::string object = Display(table, change.after.name);
  const Question question = AskColumn(dialect, table, change.after.name, change.facet);
  const auto modify = [&](const Column& column) {
    return Asserted(recipes,
                    {change.table, {Modify(recipes, change.table, column)}, {change.alter}},
                    Answers(question, AnswerColumn(dialect, column, change.facet)));
  };
  DraftStep step = NewStep(recipes, change.phase, change.words + object, change.summary + object,
                           modify(change.after));
  if (change.phase == Phase::kContract) step.stage = Stage::kLast;
  step.step.revert = {modify(change.before)};
  step.step.needs = {TableResource(table), ColumnResource(table, change.after.name)};
  step.step.work = WorkOf(recipes, {change.table, {}, {change.alter}});
  step.effects = {{question.object, AnswerColumn(dialect, change.after, change.facet)}};
  Recipe recipe;
  recipe.questions = {AskCurrentTable(recipes.context, table),
                      Asked(question, AnswerColumn(dialect, change.before, change.facet))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace

Recipe MysqlRecipes::operator()(const ChangeColumnType& change) const {
  const Alter alter = KindOf(context, change);
  const Dialect dialect = DialectOf(*this);
  const QualifiedName& table = change.old_table.name;
  const std::string object = Display(table, change.new_column.name);
  const Column& after = change.new_column;
  const Question question = AskColumn(dialect, table, after.name, Facet::kType);
  const bool same_words = change.old_table.charset == change.new_table.charset &&
                          change.old_table.collation == change.new_table.collation;
  DraftStep step =
      NewStep(*this, Phase::kExpand, "widen-" + object,
              fmt::format("{} becomes {}", object, change.new_column.type.sql),
              Asserted(*this, {change.old_table, {Modify(*this, change.old_table, after)}, {alter}},
                       Answers(question, AnswerColumn(dialect, change.new_column, Facet::kType))));
  // What narrows again is never in place.
  step.step.revert = {
      Concurrently({Exclusive(table)},
                   {AlterTable(table) + Modify(*this, change.old_table, change.old_column) +
                    ", ALGORITHM=COPY, LOCK=SHARED"},
                   Answers(question, AnswerColumn(dialect, change.old_column, Facet::kType)))};
  step.step.losses = LossesOfType(change, step.step.id);
  step.step.needs = {TableResource(table), ColumnResource(table, after.name)};
  step.step.work = WorkOf(*this, {change.old_table, {}, {alter}});
  step.effects = {{question.object, AnswerColumn(dialect, change.new_column, Facet::kType)}};
  if (!same_words) {
    NeedsShadowTable(*this, table, "changing the charset of a table together with its columns");
  }
  Recipe recipe;
  recipe.notices.push_back(
      "a rollback that takes the type of " + object + " back copies " + Display(table) +
      " while its writes wait: the server has no other way to narrow a column");
  recipe.questions = {AskCurrentTable(context, table),
                      Asked(question, AnswerColumn(dialect, change.old_column, Facet::kType))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

Recipe MysqlRecipes::operator()(const ChangeGenerated& change) const {
  const bool stays_virtual = change.old_column.generated && change.new_column.generated &&
                             change.old_column.generated_virtual &&
                             change.new_column.generated_virtual;
  if (!stays_virtual) {
    const bool expression_only = change.old_column.generated && change.new_column.generated;
    NeedsShadowTable(*this, change.table.name,
                     expression_only ? std::string(WordsOf(Alter::kChangeStoredExpression))
                                     : "turning a column into a generated one or back");
    return {};
  }
  return ChangeFacet(
      *this, {change.table, change.old_column, change.new_column, Facet::kType,
              Alter::kChangeVirtualExpression, "change-expression-", "change the expression of "});
}

Recipe MysqlRecipes::operator()(const ChangeOnUpdate& change) const {
  return ChangeFacet(*this, {change.table, change.old_column, change.new_column, Facet::kOnUpdate,
                             Alter::kChangeOnUpdate, "change-on-update-", "change ON UPDATE of "});
}

Recipe MysqlRecipes::operator()(const ChangeAutoIncrement& change) const {
  NeedsShadowTable(*this, change.table.name,
                   change.new_column.auto_increment ? "giving a column AUTO_INCREMENT"
                                                    : "taking AUTO_INCREMENT from a column");
  return {};
}

Recipe MysqlRecipes::operator()(const ChangeInvisible& change) const {
  return ChangeFacet(*this, {change.table, change.old_column, change.new_column, Facet::kVisibility,
                             Alter::kChangeVisibility, "show-or-hide-",
                             change.new_column.invisible ? "hide " : "show "});
}

Recipe MysqlRecipes::operator()(const ChangeColumnComment& change) const {
  return ChangeFacet(*this,
                     {change.table, change.old_column, change.new_column, Facet::kComment,
                      Alter::kChangeColumnComment, "comment-on-", "comment on ", Phase::kExpand});
}

Recipe MysqlRecipes::operator()(const MoveColumn& change) const {
  const QualifiedName& table = change.table.name;
  const std::string object = Display(table, change.column.name);
  const auto place = [&](const std::string& after) {
    return after.empty() ? std::string(" FIRST") : " AFTER " + Quote(after);
  };
  std::string before;
  for (const Column& column : change.table.columns) {
    if (column.name == change.column.name) break;
    before = column.name;
  }
  // Columns of ours may stand anywhere: only those that the files name count.
  const auto stands = [&](const std::string& after) {
    std::string names;
    for (const Column& column : change.table.columns) {
      names += (names.empty() ? "" : ", ") + Literal(column.name);
    }
    const Table* target = context.target.FindTable(table);
    if (target != nullptr) {
      for (const Column& column : target->columns) names += ", " + Literal(column.name);
    }
    return Probe{
        fmt::format(
            "SELECT COALESCE((SELECT p.column_name FROM information_schema.columns AS p WHERE "
            "p.table_schema = c.table_schema AND p.table_name = c.table_name AND "
            "p.ordinal_position < c.ordinal_position AND p.column_name IN ({}) ORDER BY "
            "p.ordinal_position DESC LIMIT 1), '') FROM information_schema.columns AS c WHERE "
            "c.table_schema = {} AND c.table_name = {} AND c.column_name = {}",
            names, Literal(table.schema), Literal(table.name), Literal(change.column.name)),
        after};
  };
  const auto move = [&](const std::string& after) {
    return Asserted(*this,
                    {change.table,
                     {Modify(*this, change.table, change.column) + place(after)},
                     {Alter::kMoveColumn}},
                    stands(after));
  };
  DraftStep step = NewStep(*this, Phase::kContract, "move-" + object,
                           "move column " + object +
                               (change.after.empty() ? " to the front" : " behind " + change.after),
                           move(change.after));
  step.stage = Stage::kLast;
  step.step.revert = {move(before)};
  step.step.needs = {TableResource(table), ColumnResource(table, change.column.name)};
  if (!change.after.empty()) step.step.needs.push_back(ColumnResource(table, change.after));
  step.step.work = WorkOf(*this, {change.table, {}, {Alter::kMoveColumn}});
  Recipe recipe;
  recipe.questions = {AskCurrentTable(context, table)};
  recipe.notices.push_back("`SELECT *` from " + Display(table) +
                           " gives its columns in another order from contract on");
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
