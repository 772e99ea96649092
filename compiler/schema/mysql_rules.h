// SPDX-License-Identifier: Apache-2.0
// What MariaDB and MySQL decide about the files.
#pragma once

#include "compiler/schema/language_rules.h"

namespace zdm {

/// The names that both servers choose: of an index its first column, of the others a number behind
/// the table or a word.
std::string DefaultMysqlName(NamedPart part, Dialect dialect, const std::string& table,
                             const std::vector<std::string>& columns,
                             const std::function<bool(const std::string&)>& taken);

/// In place of ChooseNames(): unique constraints become indexes, foreign keys get the index that
/// the server makes for them, and everything its name.
void FinishMysqlTables(ResolveContext& context);

/// Gives names without a database that of `current`, and takes away what the desired tables would
/// inherit from it.
void BindMysqlSchema(const Schema& current, DesiredSchema& desired);

const LanguageRules& MariadbRules();
const LanguageRules& MysqlRules();

}  // namespace zdm
