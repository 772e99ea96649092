// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/print.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "compiler/schema/names.h"

namespace zdm {
namespace {

/// Collects lines; texts are escaped so that each property stays on one.
class Printer {
 public:
  void Line(int depth, std::string_view text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ').append(text).push_back('\n');
  }
  void Text(int depth, std::string_view label, const std::string& value) {
    Line(depth, fmt::format("{} {}", label, Quoted(value)));
  }
  void If(int depth, std::string_view label, const std::optional<std::string>& value) {
    if (value) Text(depth, label, *value);
  }
  void List(int depth, std::string_view label, const std::vector<std::string>& values) {
    for (const std::string& value : values) Text(depth, label, value);
  }
  void Flag(int depth, std::string_view label, bool value) {
    if (value) Line(depth, label);
  }
  std::string Take() { return std::move(out_); }

  static std::string Quoted(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\\' || c == '\'') {
        out.append("\\").push_back(c);
      } else {
        out += c;
      }
    }
    return out + "'";
  }

 private:
  std::string out_;
};

std::string Names(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += Display(name);
  }
  return "(" + out + ")";
}

std::string_view Word(ForeignKeyAction action) {
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

void PrintExpression(Printer& out, int depth, std::string_view label,
                     const std::optional<Expression>& expression) {
  if (!expression) return;
  out.Line(depth, fmt::format("{} {}{}", label, Printer::Quoted(expression->sql),
                              expression->judged ? "" : " unjudged"));
}

void PrintViolation(Printer& out, int depth, OnViolation violation) {
  out.Flag(depth, "on violation reject", violation == OnViolation::kReject);
}

void PrintOptions(Printer& out, int depth, const SequenceOptions& options) {
  out.If(depth, "start", options.start);
  out.If(depth, "increment", options.increment);
  out.If(depth, "minvalue", options.min_value);
  out.If(depth, "maxvalue", options.max_value);
  out.If(depth, "cache", options.cache);
  out.Flag(depth, "cycle", options.cycle);
}

void PrintIdentity(Printer& out, const Identity& identity) {
  out.Line(3, identity.always ? "identity always" : "identity by default");
  PrintOptions(out, 4, identity.sequence);
}

void PrintColumn(Printer& out, const Column& column) {
  out.Line(2, fmt::format("column {} {}", Display(column.name), column.type.sql));
  out.If(3, "charset", column.charset);
  if (column.collation) out.Line(3, "collate " + Display(*column.collation));
  out.Flag(3, "not null", column.not_null);
  PrintExpression(out, 3, "default", column.default_value);
  PrintExpression(out, 3, "on update", column.on_update);
  out.Flag(3, "auto_increment", column.auto_increment);
  if (column.identity) PrintIdentity(out, *column.identity);
  PrintExpression(out, 3, column.generated_virtual ? "generated virtual" : "generated",
                  column.generated);
  out.Flag(3, "invisible", column.invisible);
  out.If(3, "comment", column.comment);
  if (column.statistics_target)
    out.Line(3, fmt::format("statistics {}", *column.statistics_target));
  out.If(3, "storage", column.storage);
  out.If(3, "compression", column.compression);
  out.List(3, "option", column.options);
  out.List(3, "grant", column.grants);
  PrintViolation(out, 3, column.on_violation);
  if (column.renamed_from) out.Line(3, "renamed from " + Display(column.renamed_from->name));
}

void PrintKey(Printer& out, std::string_view kind, const Key& key) {
  out.Line(2, fmt::format("{} {} {}", kind, Display(key.name), Names(key.columns)));
  if (!key.include.empty()) out.Line(3, "include " + Names(key.include));
  out.Flag(3, "nulls not distinct", key.nulls_not_distinct);
  out.Flag(3, "deferrable", key.deferrable);
  out.Flag(3, "initially deferred", key.initially_deferred);
  out.List(3, "with", key.storage_parameters);
  out.If(3, "comment", key.comment);
  PrintViolation(out, 3, key.on_violation);
}

void PrintForeignKey(Printer& out, const ForeignKey& key) {
  out.Line(2,
           fmt::format("foreign key {} {} references {} {}", Display(key.name), Names(key.columns),
                       Display(key.references), Names(key.referenced_columns)));
  if (key.on_update != ForeignKeyAction::kNoAction) {
    out.Line(3, fmt::format("on update {}", Word(key.on_update)));
  }
  if (key.on_delete != ForeignKeyAction::kNoAction) {
    out.Line(3, fmt::format("on delete {}", Word(key.on_delete)));
  }
  if (!key.on_delete_columns.empty()) out.Line(4, Names(key.on_delete_columns));
  out.Flag(3, "match full", key.match == ForeignKeyMatch::kFull);
  out.Flag(3, "deferrable", key.deferrable);
  out.Flag(3, "initially deferred", key.initially_deferred);
  out.Flag(3, "not valid", !key.validated);
  out.If(3, "comment", key.comment);
  PrintViolation(out, 3, key.on_violation);
}

void PrintCheck(Printer& out, const Check& check) {
  out.Line(2, "check " + Display(check.name));
  PrintExpression(out, 3, "is", check.expression);
  out.Flag(3, "no inherit", check.no_inherit);
  out.Flag(3, "not valid", !check.validated);
  out.Flag(3, "not enforced", !check.enforced);
  out.If(3, "comment", check.comment);
  PrintViolation(out, 3, check.on_violation);
}

void PrintElement(Printer& out, const IndexElement& element) {
  if (element.column) out.Line(3, "on column " + Display(*element.column));
  PrintExpression(out, 3, "on", element.expression);
  if (element.prefix_length) out.Line(4, fmt::format("prefix {}", *element.prefix_length));
  if (element.collation) out.Line(4, "collate " + Display(*element.collation));
  if (element.opclass) out.Line(4, "operator class " + Display(*element.opclass));
  out.List(4, "with", element.opclass_parameters);
  out.Flag(4, "descending", element.descending);
  const bool usual = element.nulls_first == element.descending;
  if (!usual) out.Line(4, element.nulls_first ? "nulls first" : "nulls last");
}

void PrintIndex(Printer& out, const Index& index) {
  out.Line(2, fmt::format("{}index {} using {}", index.unique ? "unique " : "", Display(index.name),
                          index.method));
  for (const IndexElement& element : index.elements) PrintElement(out, element);
  if (!index.include.empty()) out.Line(3, "include " + Names(index.include));
  PrintExpression(out, 3, "where", index.where);
  out.Flag(3, "nulls not distinct", index.nulls_not_distinct);
  out.List(3, "with", index.storage_parameters);
  out.Flag(3, "not valid", !index.valid);
  out.Flag(3, "invisible", index.invisible);
  out.If(3, "comment", index.comment);
  PrintViolation(out, 3, index.on_violation);
  if (index.renamed_from) out.Line(3, "renamed from " + Display(index.renamed_from->name));
}

void PrintTransition(Printer& out, const Transition& transition) {
  out.Line(2, "transition");
  for (const TransitionSource& from : transition.from) {
    out.Line(3, fmt::format("from {} {}", Display(from.column), from.type.sql));
  }
  for (const TransitionAssignment& up : transition.up) {
    PrintExpression(out, 3, "up " + Display(up.column), up.expression);
  }
  for (const TransitionAssignment& down : transition.down) {
    PrintExpression(out, 3, "down " + Display(down.column), down.expression);
  }
  out.If(3, "lossy", transition.lossy);
  out.If(3, "timezone", transition.time_zone);
}

template <typename Object>
void PrintRights(Printer& out, const Object& object) {
  out.If(2, "comment", object.comment);
  if (!object.owner.empty()) out.Text(2, "owner", object.owner);
  out.List(2, "grant", object.grants);
}

void PrintEnum(Printer& out, const EnumType& type) {
  out.Line(1, "enum " + Display(type.name));
  for (const EnumLabel& label : type.labels) {
    out.Text(2, "label", label.text);
    if (label.renamed_from) out.Text(3, "renamed from", label.renamed_from->name);
  }
  PrintRights(out, type);
}

void PrintSequence(Printer& out, const Sequence& sequence) {
  out.Line(1, "sequence " + Display(sequence.name));
  out.Line(2, "as " + sequence.type);
  PrintOptions(out, 2, sequence.options);
  out.Flag(2, "unlogged", sequence.unlogged);
  if (sequence.owned_by) {
    out.Line(2, "owned by " + Display(sequence.owned_by->table, sequence.owned_by->column));
  }
  PrintRights(out, sequence);
}

void PrintDomain(Printer& out, const Domain& domain) {
  out.Line(1, fmt::format("domain {} as {}", Display(domain.name), domain.type.sql));
  if (domain.collation) out.Line(2, "collate " + Display(*domain.collation));
  out.Flag(2, "not null", domain.not_null);
  PrintExpression(out, 2, "default", domain.default_value);
  for (const Domain::Rule& rule : domain.checks) {
    out.Line(2, "check " + Display(rule.name));
    PrintExpression(out, 3, "is", rule.expression);
    out.Flag(3, "not valid", !rule.validated);
    out.If(3, "comment", rule.comment);
  }
  PrintRights(out, domain);
}

void PrintTableTo(Printer& out, const Table& table) {
  out.Line(1, (table.unlogged ? "unlogged table " : "table ") + Display(table.name));
  out.If(2, "charset", table.charset);
  out.If(2, "collate", table.collation);
  out.If(2, "comment", table.comment);
  if (!table.owner.empty()) out.Text(2, "owner", table.owner);
  out.List(2, "grant", table.grants);
  out.List(2, "option", table.options);
  for (const Column& column : table.columns) PrintColumn(out, column);
  if (table.primary_key) PrintKey(out, "primary key", *table.primary_key);
  for (const Key& key : table.uniques) PrintKey(out, "unique", key);
  for (const ForeignKey& key : table.foreign_keys) PrintForeignKey(out, key);
  for (const Check& check : table.checks) PrintCheck(out, check);
  for (const Index& index : table.indexes) PrintIndex(out, index);
  for (const Transition& transition : table.transitions) PrintTransition(out, transition);
  for (const DroppedColumn& dropped : table.dropped_columns) {
    out.Line(2, "drop column " + Display(dropped.name));
    PrintExpression(out, 3, "down", dropped.down);
  }
  for (const Table::DroppedPart& part : table.dropped_parts) {
    out.Line(2, fmt::format("drop {} {}", part.kind, Display(part.name)));
  }
}

void PrintSchemaTo(Printer& out, const Schema& schema) {
  out.Line(0, fmt::format("dialect {}", ToString(schema.dialect)));
  if (!schema.default_schema.empty()) {
    out.Line(0, "default schema " + Display(schema.default_schema));
  }
  for (const NamespaceObject& space : schema.schemas) {
    out.Line(0, "schema " + Display(space.name));
    if (!space.owner.empty()) out.Text(1, "owner", space.owner);
    out.List(1, "grant", space.grants);
    out.If(1, "charset", space.charset);
    out.If(1, "collate", space.collation);
    out.If(1, "comment", space.comment);
  }
  for (const Extension& extension : schema.extensions) {
    out.Line(0, "extension " + Display(extension.name));
    out.If(1, "schema", extension.schema);
    out.If(1, "version", extension.version);
    out.If(1, "comment", extension.comment);
  }
  for (const EnumType& type : schema.enums) PrintEnum(out, type);
  for (const Domain& domain : schema.domains) PrintDomain(out, domain);
  for (const Sequence& sequence : schema.sequences) PrintSequence(out, sequence);
  for (const Table& table : schema.tables) PrintTableTo(out, table);
}

}  // namespace

std::string PrintSchema(const Schema& schema) {
  Printer out;
  PrintSchemaTo(out, schema);
  return out.Take();
}

std::string PrintTable(const Table& table) {
  Printer out;
  PrintTableTo(out, table);
  return out.Take();
}

std::string PrintDesired(const DesiredSchema& desired) {
  Printer out;
  PrintSchemaTo(out, desired.schema);
  for (const Tombstone& tombstone : desired.tombstones) {
    QualifiedName name = tombstone.name;
    out.Line(0, fmt::format("drop {} {}", tombstone.kind, Display(name)));
  }
  for (const Allow& allow : desired.allows) {
    out.Line(0,
             fmt::format("allow {} {} {}", allow.code, allow.object, Printer::Quoted(allow.why)));
  }
  for (const Ignore& ignore : desired.ignores) {
    out.Line(0, fmt::format("ignore {} {}", ignore.kind, ignore.pattern));
  }
  return out.Take();
}

}  // namespace zdm
