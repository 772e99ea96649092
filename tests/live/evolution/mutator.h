// SPDX-License-Identifier: Apache-2.0
// Makes the mutations of one plan; each column, index, rule and table takes part in one of them.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/live/evolution/mutations.h"

namespace zdm::test::evolution {

class Mutator {
 public:
  Mutator(const Schema& schema, Random& random) : random_(random) {
    work_.before = work_.after = schema;
  }

  Schema First();
  Evolution Run(int count);

 private:
  Schema& now() { return work_.after; }

  Table* AnyTable();
  /// A column of the table that nothing has changed yet.
  Column* AnyColumn(Table& table, const std::function<bool(const Column&)>& fits = {});
  const Table* Old(const Table& table) const { return work_.before.Find(table.number); }

  void Say(const std::string& text) { work_.told.push_back(text); }
  void Expect(const Table& table, const std::string& change);
  static std::string Shown(const Table& table) { return "public." + Name(table.name); }
  static std::string Shown(const Table& table, const std::string& part);
  void Line(const Table& table, const std::string& line);
  void Transform(const Table& table) { work_.transformed.insert(table.number); }

  Column MakeColumn(const Table& table);
  bool AddColumn();
  /// With what stands on it.
  bool DropColumn();
  bool RenameColumn();
  bool FillNotNull();
  bool DropNotNull();
  bool ChangeDefault();
  std::string NewName(const char* what);
  Index MakeIndex(const Column& column);
  bool AddIndex();
  bool DropIndex();
  bool ReplaceIndex();
  bool AddRule();
  bool DropRule();
  bool AddReference();
  bool ChangeComment();
  static bool IsLooseText(const Table& table, const Column& column);
  void Take(Table& table, int number);
  bool Split();
  bool Merge();
  /// An integer that becomes wider keeps its name and all that stands on it.
  bool ChangeType();
  /// In place, unless a check or an expression over it stands in the way.
  bool WidenText();
  bool CreateTable();
  bool DropTable();
  bool Mentioned(int table) const;
  void Close();

  Random& random_;
  Evolution work_;
  std::vector<std::pair<int, std::string>> expected_;  ///< by table
  std::set<int> touched_;                              ///< columns
  std::set<std::string> named_;                        ///< indexes and rules
  std::set<int> new_, kept_, commented_;               ///< tables
};

}  // namespace zdm::test::evolution
