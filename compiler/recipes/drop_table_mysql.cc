// SPDX-License-Identifier: Apache-2.0
// A table that goes: out of sight at contract, destroyed by purge. A table with triggers cannot
// change its database: what they are is kept in the journal, they go just before, and are made
// again when it comes back.
//
//   contract  1  nothing outside the plan depends on it; its foreign keys go (foreign_key)
//             2  its triggers are written down
//             3  DROP TRIGGER each; RENAME TABLE t TO zdm_trash.parked     an instant
//   revert    3  RENAME TABLE back
//             2  CREATE TRIGGER each; its foreign keys come back
//   purge     4  DROP TABLE zdm_trash.parked; what was written down goes
#include <fmt/format.h>

#include "compiler/recipes/mysql_constraints.h"
#include "compiler/recipes/mysql_dependents.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm {
namespace {

using namespace mysql;

Recipe ForeignKeysGo(const MysqlRecipes& recipes, const Table& table) {
  Recipe recipe;
  // No line of the files asked for these one by one.
  const MysqlRecipes quiet{recipes.context, SourceSpan()};
  for (const ForeignKey& key : table.foreign_keys) {
    Recipe one = quiet(DropForeignKey{table, key});
    for (DraftStep& draft : one.steps) {
      draft.step.origin = recipes.context.files.Origin(recipes.origin);
    }
    Append(recipe, std::move(one));
  }
  return recipe;
}

/// The triggers of a table in zdm.setting: two statements each, in the order in which they fire.
class KeptTriggers {
 public:
  KeptTriggers(const RecipeContext& context, const QualifiedName& table)
      : table_(table), key_(DerivedName(context, "triggers", Display(table))) {}

  Operation Keep() const {
    RunSql run;
    run.policy = LockPolicy::kPatient;
    run.statements = {fmt::format(
        "INSERT INTO zdm.setting (database_name, name, value) SELECT {0}, CONCAT({1}, ' ', LPAD(n, "
        "4, '0'), ' ', part), IF(part = 1, CONCAT('SET SESSION sql_mode = ', QUOTE(sql_mode)), "
        "CONCAT({2}, action_timing, ' ', event_manipulation, {3}, action_statement)) FROM (SELECT "
        "g.*, ROW_NUMBER() OVER (ORDER BY g.event_manipulation, g.action_timing, g.action_order) "
        "AS "
        "n FROM information_schema.triggers AS g WHERE {4}) AS t JOIN (SELECT 1 AS part UNION ALL "
        "SELECT 2) AS p WHERE TRUE ON DUPLICATE KEY UPDATE value = VALUES(value)",
        Literal(table_.schema), Literal(key_), Head("t"),
        Literal(" ON " + Quote(table_) + " FOR EACH ROW "), OfTable())};
    return {std::move(run),
            Probe{fmt::format("SELECT (SELECT COUNT(*) FROM information_schema.triggers AS g WHERE "
                              "{}) * 2 - (SELECT COUNT(*) FROM zdm.setting AS k WHERE {})",
                              OfTable(), Kept()),
                  "0"}};
  }

  /// Rows: the statements that drop them.
  std::string Drops() const {
    return fmt::format(
        "SELECT CONCAT('DROP TRIGGER `', REPLACE(g.trigger_schema, '`', '``'), "
        "'`.`', REPLACE(g.trigger_name, '`', '``'), '`') FROM "
        "information_schema.triggers AS g WHERE {}",
        OfTable());
  }

  /// Those that are not there are made before the statements, which forget all of them.
  Operation MakeAgain() const {
    RunSql run;
    run.policy = LockPolicy::kConcurrent;
    run.repair = Repair{fmt::format(
        "SELECT k.value FROM zdm.setting AS k WHERE {} AND NOT EXISTS (SELECT 1 FROM "
        "information_schema.triggers AS g WHERE {} AND LOCATE({}, k.value) = 1) ORDER BY k.name",
        Kept(), OfTable(), Head("g"))};
    run.statements = {
        "SET SESSION sql_mode = "
        "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,"
        "NO_ENGINE_SUBSTITUTION'",
        Forget()};
    return {std::move(run), Forgotten()};
  }

  /// Rows: triggers that could not be made again. MySQL shows the text of a trigger with the
  /// escapes of its strings taken out; another's trigger only its owner may make.
  std::string Unkeepable(Dialect dialect) const {
    return fmt::format(
        "SELECT CONCAT('trigger ', g.trigger_schema, '.', g.trigger_name) FROM "
        "information_schema.triggers AS g WHERE {} AND (g.definer <> CURRENT_USER(){})",
        OfTable(), dialect == Dialect::kMysql ? " OR g.action_statement REGEXP '[\\'\"]'" : "");
  }

  Operation ForgetAll() const {
    RunSql run;
    run.policy = LockPolicy::kPatient;
    run.statements = {Forget()};
    return {std::move(run), Forgotten()};
  }

 private:
  std::string OfTable() const {
    return fmt::format("g.trigger_schema = {} AND g.event_object_table = {}",
                       Literal(table_.schema), Literal(table_.name));
  }
  /// How the statement that makes a trigger begins.
  static std::string Head(const std::string& row) {
    return fmt::format(
        "CONCAT('CREATE TRIGGER `', REPLACE({0}.trigger_schema, '`', '``'), '`.`', "
        "REPLACE({0}.trigger_name, '`', '``'), '` ')",
        row);
  }
  std::string Kept() const {
    return fmt::format("k.database_name = {} AND k.name LIKE {}", Literal(table_.schema),
                       Literal(key_ + " %"));
  }
  std::string Forget() const {
    return fmt::format("DELETE FROM zdm.setting WHERE database_name = {} AND name LIKE {}",
                       Literal(table_.schema), Literal(key_ + " %"));
  }
  Probe Forgotten() const {
    return {fmt::format("SELECT COUNT(*) FROM zdm.setting AS k WHERE {}", Kept()), "0"};
  }

  const QualifiedName& table_;
  std::string key_;
};

}  // namespace

Recipe MysqlRecipes::operator()(const DropTable& change) const {
  const Table& table = change.table;
  const std::string object = Display(table.name);
  const QualifiedName parked = ParkedTable(context, table.name);
  Recipe recipe = ForeignKeysGo(*this, table);

  DraftStep look =
      NewStep(*this, Phase::kContract, "nothing-uses-table-" + object,
              "nothing outside the plan depends on " + object,
              NothingDepends("depends on table " + object, DependentsOfTable(context, table.name)));
  look.stage = Stage::kFirst;
  recipe.steps.push_back(std::move(look));
  const KeptTriggers triggers(context, table.name);
  DraftStep can_keep = NewStep(
      *this, Phase::kContract, "triggers-can-be-kept-of-" + object,
      "the triggers of " + object + " can be made again",
      NothingDepends("stands on " + object +
                         " and could not be made again by a rollback as it is: drop it first",
                     triggers.Unkeepable(DialectOf(*this))));
  can_keep.stage = Stage::kFirst;
  recipe.steps.push_back(std::move(can_keep));
  DraftStep keep = NewStep(*this, Phase::kContract, "keep-triggers-of-" + object,
                           "write down the triggers of " + object, triggers.Keep());
  keep.stage = Stage::kLast;
  keep.step.needs = {TableResource(table.name)};
  keep.step.revert = {triggers.MakeAgain()};
  recipe.steps.push_back(std::move(keep));

  DraftStep park = NewStep(
      *this, Phase::kContract, ParkTableWords(table.name), "park table " + object,
      Short({Exclusive(table.name)}, {"RENAME TABLE " + Quote(table.name) + " TO " + Quote(parked)},
            Answers(AskTable(parked), AnswerTable())));
  std::get<RunSql>(park.step.apply.action).repair = Repair{triggers.Drops()};
  park.stage = Stage::kLast;
  park.step.revert = {Short({Exclusive(parked)},
                            {"RENAME TABLE " + Quote(parked) + " TO " + Quote(table.name)},
                            Answers(AskTable(table.name), AnswerTable()))};
  park.step.needs = {TableResource(table.name)};
  park.step.removes = {TableResource(table.name)};
  for (const Column& column : table.columns) {
    park.step.removes.push_back(ColumnResource(table.name, column.name));
  }
  const std::string text = "table " + object + " is dropped: contract parks it, purge destroys it";
  park.step.hazards = {origin.valid() ? Buried(codes::kDropTable, object, text)
                                      : Needs(codes::kDropTable, object, text)};
  park.effects = {{AskTable(table.name).object, ""}};
  recipe.questions.push_back(AskCurrentTable(context, table.name));
  const Dialect dialect = DialectOf(*this);
  for (const Column& column : table.columns) {
    for (Question& question : AskColumnFully(dialect, table.name, column)) {
      recipe.questions.push_back(std::move(question));
    }
    for (Effect& effect : ColumnGoes(dialect, table.name, column.name)) {
      park.effects.push_back(std::move(effect));
    }
  }
  recipe.objects.push_back({"table", Display(parked), {park.step.id, ""}, true});
  recipe.steps.push_back(std::move(park));

  recipe.purge.push_back(NewStep(
      *this, Phase::kContract, "purge-table-" + object, "destroy what was table " + object,
      Short({Exclusive(parked)}, {"DROP TABLE " + Quote(parked)}, Absent(AskTable(parked)))));
  recipe.purge.push_back(NewStep(*this, Phase::kContract, "forget-triggers-of-" + object,
                                 "forget the triggers of what was table " + object,
                                 triggers.ForgetAll()));
  return recipe;
}

}  // namespace zdm
