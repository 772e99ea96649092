// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/diff/allow.h"
#include "compiler/schema/match.h"
#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_rules.h"

namespace zdm {
namespace {

Expression Sql(const std::string& text) {
  return {text, true, {}};
}

Column MakeColumn(const std::string& name, const std::string& type, bool not_null = false) {
  Column column;
  column.name = name;
  column.type.sql = type;
  column.not_null = not_null;
  return column;
}

Index MakeIndex(const std::string& name, const std::vector<std::string>& columns) {
  Index index;
  index.name = name;
  for (const std::string& column : columns) {
    IndexElement element;
    element.column = column;
    index.elements.push_back(element);
  }
  return index;
}

Key MakeKey(const std::string& name, const std::vector<std::string>& columns) {
  Key key;
  key.name = name;
  key.columns = columns;
  return key;
}

Check MakeCheck(const std::string& name, const std::string& sql) {
  Check check;
  check.name = name;
  check.expression = Sql(sql);
  return check;
}

ForeignKey MakeForeignKey(const std::string& name, const std::string& column,
                          const std::string& table) {
  ForeignKey key;
  key.name = name;
  key.columns = {column};
  key.references = {"public", table};
  key.referenced_columns = {"id"};
  return key;
}

/// customer (id primary key, name, email unique, age), with an index and a check.
Table Customer() {
  Table table;
  table.name = {"public", "customer"};
  table.columns = {MakeColumn("id", "bigint", true), MakeColumn("name", "text"),
                   MakeColumn("email", "text", true), MakeColumn("age", "integer")};
  table.primary_key = MakeKey("customer_pkey", {"id"});
  table.uniques = {MakeKey("customer_email_key", {"email"})};
  table.checks = {MakeCheck("customer_name_check", "(name <> ''::text)")};
  table.indexes = {MakeIndex("customer_name_idx", {"name"})};
  return table;
}

struct Outcome {
  std::string changes;
  std::vector<std::string> findings;  ///< "ZDM4010 text"
};

class DiffTest : public testing::Test {
 protected:
  DiffTest() {
    current.schemas = {{"public", "", {}, {}, {}, {}, {}}};
    current.tables = {Customer()};
    desired.schema = current;
  }

  Table& table() { return desired.schema.tables[0]; }
  Column& column(const std::string& name) {
    return *std::find_if(table().columns.begin(), table().columns.end(),
                         [&](const Column& c) { return c.name == name; });
  }

  Outcome Run() {
    Diagnostics diagnostics;
    KeepAsFound(current, desired.schema, PostgresRules().changes);
    const auto changes = Diff(current, desired, PostgresRules(), diagnostics);
    Outcome outcome{PrintChanges(changes), {}};
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      outcome.findings.push_back(ToString(diagnostic.code) + " " + diagnostic.text);
    }
    return outcome;
  }
  std::string Changes() {
    const Outcome outcome = Run();
    EXPECT_EQ(outcome.findings, std::vector<std::string>{});
    return outcome.changes;
  }
  /// The only finding must begin with `code`.
  void ExpectFinding(const Code& code) {
    const Outcome outcome = Run();
    ASSERT_EQ(outcome.findings.size(), 1U) << testing::PrintToString(outcome.findings);
    EXPECT_EQ(outcome.findings[0].substr(0, 7), ToString(code)) << outcome.findings[0];
  }

  Schema current;
  DesiredSchema desired;
};

TEST_F(DiffTest, TheSameGivesNothing) {
  EXPECT_EQ(Changes(), "");
}

TEST_F(DiffTest, TheOrderOfColumnsGivesNothing) {
  std::reverse(table().columns.begin(), table().columns.end());
  EXPECT_EQ(Changes(), "");
}

TEST_F(DiffTest, WhatTheLanguageDoesNotNameIsKept) {
  current.tables[0].owner = "app";
  current.tables[0].grants = {"r=r/app"};
  current.tables[0].options = {"fillfactor=70"};
  current.tables[0].columns[1].statistics_target = 500;
  EXPECT_EQ(Changes(), "");
  EXPECT_EQ(column("name").statistics_target, 500);
}

TEST_F(DiffTest, NewTableBringsItsForeignKeysLast) {
  Table order;
  order.name = {"public", "a_order"};
  order.columns = {MakeColumn("id", "bigint", true), MakeColumn("customer", "bigint")};
  order.foreign_keys = {MakeForeignKey("a_order_customer_fkey", "customer", "customer")};
  desired.schema.tables.insert(desired.schema.tables.begin(), order);
  EXPECT_EQ(Changes(),
            "create table public.a_order\n"
            "add constraint public.a_order.a_order_customer_fkey foreign key (customer) references "
            "public.customer (id)\n");
}

TEST_F(DiffTest, ColumnsAreAddedWithValuesOnly) {
  table().columns.push_back(MakeColumn("note", "text"));
  Column flag = MakeColumn("flag", "boolean", true);
  flag.default_value = Sql("false");
  table().columns.push_back(flag);
  EXPECT_EQ(Changes(),
            "add column public.customer.note text\n"
            "add column public.customer.flag boolean not null default false\n");
  column("flag").default_value.reset();
  ExpectFinding(codes::kFillNeeded);
}

TEST_F(DiffTest, PropertiesFollowTheFile) {
  column("name").not_null = true;
  column("email").not_null = false;
  column("age").default_value = Sql("0");
  column("age").comment = "in years";
  EXPECT_EQ(Changes(),
            "set not null public.customer.name\n"
            "drop not null public.customer.email\n"
            "change default public.customer.age from none to 0\n"
            "change comment of column public.customer.age from none to 'in years'\n");
}

TEST_F(DiffTest, AnObjectThatTheFilesLackIsNamed) {
  table().columns.pop_back();
  ExpectFinding(codes::kMissingFromFiles);
  desired.schema = current;
  table().indexes.clear();
  ExpectFinding(codes::kMissingFromFiles);
  desired.schema = current;
  table().checks.clear();
  ExpectFinding(codes::kMissingFromFiles);
  desired.schema = current;
  desired.schema.tables.clear();
  ExpectFinding(codes::kMissingFromFiles);
  desired.schema = current;
  current.extensions = {{"citext", {}, {}, {}, {}}};
  ExpectFinding(codes::kMissingFromFiles);
}

TEST_F(DiffTest, TombstonesLetThingsGo) {
  table().columns.pop_back();
  table().dropped_columns = {{"age", {}, {}}};
  table().indexes.clear();
  table().checks.clear();
  table().dropped_parts = {{"index", "customer_name_idx", {}},
                           {"constraint", "customer_name_check", {}}};
  EXPECT_EQ(Changes(),
            "drop column public.customer.age\n"
            "drop constraint public.customer.customer_name_check\n"
            "drop index public.customer_name_idx on public.customer\n");
  desired = {};
  desired.schema.schemas = current.schemas;
  desired.tombstones = {{"table", {"public", "customer"}, {}}};
  EXPECT_EQ(Changes(), "drop table public.customer\n");
  current.tables.clear();
  ExpectFinding(codes::kStaleTombstone);
}

TEST_F(DiffTest, AnAllowOfTheDropIsAWordToo) {
  desired.schema.tables.clear();
  desired.allows = {AllowFromCommandLine("ZDM2001:public.customer")};
  EXPECT_EQ(Changes(), "drop table public.customer\n");
  desired.allows = {AllowFromCommandLine("all")};
  EXPECT_EQ(Changes(), "drop table public.customer\n");
  desired.allows = {AllowFromCommandLine("ZDM2001:public.other")};
  ExpectFinding(codes::kMissingFromFiles);
}

TEST_F(DiffTest, PartsOfADroppedColumnGoWithIt) {
  table().columns.erase(table().columns.begin() + 1);
  table().dropped_columns = {{"name", {}, {}}};
  table().indexes.clear();
  table().checks.clear();
  EXPECT_EQ(Changes(),
            "drop column public.customer.name\n"
            "drop constraint public.customer.customer_name_check\n"
            "drop index public.customer_name_idx on public.customer\n");
}

TEST_F(DiffTest, ADroppedColumnMustStayInsertable) {
  table().columns.erase(table().columns.begin() + 2);
  table().uniques.clear();
  table().dropped_columns = {{"email", {}, {}}};
  ExpectFinding(codes::kDownNeeded);
  table().dropped_columns = {{"email", Sql("'n/a'::text"), {}}};
  EXPECT_EQ(Changes(),
            "drop column public.customer.email down 'n/a'::text\n"
            "drop constraint public.customer.customer_email_key\n");
  table().dropped_columns = {{"email", Sql("(name || '@x'::text)"), {}}};
  EXPECT_EQ(Changes(),
            "transform table public.customer\n"
            "  down email = (name || '@x'::text)\n"
            "  drop constraint customer_email_key\n");
}

TEST_F(DiffTest, ARenameCarriesItsPartsWhateverTheirDefaultNames) {
  column("name").renamed_from = RenamedFrom{"name", {}};
  column("name").name = "full_name";
  table().checks = {MakeCheck("customer_full_name_check", "(full_name <> ''::text)")};
  table().indexes = {MakeIndex("customer_name_idx", {"full_name"})};
  EXPECT_EQ(Changes(),
            "transform table public.customer\n"
            "  rename name to full_name\n"
            "  carry index customer_name_idx btree (full_name)\n"
            "  carry constraint customer_name_check as customer_full_name_check check (full_name "
            "<> ''::text)\n");
  // The same file again, once the old name is gone.
  current.tables[0] = table();
  EXPECT_EQ(Changes(), "");
}

TEST_F(DiffTest, APartOnARenamedColumnIsNotDroppedInSilence) {
  column("name").renamed_from = RenamedFrom{"name", {}};
  column("name").name = "full_name";
  table().checks = {MakeCheck("customer_name_check", "(full_name <> ''::text)")};
  table().indexes.clear();
  ExpectFinding(codes::kMissingFromFiles);
  table().dropped_parts = {{"index", "customer_name_idx", {}}};
  EXPECT_EQ(Changes(),
            "transform table public.customer\n"
            "  rename name to full_name\n"
            "  drop index customer_name_idx\n"
            "  carry constraint customer_name_check check (full_name <> ''::text)\n");
}

TEST_F(DiffTest, ARenameWithoutAWordStopsAndAsks) {
  column("age").name = "years";
  Diagnostics diagnostics;
  Diff(current, desired, PostgresRules(), diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.all()[0].code, codes::kMissingFromFiles);
  EXPECT_NE(diagnostics.all()[0].notes.at(0).text.find("`renamed from age`"), std::string::npos);
}

TEST_F(DiffTest, SplitMergeAndFill) {
  table().columns[1] = MakeColumn("first", "text");
  table().columns.push_back(MakeColumn("last", "text"));
  table().indexes.clear();
  table().checks.clear();
  Transition split;
  split.up = {{"first", Sql("split_part(name, ' '::text, 1)"), {}},
              {"last", Sql("split_part(name, ' '::text, 2)"), {}}};
  split.down = {{"name", Sql("((first || ' '::text) || last)"), {}}};
  table().transitions = {split};
  const std::string changes =
      "transform table public.customer\n"
      "  up first = split_part(name, ' '::text, 1); up last = split_part(name, ' '::text, 2); "
      "down name = ((first || ' '::text) || last)\n"
      "  drop index customer_name_idx\n"
      "  drop constraint customer_name_check\n";
  EXPECT_EQ(Changes(), changes);
  Table done = table();
  done.transitions.clear();
  std::swap(current.tables[0], done);
  EXPECT_EQ(Changes(), "");
  std::swap(current.tables[0], done);

  table() = Customer();
  column("age").not_null = true;
  Transition fill;
  fill.up = {{"age", Sql("COALESCE(age, 0)"), {}}};
  table().transitions = {fill};
  EXPECT_EQ(Changes(),
            "transform table public.customer\n  up age = COALESCE(age, 0); down age = age\n");
  current.tables[0].columns[3].not_null = true;
  EXPECT_EQ(Changes(), "");
}

TEST_F(DiffTest, WhatOnlyWidensChangesInPlaceUnlessSomethingReadsIt) {
  current.tables[0].columns.push_back(MakeColumn("code", "character varying(8)"));
  desired.schema = current;
  column("code").type.sql = "character varying(12)";
  EXPECT_EQ(Changes(),
            "change type public.customer.code from character varying(8) to character "
            "varying(12)\n");
  current.tables[0].checks.push_back(MakeCheck("code_given", "code <> ''"));
  table().checks.push_back(MakeCheck("code_given", "code <> ''"));
  EXPECT_TRUE(Changes().starts_with(
      "transform table public.customer\n  up code = code; down code = code\n"));
}

TEST_F(DiffTest, ATypeChangeNeedsATransition) {
  column("age").type.sql = "date";
  ExpectFinding(codes::kTypeChange);
  column("age").type.sql = "bigint";
  EXPECT_EQ(Changes(),
            "transform table public.customer\n"
            "  up age = (age)::bigint; down age = (age)::integer\n");
  Transition widen;
  widen.from = {{"age", {"integer"}, {}}};
  widen.up = {{"age", Sql("(age)::bigint"), {}}};
  table().transitions = {widen};
  ExpectFinding(codes::kDownNeeded);
  table().transitions[0].down = {{"age", Sql("(age)::integer"), {}}};
  EXPECT_EQ(Changes(),
            "transform table public.customer\n"
            "  up age = (age)::bigint; down age = (age)::integer\n");
  table().transitions[0].from = {{"age", {"smallint"}, {}}};
  ExpectFinding(codes::kTransitionShape);
}

TEST_F(DiffTest, AConstantWayBackIsALoss) {
  column("age").type.sql = "bigint";
  Transition widen;
  widen.up = {{"age", Sql("(age)::bigint"), {}}};
  widen.down = {{"age", Sql("0"), {}}};
  table().transitions = {widen};
  ExpectFinding(codes::kDownNeeded);
  table().transitions[0].lossy = "nobody reads it";
  EXPECT_NE(Changes(), "");
}

TEST_F(DiffTest, ANewColumnMayComeFromOthers) {
  table().columns.push_back(MakeColumn("label", "text", true));
  Transition label;
  label.up = {{"label", Sql("(name || email)"), {}}};
  table().transitions = {label};
  EXPECT_EQ(Changes(), "transform table public.customer\n  up label = (name || email)\n");
  table().transitions[0].up[0].expression = Sql("(nam || email)");
  ExpectFinding(codes::kTransitionShape);
}

TEST_F(DiffTest, ColumnsThatKeysHoldAreRefused) {
  Table order;
  order.name = {"public", "order"};
  order.columns = {MakeColumn("customer", "bigint"), MakeColumn("by", "text")};
  order.foreign_keys = {MakeForeignKey("order_customer_fkey", "customer", "customer")};
  current.tables.push_back(order);
  desired.schema = current;
  column("id").renamed_from = RenamedFrom{"id", {}};
  column("id").name = "number";
  table().primary_key->columns = {"number"};
  ExpectFinding(codes::kTransitionOfKey);

  desired.schema = current;
  Column& customer = desired.schema.tables[1].columns[0];
  customer.renamed_from = RenamedFrom{"customer", {}};
  customer.name = "buyer";
  desired.schema.tables[1].foreign_keys[0].columns = {"buyer"};
  EXPECT_EQ(Run().findings.at(0).substr(0, 7), ToString(codes::kTransitionOfKey));
}

TEST_F(DiffTest, WhatNoRecipeTakesIsRefusedWithAWord) {
  table().primary_key.reset();
  ExpectFinding(codes::kPrimaryKeyChange);
  desired.schema = current;
  column("age").identity = Identity{};
  ExpectFinding(codes::kIdentityChange);
  desired.schema = current;
  column("age").generated = Sql("1");
  ExpectFinding(codes::kGeneratedChange);
  desired.schema = current;
  column("name").collation = QualifiedName{"pg_catalog", "C"};
  ExpectFinding(codes::kCollationChange);
  desired.schema = current;
  table().uniques[0].columns = {"email", "age"};
  ExpectFinding(codes::kUniqueReplaced);
  desired.schema = current;
  desired.tombstones = {{"schema", {"", "public"}, {}}};
  ExpectFinding(codes::kDropSchema);
  desired = {current, {}, {}, {}};
  current.extensions = {{"citext", "public", "1.5", {}, {}}};
  desired.schema.extensions = {{"citext", {}, "1.6", {}, {}}};
  ExpectFinding(codes::kExtensionChange);
}

TEST_F(DiffTest, ChangedPartsAreReplaced) {
  table().indexes[0].elements[0].descending = true;
  table().checks[0].expression = Sql("(name <> 'x'::text)");
  EXPECT_EQ(Changes(),
            "replace constraint public.customer.customer_name_check check (name <> 'x'::text)\n"
            "replace index public.customer_name_idx on public.customer btree (name desc nulls "
            "last)\n");
  desired.schema = current;
  current.tables[0].checks[0].validated = false;
  EXPECT_EQ(Changes(), "validate constraint public.customer.customer_name_check\n");
}

TEST_F(DiffTest, TheOrderOfPartsOnEitherSideChangesNothing) {
  for (int i = 0; i < 8; ++i) {
    current.tables[0].columns.push_back(MakeColumn("c" + std::to_string(i), "text"));
    current.tables[0].indexes.push_back(
        MakeIndex("i" + std::to_string(i), {"c" + std::to_string(i)}));
  }
  desired.schema = current;
  column("c3").renamed_from = RenamedFrom{"c3", {}};
  column("c3").name = "d3";
  table().indexes[4].elements[0].column = "d3";
  column("c5").not_null = true;
  const auto sorted = [](const std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  const auto expected = sorted(Changes());
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    for (Table* side : {&current.tables[0], &table()}) {
      std::shuffle(side->columns.begin(), side->columns.end(), random);
      std::shuffle(side->indexes.begin(), side->indexes.end(), random);
    }
    EXPECT_EQ(sorted(Changes()), expected);
  }
}

}  // namespace
}  // namespace zdm
