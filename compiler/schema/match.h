// SPDX-License-Identifier: Apache-2.0
// Which column of the files is which column of the catalog; and what the language does not name
// yet, taken over from the catalog.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/schema/expression_rules.h"
#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"

namespace zdm {

/// New name -> old name, for every column of `desired` that is one of `current`: by its name, else
/// by `renamed from` while the old name still stands.
std::map<std::string, std::string> MatchColumns(const Table& current, const Table& desired);

/// A column of the old shape that a transition starts from, and the words that say so.
struct NamedSource {
  std::string name;
  SourceSpan origin;
};
std::vector<NamedSource> SourcesOf(const Transition& transition, const Table& current,
                                   const Table& desired, const ExpressionRules& rules);

/// Whether a column that stands on both sides is not yet what it shall be, so that a transition of
/// it has work to do: its type, its collation, or a NOT NULL that it lacks.
bool NeedsNewBody(const Table& current, const Table& desired, const std::string& column);

/// Whether the old shape is still there; otherwise the transition means nothing any more.
bool InForce(const Transition& transition, const Table& current, const Table& desired,
             const ExpressionRules& rules);

/// Fills what the files do not say and zdm keeps as found: owners, grants, table and column
/// options, storage, compression, statistics targets. Options of tables too, unless they follow the
/// files.
void KeepAsFound(const Schema& current, Schema& desired, const ChangeRules& rules);

}  // namespace zdm
