// SPDX-License-Identifier: Apache-2.0
// The model said back as the server prints it, clause by clause, and taken out of what the server
// shows: what stays is what the model does not say. Private to the walk.
#pragma once

#include <string>
#include <vector>

#include "compiler/catalog/mysql_reading.h"

namespace zdm::mysql {

/// One clause, in all the ways that it may be printed. Where the order of clauses differs between
/// versions does not matter.
struct Clause {
  std::vector<std::string> forms;
  bool optional = false;  ///< may be left to a default
};

std::vector<Clause> ClausesOf(bool mariadb, const FoundColumn& found, const Column& column);
/// `check`: of a column that has one of its own.
Clause ClauseOfColumnCheck(const Check& check);
std::vector<Clause> ClausesOf(const Key& primary_key);
std::vector<Clause> ClausesOf(const Index& index);
std::vector<Clause> ClausesOf(const Table& table, const ForeignKey& key);
std::vector<Clause> ClausesOf(const Check& check);
/// What stands behind the list of a table.
std::vector<Clause> ClausesOfOptions(const FoundTable& found, const Table& table);

struct Difference {
  std::string unsaid;   ///< what the server shows and no clause says, or ""
  std::string unshown;  ///< a clause that the server does not show, or ""
};
Difference Compare(const std::string& shown, const std::vector<Clause>& clauses);

}  // namespace zdm::mysql
