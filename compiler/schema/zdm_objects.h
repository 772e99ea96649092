// SPDX-License-Identifier: Apache-2.0
// Enums, sequences and domains as statements of .zdm files, and the short word for columns that a
// sequence of their own counts.
#pragma once

#include <string>
#include <vector>

#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"

namespace zdm {

/// The statements of the objects in schema `name`, without it; those that a `serial` column says
/// are left out.
std::string WriteObjects(const Schema& schema, const std::string& name, const LanguageRules& rules);

/// The sequence when `column` is what `serial` makes of it; else null.
const Sequence* SerialSequence(const Table& table, const Column& column,
                               const std::vector<Sequence>& sequences, const LanguageRules& rules);
/// `bigserial` for bigint.
std::string SerialWord(const Type& type);

}  // namespace zdm
