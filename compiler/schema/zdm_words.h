// SPDX-License-Identifier: Apache-2.0
// Names, texts and SQL as they stand in .zdm files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/schema/language_rules.h"

namespace zdm {

/// Quoted where the server or the language would read it as something else.
std::string ZdmName(const std::string& name, const LanguageRules& rules);
/// `a, "B c"` in parentheses.
std::string ZdmNames(const std::vector<std::string>& names, const LanguageRules& rules);
/// `'it''s'`
std::string ZdmText(const std::string& text, Quoting quoting = Quoting::kStandard);
/// In parentheses, unless one pair spans all of it already.
std::string ZdmParenthesized(const std::string& sql, Quoting quoting = Quoting::kStandard);
/// An expression where the language takes one without parentheses; they are put around what it
/// would misread.
std::string ZdmDefault(const std::string& sql, Quoting quoting = Quoting::kStandard);
/// `start 5 cache 20`, with a blank before each option.
std::string ZdmOptions(const SequenceOptions& options);
/// ` comment 'TEXT'`, or nothing.
std::string ZdmComment(const std::optional<std::string>& comment,
                       Quoting quoting = Quoting::kStandard);
/// The lines of a text; one that ends inside of a literal or quoted name goes on in the same
/// element, line breaks and all.
std::vector<std::string> ZdmLines(const std::string& text, Quoting quoting = Quoting::kStandard);

}  // namespace zdm
