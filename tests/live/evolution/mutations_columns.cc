// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/live/evolution/mutator.h"

namespace zdm::test::evolution {
namespace {

constexpr std::array<const char*, 22> kNames = {
    "name",    "state",    "price",   "note",    "code", "email", "total", "amount",
    "Größe",   "a b",      "sel;ect", "city",    "tag",  "level", "rank",  "born",
    "kind_of", "owner_of", "Upper",   "q\"uote", "x1",   "x2"};

std::string FreeName(const Table& table, const Table* old, Random& random) {
  for (;;) {
    std::string name = kNames.at(static_cast<std::size_t>(Below(random, kNames.size())));
    if (Chance(random, 20)) name += std::to_string(Below(random, 9));
    const auto has = [&](const Table& in) {
      return std::any_of(in.columns.begin(), in.columns.end(),
                         [&](const Column& column) { return column.name == name; });
    };
    if (!has(table) && (old == nullptr || !has(*old))) return name;
  }
}

Kind AnyKind(Random& random) {
  return static_cast<Kind>(Below(random, kKinds));
}

}  // namespace

Column* Mutator::AnyColumn(Table& table, const std::function<bool(const Column&)>& fits) {
  std::vector<Column*> all;
  for (Column& column : table.columns) {
    if (!touched_.contains(column.number) && (!fits || fits(column))) all.push_back(&column);
  }
  return all.empty()
             ? nullptr
             : all.at(static_cast<std::size_t>(Below(random_, static_cast<int>(all.size()))));
}

Column Mutator::MakeColumn(const Table& table) {
  Column column;
  column.number = now().next_number++;
  column.kind = AnyKind(random_);
  column.name = FreeName(table, Old(table), random_);
  touched_.insert(column.number);
  return column;
}

bool Mutator::AddColumn() {
  Table* table = AnyTable();
  if (table == nullptr || table->columns.size() > 12) return false;
  Column column = MakeColumn(*table);
  if (Chance(random_, 50)) column.default_value = LiteralOf(column.kind, random_);
  if (column.kind == Kind::kUuid && Chance(random_, 30)) {
    column.default_value = "gen_random_uuid()";
    Transform(*table);  // each row gets a value of its own
  }
  column.not_null = !column.default_value.empty() && Chance(random_, 60);
  if (Chance(random_, 20)) column.comment = "it's new";
  Expect(*table, "add column " + Shown(*table, column.name));
  Say("add column " + Shown(*table, column.name));
  table->columns.push_back(column);
  return true;
}

bool Mutator::DropColumn() {
  Table* table = AnyTable();
  if (table == nullptr || table->columns.size() < 2) return false;
  const Column* found = AnyColumn(*table);
  if (found == nullptr) return false;
  const Column column = *found;
  const auto changed = [&](const auto& each) {
    return each.column == column.number && named_.contains(each.name);
  };
  if (std::any_of(table->indexes.begin(), table->indexes.end(), changed) ||
      std::any_of(table->rules.begin(), table->rules.end(), changed)) {
    return false;
  }
  std::erase_if(table->indexes, [&](const Index& index) {
    if (index.column != column.number) return false;
    Expect(*table, fmt::format("drop index public.{} on {}", Name(index.name), Shown(*table)));
    return true;
  });
  std::erase_if(table->rules, [&](const Rule& rule) {
    if (rule.column != column.number) return false;
    Expect(*table, "drop constraint " + Shown(*table, rule.name));
    return true;
  });
  Expect(*table, "drop column " + Shown(*table, column.name));
  Say("drop column " + Shown(*table, column.name));
  std::string down;
  if (column.not_null && column.default_value.empty()) {
    down = fmt::format(" {{ down {} = {}; }}", Name(column.name), LiteralOf(column.kind, random_));
  }
  Line(*table, fmt::format("drop column {}{}{}", Name(column.name), down, down.empty() ? ";" : ""));
  std::erase_if(table->columns, [&](const Column& each) { return each.number == column.number; });
  return true;
}

bool Mutator::RenameColumn() {
  Table* table = AnyTable();
  Column* column = table == nullptr ? nullptr : AnyColumn(*table);
  if (column == nullptr || column->refers_to != 0) return false;
  const std::string old = column->name;
  column->name = FreeName(*table, Old(*table), random_);
  touched_.insert(column->number);
  work_.way.renamed_from[column->number] = old;
  Transform(*table);
  Say(fmt::format("rename {} to {}", Shown(*table, old), column->name));
  return true;
}

bool Mutator::FillNotNull() {
  Table* table = AnyTable();
  Column* column = table == nullptr ? nullptr : AnyColumn(*table, [](const Column& each) {
    return !each.not_null && each.refers_to == 0;
  });
  if (column == nullptr) return false;
  column->not_null = true;
  touched_.insert(column->number);
  work_.filled.insert(column->number);
  Line(*table, fmt::format("transition {{ up {0} = coalesce({0}, {1}); }}", Name(column->name),
                           LiteralOf(column->kind, random_)));
  Transform(*table);
  Say("fill and set not null " + Shown(*table, column->name));
  return true;
}

bool Mutator::DropNotNull() {
  Table* table = AnyTable();
  Column* column = table == nullptr
                       ? nullptr
                       : AnyColumn(*table, [](const Column& each) { return each.not_null; });
  if (column == nullptr) return false;
  column->not_null = false;
  work_.loosened.insert(column->number);
  touched_.insert(column->number);
  Expect(*table, "drop not null " + Shown(*table, column->name));
  Say("drop not null " + Shown(*table, column->name));
  return true;
}

bool Mutator::ChangeDefault() {
  Table* table = AnyTable();
  Column* column = table == nullptr ? nullptr : AnyColumn(*table);
  if (column == nullptr || column->refers_to != 0) return false;
  const std::string now_said =
      Chance(random_, 30) && !column->not_null ? std::string() : LiteralOf(column->kind, random_);
  if (now_said == column->default_value) return false;
  column->default_value = now_said;
  touched_.insert(column->number);
  Expect(*table, "change default " + Shown(*table, column->name));
  Say(fmt::format("default of {} is {}", Shown(*table, column->name), now_said));
  return true;
}

bool Mutator::IsLooseText(const Table& table, const Column& column) {
  return column.kind == Kind::kText && !table.Uses(column.number);
}

void Mutator::Take(Table& table, int number) {
  std::erase_if(table.columns, [&](const Column& each) { return each.number == number; });
}

bool Mutator::Split() {
  Table* table = AnyTable();
  Column* found = table == nullptr ? nullptr : AnyColumn(*table, [&](const Column& each) {
    return IsLooseText(*table, each);
  });
  if (found == nullptr) return false;
  const Column source = *found;
  Take(*table, source.number);
  std::string line = fmt::format("transition {{ from {} text;", Name(source.name));
  std::vector<std::string> names;
  for (int part = 1; part <= 2; ++part) {
    Column target = MakeColumn(*table);
    target.kind = Kind::kText;
    line += fmt::format(" up {} = split_part({}, 'i', {});", Name(target.name), Name(source.name),
                        part);
    names.push_back(Name(target.name));
    table->columns.push_back(target);
  }
  Line(*table, fmt::format("{} down {} = coalesce({}, '') || 'i' || coalesce({}, ''); }}", line,
                           Name(source.name), names[0], names[1]));
  Transform(*table);
  Say("split " + Shown(*table, source.name));
  return true;
}

bool Mutator::Merge() {
  Table* table = AnyTable();
  if (table == nullptr) return false;
  const auto loose = [&](const Column& each) { return IsLooseText(*table, each); };
  Column* first = AnyColumn(*table, loose);
  if (first == nullptr) return false;
  const Column one = *first;
  touched_.insert(one.number);
  Column* second = AnyColumn(*table, loose);
  touched_.erase(one.number);
  if (second == nullptr) return false;
  const Column two = *second;
  Take(*table, one.number);
  Take(*table, two.number);
  Column target = MakeColumn(*table);
  target.kind = Kind::kText;
  table->columns.push_back(target);
  Line(*table, fmt::format("transition {{ from {0} text; from {1} text; up {2} = coalesce({0}, '') "
                           "|| '|' || coalesce({1}, ''); down {0} = split_part({2}, '|', 1); "
                           "down {1} = split_part({2}, '|', 2); }}",
                           Name(one.name), Name(two.name), Name(target.name)));
  Transform(*table);
  Say(fmt::format("merge {} and {}", Shown(*table, one.name), two.name));
  return true;
}

bool Mutator::ChangeType() {
  Table* table = AnyTable();
  Column* column = table == nullptr ? nullptr : AnyColumn(*table, [](const Column& each) {
    return each.kind == Kind::kInteger;
  });
  if (column == nullptr) return false;
  column->kind = Kind::kBigint;
  touched_.insert(column->number);
  const bool said = Chance(random_, 40);
  if (said) {
    Line(*table, fmt::format("transition {{ from {0} integer; up {0} = {0}::bigint; down {0} = "
                             "{0}::integer; }}",
                             Name(column->name)));
  }
  Transform(*table);
  Say(fmt::format("{} {}", said ? "travel to a wider" : "widen", Shown(*table, column->name)));
  return true;
}

bool Mutator::WidenText() {
  Table* table = AnyTable();
  Column* column = table == nullptr ? nullptr : AnyColumn(*table, [](const Column& each) {
    return each.kind == Kind::kVarchar;
  });
  if (column == nullptr) return false;
  column->kind = Kind::kText;
  touched_.insert(column->number);
  Say("text " + Shown(*table, column->name));
  const Table& old = *Old(*table);
  const auto reads = [&](const auto& part, const auto&... forms) {
    return part.column == column->number && ((part.form == forms) || ...);
  };
  const bool spoiled =
      std::any_of(old.rules.begin(), old.rules.end(),
                  [&](const Rule& rule) { return reads(rule, RuleForm::kCheck); }) ||
      std::any_of(old.indexes.begin(), old.indexes.end(), [&](const Index& index) {
        return reads(index, IndexForm::kPartial, IndexForm::kLower);
      });
  if (spoiled) {
    Transform(*table);
  } else {
    Expect(*table, "change type " + Shown(*table, column->name));
  }
  return true;
}

}  // namespace zdm::test::evolution
