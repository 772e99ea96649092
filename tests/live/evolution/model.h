// SPDX-License-Identifier: Apache-2.0
// What a random schema looks like while it evolves, without a line of the product's code: said once
// as .zdm and once as plain SQL, so that the server's own dump can judge the one by the other.
// Columns and tables have numbers that stay when their names change.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace zdm::test::evolution {

using Random = std::mt19937_64;

int Below(Random& random, int bound);
bool Chance(Random& random, int percent);
/// As SQL and as .zdm write it; quoted where it must be.
std::string Name(const std::string& name);

enum class Kind {
  kInteger,
  kBigint,
  kText,
  kVarchar,
  kNumeric,
  kBoolean,
  kDate,
  kTime,
  kUuid,
  kJson,
  kList
};
constexpr int kKinds = 11;

std::string TypeOf(Kind kind);
/// A random literal of the type.
std::string LiteralOf(Kind kind, Random& random);
bool IsText(Kind kind);
bool IsNumber(Kind kind);

struct Column {
  int number = 0;
  std::string name;
  Kind kind = Kind::kText;
  bool not_null = false;
  std::string default_value = {};  ///< "": none
  std::string comment = {};
  /// Of a column that refers to another table: that table, also while no foreign key says so.
  int refers_to = 0;
};

enum class IndexForm {
  kPlain,
  kDescending,
  kUniqueWithId,
  kPartial,
  kCovering,
  kLower,
  kHash,
  kGin
};

struct Index {
  std::string name;
  IndexForm form = IndexForm::kPlain;
  int column = 0;
  std::string comment = {};
};

enum class RuleForm { kCheck, kUnique, kForeignKey };

struct Rule {
  std::string name;
  RuleForm form = RuleForm::kCheck;
  int column = 0;
  std::string action = {};  ///< of a foreign key: "", "on delete cascade", ...
  std::string comment = {};
};

/// Each has a column `id`, its key, besides.
struct Table {
  int number = 0;
  std::string name;
  std::string comment = {};
  std::vector<Column> columns;
  std::vector<Index> indexes;
  std::vector<Rule> rules;

  Column* Find(int column);
  const Column* Find(int column) const;
  bool Uses(int column) const;  ///< whether an index or a rule stands on it
};

struct Schema {
  std::vector<Table> tables;
  int next_number = 1;

  Table* Find(int table);
  const Table* Find(int table) const;
  bool Refers(int table) const;  ///< whether a foreign key of another table refers to it
};

/// What a file says about the way to it, beside the schema: "renamed from", transitions,
/// tombstones.
struct Way {
  std::map<int, std::string> renamed_from;        ///< by column
  std::map<int, std::vector<std::string>> lines;  ///< by table, to stand inside
  std::vector<std::string> drops;                 ///< tables
};

std::string ZdmText(const Schema& schema, const Way& way);
std::vector<std::string> SqlText(const Schema& schema);
/// What the check on the column says.
std::string CheckText(const Column& column);

}  // namespace zdm::test::evolution
