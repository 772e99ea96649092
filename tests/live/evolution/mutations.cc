// SPDX-License-Identifier: Apache-2.0
#include "tests/live/evolution/mutations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

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

/// One plan's mutations; each column, index, rule and table takes part in one of them.
class Mutator {
 public:
  Mutator(const Schema& schema, Random& random) : random_(random) {
    work_.before = work_.after = schema;
  }

  Schema First() {
    while (now().tables.size() < 3) CreateTable();
    return now();
  }

  Evolution Run(int count) {
    using Act = bool (Mutator::*)();
    static constexpr std::array<Act, 24> kActs = {
        &Mutator::AddColumn,     &Mutator::AddColumn,    &Mutator::DropColumn,
        &Mutator::DropColumn,    &Mutator::RenameColumn, &Mutator::RenameColumn,
        &Mutator::FillNotNull,   &Mutator::DropNotNull,  &Mutator::ChangeDefault,
        &Mutator::AddIndex,      &Mutator::AddIndex,     &Mutator::DropIndex,
        &Mutator::ReplaceIndex,  &Mutator::AddRule,      &Mutator::AddRule,
        &Mutator::DropRule,      &Mutator::AddReference, &Mutator::ChangeComment,
        &Mutator::ChangeComment, &Mutator::Split,        &Mutator::Merge,
        &Mutator::ChangeType,    &Mutator::CreateTable,  &Mutator::DropTable};
    for (int tries = 0; count > 0 && tries < 200; ++tries) {
      const Act act = kActs.at(static_cast<std::size_t>(Below(random_, kActs.size())));
      if ((this->*act)()) --count;
    }
    Close();
    return std::move(work_);
  }

 private:
  Schema& now() { return work_.after; }

  Table* AnyTable() {
    Table& table = now().tables.at(
        static_cast<std::size_t>(Below(random_, static_cast<int>(now().tables.size()))));
    return new_.contains(table.number) ? nullptr : &table;
  }

  /// A column of the table that nothing has changed yet.
  Column* AnyColumn(Table& table, const std::function<bool(const Column&)>& fits = {}) {
    std::vector<Column*> all;
    for (Column& column : table.columns) {
      if (!touched_.contains(column.number) && (!fits || fits(column))) all.push_back(&column);
    }
    return all.empty()
               ? nullptr
               : all.at(static_cast<std::size_t>(Below(random_, static_cast<int>(all.size()))));
  }

  const Table* Old(const Table& table) const { return work_.before.Find(table.number); }

  void Say(const std::string& text) { work_.told.push_back(text); }
  void Expect(const Table& table, const std::string& change) {
    expected_.emplace_back(table.number, change);
  }
  static std::string Shown(const Table& table) { return "public." + Name(table.name); }
  static std::string Shown(const Table& table, const std::string& part) {
    return fmt::format("public.{}.{}", Name(table.name), Name(part));
  }
  void Line(const Table& table, const std::string& line) {
    work_.way.lines[table.number].push_back(line);
  }
  void Transform(const Table& table) { work_.transformed.insert(table.number); }

  Column MakeColumn(const Table& table) {
    Column column;
    column.number = now().next_number++;
    column.kind = AnyKind(random_);
    column.name = FreeName(table, Old(table), random_);
    touched_.insert(column.number);
    return column;
  }

  bool AddColumn() {
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

  /// With what stands on it.
  bool DropColumn() {
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
      down =
          fmt::format(" {{ down {} = {}; }}", Name(column.name), LiteralOf(column.kind, random_));
    }
    Line(*table,
         fmt::format("drop column {}{}{}", Name(column.name), down, down.empty() ? ";" : ""));
    std::erase_if(table->columns, [&](const Column& each) { return each.number == column.number; });
    return true;
  }

  bool RenameColumn() {
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

  bool FillNotNull() {
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

  bool DropNotNull() {
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

  bool ChangeDefault() {
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

  std::string NewName(const char* what) {
    std::string name = fmt::format("{}{}", what, now().next_number++);
    named_.insert(name);
    return name;
  }

  Index MakeIndex(const Column& column) {
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

  bool AddIndex() {
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

  bool DropIndex() {
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

  bool ReplaceIndex() {
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

  bool AddRule() {
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

  bool DropRule() {
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

  bool AddReference() {
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

  bool ChangeComment() {
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

  static bool IsLooseText(const Table& table, const Column& column) {
    return column.kind == Kind::kText && !table.Uses(column.number);
  }

  void Take(Table& table, int number) {
    std::erase_if(table.columns, [&](const Column& each) { return each.number == number; });
  }

  bool Split() {
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

  bool Merge() {
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
    Line(*table,
         fmt::format("transition {{ from {0} text; from {1} text; up {2} = coalesce({0}, '') "
                     "|| '|' || coalesce({1}, ''); down {0} = split_part({2}, '|', 1); "
                     "down {1} = split_part({2}, '|', 2); }}",
                     Name(one.name), Name(two.name), Name(target.name)));
    Transform(*table);
    Say(fmt::format("merge {} and {}", Shown(*table, one.name), two.name));
    return true;
  }

  /// An integer that becomes wider keeps its name and all that stands on it.
  bool ChangeType() {
    Table* table = AnyTable();
    Column* column = table == nullptr ? nullptr : AnyColumn(*table, [](const Column& each) {
      return each.kind == Kind::kInteger;
    });
    if (column == nullptr) return false;
    column->kind = Kind::kBigint;
    touched_.insert(column->number);
    Line(*table, fmt::format("transition {{ from {0} integer; up {0} = {0}::bigint; down {0} = "
                             "{0}::integer; }}",
                             Name(column->name)));
    Transform(*table);
    Say("widen " + Shown(*table, column->name));
    return true;
  }

  bool CreateTable() {
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

  bool DropTable() {
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

  bool Mentioned(int table) const {
    return std::any_of(expected_.begin(), expected_.end(),
                       [&](const auto& each) { return each.first == table; });
  }

  void Close() {
    for (const auto& [table, change] : expected_) {
      const bool carried = work_.transformed.contains(table);
      (carried ? work_.carried : work_.expected).insert(change);
    }
    for (const int table : work_.transformed) {
      work_.expected.insert("transform table " + Shown(*work_.after.Find(table)));
    }
  }

  Random& random_;
  Evolution work_;
  std::vector<std::pair<int, std::string>> expected_;  ///< by table
  std::set<int> touched_;                              ///< columns
  std::set<std::string> named_;                        ///< indexes and rules
  std::set<int> new_, kept_, commented_;               ///< tables
};

}  // namespace

Schema FirstSchema(Random& random) {
  return Mutator({}, random).First();
}

Evolution Evolve(const Schema& schema, int count, Random& random) {
  Mutator mutator(schema, random);
  return mutator.Run(count);
}

}  // namespace zdm::test::evolution
