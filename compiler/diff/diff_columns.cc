// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/diff/allow.h"
#include "compiler/diff/table_pair.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::string Shown(const TablePair& pair, const Column& column) {
  return "column `" + Display(pair.new_table.name, column.name) + "`";
}

void DiffNewColumn(TablePair& pair, const Column& column) {
  if (column.identity) {
    pair.diagnostics.Error(codes::kIdentityChange, column.origin,
                           Shown(pair, column) +
                               " is new and an identity column: the server would rewrite the table "
                               "under a lock, and zdm has no other way yet");
    return;
  }
  if (column.generated && !pair.in_place()) {
    pair.diagnostics.Error(codes::kGeneratedChange, column.origin,
                           Shown(pair, column) +
                               " is new and generated: the server would rewrite the table under a "
                               "lock, and zdm has no other way yet");
    return;
  }
  if (column.not_null && !column.default_value && !column.generated && !column.auto_increment) {
    pair.diagnostics
        .Error(codes::kFillNeeded, column.origin,
               Shown(pair, column) +
                   " is new, NOT NULL and has no default: the rows that are there, "
                   "and those that the old application inserts, have no value")
        .notes.push_back({SourceSpan(),
                          "give it a default, or say what old rows get: `transition "
                          "{ up " +
                              Display(column.name) + " = EXPRESSION; }`"});
    return;
  }
  if (column.default_volatility == Volatility::kStable ||
      column.default_volatility == Volatility::kVolatile) {
    // The parts of the table that name it come by changes of their own: its name is its own.
    ColumnTransition transition;
    transition.targets = {column};
    transition.up = {{column.name, *column.default_value, column.origin}};
    transition.own_default = true;
    transition.origin = column.origin;
    pair.transitions.push_back(std::move(transition));
    return;
  }
  const auto place = pair.places.find(column.name);
  pair.changes.push_back(
      {AddColumn{pair.old_table, column,
                 place == pair.places.end() ? std::nullopt : std::optional(place->second)},
       column.origin});
}

/// What the language knows and no recipe takes yet. True when something was reported.
bool RefuseChange(TablePair& pair, const Column& old_column, const Column& column) {
  if (old_column.type != column.type || old_column.collation != column.collation) {
    ReportTypeChange(pair, old_column, column);
    return true;
  }
  if (old_column.identity != column.identity) {
    pair.diagnostics.Error(codes::kIdentityChange, column.origin,
                           Shown(pair, column) +
                               (!old_column.identity ? " becomes an identity column"
                                : !column.identity   ? " is no longer an identity column"
                                                     : " changes its identity options") +
                               ": zdm cannot do that yet");
    return true;
  }
  if (old_column.generated != column.generated) {
    Diagnostic& error = pair.diagnostics.Error(codes::kGeneratedChange, column.origin,
                                               Shown(pair, column) +
                                                   " changes how it is generated: the server would "
                                                   "rewrite the table under a lock, and zdm has no "
                                                   "other way yet");
    if (old_column.generated) {
      error.notes.push_back({SourceSpan(), "the catalog has `generated always as (" +
                                               old_column.generated->sql + ")`"});
    }
    return true;
  }
  return false;
}

void DiffKeptColumn(TablePair& pair, Column old_column, const Column& column) {
  if (WidensInPlace(pair, old_column, column) && SpoilersOf(pair, column.name).empty()) {
    old_column = WidenColumn(pair, old_column, column);
  }
  if (pair.in_place()) {
    DiffInPlace(pair, old_column, column);
  } else if (RefuseChange(pair, old_column, column)) {
    return;
  }
  if (old_column.default_value != column.default_value) {
    pair.changes.push_back({ChangeDefault{pair.old_table, old_column, column}, column.origin});
  }
  if (!old_column.not_null && column.not_null) {
    pair.changes.push_back({SetNotNull{pair.old_table, column}, column.origin});
  } else if (old_column.not_null && !column.not_null) {
    pair.changes.push_back({DropNotNull{pair.old_table, column}, column.origin});
  }
  if (pair.in_place()) return;
  const QualifiedName& table = pair.new_table.name;
  DiffComment(pair, "COLUMN", "column " + Display(table, column.name),
              pair.rules.quote(table.schema) + "." + pair.rules.quote(table.name) + "." +
                  pair.rules.quote(column.name),
              {old_column.comment, column.comment}, column.origin);
}

const DroppedColumn* DroppedBy(const TablePair& pair, const std::string& name) {
  for (const DroppedColumn& dropped : pair.new_table.dropped_columns) {
    if (dropped.name == name) return &dropped;
  }
  return nullptr;
}

void ReportMissingColumn(TablePair& pair, const Column& column) {
  const std::string shown = Display(pair.old_table.name, column.name);
  Diagnostic& error =
      pair.diagnostics.Error(codes::kMissingFromFiles, pair.new_table.origin,
                             "column `" + shown + "` is in the catalog and not in the files");
  for (const Column& other : pair.new_table.columns) {
    if (pair.old_names.contains(other.name) || pair.made.contains(other.name)) continue;
    if (other.type != column.type) continue;
    error.notes.push_back({other.origin, "if `" + other.name +
                                             "` is its new name, write `renamed from " +
                                             Display(column.name) + "`"});
  }
  error.notes.push_back(
      {SourceSpan(), "if it shall go, write `drop column " + Display(column.name) +
                         ";` in the table; if others look after it, `ignore column " + shown +
                         ";`"});
}

void DiffGoneColumn(TablePair& pair, const Column& column) {
  const DroppedColumn* dropped = DroppedBy(pair, column.name);
  if (dropped == nullptr && FindAllow(pair.allows, ToString(codes::kDropColumn),
                                      Display(pair.old_table.name, column.name)) == nullptr) {
    ReportMissingColumn(pair, column);
    return;
  }
  const SourceSpan origin = dropped != nullptr ? dropped->origin : SourceSpan();
  const bool has_down = dropped != nullptr && dropped->down.has_value();
  if (column.not_null && !column.default_value && !column.identity && !column.generated &&
      !column.auto_increment && !has_down) {
    pair.diagnostics
        .Error(codes::kDownNeeded, origin,
               "column `" + Display(pair.old_table.name, column.name) +
                   "` is NOT NULL and has no default: rows that the new application inserts need a "
                   "value in it until purge")
        .notes.push_back({SourceSpan(), "write `drop column " + Display(column.name) + " { down " +
                                            Display(column.name) + " = EXPRESSION; }`"});
    return;
  }
  pair.dropped.insert(column.name);
  pair.changes.push_back(
      {DropColumn{pair.old_table, column, has_down ? dropped->down : std::nullopt}, origin});
}

}  // namespace

void DiffColumns(TablePair& pair) {
  DiffTransitions(pair);
  if (pair.in_place()) OrderColumns(pair);
  for (const Column& column : pair.new_table.columns) {
    if (pair.made.contains(column.name)) continue;
    const auto old_name = pair.old_names.find(column.name);
    if (old_name == pair.old_names.end()) {
      DiffNewColumn(pair, column);
    } else if (old_name->second == column.name) {
      DiffKeptColumn(pair, *pair.old_table.FindColumn(column.name), column);
    }
  }
  for (const MoveColumn& move : pair.moves) pair.changes.push_back({move, move.column.origin});
  for (const Column& column : pair.old_table.columns) {
    if (pair.replaced.contains(column.name) || pair.new_names.contains(column.name)) continue;
    DiffGoneColumn(pair, column);
  }
  for (const DroppedColumn& dropped : pair.new_table.dropped_columns) {
    if (pair.old_table.FindColumn(dropped.name) != nullptr) continue;
    pair.diagnostics.Warning(codes::kStaleTombstone, dropped.origin,
                             "`" + Display(pair.new_table.name, dropped.name) +
                                 "` is gone already: this line can go too");
  }
}

}  // namespace zdm
