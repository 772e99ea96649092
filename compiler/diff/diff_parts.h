// SPDX-License-Identifier: Apache-2.0
// The one way in which the named parts of a table (indexes, unique constraints, checks, foreign
// keys) of both sides find each other. Private to diff/.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diff/table_pair.h"
#include "compiler/schema/names.h"

namespace zdm {

template <typename Part>
struct PartKind {
  std::string word;  ///< "index" or "constraint": of tombstones and messages
  /// Columns of its table that the part names, expressions included.
  std::function<std::vector<std::string>(const Part&)> columns;
  /// The part with old column names mapped to new ones.
  std::function<Part(const Part&)> mapped;
  /// Whether both are the same but for name and comment.
  std::function<bool(const Part&, const Part&)> same;
  std::function<void(const Part&)> add;
  std::function<void(const Part&, SourceSpan)> drop;
  std::function<void(const Part&, const Part&)> replace;
  /// Both are there and the same.
  std::function<void(const Part&, const Part&)> keep;
  std::function<void(Carried<Part>)> carry;
  /// `renamed from` of a new part: "" where there is none. Without it, parts go by their names.
  std::function<std::string(const Part&)> old_name = nullptr;
  /// Both are there, the old one under another name.
  std::function<void(const Part&, const Part&)> rename = nullptr;
};

/// Whether one of the columns that the part names is gone from the new table.
template <typename Part>
bool LosesColumn(const TablePair& pair, const PartKind<Part>& kind, const Part& part) {
  for (const std::string& column : kind.columns(part)) {
    if (pair.old_table.FindColumn(column) != nullptr && !pair.new_names.contains(column)) {
      return true;
    }
  }
  return false;
}

/// What becomes of an old part that no new one matches.
template <typename Part>
void DropPart(TablePair& pair, const PartKind<Part>& kind, const std::vector<Part>& new_parts,
              const Part& part, bool touched) {
  const SourceSpan* origin = DropOf(pair, kind.word, part.name);
  // A part that names a column that goes away goes with it: the column's own word is enough.
  if (origin == nullptr && !LosesColumn(pair, kind, part)) {
    Diagnostic& missing = ReportMissing(pair, kind.word, part.name);
    for (const Part& other : new_parts) {
      if (!kind.same(kind.mapped(part), other)) continue;
      missing.notes.push_back(
          {other.origin, "`" + other.name + "` is the same under another name: " + "name it `" +
                             part.name + "` here"});
    }
    return;
  }
  if (touched) {
    kind.carry({part, std::nullopt});
  } else {
    kind.drop(part, origin != nullptr ? *origin : SourceSpan());
  }
}

template <typename Part>
void DiffParts(TablePair& pair, const std::vector<Part>& old_parts,
               const std::vector<Part>& new_parts, const PartKind<Part>& kind) {
  std::set<std::string> matched;
  // Only a table with transitions pays for looking into expressions.
  const auto touches = [&](const Part& part, const std::set<std::string>& columns) {
    return !columns.empty() && Intersects(kind.columns(part), columns);
  };
  const auto find = [&](const Part& old_part) -> const Part* {
    for (const Part& part : new_parts) {
      if (part.name == old_part.name) return &part;
    }
    for (const Part& part : new_parts) {
      if (!kind.old_name || kind.old_name(part) != old_part.name) continue;
      const bool there = std::any_of(old_parts.begin(), old_parts.end(),
                                     [&](const Part& other) { return other.name == part.name; });
      if (!there) return &part;
    }
    if (!touches(old_part, pair.replaced)) return nullptr;
    // The default name follows a renamed column: the same part under its new name.
    for (const Part& part : new_parts) {
      bool taken = matched.contains(part.name);
      for (const Part& other : old_parts) taken = taken || other.name == part.name;
      if (!taken && kind.same(kind.mapped(old_part), part)) return &part;
    }
    return nullptr;
  };
  for (const Part& old_part : old_parts) {
    const Part* part = find(old_part);
    if (part != nullptr) matched.insert(part->name);
    const bool touched =
        touches(old_part, pair.replaced) || (part != nullptr && touches(*part, pair.made));
    if (part == nullptr) {
      DropPart(pair, kind, new_parts, old_part, touched);
    } else if (touched) {
      kind.carry({old_part, *part});
    } else if (part->name != old_part.name) {
      kind.rename(old_part, *part);
    } else if (kind.same(old_part, *part)) {
      kind.keep(old_part, *part);
    } else {
      kind.replace(old_part, *part);
    }
  }
  for (const Part& part : new_parts) {
    if (matched.contains(part.name)) continue;
    if (touches(part, pair.made)) {
      kind.carry({std::nullopt, part});
    } else {
      kind.add(part);
    }
  }
}

}  // namespace zdm
