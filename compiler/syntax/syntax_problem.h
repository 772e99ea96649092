// SPDX-License-Identifier: Apache-2.0
// What a syntax error says, in our words.
#pragma once

#include <string>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/syntax/quoting.h"

namespace zdm {

/// What the parser knows where it stopped.
struct SyntaxProblem {
  std::string found;                  ///< as written; empty: the statement or file ends here
  bool reserved = false;              ///< `found` is a word of the language
  std::vector<std::string> expected;  ///< displayed forms; empty: too many to tell
  std::vector<std::string> rules;     ///< of the grammar, innermost first, within the item
  std::string opened;                 ///< first word of the statement
  std::string first;                  ///< first word of the item
  bool in_table = false;
  bool missing_semicolon = false;  ///< the item is whole but for its `;`
  Quoting quoting = Quoting::kStandard;
};

/// Fills text and notes.
void DescribeSyntaxProblem(const SyntaxProblem& problem, Diagnostic& diagnostic);

/// Words with which other languages, or later versions of this one, begin a statement: says what
/// to write instead. False: `word` is none of them.
bool ReportForeignStatement(const std::string& word, const SourceSpan& span,
                            Diagnostics& diagnostics);

}  // namespace zdm
