// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/mysql_charsets.h"
#include "compiler/schema/mysql_expression.h"
#include "compiler/schema/mysql_types.h"
#include "compiler/schema/names.h"
#include "compiler/schema/schema.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

constexpr std::size_t kLongest = 64;

/// Collations belong to no database, and there are no operator classes.
std::string NoSchema(std::string_view /*name*/) {
  return "";
}

std::string ElementName(std::string_view /*expression*/) {
  return "functional_index";
}

std::string TextOf(const Schema& schema, const Table& table, const Column& column) {
  const TextEncoding encoding = EncodingOf(schema, table, column);
  return encoding.charset.empty() ? "" : encoding.charset + " " + encoding.collation;
}

std::optional<std::string> Lacks(Construct construct, Dialect dialect) {
  const bool mariadb = dialect == Dialect::kMariadb;
  switch (construct) {
    case Construct::kExtension:
      return "";
    case Construct::kEnum:
      return "write the labels in the column's type: `enum('a', 'b')`";
    case Construct::kDomain:
      return "write the type and a check in each table";
    case Construct::kSequence:
      return mariadb ? "keep it out of zdm's hands: `ignore sequence NAME`"
                     : "write `auto_increment`";
    case Construct::kUnlogged:
      return "every table there survives a crash";
    case Construct::kSchemaComment:
      if (mariadb) return std::nullopt;
      return "a database has no comment there";
    case Construct::kIdentity:
      return "write `auto_increment`";
    case Construct::kInclude:
      return "put the columns at the end of the index";
    case Construct::kNullsNotDistinct:
      return "NULLs are always distinct in a unique index";
    case Construct::kNullsOrder:
      return "NULLs always come first ascending and last descending";
    case Construct::kDeferral:
      return "constraints are checked row by row";
    case Construct::kNoInherit:
    case Construct::kOperatorClass:
      return "";
    case Construct::kEnforcement:
      if (!mariadb) return std::nullopt;
      return "every check is enforced: leave the word out, or the check";
    case Construct::kKeyOptions:
      return "only indexes and tables take options";
    case Construct::kConstraintText:
      return "constraints have no comments there: write a `//` comment";
    case Construct::kSetDefault:
      return "write `set null`, `cascade` or `restrict`";
    case Construct::kDeleteColumns:
      return "`set null` sets all columns of the key";
    case Construct::kMatchFull:
      return "the server reads `match full` and does not do it; a check can say it";
    case Construct::kIndexCollation:
      return "an index has the collation of its columns";
    case Construct::kPartialIndex:
      return "an index holds all rows; one on an expression that is NULL for the others is small";
    case Construct::kIndexExpression:
      if (!mariadb) return std::nullopt;
      return "declare a column `generated always as (...) virtual` and index that";
    case Construct::kInvisibleIndex:
      if (!mariadb) return std::nullopt;
      return "write `ignored`";
    case Construct::kIgnoredIndex:
      if (mariadb) return std::nullopt;
      return "write `invisible`";
    case Construct::kCharset:
    case Construct::kOnUpdate:
    case Construct::kAutoIncrement:
    case Construct::kInvisibleColumn:
    case Construct::kPlace:
    case Construct::kVirtual:
    case Construct::kTableOptions:
    case Construct::kIndexKind:
    case Construct::kIndexPrefix:
    case Construct::kRenamedIndex:
      return std::nullopt;
  }
  return std::nullopt;
}

template <Dialect dialect>
LanguageRules MakeRules() {
  LanguageRules rules{
      dialect,
      &MysqlExpressionRules(dialect),
      "",
      kLongest,
      NoSchema,
      NoSchema,
      [](std::string_view written) { return CanonicalMysqlType(written, dialect); },
      [](NamedPart part, const std::string& table, const std::vector<std::string>& columns,
         const std::function<bool(const std::string&)>& taken) {
        return DefaultMysqlName(part, dialect, table, columns, taken);
      },
      ElementName};
  rules.quoting = Quoting::kBackquote;
  rules.lacks = [](Construct construct) { return Lacks(construct, dialect); };
  rules.changes.in_place = true;
  rules.finish = FinishMysqlTables;
  rules.bind = BindMysqlSchema;
  rules.text_of = TextOf;
  return rules;
}

void Bind(QualifiedName& name, const std::string& schema) {
  if (name.schema.empty()) name.schema = schema;
}

/// `allow CODE t.c` says no database; one that names a table of the files gets it.
void BindAllow(Allow& allow, const Schema& desired) {
  const auto names = [&](const Table& table) {
    const std::string shown = Display(table.name.name);
    return allow.object == shown || allow.object.starts_with(shown + ".");
  };
  for (const Table& table : desired.tables) {
    if (table.name.schema != desired.default_schema || !names(table)) continue;
    allow.object = Display(desired.default_schema) + "." + allow.object;
    return;
  }
}

}  // namespace

std::string DefaultMysqlName(NamedPart part, Dialect dialect, const std::string& table,
                             const std::vector<std::string>& columns,
                             const std::function<bool(const std::string&)>& taken) {
  if (part == NamedPart::kPrimaryKey) return "PRIMARY";
  if (part == NamedPart::kUnique || part == NamedPart::kIndex) {
    const std::string first = columns.empty() ? "" : columns.front();
    const bool primary = FoldName(first) == "primary";
    std::string name = first;
    for (int number = 2; name.empty() || (primary && name == first) || taken(name); ++number) {
      name = fmt::format("{}_{}", first, number);
    }
    return name;
  }
  std::string stem = table + (part == NamedPart::kForeignKey ? "_ibfk_" : "_chk_");
  if (part == NamedPart::kCheck && dialect == Dialect::kMariadb) stem = "CONSTRAINT_";
  for (int number = 1;; ++number) {
    std::string name = stem + std::to_string(number);
    if (!taken(name)) return name;
  }
}

void BindMysqlSchema(const Schema& current, DesiredSchema& desired) {
  Schema& schema = desired.schema;
  const std::string& name = current.default_schema;
  if (schema.default_schema.empty() && !name.empty()) {
    schema.default_schema = name;
    for (NamespaceObject& space : schema.schemas) {
      if (space.name.empty()) space.name = name;
    }
    for (Table& table : schema.tables) {
      Bind(table.name, name);
      for (ForeignKey& key : table.foreign_keys) Bind(key.references, name);
    }
    for (Tombstone& tombstone : desired.tombstones) {
      if (tombstone.kind == "table") Bind(tombstone.name, name);
    }
    for (Allow& allow : desired.allows) BindAllow(allow, schema);
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    const auto same = [](const auto& a, const auto& b) { return a.name == b.name; };
    std::stable_sort(schema.schemas.begin(), schema.schemas.end(), by_name);
    schema.schemas.erase(std::unique(schema.schemas.begin(), schema.schemas.end(), same),
                         schema.schemas.end());
    std::sort(schema.tables.begin(), schema.tables.end(), by_name);
  }
  schema.server_version = current.server_version;
  for (NamespaceObject& space : schema.schemas) {
    for (const NamespaceObject& found : current.schemas) {
      if (found.name != space.name || space.charset || space.collation) continue;
      space.charset = found.charset;
      space.collation = found.collation;
    }
  }
  LeaveOutDefaults(schema);
}

const LanguageRules& MariadbRules() {
  static const LanguageRules rules = MakeRules<Dialect::kMariadb>();
  return rules;
}

const LanguageRules& MysqlRules() {
  static const LanguageRules rules = MakeRules<Dialect::kMysql>();
  return rules;
}

}  // namespace zdm
