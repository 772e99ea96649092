// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/live/evolution/mutator.h"

namespace zdm::test::evolution {

Index Mutator::MakeIndex(const Column& column) {
  Index index;
  index.column = column.number;
  index.name = NewName(Chance(random_, 20) ? "In Dex" : "index");
  switch (Below(random_, 7)) {
    case 0:
      index.form = IndexForm::kDescending;
      break;
    case 1:
      index.form = IndexForm::kUniqueWithId;
      break;
    case 2:
      index.form = IndexForm::kPartial;
      break;
    case 3:
      index.form = IndexForm::kCovering;
      break;
    case 4:
      index.form = IsText(column.kind) ? IndexForm::kLower : IndexForm::kPlain;
      break;
    case 5:
      index.form = IndexForm::kHash;
      break;
    default:
      break;
  }
  if (column.kind == Kind::kJson && Chance(random_, 60)) index.form = IndexForm::kGin;
  if (Chance(random_, 20)) index.comment = "fast";
  return index;
}

bool Mutator::AddIndex() {
  Table* table = AnyTable();
  if (table == nullptr || table->columns.empty() || table->indexes.size() > 5) return false;
  const Column& column = table->columns.at(
      static_cast<std::size_t>(Below(random_, static_cast<int>(table->columns.size()))));
  const Index index = MakeIndex(column);
  table->indexes.push_back(index);
  Expect(*table, fmt::format("add index public.{} on {}", Name(index.name), Shown(*table)));
  Say("add index " + index.name + " on " + Shown(*table, column.name));
  return true;
}

bool Mutator::DropIndex() {
  Table* table = AnyTable();
  if (table == nullptr || table->indexes.empty()) return false;
  const Index index = table->indexes.front();
  if (!named_.insert(index.name).second) return false;
  table->indexes.erase(table->indexes.begin());
  Expect(*table, fmt::format("drop index public.{} on {}", Name(index.name), Shown(*table)));
  Line(*table, fmt::format("drop index {};", Name(index.name)));
  Say("drop index " + index.name);
  return true;
}

bool Mutator::ReplaceIndex() {
  Table* table = AnyTable();
  if (table == nullptr || table->indexes.empty()) return false;
  Index& index = table->indexes.back();
  if (index.form == IndexForm::kDescending || !named_.insert(index.name).second) return false;
  index.form = IndexForm::kDescending;
  if (table->Find(index.column)->kind == Kind::kJson) index.form = IndexForm::kHash;
  Expect(*table, fmt::format("replace index public.{} on {}", Name(index.name), Shown(*table)));
  Say("replace index " + index.name);
  return true;
}

bool Mutator::AddRule() {
  Table* table = AnyTable();
  if (table == nullptr || table->columns.empty() || table->rules.size() > 5) return false;
  const Column& column = table->columns.at(
      static_cast<std::size_t>(Below(random_, static_cast<int>(table->columns.size()))));
  Rule rule;
  rule.form = Chance(random_, 50) ? RuleForm::kCheck : RuleForm::kUnique;
  rule.column = column.number;
  rule.name = NewName("rule");
  if (Chance(random_, 20)) rule.comment = "a rule";
  table->rules.push_back(rule);
  Expect(*table, "add constraint " + Shown(*table, rule.name));
  Say(fmt::format("add {} on {}", rule.form == RuleForm::kCheck ? "check" : "unique",
                  Shown(*table, column.name)));
  return true;
}

bool Mutator::DropRule() {
  Table* table = AnyTable();
  if (table == nullptr || table->rules.empty()) return false;
  const Rule rule = table->rules.front();
  if (!named_.insert(rule.name).second) return false;
  table->rules.erase(table->rules.begin());
  Expect(*table, "drop constraint " + Shown(*table, rule.name));
  Line(*table, fmt::format("drop constraint {};", Name(rule.name)));
  Say("drop constraint " + Shown(*table, rule.name));
  return true;
}

bool Mutator::AddReference() {
  Table* table = AnyTable();
  const Table* other = AnyTable();
  if (table == nullptr || other == nullptr) return false;
  Column column = MakeColumn(*table);
  column.kind = Kind::kBigint;
  column.refers_to = other->number;
  Rule rule;
  rule.form = RuleForm::kForeignKey;
  rule.column = column.number;
  rule.name = NewName("reference");
  constexpr std::array<const char*, 4> kActions = {"", "on delete cascade", "on delete set null",
                                                   "on update cascade on delete restrict"};
  rule.action = kActions.at(static_cast<std::size_t>(Below(random_, 4)));
  kept_.insert(other->number);
  Expect(*table, "add column " + Shown(*table, column.name));
  Expect(*table, "add constraint " + Shown(*table, rule.name));
  Say(fmt::format("{} refers to {}", Shown(*table, column.name), Shown(*other)));
  table->columns.push_back(column);
  table->rules.push_back(rule);
  return true;
}

bool Mutator::ChangeComment() {
  Table* table = AnyTable();
  if (table == nullptr || !commented_.insert(table->number).second) return false;
  const bool of_column = Chance(random_, 50);
  Column* column = of_column ? AnyColumn(*table) : nullptr;
  std::string& comment = column == nullptr ? table->comment : column->comment;
  const std::string wanted = comment.empty() ? "what 'it' is" : "";
  comment = wanted;
  if (column != nullptr) touched_.insert(column->number);
  Expect(*table, column == nullptr ? "change comment of table " + Shown(*table)
                                   : "change comment of column " + Shown(*table, column->name));
  Say("comment on " + (column == nullptr ? Shown(*table) : Shown(*table, column->name)));
  return true;
}

bool Mutator::CreateTable() {
  if (now().tables.size() > 6) return false;
  Table table;
  table.number = now().next_number++;
  table.name = fmt::format("{}{}", Chance(random_, 20) ? "Ta ble" : "t", table.number);
  const int columns = 2 + Below(random_, 4);
  for (int i = 0; i < columns; ++i) {
    Column column = MakeColumn(table);
    if (Chance(random_, 30)) column.default_value = LiteralOf(column.kind, random_);
    column.not_null = Chance(random_, 30);
    table.columns.push_back(column);
  }
  if (Chance(random_, 50)) table.indexes.push_back(MakeIndex(table.columns.front()));
  new_.insert(table.number);
  Expect(table, "create table " + Shown(table));
  Say("create table " + Shown(table));
  now().tables.push_back(std::move(table));
  return true;
}

bool Mutator::DropTable() {
  if (now().tables.size() < 4) return false;
  const Table* found = AnyTable();
  if (found == nullptr || now().Refers(found->number) || work_.before.Refers(found->number) ||
      kept_.contains(found->number) || work_.way.lines.contains(found->number) ||
      work_.transformed.contains(found->number) || Mentioned(found->number)) {
    return false;
  }
  const Table table = *found;
  Expect(table, "drop table " + Shown(table));
  Say("drop table " + Shown(table));
  work_.way.drops.push_back(table.name);
  std::erase_if(now().tables, [&](const Table& each) { return each.number == table.number; });
  return true;
}

bool Mutator::Mentioned(int table) const {
  return std::any_of(expected_.begin(), expected_.end(),
                     [&](const auto& each) { return each.first == table; });
}

}  // namespace zdm::test::evolution
