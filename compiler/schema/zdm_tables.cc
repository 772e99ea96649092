// SPDX-License-Identifier: Apache-2.0
// One table as text: columns first, then what stands on several columns or has a name of its own.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/repeats.h"
#include "compiler/schema/zdm_objects.h"
#include "compiler/schema/zdm_text.h"
#include "compiler/schema/zdm_words.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

struct Writer {
  const Table& table;
  const LanguageRules& rules;
  const std::set<std::string>& spoken;
  const std::vector<Sequence>* sequences;

  std::string Name(const std::string& name) const { return ZdmName(name, rules); }
  std::string Names(const std::vector<std::string>& names) const { return ZdmNames(names, rules); }

  std::string Text(const std::string& text) const { return ZdmText(text, rules.quoting); }
  std::string Comment(const std::optional<std::string>& comment) const {
    return ZdmComment(comment, rules.quoting);
  }
  std::string Parenthesized(const std::string& sql) const {
    return ZdmParenthesized(sql, rules.quoting);
  }

  /// A table: its schema only when it is another one.
  std::string Reference(const QualifiedName& name) const {
    return (name.schema == table.name.schema ? "" : Name(name.schema) + ".") + Name(name.name);
  }

  /// Without its schema where `schema_of` finds it.
  std::string Found(const QualifiedName& name,
                    std::string (*schema_of)(std::string_view name)) const {
    return (schema_of(name.name) == name.schema ? "" : Name(name.schema) + ".") + Name(name.name);
  }

  /// Whether the server would have chosen this name first.
  bool IsDefaultName(NamedPart part, const std::string& name,
                     const std::vector<std::string>& columns) const {
    return !spoken.contains(name) &&
           rules.default_name(part, table.name.name, columns,
                              [](const std::string&) { return false; }) == name;
  }
  /// " name", or nothing for the default one.
  std::string OwnName(NamedPart part, const std::string& name,
                      const std::vector<std::string>& columns) const {
    return IsDefaultName(part, name, columns) ? "" : " " + Name(name);
  }
};

bool IsPlainValue(const std::string& value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

std::string StorageClause(const Writer& writer, const std::vector<std::string>& parameters) {
  std::string list;
  for (const std::string& parameter : parameters) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    list += (list.empty() ? "" : ", ") + writer.Name(parameter.substr(0, equals));
    if (equals == parameter.size()) continue;
    const std::string value = parameter.substr(equals + 1);
    list += " = " + (IsPlainValue(value) ? value : writer.Text(value));
  }
  return list.empty() ? "" : " with (" + list + ")";
}

std::string DeferralClause(bool deferrable, bool initially_deferred) {
  if (!deferrable) return "";
  return initially_deferred ? " deferrable initially deferred" : " deferrable";
}

std::string IdentityClause(const Identity& identity) {
  const std::string options = ZdmOptions(identity.sequence);
  return fmt::format(" generated {} as identity{}", identity.always ? "always" : "by default",
                     options.empty() ? "" : " (" + options.substr(1) + ")");
}

const char* ActionWords(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kNoAction:
      return "no action";
    case ForeignKeyAction::kRestrict:
      return "restrict";
    case ForeignKeyAction::kCascade:
      return "cascade";
    case ForeignKeyAction::kSetNull:
      return "set null";
    case ForeignKeyAction::kSetDefault:
      return "set default";
  }
  return "";
}

std::string ReferenceClause(const Writer& writer, const ForeignKey& key) {
  std::string clause = " references " + writer.Reference(key.references) + " " +
                       writer.Names(key.referenced_columns);
  if (key.on_delete != ForeignKeyAction::kNoAction) {
    clause += std::string(" on delete ") + ActionWords(key.on_delete);
  }
  if (!key.on_delete_columns.empty()) clause += " " + writer.Names(key.on_delete_columns);
  if (key.on_update != ForeignKeyAction::kNoAction) {
    clause += std::string(" on update ") + ActionWords(key.on_update);
  }
  if (key.match == ForeignKeyMatch::kFull) clause += " match full";
  return clause + DeferralClause(key.deferrable, key.initially_deferred);
}

/// A unique constraint that says what another key says needs its name.
bool Repeated(const Writer& writer, const Key& key, NamedPart part) {
  if (part == NamedPart::kPrimaryKey) return false;
  const Table& table = writer.table;
  return (table.primary_key && Repeats(*table.primary_key, key)) ||
         std::any_of(table.uniques.begin(), table.uniques.end(),
                     [&](const Key& other) { return &other != &key && Repeats(other, key); });
}

/// A key that is said best on its column's line.
bool IsInline(const Writer& writer, const Key& key, NamedPart part) {
  return !Repeated(writer, key, part) && key.columns.size() == 1 && key.include.empty() &&
         key.storage_parameters.empty() && !key.deferrable && !key.comment &&
         writer.IsDefaultName(part, key.name, key.columns) &&
         (part == NamedPart::kPrimaryKey || !key.nulls_not_distinct);
}

bool IsInline(const Writer& writer, const ForeignKey& key) {
  return key.columns.size() == 1 && !key.comment &&
         writer.IsDefaultName(NamedPart::kForeignKey, key.name, key.columns);
}

std::string ColumnLine(const Writer& writer, const Column& column) {
  const bool serial =
      writer.sequences != nullptr &&
      SerialSequence(writer.table, column, *writer.sequences, writer.rules) != nullptr;
  std::string line =
      writer.Name(column.name) + " " + (serial ? SerialWord(column.type) : column.type.sql);
  if (column.charset) line += " charset " + *column.charset;
  if (column.collation) {
    line += " collate " + writer.Found(*column.collation, writer.rules.schema_of_collation);
  }
  const auto& primary = writer.table.primary_key;
  const bool in_primary = primary && std::find(primary->columns.begin(), primary->columns.end(),
                                               column.name) != primary->columns.end();
  if (column.not_null && !column.identity && !column.auto_increment && !in_primary && !serial) {
    line += " not null";
  }
  if (column.default_value && !serial) {
    line += " default " + ZdmDefault(column.default_value->sql, writer.rules.quoting);
  }
  if (column.on_update) line += " on update " + column.on_update->sql;
  if (column.auto_increment) line += " auto_increment";
  if (column.identity) line += IdentityClause(*column.identity);
  if (column.generated) {
    line += " generated always as " + writer.Parenthesized(column.generated->sql) +
            (column.generated_virtual ? " virtual" : " stored");
  }
  if (column.invisible) line += " invisible";
  if (primary && primary->columns[0] == column.name &&
      IsInline(writer, *primary, NamedPart::kPrimaryKey)) {
    line += " primary key";
  }
  for (const Key& key : writer.table.uniques) {
    const bool here = key.columns[0] == column.name;
    if (here && IsInline(writer, key, NamedPart::kUnique)) line += " unique";
  }
  for (const ForeignKey& key : writer.table.foreign_keys) {
    if (key.columns[0] == column.name && IsInline(writer, key)) {
      line += ReferenceClause(writer, key);
    }
  }
  return line + writer.Comment(column.comment) + ";\n";
}

std::string KeyLine(const Writer& writer, const Key& key, NamedPart part) {
  const bool primary = part == NamedPart::kPrimaryKey;
  std::string line = primary ? "primary key" : "unique";
  line += key.include.empty() && !Repeated(writer, key, part)
              ? writer.OwnName(part, key.name, key.columns)
              : " " + writer.Name(key.name);
  line += " " + writer.Names(key.columns);
  if (!key.include.empty()) line += " include " + writer.Names(key.include);
  if (key.nulls_not_distinct) line += " nulls not distinct";
  return line + StorageClause(writer, key.storage_parameters) +
         DeferralClause(key.deferrable, key.initially_deferred) + writer.Comment(key.comment) +
         ";\n";
}

std::string ForeignKeyLine(const Writer& writer, const ForeignKey& key) {
  return "foreign key" + writer.OwnName(NamedPart::kForeignKey, key.name, key.columns) + " " +
         writer.Names(key.columns) + ReferenceClause(writer, key) + writer.Comment(key.comment) +
         ";\n";
}

std::string CheckLine(const Writer& writer, const Check& check) {
  return "check" +
         writer.OwnName(NamedPart::kCheck, check.name,
                        writer.rules.expressions->columns(check.expression.sql)) +
         " " + writer.Parenthesized(check.expression.sql) +
         (check.no_inherit ? " no inherit" : "") + (check.enforced ? "" : " not enforced") +
         writer.Comment(check.comment) + ";\n";
}

/// A call stands as it is; anything else in parentheses.
std::string ExpressionElement(const Writer& writer, const std::string& sql) {
  const std::size_t open = sql.find('(');
  const bool call = open != std::string::npos && open > 0 &&
                    writer.Parenthesized(sql.substr(open)) == sql.substr(open) &&
                    sql.find_first_of(" ") > open;
  return call ? sql : writer.Parenthesized(sql);
}

std::string ElementText(const Writer& writer, const IndexElement& element) {
  std::string text = element.column ? writer.Name(*element.column)
                                    : ExpressionElement(writer, element.expression->sql);
  if (element.prefix_length) text += fmt::format("({})", *element.prefix_length);
  if (element.collation) {
    text += " collate " + writer.Found(*element.collation, writer.rules.schema_of_collation);
  }
  if (element.opclass) {
    text += " " + writer.Found(*element.opclass, writer.rules.schema_of_opclass);
    if (!element.opclass_parameters.empty()) {
      text += fmt::format(" ({})", fmt::join(element.opclass_parameters, ", "));
    }
  }
  if (element.descending) text += " desc";
  if (element.nulls_first != element.descending) {
    text += element.nulls_first ? " nulls first" : " nulls last";
  }
  return text;
}

std::string IndexLine(const Writer& writer, const Index& index) {
  std::vector<std::string> elements, names;
  for (const IndexElement& element : index.elements) {
    elements.push_back(ElementText(writer, element));
    names.push_back(element.column ? *element.column
                                   : writer.rules.element_name(element.expression->sql));
  }
  const bool kind = index.method == "fulltext" || index.method == "spatial";
  std::string line = index.unique ? "unique index" : kind ? index.method + " index" : "index";
  line += index.include.empty() ? writer.OwnName(NamedPart::kIndex, index.name, names)
                                : " " + writer.Name(index.name);
  line += fmt::format(" on ({})", fmt::join(elements, ", "));
  if (index.method != "btree" && !kind) line += " using " + writer.Name(index.method);
  if (!index.include.empty()) line += " include " + writer.Names(index.include);
  if (index.nulls_not_distinct) line += " nulls not distinct";
  line += StorageClause(writer, index.storage_parameters);
  if (index.where) line += " where " + writer.Parenthesized(index.where->sql);
  if (index.invisible) {
    const bool has = !writer.rules.lacks || !writer.rules.lacks(Construct::kInvisibleIndex);
    line += has ? " invisible" : " ignored";
  }
  return line + writer.Comment(index.comment) + ";\n";
}

/// Options that the files do not name are kept as found, where they are not the files' matter.
std::string OptionsLine(const Writer& writer) {
  const Table& table = writer.table;
  if (!writer.rules.changes.in_place) return "";
  std::vector<std::string> options = table.options;
  if (table.charset) options.push_back("charset=" + *table.charset);
  if (table.collation) options.push_back("collate=" + *table.collation);
  std::string list;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    const std::string value = option.substr(equals + 1);
    const bool word = WriteName(value, writer.rules.quoting) == value;
    list += (list.empty() ? "" : ", ") + option.substr(0, equals) + " = " +
            (word || IsPlainValue(value) ? value : writer.Text(value));
  }
  return list.empty() ? "" : "with (" + list + ");\n";
}

std::string PartLines(const Writer& writer) {
  const Table& table = writer.table;
  std::string lines;
  if (table.primary_key && !IsInline(writer, *table.primary_key, NamedPart::kPrimaryKey)) {
    lines += KeyLine(writer, *table.primary_key, NamedPart::kPrimaryKey);
  }
  for (const Key& key : table.uniques) {
    if (!IsInline(writer, key, NamedPart::kUnique)) {
      lines += KeyLine(writer, key, NamedPart::kUnique);
    }
  }
  for (const ForeignKey& key : table.foreign_keys) {
    if (!IsInline(writer, key)) lines += ForeignKeyLine(writer, key);
  }
  for (const Check& check : table.checks) lines += CheckLine(writer, check);
  for (const Index& index : table.indexes) lines += IndexLine(writer, index);
  lines += OptionsLine(writer);
  if (table.comment) lines += "comment " + writer.Text(*table.comment) + ";\n";
  return lines;
}

}  // namespace

std::set<std::string> SharedNames(const Schema& schema, const std::string& name) {
  std::set<std::string> once, shared;
  const auto add = [&](const auto& part) {
    if (!once.insert(part.name).second) shared.insert(part.name);
  };
  for (const Table& table : schema.tables) {
    if (table.name.schema != name) continue;
    if (table.primary_key) add(*table.primary_key);
    for (const Key& key : table.uniques) add(key);
    for (const ForeignKey& key : table.foreign_keys) add(key);
    for (const Check& check : table.checks) add(check);
  }
  return shared;
}

std::string WriteZdm(const Table& table, const LanguageRules& rules,
                     const std::set<std::string>& spoken, const std::vector<Sequence>* sequences) {
  const Writer writer{table, rules, spoken, sequences};
  std::string columns;
  for (const Column& column : table.columns) columns += ColumnLine(writer, column);
  const std::string parts = PartLines(writer);
  std::string body;
  for (const std::string& line : ZdmLines(columns, rules.quoting)) body += "  " + line + "\n";
  if (!columns.empty() && !parts.empty()) body += "\n";
  for (const std::string& line : ZdmLines(parts, rules.quoting)) body += "  " + line + "\n";
  return fmt::format("{}table {} {{\n{}}}\n", table.unlogged ? "unlogged " : "",
                     ZdmName(table.name.name, rules), body);
}

}  // namespace zdm
