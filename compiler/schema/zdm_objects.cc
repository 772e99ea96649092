// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/zdm_objects.h"

#include <algorithm>

#include "compiler/schema/zdm_words.h"

namespace zdm {
namespace {

std::string EnumLine(const EnumType& type, const LanguageRules& rules) {
  std::string labels;
  for (const EnumLabel& label : type.labels) {
    labels += (labels.empty() ? "" : ", ") + ZdmText(label.text);
  }
  return "enum " + ZdmName(type.name.name, rules) + " (" + labels + ")" + ZdmComment(type.comment) +
         ";\n";
}

std::string DomainLine(const Domain& domain, const LanguageRules& rules) {
  std::string line = "domain " + ZdmName(domain.name.name, rules) + " as " + domain.type.sql;
  if (domain.collation) {
    const bool found =
        rules.schema_of_collation(domain.collation->name) == domain.collation->schema;
    line += " collate " + (found ? "" : ZdmName(domain.collation->schema, rules) + ".") +
            ZdmName(domain.collation->name, rules);
  }
  if (domain.not_null) line += " not null";
  if (domain.default_value) line += " default " + ZdmDefault(domain.default_value->sql);
  for (const Domain::Rule& rule : domain.checks) {
    line += " check " + ZdmName(rule.name, rules) + " " + ZdmParenthesized(rule.expression.sql);
  }
  return line + ZdmComment(domain.comment) + ";\n";
}

std::string SequenceLine(const Sequence& sequence, const LanguageRules& rules) {
  std::string line = "sequence " + ZdmName(sequence.name.name, rules);
  if (sequence.type != "bigint") line += " as " + sequence.type;
  line += ZdmOptions(sequence.options);
  if (sequence.unlogged) line += " unlogged";
  if (sequence.owned_by) {
    const QualifiedName& table = sequence.owned_by->table;
    line += " owned by ";
    if (table.schema != sequence.name.schema) line += ZdmName(table.schema, rules) + ".";
    line += ZdmName(table.name, rules) + "." + ZdmName(sequence.owned_by->column, rules);
  }
  return line + ZdmComment(sequence.comment) + ";\n";
}

bool IsSerial(const Schema& schema, const Sequence& sequence, const LanguageRules& rules) {
  if (!sequence.owned_by) return false;
  const Table* table = schema.FindTable(sequence.owned_by->table);
  const Column* column = table == nullptr ? nullptr : table->FindColumn(sequence.owned_by->column);
  return column != nullptr && SerialSequence(*table, *column, schema.sequences, rules) == &sequence;
}

}  // namespace

std::string WriteObjects(const Schema& schema, const std::string& name,
                         const LanguageRules& rules) {
  std::string text;
  for (const EnumType& type : schema.enums) {
    if (type.name.schema == name) text += EnumLine(type, rules);
  }
  for (const Domain& domain : schema.domains) {
    if (domain.name.schema == name) text += DomainLine(domain, rules);
  }
  for (const Sequence& sequence : schema.sequences) {
    if (sequence.name.schema == name && !IsSerial(schema, sequence, rules)) {
      text += SequenceLine(sequence, rules);
    }
  }
  return text;
}

const Sequence* SerialSequence(const Table& table, const Column& column,
                               const std::vector<Sequence>& sequences, const LanguageRules& rules) {
  if (rules.next_of == nullptr || !column.not_null || !column.default_value) return nullptr;
  const QualifiedName name{table.name.schema,
                           rules.default_name(NamedPart::kSequence, table.name.name, {column.name},
                                              [](const std::string&) { return false; })};
  if (column.default_value->sql != rules.next_of(name)) return nullptr;
  const Sequence::Owner owner{table.name, column.name};
  for (const Sequence& sequence : sequences) {
    const bool plain = sequence.name == name && sequence.type == column.type.sql &&
                       sequence.options == SequenceOptions() && !sequence.comment &&
                       sequence.owned_by == owner && sequence.unlogged == table.unlogged;
    if (plain) return &sequence;
  }
  return nullptr;
}

std::string SerialWord(const Type& type) {
  if (type.sql == "smallint") return "smallserial";
  return type.sql == "bigint" ? "bigserial" : "serial";
}

}  // namespace zdm
