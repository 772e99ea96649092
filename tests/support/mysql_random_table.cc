// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mysql_random_table.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <vector>

namespace zdm::test {
namespace {

enum class Kind { kNumber, kText, kLongText, kTime, kOther };

struct TypeChoice {
  const char* type;
  Kind kind;
  const char* value;  ///< a literal default, or ""
};

constexpr TypeChoice kTypes[] = {
    {"int", Kind::kNumber, "5"},
    {"int unsigned", Kind::kNumber, "0"},
    {"bigint", Kind::kNumber, "-7"},
    {"bigint(20) unsigned zerofill", Kind::kNumber, "1"},
    {"smallint", Kind::kNumber, "'3'"},
    {"mediumint unsigned", Kind::kNumber, ""},
    {"tinyint(1)", Kind::kNumber, "true"},
    {"boolean", Kind::kNumber, "false"},
    {"tinyint unsigned", Kind::kNumber, "9"},
    {"decimal(10,2)", Kind::kNumber, "1.5"},
    {"decimal", Kind::kNumber, "2"},
    {"numeric(6,3)", Kind::kNumber, "-0.5"},
    {"double", Kind::kNumber, "1e10"},
    {"float", Kind::kNumber, "0.25"},
    {"float(7,3)", Kind::kNumber, ""},
    {"varchar(40)", Kind::kText, "'it''s'"},
    {"varchar(255)", Kind::kText, "''"},
    {"char(3)", Kind::kText, "'a\\\\b'"},
    {"enum('a','b''c','d,e')", Kind::kText, "'d,e'"},
    {"set('x','y')", Kind::kText, "'x,y'"},
    {"text", Kind::kLongText, ""},
    {"mediumtext", Kind::kLongText, ""},
    {"date", Kind::kTime, "'2020-01-01'"},
    {"datetime", Kind::kTime, "current_timestamp"},
    {"datetime(3)", Kind::kTime, "now(3)"},
    {"datetime(6)", Kind::kTime, "'2020-02-03 04:05:06.7'"},
    {"time(2)", Kind::kTime, "'10:00'"},
    {"year", Kind::kTime, "2020"},
    {"varbinary(20)", Kind::kOther, "'abc'"},
    {"binary(4)", Kind::kOther, "'abcd'"},
    {"blob", Kind::kOther, ""},
    {"bit(8)", Kind::kOther, "b'101'"},
    {"json", Kind::kOther, ""},
    {"point", Kind::kOther, ""},
};

constexpr const char* kAlphabets[] = {"",
                                      " character set latin1",
                                      " collate utf8mb4_bin",
                                      " character set utf8mb4 collate utf8mb4_unicode_ci",
                                      " character set ascii",
                                      " collate latin1_general_cs"};

struct RandomColumn {
  std::string name;
  TypeChoice type;
  bool generated = false;
};

class Builder {
 public:
  Builder(std::uint32_t seed, bool mariadb) : random_(seed), mariadb_(mariadb) {}

  std::string Build(const std::string& name) {
    AddColumns();
    const std::size_t keys = Below(4);
    for (std::size_t i = 0; i < keys; ++i) AddKey();
    if (Chance(3)) AddCheck();
    if (Chance(4)) AddForeignKey(name);
    std::string sql = "create table " + name + " (";
    for (std::size_t i = 0; i < parts_.size(); ++i) sql += (i == 0 ? "" : ", ") + parts_[i];
    sql += ")";
    if (Chance(3)) sql += kAlphabets[1 + Below(5)];
    if (Chance(6)) sql += " row_format = compressed";
    if (Chance(8)) sql += " stats_persistent = 1";
    if (Chance(10)) sql += mariadb_ ? " engine = aria" : " engine = myisam";
    if (Chance(4)) sql += " comment 'it''s; a\\ntable'";
    return sql;
  }

 private:
  std::size_t Below(std::size_t end) { return random_() % end; }
  bool Chance(std::size_t in) { return Below(in) == 0; }

  std::string NewName() {
    constexpr const char* kNames[] = {"a", "Name", "`select`", "`odd ``name`", "x_1", "`a.b`", "c"};
    const std::string base = kNames[Below(7)];
    const std::size_t number = columns_.size();
    return base.back() == '`' ? base.substr(0, base.size() - 1) + fmt::format("{}`", number)
                              : base + fmt::format("{}", number);
  }

  void AddColumns() {
    if (Chance(2)) {
      columns_.push_back({"id", kTypes[Below(3)]});
      parts_.push_back(
          fmt::format("id {} not null auto_increment primary key", columns_.back().type.type));
    }
    const std::size_t count = 1 + Below(8);
    for (std::size_t i = 0; i < count; ++i) AddColumn();
  }

  std::string Value(const RandomColumn& column) {
    const std::string other = columns_[Below(columns_.size())].name;
    switch (Below(8)) {
      case 0:
        return " default (1 + 2)";
      case 1:
        return mariadb_ ? " default uuid()" : " default (uuid())";
      case 2:
        return " default null";
      default:
        return *column.type.value == '\0' ? "" : fmt::format(" default {}", column.type.value);
    }
  }

  void AddColumn() {
    RandomColumn column{NewName(), kTypes[Below(std::size(kTypes))]};
    std::string sql = column.name + " " + column.type.type;
    const bool text = column.type.kind == Kind::kText || column.type.kind == Kind::kLongText;
    if (text && Chance(2)) sql += kAlphabets[Below(6)];
    const RandomColumn* source = SourceFor(column);
    if (source != nullptr && Chance(4)) {
      column.generated = true;
      sql += fmt::format(" generated always as ({}) {}", Expression(column, *source),
                         Chance(2) ? "virtual" : "stored");
    } else {
      if (Chance(2)) sql += " not null";
      if (!columns_.empty()) sql += Value(column);
      const std::string type = column.type.type;
      if (type == "datetime" && Chance(2)) sql += " on update current_timestamp";
      if (type == "datetime(3)" && Chance(2)) sql += " on update current_timestamp(3)";
    }
    if (!columns_.empty() && Chance(6)) sql += " invisible";
    if (Chance(5)) sql += " comment 'c; it''s \\\\ \"it\"'";
    parts_.push_back(std::move(sql));
    columns_.push_back(std::move(column));
  }

  const RandomColumn* SourceFor(const RandomColumn& column) {
    for (const RandomColumn& candidate : columns_) {
      if (candidate.name != "id" && !candidate.generated &&
          candidate.type.kind == column.type.kind) {
        return &candidate;
      }
    }
    return nullptr;
  }

  std::string Expression(const RandomColumn& column, const RandomColumn& source) {
    switch (column.type.kind) {
      case Kind::kNumber:
        return fmt::format("{} * 2 + 1", source.name);
      case Kind::kText:
      case Kind::kLongText:
        return fmt::format("concat({}, 'it''s', upper({}))", source.name, source.name);
      case Kind::kTime:
      case Kind::kOther:
        break;
    }
    return source.name;
  }

  void AddKey() {
    std::string elements;
    const std::size_t count = 1 + Below(2);
    for (std::size_t i = 0; i < count; ++i) {
      const RandomColumn& column = columns_[Below(columns_.size())];
      elements += elements.empty() ? "" : ", ";
      if (!mariadb_ && Chance(5)) {
        elements += "(" + KeyExpression(column) + ")";
        continue;
      }
      elements += column.name;
      const bool is_long = column.type.kind == Kind::kLongText ||
                           std::string(column.type.type) == "blob" ||
                           std::string(column.type.type) == "varchar(255)";
      if (is_long) elements += "(10)";
      if (Chance(3)) elements += " desc";
    }
    std::string sql = Chance(3) ? "unique key " : "key ";
    if (Chance(2)) sql += fmt::format("k{} ", parts_.size());
    sql += "(" + elements + ")";
    if (Chance(5)) sql += " comment 'k''s'";
    if (Chance(5)) sql += mariadb_ ? " ignored" : " invisible";
    parts_.push_back(std::move(sql));
  }

  std::string KeyExpression(const RandomColumn& column) {
    if (column.type.kind == Kind::kText) return fmt::format("lower({})", column.name);
    return column.type.kind == Kind::kNumber ? fmt::format("{} + 1", column.name)
                                             : fmt::format("cast({} as char(10))", column.name);
  }

  void AddCheck() {
    const RandomColumn& column = columns_[Below(columns_.size())];
    std::string test;
    switch (Below(4)) {
      case 0:
        test = fmt::format("{} is not null or 1 = 1", column.name);
        break;
      case 1:
        test = fmt::format("{} <> 'it''s \\\\ (x'", column.name);
        break;
      case 2:
        test = fmt::format("{0} > 0 and {0} < 100 or not ({0} between 1 and 5)", column.name);
        break;
      default:
        test = fmt::format("{} in (1, 2, 3)", column.name);
    }
    parts_.push_back((Chance(2) ? fmt::format("constraint rule_{} ", random_() % 1000000) : "") +
                     "check (" + test + ")");
  }

  void AddForeignKey(const std::string& table) {
    const RandomColumn& column = columns_[Below(columns_.size())];
    constexpr const char* kActions[] = {"", " on delete cascade", " on delete set null",
                                        " on update cascade on delete restrict"};
    if (columns_.front().name != "id") return;
    parts_.push_back(fmt::format("foreign key ({}) references {} (id){}", column.name, table,
                                 kActions[Below(4)]));
  }

  std::mt19937 random_;
  bool mariadb_;
  std::vector<RandomColumn> columns_;
  std::vector<std::string> parts_;
};

}  // namespace

std::string RandomTableSql(std::uint32_t seed, const std::string& name, bool mariadb) {
  return Builder(seed, mariadb).Build(name);
}

}  // namespace zdm::test
