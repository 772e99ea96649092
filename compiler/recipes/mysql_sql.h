// SPDX-License-Identifier: Apache-2.0
// Fragments of SQL for MariaDB and MySQL made from the model: names, literals, clauses of columns,
// indexes and constraints. Written for the sessions of zdm, whose sql_mode is fixed (backslashes
// escape, double quotes are strings).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/schema/names.h"
#include "compiler/schema/schema.h"

namespace zdm::mysql {

/// `name` in backquotes, always.
std::string Quote(std::string_view name);
/// `db`.`table`; `table` alone while the database is not known.
std::string Quote(const QualifiedName& name);
std::string QuoteList(const std::vector<std::string>& names);
/// 'it''s'
std::string Literal(std::string_view text);
/// `(sql)`, unless one pair of parentheses spans the whole text already.
std::string Parenthesized(const std::string& sql);

/// A literal, or one of the few functions that a default may be without parentheses.
bool IsBareDefault(const std::string& sql);
/// What stands after DEFAULT.
std::string DefaultText(const Column& column);

/// Where the table has a new column: " FIRST", " AFTER `a`", or "" for the last.
std::string PlaceClause(const Table& table, const std::string& column);

/// "varchar(20) CHARACTER SET latin1 COLLATE latin1_bin", as the column itself says.
std::string TypeClause(const Column& column);
/// The same with nothing left to the table or database: for variables and parameters.
std::string FullTypeClause(const Schema& schema, const Table& table, const Column& column);
/// Whether the type holds characters, so that a charset can be given.
bool HasCharset(const std::string& type);
/// A check that stands in the clause of its column, since it bears its name (MariaDB only).
const Check* CheckOfColumn(Dialect dialect, const Table& table, const std::string& column);
bool IsColumnCheck(Dialect dialect, const Table& table, const Check& check);
/// "`email` varchar(20) NOT NULL DEFAULT 'x' INVISIBLE COMMENT 'text'": as it stands in CREATE
/// TABLE, ADD COLUMN and MODIFY COLUMN. `table` tells the column's own check.
std::string ColumnClause(Dialect dialect, const Table& table, const Column& column);

/// "UNIQUE KEY `i` (`a` DESC, `b`(10)) COMMENT 'text'"
std::string IndexClause(Dialect dialect, const Index& index);
/// "PRIMARY KEY (`a`)"
std::string PrimaryKeyClause(const Key& key);
/// "CONSTRAINT `c` CHECK (a > 0)"
std::string CheckClause(const Check& check);
/// "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `db`.`t` (`id`) ON DELETE CASCADE"
std::string ForeignKeyClause(const ForeignKey& key);
/// " ENGINE=MyISAM ROW_FORMAT=COMPRESSED CHARACTER SET latin1 COMMENT='text'"
std::string TableOptions(const Table& table);
/// CREATE TABLE with everything but foreign keys.
std::string CreateTableSql(Dialect dialect, const Table& table);

/// "ALTER TABLE `db`.`t` " before clauses.
std::string AlterTable(const QualifiedName& table);

}  // namespace zdm::mysql
