// SPDX-License-Identifier: Apache-2.0
#include "tests/live/evolution/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace zdm::test::evolution {
namespace {

template <typename Things, typename Same>
auto* FindIf(Things& things, const Same& same) {
  const auto found = std::find_if(things.begin(), things.end(), same);
  return found == things.end() ? nullptr : &*found;
}

std::string Literal(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string ColumnText(const Column& column, bool zdm) {
  std::string text = fmt::format("{} {}", Name(column.name), TypeOf(column.kind));
  if (column.not_null) text += " not null";
  if (!column.default_value.empty()) text += " default " + column.default_value;
  if (zdm && !column.comment.empty()) text += " comment " + Literal(column.comment);
  return text;
}

/// "(price desc) where (price is not null)"
std::string IndexParts(const Index& index, const Table& table) {
  const std::string column = Name(table.Find(index.column)->name);
  switch (index.form) {
    case IndexForm::kPlain:
    case IndexForm::kHash:
    case IndexForm::kGin:
      return fmt::format("({})", column);
    case IndexForm::kDescending:
      return fmt::format("({} desc nulls last, id)", column);
    case IndexForm::kUniqueWithId:
      return fmt::format("(id, {})", column);
    case IndexForm::kPartial:
      return fmt::format("({0}) where ({0} is not null)", column);
    case IndexForm::kCovering:
      return fmt::format("({}) include (id)", column);
    case IndexForm::kLower:
      return fmt::format("(lower({}))", column);
  }
  return "";
}

std::string Method(const Index& index) {
  if (index.form == IndexForm::kHash) return "hash";
  return index.form == IndexForm::kGin ? "gin" : "";
}

std::string Unique(const Index& index) {
  return index.form == IndexForm::kUniqueWithId ? "unique " : "";
}

std::string ZdmIndex(const Index& index, const Table& table) {
  std::string parts = IndexParts(index, table);
  if (!Method(index).empty()) parts += " using " + Method(index);
  if (!index.comment.empty()) parts += " comment " + Literal(index.comment);
  return fmt::format("  {}index {} on {};\n", Unique(index), Name(index.name), parts);
}

std::string SqlIndex(const Index& index, const Table& table) {
  const std::string method = Method(index).empty() ? "" : " using " + Method(index);
  return fmt::format("create {}index {} on {}{} {}", Unique(index), Name(index.name),
                     Name(table.name), method, IndexParts(index, table));
}

std::string ZdmRule(const Rule& rule, const Table& table, const Schema& schema) {
  const Column& column = *table.Find(rule.column);
  std::string text;
  switch (rule.form) {
    case RuleForm::kCheck:
      text = fmt::format("check {} ({})", Name(rule.name), CheckText(column));
      break;
    case RuleForm::kUnique:
      text = fmt::format("unique {} ({}, id)", Name(rule.name), Name(column.name));
      break;
    case RuleForm::kForeignKey:
      text = fmt::format("foreign key {} ({}) references {} (id) {}", Name(rule.name),
                         Name(column.name), Name(schema.Find(column.refers_to)->name), rule.action);
      break;
  }
  if (!rule.comment.empty()) text += " comment " + Literal(rule.comment);
  return "  " + text + ";\n";
}

std::string SqlRule(const Rule& rule, const Table& table, const Schema& schema) {
  const Column& column = *table.Find(rule.column);
  const std::string add =
      fmt::format("alter table {} add constraint {} ", Name(table.name), Name(rule.name));
  switch (rule.form) {
    case RuleForm::kCheck:
      return fmt::format("{}check ({})", add, CheckText(column));
    case RuleForm::kUnique:
      return fmt::format("{}unique ({}, id)", add, Name(column.name));
    case RuleForm::kForeignKey:
      return fmt::format("{}foreign key ({}) references {} (id) {}", add, Name(column.name),
                         Name(schema.Find(column.refers_to)->name), rule.action);
  }
  return "";
}

void AddComments(const Table& table, std::vector<std::string>& sql) {
  const auto comment = [&](const std::string& object, const std::string& text) {
    if (!text.empty()) sql.push_back(fmt::format("comment on {} is {}", object, Literal(text)));
  };
  const std::string name = Name(table.name);
  comment("table " + name, table.comment);
  for (const Column& column : table.columns) {
    comment(fmt::format("column {}.{}", name, Name(column.name)), column.comment);
  }
  for (const Index& index : table.indexes) comment("index " + Name(index.name), index.comment);
  for (const Rule& rule : table.rules) {
    comment(fmt::format("constraint {} on {}", Name(rule.name), name), rule.comment);
  }
}

}  // namespace

int Below(Random& random, int bound) {
  return static_cast<int>(random() % static_cast<std::uint64_t>(bound));
}

bool Chance(Random& random, int percent) {
  return Below(random, 100) < percent;
}

std::string Name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (plain) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string TypeOf(Kind kind) {
  constexpr std::array<const char*, kKinds> kTypes = {
      "integer", "bigint",      "text", "varchar(40)", "numeric(12,2)", "boolean",
      "date",    "timestamptz", "uuid", "jsonb",       "text[]"};
  return kTypes.at(static_cast<std::size_t>(kind));
}

bool IsText(Kind kind) {
  return kind == Kind::kText || kind == Kind::kVarchar;
}

bool IsNumber(Kind kind) {
  return kind == Kind::kInteger || kind == Kind::kBigint || kind == Kind::kNumeric;
}

std::string LiteralOf(Kind kind, Random& random) {
  const int n = Below(random, 10000);
  switch (kind) {
    case Kind::kInteger:
    case Kind::kBigint:
      return std::to_string(n - 5000);
    case Kind::kText:
    case Kind::kVarchar:
      return n % 7 == 0 ? "'it''s; \"odd\"'" : fmt::format("'w{}'", n);
    case Kind::kNumeric:
      return fmt::format("{}.{:02}", n, n % 100);
    case Kind::kBoolean:
      return n % 2 == 0 ? "true" : "false";
    case Kind::kDate:
      return fmt::format("'20{:02}-{:02}-{:02}'", n % 100, n % 12 + 1, n % 28 + 1);
    case Kind::kTime:
      return fmt::format("'20{:02}-{:02}-{:02} 12:00:00+00'", n % 100, n % 12 + 1, n % 28 + 1);
    case Kind::kUuid:
      return fmt::format("'00000000-0000-4000-8000-{:012}'", n);
    case Kind::kJson:
      return fmt::format("'{{\"n\": {}}}'", n);
    case Kind::kList:
      return fmt::format("'{{a,b{}}}'", n);
  }
  return "null";
}

Column* Table::Find(int column) {
  return FindIf(columns, [&](const Column& each) { return each.number == column; });
}

const Column* Table::Find(int column) const {
  return FindIf(columns, [&](const Column& each) { return each.number == column; });
}

bool Table::Uses(int column) const {
  const auto on_it = [&](const auto& each) { return each.column == column; };
  return std::any_of(indexes.begin(), indexes.end(), on_it) ||
         std::any_of(rules.begin(), rules.end(), on_it);
}

Table* Schema::Find(int table) {
  return FindIf(tables, [&](const Table& each) { return each.number == table; });
}

const Table* Schema::Find(int table) const {
  return FindIf(tables, [&](const Table& each) { return each.number == table; });
}

bool Schema::Refers(int table) const {
  return std::any_of(tables.begin(), tables.end(), [&](const Table& other) {
    return other.number != table &&
           std::any_of(other.rules.begin(), other.rules.end(), [&](const Rule& rule) {
             return rule.form == RuleForm::kForeignKey &&
                    other.Find(rule.column)->refers_to == table;
           });
  });
}

std::string CheckText(const Column& column) {
  const std::string name = Name(column.name);
  if (IsText(column.kind)) return fmt::format("length({}) < 1000", name);
  if (IsNumber(column.kind)) return fmt::format("{} > -1000000", name);
  return fmt::format("({0} is null) or ({0} is not null)", name);
}

std::string ZdmText(const Schema& schema, const Way& way) {
  std::string text = "dialect postgresql;\n\n";
  for (const Table& table : schema.tables) {
    text += fmt::format("table {} {{\n", Name(table.name));
    if (!table.comment.empty()) text += fmt::format("  comment {};\n", Literal(table.comment));
    text += "  id bigint generated by default as identity;\n";
    for (const Column& column : table.columns) {
      text += "  " + ColumnText(column, true);
      const auto renamed = way.renamed_from.find(column.number);
      if (renamed != way.renamed_from.end()) text += " renamed from " + Name(renamed->second);
      text += ";\n";
    }
    text += fmt::format("  primary key {} (id);\n", Name(fmt::format("key{}", table.number)));
    for (const Rule& rule : table.rules) text += ZdmRule(rule, table, schema);
    for (const Index& index : table.indexes) text += ZdmIndex(index, table);
    const auto lines = way.lines.find(table.number);
    if (lines != way.lines.end()) {
      for (const std::string& line : lines->second) text += "  " + line + "\n";
    }
    text += "}\n\n";
  }
  for (const std::string& drop : way.drops) text += fmt::format("drop table {};\n", Name(drop));
  return text;
}

std::vector<std::string> SqlText(const Schema& schema) {
  std::vector<std::string> sql;
  for (const Table& table : schema.tables) {
    std::string text = fmt::format("create table {} (id bigint generated by default as identity",
                                   Name(table.name));
    for (const Column& column : table.columns) text += ", " + ColumnText(column, false);
    sql.push_back(fmt::format("{}, constraint {} primary key (id))", text,
                              Name(fmt::format("key{}", table.number))));
    for (const Index& index : table.indexes) sql.push_back(SqlIndex(index, table));
  }
  for (const Table& table : schema.tables) {
    for (const Rule& rule : table.rules) sql.push_back(SqlRule(rule, table, schema));
    AddComments(table, sql);
  }
  return sql;
}

}  // namespace zdm::test::evolution
