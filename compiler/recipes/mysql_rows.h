// SPDX-License-Identifier: Apache-2.0
// Looks at rows: how a row is named to people, what is kept of it, and which rows break a rule.
// The queries return (key text, detail text), as RowQuery wants.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/schema/schema.h"
#include "runtime/plan/plan.h"

namespace zdm::mysql {

/// The best unique key whose columns are all NOT NULL: the primary key, else a unique index; empty
/// when there is none.
std::vector<std::string> RowKeyColumns(const Table& table);
/// The same as a backfill walks it.
std::vector<KeyColumn> BackfillKey(const Table& table);

/// An expression that names the row: `CONCAT('id=', id)`; all its columns without a key. `row` is
/// what stands before each column: "", "r.", "NEW.".
std::string RowKey(const Table& table, const std::string& row = "");
/// Some columns as JSON text: (name in the text, column as SQL, its type) each.
struct ShownValue {
  std::string name, sql, type;
};
std::string RowPart(const std::vector<ShownValue>& values);

/// All rows, as a table under the name `now` that holds what `table` describes.
RowQuery AllRows(const Table& table, const QualifiedName& now);
/// Rows where `condition` holds, with the values of `columns`. `now` is where the table stands.
RowQuery RowsWhere(const Table& table, const QualifiedName& now, const std::string& summary,
                   const std::string& condition, const std::vector<std::string>& columns);
RowQuery NullRows(const Table& table, const QualifiedName& now, const std::string& column);
RowQuery CheckViolators(const Table& table, const QualifiedName& now, const Check& check);
/// Rows that share their key with another row.
RowQuery Duplicates(const Table& table, const QualifiedName& now, const Index& index);
/// Rows whose key is not in the referenced table. `parent` is where that stands.
RowQuery ForeignKeyViolators(const Table& table, const QualifiedName& now, const ForeignKey& key,
                             const QualifiedName& parent);

/// Whether `a` and `b`, of a column of that type, are the same image: as far as characters go the
/// same bytes, NULL like NULL.
std::string SameImage(const std::string& type, const std::string& a, const std::string& b);

}  // namespace zdm::mysql
