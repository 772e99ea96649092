// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/diff_parts.h"

namespace zdm {
namespace {

template <typename Part>
bool SameButName(const Part& a, Part b) {
  b.name = a.name;
  b.comment = a.comment;
  return a == b;
}

template <typename Part>
void KeepComment(TablePair& pair, const Part& old_part, const Part& part) {
  const QualifiedName& table = pair.new_table.name;
  DiffComment(pair, "CONSTRAINT", "constraint " + Display(table, part.name),
              pair.rules.quote(part.name) + " ON " + pair.rules.quote(table.schema) + "." +
                  pair.rules.quote(table.name),
              {old_part.comment, part.comment}, part.origin);
}

/// The same, except that it is not yet validated and shall be.
template <typename Part>
bool OnlyNeedsValidation(Part old_part, const Part& part) {
  if (old_part.validated || !part.validated) return false;
  old_part.validated = true;
  return SameButName(old_part, part);
}

std::vector<std::string> ColumnsOfKey(const Key& key) {
  std::vector<std::string> columns = key.columns;
  columns.insert(columns.end(), key.include.begin(), key.include.end());
  return columns;
}

Key MapKey(const TablePair& pair, Key key) {
  key.columns = MapNames(pair, key.columns);
  key.include = MapNames(pair, key.include);
  return key;
}

std::string KeyNote(const Key& key) {
  std::string columns;
  for (const std::string& column : key.columns) {
    columns += (columns.empty() ? "`" : ", `") + column + "`";
  }
  return "the catalog has primary key `" + key.name + "` on " + columns;
}

void DiffPrimaryKey(TablePair& pair) {
  const std::optional<Key>& old_key = pair.old_table.primary_key;
  const std::optional<Key>& key = pair.new_table.primary_key;
  if (!old_key && !key) return;
  if (old_key && key && SameButName(MapKey(pair, *old_key), *key) && old_key->name == key->name) {
    if (Intersects(ColumnsOfKey(*old_key), pair.replaced)) {
      pair.primary_key = Carried<Key>{*old_key, *key};
    } else {
      KeepComment(pair, *old_key, *key);
    }
    return;
  }
  const SourceSpan origin = key ? key->origin : pair.new_table.origin;
  Diagnostic& error =
      pair.diagnostics.Error(codes::kPrimaryKeyChange, origin,
                             "the primary key of `" + Display(pair.new_table.name) + "` " +
                                 (!old_key ? "is added"
                                  : !key   ? "is removed"
                                           : "changes") +
                                 ": zdm cannot do that online yet");
  if (old_key) error.notes.push_back({SourceSpan(), KeyNote(*old_key)});
  if (old_key && key && SameButName(MapKey(pair, *old_key), *key)) {
    error.notes.push_back({SourceSpan(), "only its name differs: write `primary key " +
                                             Display(old_key->name) + " (...)`"});
  }
}

}  // namespace

void DiffKeys(TablePair& pair) {
  DiffPrimaryKey(pair);
  PartKind<Key> kind;
  kind.word = "constraint";
  kind.columns = ColumnsOfKey;
  kind.mapped = [&](const Key& key) { return MapKey(pair, key); };
  kind.same = SameButName<Key>;
  kind.add = [&](const Key& key) {
    pair.changes.push_back({AddUnique{pair.old_table, key}, key.origin});
  };
  kind.drop = [&](const Key& key, SourceSpan origin) {
    pair.changes.push_back({DropUnique{pair.old_table, key}, origin});
  };
  kind.replace = [&](const Key& old_key, const Key& key) {
    pair.diagnostics
        .Error(codes::kUniqueReplaced, key.origin,
               "unique constraint `" + key.name + "` changes under its name")
        .notes.push_back(
            {SourceSpan(), "give the new one another name and write `drop constraint " +
                               Display(old_key.name) +
                               ";` in the table: it is built beside "
                               "the old one, which then goes"});
  };
  kind.keep = [&](const Key& old_key, const Key& key) { KeepComment(pair, old_key, key); };
  kind.carry = [&](Carried<Key> carried) { pair.uniques.push_back(std::move(carried)); };
  DiffParts(pair, pair.old_table.uniques, pair.new_table.uniques, kind);
}

void DiffChecks(TablePair& pair) {
  PartKind<Check> kind;
  kind.word = "constraint";
  kind.columns = [&](const Check& check) { return pair.rules.columns(check.expression.sql); };
  kind.mapped = [&](Check check) {
    check.expression.sql = MapExpression(pair, check.expression.sql);
    return check;
  };
  kind.same = SameButName<Check>;
  kind.add = [&](const Check& check) {
    pair.changes.push_back({AddCheck{pair.old_table, check}, check.origin});
  };
  kind.drop = [&](const Check& check, SourceSpan origin) {
    pair.changes.push_back({DropCheck{pair.old_table, check}, origin});
  };
  kind.replace = [&](const Check& old_check, const Check& check) {
    if (OnlyNeedsValidation(old_check, check)) {
      pair.changes.push_back({ValidateConstraint{pair.old_table, check.name}, check.origin});
      KeepComment(pair, old_check, check);
    } else {
      pair.changes.push_back({ReplaceCheck{pair.old_table, old_check, check}, check.origin});
    }
  };
  kind.keep = [&](const Check& old_check, const Check& check) {
    KeepComment(pair, old_check, check);
  };
  kind.carry = [&](Carried<Check> carried) { pair.checks.push_back(std::move(carried)); };
  DiffParts(pair, pair.old_table.checks, pair.new_table.checks, kind);
}

void DiffForeignKeys(TablePair& pair) {
  PartKind<ForeignKey> kind;
  kind.word = "constraint";
  kind.columns = [](const ForeignKey& key) { return key.columns; };
  kind.mapped = [&](ForeignKey key) {
    key.columns = MapNames(pair, key.columns);
    return key;
  };
  kind.same = SameButName<ForeignKey>;
  kind.add = [&](const ForeignKey& key) {
    pair.changes.push_back({AddForeignKey{pair.old_table, key}, key.origin});
  };
  kind.drop = [&](const ForeignKey& key, SourceSpan origin) {
    pair.changes.push_back({DropForeignKey{pair.old_table, key}, origin});
  };
  kind.replace = [&](const ForeignKey& old_key, const ForeignKey& key) {
    if (OnlyNeedsValidation(old_key, key)) {
      pair.changes.push_back({ValidateConstraint{pair.old_table, key.name}, key.origin});
      KeepComment(pair, old_key, key);
    } else {
      pair.changes.push_back({ReplaceForeignKey{pair.old_table, old_key, key}, key.origin});
    }
  };
  kind.keep = [&](const ForeignKey& old_key, const ForeignKey& key) {
    KeepComment(pair, old_key, key);
  };
  // A column in a foreign key is refused as part of a transition (diff_columns.cc); a new foreign
  // key may name a column that a transition makes.
  kind.carry = [&](const Carried<ForeignKey>& carried) {
    const ForeignKey& key = carried.now ? *carried.now : *carried.old;
    pair.diagnostics
        .Error(codes::kTransitionOfKey, key.origin,
               "foreign key `" + key.name + "` of `" + Display(pair.new_table.name) +
                   "` names a column that is renamed or transformed in the same plan: zdm cannot "
                   "carry foreign keys yet")
        .notes.push_back(
            {SourceSpan(), "a foreign key on a new name can be added by the next plan"});
  };
  DiffParts(pair, pair.old_table.foreign_keys, pair.new_table.foreign_keys, kind);
}

}  // namespace zdm
