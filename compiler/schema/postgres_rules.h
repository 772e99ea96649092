// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL decides about the files.
#pragma once

#include "compiler/schema/language_rules.h"

namespace zdm {

/// The name that PostgreSQL chooses: `table_column_label`, cut to 63 bytes, numbered.
std::string DefaultPostgresName(NamedPart part, const std::string& table,
                                const std::vector<std::string>& columns,
                                const std::function<bool(const std::string&)>& taken);

/// What stands for an expression in the default name of its index: "lower", "expr".
std::string PostgresElementName(std::string_view expression);

const LanguageRules& PostgresRules();

}  // namespace zdm
