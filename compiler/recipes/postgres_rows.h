// SPDX-License-Identifier: Apache-2.0
// Looks at rows: how a row is named to people, what is kept of it, and which rows break a rule.
// The queries return (key text, detail text), as RowQuery wants.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/schema/schema.h"
#include "runtime/plan/plan.h"

namespace zdm::postgres {

/// The best unique key whose columns are all NOT NULL: the primary key, else a unique constraint,
/// else a plain unique index; empty when there is none.
std::vector<std::string> RowKeyColumns(const Table& table);
/// The same as a backfill walks it.
std::vector<KeyColumn> BackfillKey(const Table& table);

/// The names by which people know a table and columns that stand under other names.
struct Shown {
  QualifiedName table;                         ///< empty: as they stand
  std::map<std::string, std::string> columns;  ///< name as it stands -> name as it is known
};

/// An expression that names the row: `concat('id=', id)`; the physical place without a key.
/// `alias` qualifies the columns where it is not empty.
std::string RowKey(const Table& table, const std::string& alias = "");
/// The whole row as JSON text. `row` is what names it in the query: an alias, or the bare name of
/// the table.
std::string WholeRow(const std::string& row);
/// Some columns as JSON text: (name in the text, SQL) each.
std::string RowPart(const std::vector<std::pair<std::string, std::string>>& columns);

/// All rows, as a table under the name `now` that holds what `table` describes.
RowQuery AllRows(const Table& table, const QualifiedName& now);
/// Rows where `condition` holds, with the values of `columns`.
RowQuery RowsWhere(const Table& table, const std::string& summary, const std::string& condition,
                   const std::vector<std::string>& columns, const Shown& shown = {});
/// Rows where the column is NULL.
RowQuery NullRows(const Table& table, const std::string& column, const Shown& shown = {});
/// Rows that break the check.
RowQuery CheckViolators(const Table& table, const Check& check, const Shown& shown = {});
/// Rows that share their key with another row.
RowQuery Duplicates(const Table& table, const Index& index, const Shown& shown = {});
/// Rows whose key is not in the referenced table.
RowQuery ForeignKeyViolators(const Table& table, const ForeignKey& key, const Shown& shown = {});

}  // namespace zdm::postgres
