// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_losses.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "compiler/recipes/postgres_indexes.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_steps.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

using Names = std::map<std::string, std::string>;

/// What parking does to a table and some of its columns.
struct Parking {
  std::string step;  ///< words; "" when nothing of it is parked
  QualifiedName table;
  Names columns;  ///< own name -> parked name
};

Parking ParkingOf(const RecipeContext& context, const QualifiedName& table,
                  const std::vector<std::string>& columns) {
  Parking parking{"", table, {}};
  if (context.current.FindTable(table) == nullptr) return parking;
  if (context.target.FindTable(table) == nullptr) {
    return {ParkTableWords(table), ParkedTable(context, table), {}};
  }
  for (const std::string& column : DroppedColumns(context, table)) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) continue;
    parking.step = ParkColumnsWords(table);
    parking.columns.emplace(column, ParkedName(context, table, column));
  }
  return parking;
}

void Rename(std::vector<std::string>& columns, const Names& names) {
  for (std::string& column : columns) {
    const auto found = names.find(column);
    if (found != names.end()) column = found->second;
  }
}

/// The table as it stands after parking.
Table Parked(Table table, const Parking& parking) {
  table.name = parking.table;
  for (Column& column : table.columns) {
    const auto found = parking.columns.find(column.name);
    if (found != parking.columns.end()) column.name = found->second;
  }
  return table;
}

Shown ShownAs(const Table& table, const Parking& parking) {
  Shown shown{table.name, {}};
  for (const auto& [own, parked] : parking.columns) shown.columns.emplace(parked, own);
  return shown;
}

std::vector<Loss> Joined(const std::string& since, RowQuery before,
                         const std::vector<std::pair<std::string, RowQuery>>& after) {
  if (after.empty()) return {{std::move(before), {since, ""}}};
  std::string first;
  for (const auto& [step, rows] : after) first += (first.empty() ? "" : "\n") + step;
  std::vector<Loss> losses{{std::move(before), {since, first}}};
  // After one of two events the look at the revert itself has to do.
  if (after.size() == 1) losses.push_back({after.front().second, {after.front().first, ""}});
  return losses;
}

}  // namespace

std::vector<std::string> DroppedColumns(const RecipeContext& context, const QualifiedName& table) {
  std::vector<std::string> dropped;
  const Table* current = context.current.FindTable(table);
  const Table* target = context.target.FindTable(table);
  if (current == nullptr || target == nullptr) return dropped;
  const auto is_source = [&](const std::string& name) {
    for (const TransformTable* transform : context.transforms) {
      if (transform->old_table.name != table) continue;
      for (const ColumnTransition& transition : transform->transitions) {
        for (const Column& source : transition.sources) {
          if (source.name == name) return true;
        }
      }
    }
    return false;
  };
  for (const Column& column : current->columns) {
    if (target->FindColumn(column.name) == nullptr && !is_source(column.name)) {
      dropped.push_back(column.name);
    }
  }
  return dropped;
}

std::string ParkColumnsWords(const QualifiedName& table) {
  return "park-columns-of-" + Display(table);
}

std::string ParkTableWords(const QualifiedName& table) {
  return "park-table-" + Display(table);
}

QualifiedName ParkedTable(const RecipeContext& context, const QualifiedName& table) {
  return {"zdm_trash", ParkedName(context, table)};
}

std::vector<Loss> LossesOfNotNull(const RecipeContext& context, const Table& table,
                                  const std::string& column, const std::string& since) {
  const Parking parking = ParkingOf(context, table.name, {column});
  std::vector<std::pair<std::string, RowQuery>> after;
  if (!parking.step.empty()) {
    const auto name = parking.columns.find(column);
    after.emplace_back(parking.step, NullRows(Parked(table, parking),
                                              name == parking.columns.end() ? column : name->second,
                                              ShownAs(table, parking)));
  }
  return Joined(since, NullRows(table, column), after);
}

std::vector<Loss> LossesOfCheck(const RecipeContext& context, const Table& table,
                                const Check& check, const std::string& since) {
  const Parking parking = ParkingOf(context, table.name, ColumnsOf(check.expression.sql));
  std::vector<std::pair<std::string, RowQuery>> after;
  if (!parking.step.empty()) {
    Check parked = check;
    parked.expression.sql = RenameColumns(check.expression.sql, parking.columns);
    after.emplace_back(parking.step,
                       CheckViolators(Parked(table, parking), parked, ShownAs(table, parking)));
  }
  return Joined(since, CheckViolators(table, check), after);
}

std::vector<Loss> LossesOfUnique(const RecipeContext& context, const Table& table,
                                 const Index& index, const std::string& since) {
  const Parking parking = ParkingOf(context, table.name, ColumnsOfIndex(index));
  std::vector<std::pair<std::string, RowQuery>> after;
  if (!parking.step.empty()) {
    Index parked = index;
    for (IndexElement& element : parked.elements) {
      if (element.expression) {
        element.expression->sql = RenameColumns(element.expression->sql, parking.columns);
      } else {
        const auto found = parking.columns.find(*element.column);
        if (found != parking.columns.end()) element.column = found->second;
      }
    }
    if (parked.where) parked.where->sql = RenameColumns(parked.where->sql, parking.columns);
    after.emplace_back(parking.step,
                       Duplicates(Parked(table, parking), parked, ShownAs(table, parking)));
  }
  return Joined(since, Duplicates(table, index), after);
}

std::vector<Loss> LossesOfForeignKey(const RecipeContext& context, const Table& table,
                                     const ForeignKey& key, const std::string& since) {
  const bool own = key.references == table.name;
  std::vector<std::string> columns = key.columns;
  if (own) {
    columns.insert(columns.end(), key.referenced_columns.begin(), key.referenced_columns.end());
  }
  const Parking child = ParkingOf(context, table.name, columns);
  std::vector<std::pair<std::string, RowQuery>> after;
  if (!child.step.empty()) {
    ForeignKey parked = key;
    Rename(parked.columns, child.columns);
    if (own) {
      parked.references = child.table;
      Rename(parked.referenced_columns, child.columns);
    }
    after.emplace_back(child.step,
                       ForeignKeyViolators(Parked(table, child), parked, ShownAs(table, child)));
  }
  const Parking parent = ParkingOf(context, key.references, key.referenced_columns);
  if (!parent.step.empty() && !own) {
    ForeignKey parked = key;
    parked.references = parent.table;
    Rename(parked.referenced_columns, parent.columns);
    after.emplace_back(parent.step, ForeignKeyViolators(table, parked));
  }
  return Joined(since, ForeignKeyViolators(table, key), after);
}

}  // namespace zdm::postgres
