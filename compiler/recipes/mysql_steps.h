// SPDX-License-Identifier: Apache-2.0
// What recipes for MariaDB and MySQL say again and again: asserted ALTER TABLE statements, locks,
// and where a table stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/recipes/mysql_operations.h"
#include "compiler/recipes/mysql_questions.h"
#include "compiler/recipes/mysql_recipes.h"
#include "compiler/recipes/steps.h"

namespace zdm::mysql {

/// The metadata lock that a statement takes by itself, for an instant.
TableLock Exclusive(const QualifiedName& table);

Dialect DialectOf(const MysqlRecipes& recipes);

/// One statement that others hardly notice.
Operation Short(std::vector<TableLock> locks, Statements statements, Probe done);
/// One statement that works for long while writes flow.
Operation Concurrently(std::vector<TableLock> locks, Statements statements, Probe done);

/// One ALTER TABLE whose clauses are all of these kinds, in the best form that the server has for
/// them; an error when writes would wait for it. Builds and rebuilds run concurrently.
struct Alteration {
  const Table& table;  ///< whose traits decide
  std::vector<std::string> clauses;
  std::vector<Alter> alters;
};
Operation Asserted(const MysqlRecipes& recipes, const Alteration& alteration, Probe done);
/// kRewrite for a rebuild, kScan for a build.
Work WorkOf(const MysqlRecipes& recipes, const Alteration& alteration);
/// Says that the server cannot do it while writes flow.
void NeedsShadowTable(const MysqlRecipes& recipes, const QualifiedName& table,
                      const std::string& what);

/// "MODIFY COLUMN .."
std::string Modify(const MysqlRecipes& recipes, const Table& table, const Column& column);
/// "ALTER COLUMN c SET DEFAULT .."; MODIFY where the server takes no other form.
std::string SetDefault(const MysqlRecipes& recipes, const Table& table, const Column& column);

DraftStep NewStep(const MysqlRecipes& recipes, Phase phase, std::string words, std::string summary,
                  Operation apply, std::vector<TableLock> further = {});

/// `table` is there ("" when it is not): the plan depends on it.
Question AskCurrentTable(const RecipeContext& context, const QualifiedName& table);

/// The resource of an index: its name is only known within its table.
inline std::string IndexOfTable(const QualifiedName& table, const std::string& index) {
  return "index:" + Display(table, index);
}

/// The value that stands where NULL cannot: 0, '', the first member, the first day.
std::string ZeroOf(const std::string& type);

/// Where a parked table stands, and the words of the step that parks it.
QualifiedName ParkedTable(const RecipeContext& context, const QualifiedName& table);
std::string ParkTableWords(const QualifiedName& table);

/// Rows in the way of reverting step `since`, which took a rule away: where the table stands now,
/// and where it is parked by then.
template <typename Look>
std::vector<Loss> LossesOf(const RecipeContext& context, const QualifiedName& table,
                           const std::string& since, const Look& look) {
  if (context.target.FindTable(table) != nullptr || context.current.FindTable(table) == nullptr) {
    return {{look(table), {since, ""}}};
  }
  return {{look(table), {since, ParkTableWords(table)}},
          {look(ParkedTable(context, table)), {ParkTableWords(table), ""}}};
}

inline constexpr const char* kCorrectAdvice =
    "correct these rows and run the same command again, or `zdm rollback`";
inline constexpr const char* kRestoreAdvice =
    "the old version's rule does not hold for these rows; correct them and run `zdm rollback` "
    "again";

}  // namespace zdm::mysql
