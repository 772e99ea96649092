// SPDX-License-Identifier: Apache-2.0
// The columns that an expression of MariaDB or MySQL names, told by its words: strings, comments,
// functions and what stands behind a dot or @ apart. A word that could be a column is one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/schema/schema.h"

namespace zdm::mysql {

/// Columns of `table` that occur, in order of first occurrence, each once; names as the table has
/// them, whatever case the expression writes.
std::vector<std::string> ColumnsIn(const Table& table, const std::string& expression);

/// `expression` with SQL in place of each reference to a column (lower-case name -> SQL).
std::string SubstituteColumns(const std::string& expression,
                              const std::map<std::string, std::string>& sql);

/// Names of columns are the same in any case.
std::string LowerName(std::string name);

}  // namespace zdm::mysql
