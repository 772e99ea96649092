// SPDX-License-Identifier: Apache-2.0
// Changes of servers whose columns change in place, one by one.
#include <gtest/gtest.h>

#include "compiler/diff/diff.h"
#include "compiler/schema/match.h"
#include "tests/unit/resolved.h"

namespace zdm::test {
namespace {

constexpr const char* kHead = "dialect mariadb;\n";

/// The changes from one text to the other, or the codes of what was found wrong.
std::string Changes(const std::string& before, const std::string& after) {
  Resolved old = ResolveText(kHead + before);
  Resolved now = ResolveText(kHead + after);
  if (!old.Codes().empty()) return old.Rendered();
  if (!now.Codes().empty()) return now.Rendered();
  Schema current = old.desired->schema;
  current.default_schema = "shop";
  for (NamespaceObject& schema : current.schemas) {
    schema.name = "shop";
    schema.charset = "utf8mb4";
    schema.collation = "utf8mb4_general_ci";
  }
  DesiredSchema shop;
  shop.schema = current;
  shop.schema.default_schema = "";
  for (NamespaceObject& schema : shop.schema.schemas) schema.name = "";
  const LanguageRules& rules = MariadbRules();
  rules.bind(current, shop);
  current = shop.schema;
  rules.bind(current, *now.desired);
  KeepAsFound(current, now.desired->schema, rules.changes);
  Diagnostics diagnostics;
  const std::string text = PrintChanges(Diff(current, *now.desired, rules, diagnostics));
  return diagnostics.HasErrors() ? Render(diagnostics, now.files, {}) : text;
}

std::string Table(const std::string& items) {
  return "table t { id int primary key; " + items + " }";
}

TEST(DiffInPlace, NothingChanges) {
  const std::string table = Table("a varchar(20) charset latin1; index on (a(5)); unique (a);");
  EXPECT_EQ(Changes(table, table), "");
  EXPECT_EQ(Changes(Table("a varchar(20);"),
                    Table("a varchar(20) collate utf8mb4_general_ci; with (charset = utf8mb4);")),
            "");
}

TEST(DiffInPlace, APropertyAChange) {
  EXPECT_EQ(
      Changes(Table("a varchar(20) comment 'old';"),
              Table("a varchar(30) charset latin1 not null default 'x' invisible comment 'new';")),
      "change type shop.t.a from varchar(20) to varchar(30) charset latin1\n"
      "hide column shop.t.a\n"
      "change comment of column shop.t.a from 'old' to 'new'\n"
      "change default shop.t.a from none to 'x'\n"
      "set not null shop.t.a\n");
  EXPECT_EQ(
      Changes(Table("a timestamp null; g int generated always as (id) virtual;"),
              Table("a timestamp null on update now(); g int generated always as (id) stored;")),
      "change on update shop.t.a from none to now()\n"
      "change generated shop.t.g from (id) virtual to (id) stored\n");
  EXPECT_EQ(Changes(Table(""), "table t { id int auto_increment primary key; }"),
            "set auto_increment shop.t.id\n");
}

TEST(DiffInPlace, ATablesCharsetIsThatOfItsColumns) {
  EXPECT_EQ(Changes(Table("a varchar(20); b varchar(20) charset latin1; n int;"),
                    Table("a varchar(20); b varchar(20); n int; with (charset = latin1);")),
            "change charset of shop.t from inherited to latin1\n"
            "change type shop.t.a from varchar(20) to varchar(20) charset latin1 collate "
            "latin1_swedish_ci\n");
}

TEST(DiffInPlace, Options) {
  EXPECT_EQ(Changes(Table("with (row_format = compressed);"), Table("with (engine = aria);")),
            "change options of shop.t from (\"row_format=COMPRESSED\") to (\"engine=Aria\")\n");
  EXPECT_EQ(Changes(Table("comment 'a';"), Table("comment 'b';")),
            "change comment of table shop.t from 'a' to 'b'\n");
}

TEST(DiffInPlace, TheOrderOfColumns) {
  EXPECT_EQ(Changes(Table("a int; b int; c int;"), Table("c int; a int; b int;")),
            "move column shop.t.c after id\n");
  EXPECT_EQ(Changes(Table("a int; b int;"), Table("b int; x int; a int; y int;")),
            "add column shop.t.x int after b\n"
            "add column shop.t.y int\n"
            "move column shop.t.a after x\n");
  EXPECT_EQ(Changes(Table("a int;"), Table("a int; z int first;")),
            "add column shop.t.z int first\n");
}

TEST(DiffInPlace, Indexes) {
  EXPECT_EQ(Changes(Table("a int; index old_name on (a);"),
                    Table("a int; index new_name on (a) renamed from old_name;")),
            "rename index shop.old_name on shop.t to new_name\n");
  EXPECT_EQ(Changes(Table("a int; index i on (a);"), Table("a int; index i on (a) ignored;")),
            "hide index shop.i on shop.t\n");
  EXPECT_EQ(Changes(Table("a int; index i on (a);"), Table("a int; index i on (a desc);")),
            "replace index shop.i on shop.t btree (a desc)\n");
  EXPECT_EQ(Changes(Table("a int; index i on (a);"), Table("a int; index i on (a) comment 'c';")),
            "replace index shop.i on shop.t btree (a)\n");
}

TEST(DiffInPlace, ARenameThatChangesItsTextIsNone) {
  const std::string found =
      Changes(Table("a varchar(20);"), Table("b varchar(20) charset latin1 renamed from a;"));
  EXPECT_NE(found.find("[ZDM4020]"), std::string::npos) << found;
}

}  // namespace
}  // namespace zdm::test
