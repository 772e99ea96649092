// SPDX-License-Identifier: Apache-2.0
// What the parts of the diff share about one table that stands on both sides. Private to diff/.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diff/change.h"
#include "compiler/schema/language_rules.h"
#include "compiler/source/diagnostic.h"

namespace zdm {

struct TablePair {
  const Schema& current;
  const Schema& desired;
  const LanguageRules& language;
  const Table& old_table;
  const Table& new_table;
  /// Columns that a foreign key of any table references.
  const std::set<std::pair<QualifiedName, std::string>>& referenced;
  const std::vector<Allow>& allows;
  const std::vector<Tombstone>& tombstones;
  const ExpressionRules& rules;
  std::vector<Change>& changes;
  Diagnostics& diagnostics;

  std::map<std::string, std::string> old_names;  ///< new name -> old name (match.h)
  std::map<std::string, std::string> new_names;  ///< and back

  // Found by DiffColumns.
  std::vector<ColumnTransition> transitions;
  std::set<std::string> replaced;  ///< old columns that a transition replaces
  std::set<std::string> made;      ///< new columns that a transition makes
  std::set<std::string> dropped;   ///< old columns that go without a transition

  // Filled by the parts of a table that has transitions.
  std::vector<Carried<Index>> indexes;
  std::vector<Carried<Key>> uniques;
  std::vector<Carried<Check>> checks;
  std::optional<Carried<Key>> primary_key = std::nullopt;

  /// Where new columns stand (AddColumn::after), and the moves of the others; only where the
  /// server's columns follow the files' order.
  std::map<std::string, std::string> places;
  std::vector<MoveColumn> moves;

  bool in_place() const { return language.changes.in_place; }
};

void DiffColumns(TablePair& pair);
/// The part of it that reads `renamed from` and transitions: fills the sets above.
void DiffTransitions(TablePair& pair);
void DiffIndexes(TablePair& pair);
/// What makes the server read rows or refuse when the column's type changes, although the types
/// alone would not: "check `price_check`".
std::vector<std::string> SpoilersOf(const TablePair& pair, const std::string& column);
/// Whether the types differ in a way that costs nothing, spoilers apart.
bool WidensInPlace(const TablePair& pair, const Column& old_column, const Column& column);
/// Changes of type whose values travel by themselves become transitions.
void ReadTypeChanges(TablePair& pair);
/// Whether a transition of the files says what such a change would say, and keeps NOT NULL and
/// unique.
bool IsFaithful(const TablePair& pair, const ColumnTransition& transition);
/// A change of type or collation that nobody said how to make, with the transition to write.
void ReportTypeChange(TablePair& pair, const Column& old_column, const Column& column);
/// Emits the change; gives back the column as it stands after it.
Column WidenColumn(TablePair& pair, const Column& old_column, const Column& column);
/// Of a column that both sides have, what changes in place, one by one.
void DiffInPlace(TablePair& pair, const Column& old_column, const Column& column);
/// Options and charset of a table that changes in place.
void DiffTableInPlace(TablePair& pair);
/// Fills `places` and `moves`; after DiffTransitions.
void OrderColumns(TablePair& pair);
void DiffKeys(TablePair& pair);
void DiffChecks(TablePair& pair);
void DiffForeignKeys(TablePair& pair);

struct Comments {
  const std::optional<std::string>& old_comment;
  const std::optional<std::string>& new_comment;
};

/// Emits ChangeComment when the two differ. `kind` as in COMMENT ON ("INDEX"), `object` in display
/// form, `sql` what stands behind the kind.
void DiffComment(TablePair& pair, const std::string& kind, const std::string& object,
                 const std::string& sql, const Comments& comments, SourceSpan origin);

/// The line that says that an old part of the table shall go ("index" or "constraint"), or null.
const SourceSpan* DropOf(const TablePair& pair, const std::string& kind, const std::string& name);

/// Reports an old part that the files lack.
Diagnostic& ReportMissing(TablePair& pair, const std::string& kind, const std::string& name);

/// Old column names with the renames applied; names of columns that go stay as they are.
std::vector<std::string> MapNames(const TablePair& pair, const std::vector<std::string>& names);
std::string MapExpression(const TablePair& pair, const std::string& expression);

bool Intersects(const std::vector<std::string>& names, const std::set<std::string>& set);

}  // namespace zdm
