// SPDX-License-Identifier: Apache-2.0
// Parts of the HTML page.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

/// Text for between tags and within quoted attributes; what could not be seen is made visible.
std::string Html(std::string_view text);

/// SQL with words, literals and comments told apart.
std::string HtmlSql(std::string_view sql);

/// The page's style sheet.
extern const char* const kExplainStyle;

}  // namespace zdm
