// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/diff.h"

#include <algorithm>

#include "compiler/diff/allow.h"
#include "compiler/diff/diff_objects.h"
#include "compiler/diff/table_pair.h"
#include "compiler/schema/match.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

using Referenced = std::set<std::pair<QualifiedName, std::string>>;

class SchemaDiff {
 public:
  SchemaDiff(const Schema& current, const DesiredSchema& desired, const LanguageRules& rules,
             Diagnostics& diagnostics)
      : current_(current),
        desired_(desired),
        language_(rules),
        rules_(*rules.expressions),
        diagnostics_(diagnostics) {
    for (const Table& table : current.tables) {
      for (const ForeignKey& key : table.foreign_keys) {
        for (const std::string& column : key.referenced_columns) {
          referenced_.emplace(key.references, column);
        }
      }
    }
  }

  std::vector<Change> Run() {
    DiffSchemas();
    DiffExtensions();
    DiffObjects(current_, desired_, rules_, changes_, diagnostics_);
    DiffTables();
    DiffGoneObjects(current_, desired_, rules_, changes_, diagnostics_);
    ReportStaleTombstones();
    return std::move(changes_);
  }

 private:
  const Tombstone* FindTombstone(const std::string& kind, const QualifiedName& name) const {
    for (const Tombstone& tombstone : desired_.tombstones) {
      if (tombstone.kind == kind && tombstone.name == name) return &tombstone;
    }
    return nullptr;
  }

  void ChangeCommentOf(const std::string& kind, const std::string& object, const std::string& sql,
                       const std::optional<std::string>& old_comment,
                       const std::optional<std::string>& new_comment, SourceSpan origin) {
    if (old_comment == new_comment) return;
    changes_.push_back(
        {ChangeComment{object, kind + " " + sql, old_comment, new_comment, {}}, origin});
  }

  void DiffSchemas() {
    for (const NamespaceObject& schema : desired_.schema.schemas) {
      const auto found = std::find_if(current_.schemas.begin(), current_.schemas.end(),
                                      [&](const auto& s) { return s.name == schema.name; });
      if (found == current_.schemas.end()) {
        changes_.push_back({CreateSchema{schema}, schema.origin});
      } else {
        ChangeCommentOf("SCHEMA", "schema " + Display(schema.name), rules_.quote(schema.name),
                        found->comment, schema.comment, schema.origin);
      }
    }
  }

  void DiffExtensions() {
    for (const Extension& extension : desired_.schema.extensions) {
      const auto found = std::find_if(current_.extensions.begin(), current_.extensions.end(),
                                      [&](const auto& e) { return e.name == extension.name; });
      if (found == current_.extensions.end()) {
        changes_.push_back({CreateExtension{extension}, extension.origin});
        continue;
      }
      if ((extension.version && extension.version != found->version) ||
          (extension.schema && extension.schema != found->schema)) {
        diagnostics_.Error(
            codes::kExtensionChange, extension.origin,
            "extension `" + extension.name +
                "` is there in another version or schema: zdm cannot change that yet");
      }
      ChangeCommentOf("EXTENSION", "extension " + Display(extension.name),
                      rules_.quote(extension.name), found->comment, extension.comment,
                      extension.origin);
    }
    for (const Extension& extension : current_.extensions) {
      const auto wanted =
          std::find_if(desired_.schema.extensions.begin(), desired_.schema.extensions.end(),
                       [&](const auto& e) { return e.name == extension.name; });
      if (wanted != desired_.schema.extensions.end()) continue;
      if (const Tombstone* tombstone = FindTombstone("extension", {"", extension.name})) {
        changes_.push_back({DropExtension{extension}, tombstone->origin});
        continue;
      }
      diagnostics_
          .Error(codes::kMissingFromFiles, SourceSpan(),
                 "extension `" + extension.name + "` is in the catalog and not in the files")
          .notes.push_back({SourceSpan(), "write `extension " + Display(extension.name) +
                                              ";`, or `drop extension " + Display(extension.name) +
                                              ";` if it shall go, or `ignore extension " +
                                              Display(extension.name) + ";`"});
    }
  }

  void DiffTables() {
    std::vector<Change> foreign_keys;
    for (const Table& table : desired_.schema.tables) {
      const Table* found = current_.FindTable(table.name);
      if (found != nullptr) {
        DiffTable(*found, table);
        continue;
      }
      changes_.push_back({CreateTable{table}, table.origin});
      for (const ForeignKey& key : table.foreign_keys) {
        foreign_keys.push_back({AddForeignKey{table, key}, key.origin});
      }
    }
    for (const Table& table : current_.tables) {
      if (desired_.schema.FindTable(table.name) == nullptr) DiffGoneTable(table);
    }
    std::move(foreign_keys.begin(), foreign_keys.end(), std::back_inserter(changes_));
  }

  void DiffTable(const Table& old_table, const Table& table) {
    if (old_table.unlogged != table.unlogged) {
      diagnostics_.Error(codes::kPersistenceChange, table.origin,
                         "table `" + Display(table.name) + "` becomes " +
                             (table.unlogged ? "unlogged" : "logged") +
                             ": the server would rewrite it under a lock, and zdm has no other way "
                             "yet");
    }
    std::vector<Change> changes;
    TablePair pair{current_,
                   desired_.schema,
                   language_,
                   old_table,
                   table,
                   referenced_,
                   desired_.allows,
                   desired_.tombstones,
                   rules_,
                   changes,
                   diagnostics_,
                   MatchColumns(old_table, table),
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {}};
    for (const auto& [now, old] : pair.old_names) pair.new_names.emplace(old, now);
    DiffComment(pair, "TABLE", "table " + Display(table.name),
                rules_.quote(table.name.schema) + "." + rules_.quote(table.name.name),
                {old_table.comment, table.comment}, table.origin);
    if (pair.in_place()) DiffTableInPlace(pair);
    DiffColumns(pair);
    DiffKeys(pair);
    DiffChecks(pair);
    DiffIndexes(pair);
    DiffForeignKeys(pair);
    if (!pair.transitions.empty()) {
      const SourceSpan origin = pair.transitions.front().origin;
      changes_.push_back(
          {TransformTable{old_table, table, std::move(pair.transitions), std::move(pair.indexes),
                          std::move(pair.uniques), std::move(pair.checks),
                          std::move(pair.primary_key), PlacesOf(pair)},
           origin});
    }
    std::move(changes.begin(), changes.end(), std::back_inserter(changes_));
  }

  static std::map<std::string, std::string> PlacesOf(const TablePair& pair) {
    std::map<std::string, std::string> places;
    for (const auto& [column, after] : pair.places) {
      if (pair.made.contains(column)) places.emplace(column, after);
    }
    return places;
  }

  void DiffGoneTable(const Table& table) {
    const std::string shown = Display(table.name);
    const Tombstone* tombstone = FindTombstone("table", table.name);
    if (tombstone != nullptr ||
        FindAllow(desired_.allows, ToString(codes::kDropTable), shown) != nullptr) {
      changes_.push_back(
          {DropTable{table}, tombstone != nullptr ? tombstone->origin : SourceSpan()});
      return;
    }
    Diagnostic& error =
        diagnostics_.Error(codes::kMissingFromFiles, SourceSpan(),
                           "table `" + shown + "` is in the catalog and not in the files");
    error.notes.push_back({SourceSpan(), "if it shall go, write `drop table " + shown +
                                             ";`; if others look after it, `ignore table " + shown +
                                             ";`"});
    error.notes.push_back({SourceSpan(), "`zdmc import` writes the tables that are there as .zdm"});
  }

  void ReportStaleTombstones() {
    for (const Tombstone& tombstone : desired_.tombstones) {
      const bool table = tombstone.kind == "table" && current_.FindTable(tombstone.name) != nullptr;
      const bool extension =
          tombstone.kind == "extension" &&
          std::any_of(current_.extensions.begin(), current_.extensions.end(),
                      [&](const auto& e) { return e.name == tombstone.name.name; });
      const bool schema = tombstone.kind == "schema" &&
                          std::any_of(current_.schemas.begin(), current_.schemas.end(),
                                      [&](const auto& s) { return s.name == tombstone.name.name; });
      const bool object =
          (tombstone.kind == "enum" && current_.FindEnum(tombstone.name) != nullptr) ||
          (tombstone.kind == "domain" && current_.FindDomain(tombstone.name) != nullptr) ||
          (tombstone.kind == "sequence" && current_.FindSequence(tombstone.name) != nullptr);
      if (schema) {
        diagnostics_.Error(codes::kDropSchema, tombstone.origin,
                           "schema `" + tombstone.name.name +
                               "` is to go: zdm drops tables and columns, not whole schemas yet");
      } else if (!table && !extension && !object) {
        diagnostics_.Warning(codes::kStaleTombstone, tombstone.origin,
                             tombstone.kind + " `" +
                                 (tombstone.name.schema.empty() ? Display(tombstone.name.name)
                                                                : Display(tombstone.name)) +
                                 "` is gone already: this line can go too");
      }
    }
  }

  const Schema& current_;
  const DesiredSchema& desired_;
  const LanguageRules& language_;
  const ExpressionRules& rules_;
  Diagnostics& diagnostics_;
  Referenced referenced_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> Diff(const Schema& current, const DesiredSchema& desired,
                         const LanguageRules& rules, Diagnostics& diagnostics) {
  return SchemaDiff(current, desired, rules, diagnostics).Run();
}

void DiffComment(TablePair& pair, const std::string& kind, const std::string& object,
                 const std::string& sql, const Comments& comments, SourceSpan origin) {
  const auto& [old_comment, new_comment] = comments;
  if (old_comment == new_comment) return;
  pair.changes.push_back(
      {ChangeComment{object, kind + " " + sql, old_comment, new_comment, pair.new_table.name},
       origin});
}

const SourceSpan* DropOf(const TablePair& pair, const std::string& kind, const std::string& name) {
  for (const Table::DroppedPart& part : pair.new_table.dropped_parts) {
    if (part.kind == kind && part.name == name) return &part.origin;
  }
  for (const Tombstone& tombstone : pair.tombstones) {
    if (tombstone.kind == kind && tombstone.name.name == name &&
        tombstone.name.schema == pair.new_table.name.schema) {
      return &tombstone.origin;
    }
  }
  return nullptr;
}

Diagnostic& ReportMissing(TablePair& pair, const std::string& kind, const std::string& name) {
  Diagnostic& error =
      pair.diagnostics.Error(codes::kMissingFromFiles, pair.new_table.origin,
                             kind + " `" + name + "` of `" + Display(pair.new_table.name) +
                                 "` is in the catalog and not in the files");
  error.notes.push_back({SourceSpan(), "if it shall go, write `drop " + kind + " " + Display(name) +
                                           ";` in the table; if others look after it, `ignore " +
                                           kind + " " + Display(pair.new_table.name, name) + ";`"});
  return error;
}

std::vector<std::string> MapNames(const TablePair& pair, const std::vector<std::string>& names) {
  std::vector<std::string> mapped = names;
  for (std::string& name : mapped) {
    const auto found = pair.new_names.find(name);
    if (found != pair.new_names.end()) name = found->second;
  }
  return mapped;
}

std::string MapExpression(const TablePair& pair, const std::string& expression) {
  std::map<std::string, std::string> renames;
  for (const auto& [old, now] : pair.new_names) {
    if (old != now) renames.emplace(old, now);
  }
  return renames.empty() ? expression : pair.rules.rename(expression, renames);
}

bool Intersects(const std::vector<std::string>& names, const std::set<std::string>& set) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return set.contains(name); });
}

}  // namespace zdm
