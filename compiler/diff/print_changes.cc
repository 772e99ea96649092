// SPDX-License-Identifier: Apache-2.0
// Changes as lines of text: what --print=changes and the scenario files show.
#include "compiler/diff/diff.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::string List(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + Display(name);
  return text;
}

/// The server's printing mostly has its parentheses already.
std::string InParentheses(const std::string& sql) {
  return sql.starts_with('(') && sql.ends_with(')') ? sql : "(" + sql + ")";
}

std::string Describe(const Column& column) {
  std::string text = column.type.sql;
  if (column.charset) text += " charset " + *column.charset;
  if (column.collation) text += " collate " + Display(*column.collation);
  if (column.not_null) text += " not null";
  if (column.default_value) text += " default " + column.default_value->sql;
  if (column.on_update) text += " on update " + column.on_update->sql;
  if (column.auto_increment) text += " auto_increment";
  if (column.identity) text += column.identity->always ? " identity" : " identity by default";
  if (column.generated) text += " generated as " + InParentheses(column.generated->sql);
  if (column.generated_virtual) text += " virtual";
  if (column.invisible) text += " invisible";
  return text;
}

std::string Describe(const Index& index) {
  std::string elements;
  for (const IndexElement& element : index.elements) {
    elements += elements.empty() ? "" : ", ";
    elements += element.column ? Display(*element.column) : InParentheses(element.expression->sql);
    if (element.prefix_length) elements += "(" + std::to_string(*element.prefix_length) + ")";
    if (element.collation) elements += " collate " + Display(*element.collation);
    if (element.opclass) elements += " " + Display(*element.opclass);
    if (element.descending) elements += " desc";
    if (element.nulls_first != element.descending) {
      elements += element.nulls_first ? " nulls first" : " nulls last";
    }
  }
  std::string text = (index.unique ? "unique " : "") + index.method + " (" + elements + ")";
  if (!index.include.empty()) text += " include (" + List(index.include) + ")";
  if (index.where) text += " where " + InParentheses(index.where->sql);
  if (index.invisible) text += " invisible";
  return text;
}

std::string Describe(const Key& key) {
  std::string text = "unique (" + List(key.columns) + ")";
  if (!key.include.empty()) text += " include (" + List(key.include) + ")";
  return text;
}

std::string Describe(const Check& check) {
  return "check " + InParentheses(check.expression.sql) + (check.enforced ? "" : " not enforced");
}

std::string Describe(const ForeignKey& key) {
  return "foreign key (" + List(key.columns) + ") references " + Display(key.references) + " (" +
         List(key.referenced_columns) + ")";
}

std::string Comment(const std::optional<std::string>& comment) {
  if (!comment) return "none";
  std::string text = "'";
  for (const char c : *comment) text += c == '\n' ? "\\n" : std::string(1, c);
  return text + "'";
}

std::string KindOf(const EnumType&) {
  return "enum";
}
std::string KindOf(const Domain&) {
  return "domain";
}

std::string Describe(const EnumType& type) {
  std::string labels;
  for (const EnumLabel& label : type.labels) {
    labels += (labels.empty() ? "" : ", ") + Comment(label.text);
  }
  return "enum " + Display(type.name) + " (" + labels + ")";
}

std::string Describe(const Domain& domain) {
  std::string text = "domain " + Display(domain.name) + " as " + domain.type.sql;
  if (domain.collation) text += " collate " + Display(*domain.collation);
  if (domain.not_null) text += " not null";
  if (domain.default_value) text += " default " + domain.default_value->sql;
  for (const Domain::Rule& rule : domain.checks) {
    text += " check " + Display(rule.name) + " " + InParentheses(rule.expression.sql);
  }
  return text;
}

std::string Describe(const Sequence& sequence) {
  std::string text = "as " + sequence.type;
  const auto add = [&](const char* word, const std::optional<std::string>& value) {
    if (value) text += std::string(" ") + word + " " + *value;
  };
  add("start", sequence.options.start);
  add("increment", sequence.options.increment);
  add("minvalue", sequence.options.min_value);
  add("maxvalue", sequence.options.max_value);
  add("cache", sequence.options.cache);
  if (sequence.options.cycle) text += " cycle";
  if (sequence.unlogged) text += " unlogged";
  if (sequence.owned_by) {
    text += " owned by " + Display(sequence.owned_by->table, sequence.owned_by->column);
  }
  return text;
}

template <typename Part>
std::string Lines(const std::string& word, const std::vector<Carried<Part>>& parts) {
  std::string text;
  for (const Carried<Part>& part : parts) {
    text += "\n  ";
    if (!part.old) {
      text += "add " + word + " " + Display(part.now->name) + " " + Describe(*part.now);
    } else if (!part.now) {
      text += "drop " + word + " " + Display(part.old->name);
    } else {
      text += "carry " + word + " " + Display(part.old->name);
      if (part.old->name != part.now->name) text += " as " + Display(part.now->name);
      text += " " + Describe(*part.now);
    }
  }
  return text;
}

std::string Line(const ColumnTransition& transition) {
  if (transition.rename) {
    return "rename " + Display(transition.sources[0].name) + " to " +
           Display(transition.targets[0].name);
  }
  if (transition.own_default) {
    return "add " + Display(transition.targets[0].name) + " " + Describe(transition.targets[0]);
  }
  std::string text;
  for (const TransitionAssignment& up : transition.up) {
    text += (text.empty() ? "" : "; ") + std::string("up ") + Display(up.column) + " = " +
            up.expression.sql;
  }
  for (const TransitionAssignment& down : transition.down) {
    text += (text.empty() ? "" : "; ") + std::string("down ") + Display(down.column) + " = " +
            down.expression.sql;
  }
  return text;
}

struct Printer {
  static std::string Part(const std::string& verb, const Table& table, const std::string& name) {
    return verb + " " + Display(table.name, name);
  }
  static std::string InSchema(const std::string& verb, const Table& table,
                              const std::string& name) {
    return verb + " " + Display(QualifiedName{table.name.schema, name}) + " on " +
           Display(table.name);
  }

  std::string operator()(const CreateSchema& c) const {
    return "create schema " + Display(c.schema.name);
  }
  std::string operator()(const CreateExtension& c) const {
    return "create extension " + Display(c.extension.name);
  }
  std::string operator()(const DropExtension& c) const {
    return "drop extension " + Display(c.extension.name);
  }
  std::string operator()(const CreateType& c) const {
    return std::visit([](const auto& type) { return "create " + Describe(type); }, c.type);
  }
  std::string operator()(const DropType& c) const {
    return std::visit(
        [](const auto& type) { return "drop " + KindOf(type) + " " + Display(type.name); }, c.type);
  }
  std::string operator()(const ChangeEnum& c) const {
    std::string text = "change enum " + Display(c.new_type.name);
    for (const EnumLabel& label : c.new_type.labels) {
      if (c.old_type.Has(label.text)) continue;
      const bool renamed = label.renamed_from && c.old_type.Has(label.renamed_from->name);
      text += renamed ? "\n  rename label " + Comment(label.renamed_from->name) + " to "
                      : "\n  add label ";
      text += Comment(label.text);
    }
    return text;
  }
  std::string operator()(const CreateSequence& c) const {
    return "create sequence " + Display(c.sequence.name) + " " + Describe(c.sequence);
  }
  std::string operator()(const ChangeSequence& c) const {
    return "change sequence " + Display(c.new_sequence.name) + " from " + Describe(c.old_sequence) +
           " to " + Describe(c.new_sequence);
  }
  std::string operator()(const DropSequence& c) const {
    return "drop sequence " + Display(c.sequence.name);
  }
  std::string operator()(const CreateTable& c) const {
    return "create table " + Display(c.table.name);
  }
  std::string operator()(const DropTable& c) const { return "drop table " + Display(c.table.name); }
  std::string operator()(const AddColumn& c) const {
    return Part("add column", c.table, c.column.name) + " " + Describe(c.column) +
           (!c.after           ? ""
            : c.after->empty() ? " first"
                               : " after " + Display(*c.after));
  }
  std::string operator()(const DropColumn& c) const {
    return Part("drop column", c.table, c.column.name) + (c.down ? " down " + c.down->sql : "");
  }
  std::string operator()(const TransformTable& c) const {
    std::string text = "transform table " + Display(c.old_table.name);
    for (const ColumnTransition& transition : c.transitions) text += "\n  " + Line(transition);
    if (c.primary_key) {
      text += "\n  carry primary key " + Display(c.primary_key->now->name) + " (" +
              List(c.primary_key->now->columns) + ")";
    }
    return text + Lines("index", c.indexes) + Lines("constraint", c.uniques) +
           Lines("constraint", c.checks);
  }
  std::string operator()(const SetNotNull& c) const {
    return Part("set not null", c.table, c.column.name);
  }
  std::string operator()(const DropNotNull& c) const {
    return Part("drop not null", c.table, c.column.name);
  }
  std::string operator()(const ChangeDefault& c) const {
    const auto text = [](const Column& column) {
      return column.default_value ? column.default_value->sql : "none";
    };
    return Part("change default", c.table, c.new_column.name) + " from " + text(c.old_column) +
           " to " + text(c.new_column);
  }
  std::string operator()(const ChangeColumnType& c) const {
    const auto text = [](const Column& column) {
      return column.type.sql + (column.charset ? " charset " + *column.charset : "") +
             (column.collation ? " collate " + Display(*column.collation) : "");
    };
    return Part("change type", c.new_table, c.new_column.name) + " from " + text(c.old_column) +
           " to " + text(c.new_column);
  }
  std::string operator()(const ChangeGenerated& c) const {
    const auto text = [](const Column& column) {
      if (!column.generated) return std::string("none");
      return InParentheses(column.generated->sql) +
             (column.generated_virtual ? " virtual" : " stored");
    };
    return Part("change generated", c.table, c.new_column.name) + " from " + text(c.old_column) +
           " to " + text(c.new_column);
  }
  std::string operator()(const ChangeOnUpdate& c) const {
    const auto text = [](const Column& column) {
      return column.on_update ? column.on_update->sql : "none";
    };
    return Part("change on update", c.table, c.new_column.name) + " from " + text(c.old_column) +
           " to " + text(c.new_column);
  }
  std::string operator()(const ChangeAutoIncrement& c) const {
    return Part(c.new_column.auto_increment ? "set auto_increment" : "drop auto_increment", c.table,
                c.new_column.name);
  }
  std::string operator()(const ChangeInvisible& c) const {
    return Part(c.new_column.invisible ? "hide column" : "show column", c.table, c.new_column.name);
  }
  std::string operator()(const ChangeColumnComment& c) const {
    return Part("change comment of column", c.table, c.new_column.name) + " from " +
           Comment(c.old_column.comment) + " to " + Comment(c.new_column.comment);
  }
  std::string operator()(const MoveColumn& c) const {
    return Part("move column", c.table, c.column.name) +
           (c.after.empty() ? " first" : " after " + Display(c.after));
  }
  std::string operator()(const ChangeTableOptions& c) const {
    return "change options of " + Display(c.new_table.name) + " from (" +
           List(c.old_table.options) + ") to (" + List(c.new_table.options) + ")";
  }
  std::string operator()(const ChangeTableCharset& c) const {
    const auto text = [](const Table& table) {
      return table.charset.value_or("inherited") +
             (table.collation ? " collate " + *table.collation : "");
    };
    return "change charset of " + Display(c.new_table.name) + " from " + text(c.old_table) +
           " to " + text(c.new_table);
  }
  std::string operator()(const AddIndex& c) const {
    return InSchema("add index", c.table, c.index.name) + " " + Describe(c.index);
  }
  std::string operator()(const DropIndex& c) const {
    return InSchema("drop index", c.table, c.index.name);
  }
  std::string operator()(const ReplaceIndex& c) const {
    return InSchema("replace index", c.table, c.new_index.name) + " " + Describe(c.new_index);
  }
  std::string operator()(const RenameIndex& c) const {
    return InSchema("rename index", c.table, c.old_index.name) + " to " + Display(c.new_index.name);
  }
  std::string operator()(const ChangeIndexVisibility& c) const {
    return InSchema(c.new_index.invisible ? "hide index" : "show index", c.table, c.new_index.name);
  }
  std::string operator()(const AddUnique& c) const {
    return Part("add constraint", c.table, c.key.name) + " " + Describe(c.key);
  }
  std::string operator()(const DropUnique& c) const {
    return Part("drop constraint", c.table, c.key.name);
  }
  std::string operator()(const AddCheck& c) const {
    return Part("add constraint", c.table, c.check.name) + " " + Describe(c.check);
  }
  std::string operator()(const DropCheck& c) const {
    return Part("drop constraint", c.table, c.check.name);
  }
  std::string operator()(const ReplaceCheck& c) const {
    return Part("replace constraint", c.table, c.new_check.name) + " " + Describe(c.new_check);
  }
  std::string operator()(const AddForeignKey& c) const {
    return Part("add constraint", c.table, c.key.name) + " " + Describe(c.key);
  }
  std::string operator()(const DropForeignKey& c) const {
    return Part("drop constraint", c.table, c.key.name);
  }
  std::string operator()(const ReplaceForeignKey& c) const {
    return Part("replace constraint", c.table, c.new_key.name) + " " + Describe(c.new_key);
  }
  std::string operator()(const ValidateConstraint& c) const {
    return Part("validate constraint", c.table, c.name);
  }
  std::string operator()(const ChangeComment& c) const {
    return "change comment of " + c.object + " from " + Comment(c.old_comment) + " to " +
           Comment(c.new_comment);
  }
};

struct TableNames {
  using Names = std::vector<QualifiedName>;
  Names operator()(const CreateSchema&) const { return {}; }
  Names operator()(const CreateExtension&) const { return {}; }
  Names operator()(const DropExtension&) const { return {}; }
  Names operator()(const CreateType&) const { return {}; }
  Names operator()(const DropType&) const { return {}; }
  Names operator()(const ChangeEnum&) const { return {}; }
  Names operator()(const CreateSequence&) const { return {}; }
  Names operator()(const ChangeSequence&) const { return {}; }
  Names operator()(const DropSequence&) const { return {}; }
  Names operator()(const ChangeComment&) const { return {}; }
  Names operator()(const TransformTable& c) const { return {c.old_table.name}; }
  Names operator()(const ChangeColumnType& c) const { return {c.old_table.name}; }
  Names operator()(const ChangeTableOptions& c) const { return {c.old_table.name}; }
  Names operator()(const ChangeTableCharset& c) const { return {c.old_table.name}; }
  Names operator()(const AddForeignKey& c) const { return {c.table.name, c.key.references}; }
  Names operator()(const DropForeignKey& c) const { return {c.table.name, c.key.references}; }
  Names operator()(const ReplaceForeignKey& c) const {
    return {c.table.name, c.old_key.references, c.new_key.references};
  }
  template <typename OfOneTable>
  Names operator()(const OfOneTable& c) const {
    return {c.table.name};
  }
};

}  // namespace

std::string ToString(const Change& change) {
  return std::visit(Printer{}, change.kind);
}

std::string PrintChanges(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) text += ToString(change) + "\n";
  return text;
}

std::vector<QualifiedName> TablesOf(const Change& change) {
  return std::visit(TableNames{}, change.kind);
}

}  // namespace zdm
