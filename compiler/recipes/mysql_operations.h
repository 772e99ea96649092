// SPDX-License-Identifier: Apache-2.0
// Which form of ALTER TABLE each server has for each operation: the one table of the house. Every
// statement that a recipe writes asserts its form by ALGORITHM= and LOCK=, so that a server which
// thinks otherwise refuses instead of copying a table behind a lock. tests/unit asks real servers
// the same questions.
//
// One statement with several clauses gets the weakest form among them: recipes put only clauses of
// one form together.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/schema.h"
#include "runtime/plan/dialect.h"

namespace zdm::mysql {

/// From the best to the worst.
enum class Form {
  kInstant,   ///< only the catalog changes
  kInPlace,   ///< no rebuild (MariaDB: NOCOPY); writes flow, but for its two short locks
  kRebuild,   ///< the table is rebuilt in place; writes flow
  kBlocking,  ///< writes wait for its whole duration: never used, needs the shadow table
};

enum class Alter {
  kAddColumn,                ///< behind all others
  kAddColumnInside,          ///< first, or between others
  kAddColumnWithExpression,  ///< DEFAULT (expression)
  kAddAutoIncrement,
  kAddVirtualColumn,
  kAddStoredColumn,
  kDropColumn,
  kDropVirtualColumn,
  kRenameColumn,
  kMoveColumn,
  kChangeDefault,
  kChangeOnUpdate,
  kChangeColumnComment,
  kChangeVisibility,
  kSetNotNull,
  kDropNotNull,
  kExtendVarchar,         ///< its length byte stays one, or two
  kExtendVarcharPast255,  ///< one length byte becomes two
  kAppendMember,          ///< of ENUM or SET, at the end, in the same bytes
  kWidenCharset,          ///< utf8mb3 to utf8mb4, without an index on it
  kWidenIndexedCharset,
  kChangeCollation,  ///< without an index on it
  kChangeIndexedCollation,
  kChangeVirtualExpression,
  kChangeStoredExpression,
  kChangeTypeElse,
  kAddIndex,
  kAddFunctionalIndex,
  kAddFulltextIndex,
  kAddSpatialIndex,
  kDropIndex,
  kRenameIndex,
  kIndexVisibility,
  kAddPrimaryKey,
  kDropPrimaryKey,
  kAddForeignKey,  ///< under foreign_key_checks=0
  kDropForeignKey,
  kAddCheck,
  kAddCheckNotEnforced,
  kEnforceCheck,
  kDropCheck,
  kTableComment,
  kTableDefaultCharset,
  kTableStatistics,
  kRowFormat,
};

/// What is known about an operation. A server of a version takes the newest row that is not newer.
struct OperationRow {
  Alter alter;
  std::string_view words;  ///< of messages: "add a column"
  Form mysql;
  Form mariadb;
  std::string_view source;
};
std::span<const OperationRow> OperationTable();

/// What a table is decides too.
struct TableTraits {
  bool fulltext = false;        ///< has an index that every rebuild would have to build again
  bool compressed = false;      ///< has no INSTANT columns
  bool virtual_column = false;  ///< MariaDB adds no column before others then
  bool stored_column = false;   ///< MariaDB rebuilds nothing in place then
  bool engine_innodb = true;
};
TableTraits TraitsOf(const Table& table);

Form FormOf(Alter alter, Dialect dialect, const TableTraits& traits);
/// The weakest of several.
Form Weakest(const std::vector<Alter>& alters, Dialect dialect, const TableTraits& traits);
std::string_view WordsOf(Alter alter);

/// ", ALGORITHM=INSTANT, LOCK=NONE": what stands behind the clauses. kBlocking has none.
std::string Assertion(Form form, Dialect dialect);

}  // namespace zdm::mysql
