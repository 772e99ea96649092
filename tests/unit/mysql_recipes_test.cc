// SPDX-License-Identifier: Apache-2.0
// What no server is needed for: fragments of SQL for odd names and texts, columns of expressions,
// and what is refused because only a shadow table could do it.
#include "compiler/recipes/mysql_recipes.h"

#include <gtest/gtest.h>

#include "compiler/recipes/mysql_columns.h"
#include "compiler/recipes/mysql_sql.h"

namespace zdm {
namespace {

using namespace mysql;

TEST(MysqlSql, QuotesNamesAndTexts) {
  EXPECT_EQ(Quote("a`b"), "`a``b`");
  EXPECT_EQ(Quote(QualifiedName{"shop", "Full Name"}), "`shop`.`Full Name`");
  EXPECT_EQ(Quote(QualifiedName{"", "t"}), "`t`");
  EXPECT_EQ(Literal("it's \\ so"), "'it''s \\\\ so'");
  EXPECT_EQ(Parenthesized("(a) + (b)"), "((a) + (b))");
  EXPECT_EQ(Parenthesized("(a = ')')"), "(a = ')')");
}

TEST(MysqlSql, TellsBareDefaultsFromExpressions) {
  for (const char* bare : {"5", "-1.5e3", "'x''y'", "NULL", "true", "b'101'", "_utf8mb4'x'",
                           "CURRENT_TIMESTAMP(6)", "current_timestamp()", "now()", "x'ff'"}) {
    EXPECT_TRUE(IsBareDefault(bare)) << bare;
  }
  for (const char* expression : {"(uuid())", "1 + 1", "'a' 'b'", "curdate()", "now() + 1"}) {
    EXPECT_FALSE(IsBareDefault(expression)) << expression;
  }
}

Table Item() {
  Table table;
  table.name = {"shop", "item"};
  for (const char* name : {"id", "Name", "price"}) {
    Column column;
    column.name = name;
    column.type.sql = "int";
    table.columns.push_back(column);
  }
  return table;
}

TEST(MysqlColumns, AreFoundByTheirWords) {
  const Table item = Item();
  EXPECT_EQ(ColumnsIn(item, "name + `price` + 'id' + id(1) /* id */ + x.id + @id"),
            (std::vector<std::string>{"Name", "price"}));
  EXPECT_EQ(SubstituteColumns("concat(name, 'name', `name`)", {{"name", "NEW.`n`"}}),
            "concat(NEW.`n`, 'name', NEW.`n`)");
}

class Shadow : public testing::Test {
 protected:
  bool Refused(Dialect dialect, const ChangeKind& change) {
    Schema current, target;
    current.dialect = target.dialect = dialect;
    current.tables = target.tables = {Item()};
    const SourceFiles files;
    Diagnostics diagnostics;
    const RecipeContext context{current, target, files, diagnostics, "5a17", {}};
    MakeMysqlRecipe(Change{change, {}}, context);
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      EXPECT_EQ(ToString(diagnostic.code), ToString(codes::kShadowTable)) << diagnostic.text;
    }
    return diagnostics.HasErrors();
  }
};

TEST_F(Shadow, IsAskedForWhereTheServerWouldMakeWritersWait) {
  const Table item = Item();
  Check check;
  check.name = "positive";
  check.expression = Expression{"`price` > 0", true, {}};
  EXPECT_TRUE(Refused(Dialect::kMysql, AddCheck{item, check}));
  EXPECT_FALSE(Refused(Dialect::kMariadb, AddCheck{item, check}));
  Column wide = item.columns[2];
  wide.type.sql = "bigint";
  EXPECT_TRUE(Refused(Dialect::kMysql, ChangeColumnType{item, item, item.columns[2], wide}));
  EXPECT_TRUE(Refused(Dialect::kMariadb, ChangeColumnType{item, item, item.columns[2], wide}));
  Index index;
  index.name = "words";
  index.method = "fulltext";
  index.elements.emplace_back();
  index.elements.back().column = "Name";
  EXPECT_TRUE(Refused(Dialect::kMariadb, AddIndex{item, index}));
  index.method = "btree";
  EXPECT_FALSE(Refused(Dialect::kMysql, AddIndex{item, index}));
}

}  // namespace
}  // namespace zdm
