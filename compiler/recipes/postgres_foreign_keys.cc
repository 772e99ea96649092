// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_foreign_keys.h"

#include <algorithm>
#include <utility>

#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm::postgres {
namespace {

bool SameColumns(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

std::vector<std::string> PlainColumns(const Index& index) {
  std::vector<std::string> columns;
  if (index.where) return columns;
  for (const IndexElement& element : index.elements) {
    if (!element.column) return {};
    columns.push_back(*element.column);
  }
  return columns;
}

/// The unique rule of the parent that the key stands on, as a resource, and the phase in which it
/// comes to be.
struct ParentKey {
  std::string resource;
  Phase phase = Phase::kExpand;
};

ParentKey FindParentKey(const RecipeContext& context, const ForeignKey& key) {
  const Table* target = context.target.FindTable(key.references);
  const Table* parent = target != nullptr ? target : context.current.FindTable(key.references);
  if (parent == nullptr) return {};
  const Table* current = context.current.FindTable(key.references);
  const std::vector<std::string>& columns = key.referenced_columns;
  if (parent->primary_key && SameColumns(parent->primary_key->columns, columns)) {
    return {ConstraintResource(parent->name, parent->primary_key->name), Phase::kExpand};
  }
  const auto is_there = [&](const auto& parts, const std::string& name) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const auto& part) { return part.name == name; });
  };
  for (const Key& unique : parent->uniques) {
    if (!SameColumns(unique.columns, columns)) continue;
    const bool there = current == nullptr || is_there(current->uniques, unique.name);
    return {ConstraintResource(parent->name, unique.name),
            there ? Phase::kExpand : BuildPhase(context, parent->name, IndexOfKey(unique))};
  }
  for (const Index& index : parent->indexes) {
    if (!index.unique || !SameColumns(PlainColumns(index), columns)) continue;
    const bool there = current == nullptr || is_there(current->indexes, index.name);
    return {IndexResource(IndexName(parent->name, index.name)),
            there ? Phase::kExpand : BuildPhase(context, parent->name, index)};
  }
  return {};
}

/// Old rows have NULL in one of the columns, so that the key holds for them.
bool OldRowsLeaveNull(const RecipeContext& context, const QualifiedName& table,
                      const ForeignKey& key) {
  const Table* target = context.target.FindTable(table);
  if (target == nullptr || key.match == ForeignKeyMatch::kFull) return false;
  return std::any_of(key.columns.begin(), key.columns.end(), [&](const std::string& name) {
    const Column* column = target->FindColumn(name);
    return column != nullptr && IsNewColumn(context, table, name) && !column->default_value &&
           !column->not_null;
  });
}

/// Indexes that come with this plan and lead with the key's columns: a delete in the parent shall
/// not read the whole child.
std::vector<std::string> NewIndexesOnKey(const RecipeContext& context, const QualifiedName& table,
                                         const ForeignKey& key, Phase phase) {
  std::vector<std::string> resources;
  const Table* target = context.target.FindTable(table);
  const Table* current = context.current.FindTable(table);
  if (target == nullptr || current == nullptr) return resources;
  for (const Index& index : target->indexes) {
    std::vector<std::string> columns = PlainColumns(index);
    if (columns.size() < key.columns.size()) continue;
    columns.resize(key.columns.size());
    const bool is_new = std::none_of(current->indexes.begin(), current->indexes.end(),
                                     [&](const Index& old) { return old.name == index.name; });
    if (is_new && SameColumns(columns, key.columns) && BuildPhase(context, table, index) <= phase) {
      resources.push_back(IndexResource(IndexName(table, index.name)));
    }
  }
  return resources;
}

struct Schedule {
  Phase bind = Phase::kContract;
  Phase validate = Phase::kContract;
  bool look = true;  ///< old rows may break it
};

Schedule ScheduleOf(const RecipeContext& context, const QualifiedName& table,
                    const ForeignKey& key) {
  const Phase parent = FindParentKey(context, key).phase;
  Schedule schedule;
  if (context.current.FindTable(table) == nullptr) {
    schedule = {Phase::kExpand, Phase::kExpand, false};
  } else if (OldRowsLeaveNull(context, table, key)) {
    schedule = {Phase::kMigrate, Phase::kMigrate, false};
  } else if (key.on_violation == OnViolation::kReject) {
    schedule.bind = Phase::kExpand;
  }
  schedule.bind = std::max(schedule.bind, parent);
  schedule.validate = std::max(schedule.validate, parent);
  return schedule;
}

}  // namespace

bool HasActions(const ForeignKey& key) {
  const auto acts = [](ForeignKeyAction action) {
    return action != ForeignKeyAction::kNoAction && action != ForeignKeyAction::kRestrict;
  };
  return acts(key.on_update) || acts(key.on_delete);
}

std::vector<std::string> NeedsOfForeignKey(const RecipeContext& context, const QualifiedName& table,
                                           const ForeignKey& key) {
  std::vector<std::string> needs{TableResource(key.references), TableResource(table)};
  for (const std::string& column : key.columns) needs.push_back(ColumnResource(table, column));
  for (const std::string& column : key.referenced_columns) {
    needs.push_back(ColumnResource(key.references, column));
  }
  ParentKey parent = FindParentKey(context, key);
  if (!parent.resource.empty()) needs.push_back(std::move(parent.resource));
  return needs;
}

void TightenForeignKey(Recipe& recipe, const PostgresRecipes& recipes, const Table& table,
                       const ForeignKey& key, const ForeignKey& named) {
  const std::string object = Display(table.name, key.name);
  const Schedule schedule = ScheduleOf(recipes.context, table.name, key);
  const std::vector<std::string> needs = NeedsOfForeignKey(recipes.context, table.name, key);
  const std::string resource = ConstraintResource(table.name, named.name);
  const RowQuery rows = ForeignKeyViolators(table, key);
  const Question question = AskConstraint(table.name, named.name);
  ForeignKey bound = named;
  bound.validated = false;
  const auto with_fill = [&](std::vector<std::string> all) {
    if (recipes.context.current.FindTable(table.name) != nullptr) {
      all.push_back(FilledResource(table.name));
    }
    return all;
  };

  DraftStep bind = NewStep(recipes, schedule.bind, "add-foreign-key-" + object,
                           "new rows must fulfil foreign key " + object,
                           AddForeignKeyNotValid(table.name, named));
  bind.step.revert = {DropForeignKeyConstraint(table.name, named)};
  bind.step.needs = schedule.bind == Phase::kExpand ? needs : with_fill(needs);
  for (std::string& index : NewIndexesOnKey(recipes.context, table.name, key, schedule.bind)) {
    if (schedule.bind != Phase::kExpand) bind.step.needs.push_back(std::move(index));
  }
  bind.step.provides = {resource};
  bind.effects = {{question.object, AnswerForeignKey(bound)}};
  recipe.steps.push_back(std::move(bind));

  if (schedule.look) {
    DraftStep count = NewStep(recipes, Phase::kMigrate, "count-violators-" + object,
                              "count the rows that break foreign key " + object,
                              Report(rows, "contract refuses while such rows stand"));
    count.stage = Stage::kLast;
    count.step.needs = with_fill({TableResource(table.name), TableResource(key.references)});
    count.step.work = Work::kScan;
    recipe.steps.push_back(std::move(count));

    DraftStep prove = NewStep(
        recipes, Phase::kContract, "prove-foreign-key-" + object,
        "no row breaks foreign key " + object,
        Refuse(rows, "correct these rows and run the same command again, or `zdm rollback`"));
    prove.stage = Stage::kFirst;
    prove.step.work = Work::kScan;
    recipe.steps.push_back(std::move(prove));
  }
  if (!key.validated) return;
  DraftStep validate =
      NewStep(recipes, schedule.validate, "validate-foreign-key-" + object,
              "prove foreign key " + object + " for all rows",
              ValidateForeignKey(table.name, named), ForeignKeyValidationLocks(table.name, key));
  validate.step.needs = {resource};
  validate.step.work = Work::kScan;
  validate.effects = {{question.object, AnswerForeignKey(named)}};
  recipe.steps.push_back(std::move(validate));
}

}  // namespace zdm::postgres
