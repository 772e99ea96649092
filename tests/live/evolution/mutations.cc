// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/live/evolution/mutator.h"

namespace zdm::test::evolution {

Schema Mutator::First() {
  while (now().tables.size() < 3) CreateTable();
  return now();
}

Evolution Mutator::Run(int count) {
  using Act = bool (Mutator::*)();
  static constexpr std::array<Act, 25> kActs = {
      &Mutator::AddColumn,     &Mutator::AddColumn,    &Mutator::DropColumn,
      &Mutator::DropColumn,    &Mutator::RenameColumn, &Mutator::RenameColumn,
      &Mutator::FillNotNull,   &Mutator::DropNotNull,  &Mutator::ChangeDefault,
      &Mutator::AddIndex,      &Mutator::AddIndex,     &Mutator::DropIndex,
      &Mutator::ReplaceIndex,  &Mutator::AddRule,      &Mutator::AddRule,
      &Mutator::DropRule,      &Mutator::AddReference, &Mutator::ChangeComment,
      &Mutator::ChangeComment, &Mutator::Split,        &Mutator::Merge,
      &Mutator::ChangeType,    &Mutator::WidenText,    &Mutator::CreateTable,
      &Mutator::DropTable};
  for (int tries = 0; count > 0 && tries < 200; ++tries) {
    const Act act = kActs.at(static_cast<std::size_t>(Below(random_, kActs.size())));
    if ((this->*act)()) --count;
  }
  Close();
  return std::move(work_);
}

Table* Mutator::AnyTable() {
  Table& table = now().tables.at(
      static_cast<std::size_t>(Below(random_, static_cast<int>(now().tables.size()))));
  return new_.contains(table.number) ? nullptr : &table;
}

void Mutator::Expect(const Table& table, const std::string& change) {
  expected_.emplace_back(table.number, change);
}

std::string Mutator::Shown(const Table& table, const std::string& part) {
  return fmt::format("public.{}.{}", Name(table.name), Name(part));
}

void Mutator::Line(const Table& table, const std::string& line) {
  work_.way.lines[table.number].push_back(line);
}

std::string Mutator::NewName(const char* what) {
  std::string name = fmt::format("{}{}", what, now().next_number++);
  named_.insert(name);
  return name;
}

void Mutator::Close() {
  for (const auto& [table, change] : expected_) {
    const bool carried = work_.transformed.contains(table);
    (carried ? work_.carried : work_.expected).insert(change);
  }
  for (const int table : work_.transformed) {
    work_.expected.insert("transform table " + Shown(*work_.after.Find(table)));
  }
}

Schema FirstSchema(Random& random) {
  return Mutator({}, random).First();
}

Evolution Evolve(const Schema& schema, int count, Random& random) {
  Mutator mutator(schema, random);
  return mutator.Run(count);
}

}  // namespace zdm::test::evolution
