// SPDX-License-Identifier: Apache-2.0
// How a sync trigger notes a row whose value the other shape cannot hold, and takes the note back.
// The triggers run with the rights of who made them, so they write to the table itself:
//
//   zdm.note (database_name varchar(64), salt varchar(64), table_name varchar(200),
//             row_hash char(64), row_key longtext, direction varchar(16), error text,
//             noted_at datetime(6) default utc_timestamp(6),
//             primary key (database_name, salt, table_name, row_hash))
//
// `row_hash` is sha2(row_key, 256): a key may be longer than an index entry. A row has one note.
#pragma once

#include <string>

namespace zdm {

/// Which row of which table a note is about: literals (quoted), and an expression for the key.
struct MysqlNote {
  std::string database;  ///< a literal: name of the database
  std::string salt;      ///< a literal: that of the plan
  std::string table;     ///< a literal: display form
  std::string key;       ///< an expression: the row's key as text, never NULL
};

/// One statement, without a final semicolon. `direction` ("up", "down") and `error` are
/// expressions; neither may be NULL.
inline std::string MysqlWriteNote(const MysqlNote& note, const std::string& direction,
                                  const std::string& error) {
  return "INSERT INTO zdm.note (database_name, salt, table_name, row_hash, row_key, direction, "
         "error) VALUES (" +
         note.database + ", " + note.salt + ", " + note.table + ", sha2(" + note.key + ", 256), " +
         note.key + ", " + direction + ", " + error +
         ") ON DUPLICATE KEY UPDATE direction = " + direction + ", error = " + error +
         ", noted_at = utc_timestamp(6)";
}

/// One statement, without a final semicolon.
inline std::string MysqlClearNote(const MysqlNote& note) {
  return "DELETE FROM zdm.note WHERE database_name = " + note.database +
         " AND salt = " + note.salt + " AND table_name = " + note.table + " AND row_hash = sha2(" +
         note.key + ", 256)";
}

}  // namespace zdm
