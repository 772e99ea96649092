// SPDX-License-Identifier: Apache-2.0
// The recipes of MariaDB and MySQL, step by step on real servers: there, back, there again and
// purged, and the server shows what the files say.
#include "tests/unit/mysql_steps.h"

namespace zdm {
namespace {

class MysqlChanges : public MysqlSteps {
 protected:
  void SetUp() override {
    MysqlSteps::SetUp();
    if (IsSkipped()) return;
    item_.name = {database_->name(), "item"};
    item_.columns = {MakeColumn("id", "bigint", true), MakeColumn("name", "varchar(40)"),
                     MakeColumn("price", "int"), MakeColumn("state", "varchar(9)", true)};
    item_.primary_key = Key{};
    item_.primary_key->name = "PRIMARY";
    item_.primary_key->columns = {"id"};
    Add(item_.indexes, "by_name", {"name"});
    line_.name = {database_->name(), "line"};
    line_.columns = {MakeColumn("id", "int", true), MakeColumn("item", "bigint")};
    line_.primary_key = item_.primary_key;
    Add(line_.indexes, "line_item", {"item"});
    key_.name = "to_item";
    key_.columns = {"item"};
    key_.references = item_.name;
    key_.referenced_columns = {"id"};
  }

  static void Add(std::vector<Index>& indexes, const std::string& name,
                  const std::vector<std::string>& columns, bool unique = false) {
    Index index;
    index.name = name;
    index.unique = unique;
    for (const std::string& column : columns) {
      index.elements.emplace_back();
      index.elements.back().column = column;
    }
    indexes.push_back(index);
  }

  static Column& Named(Table& table, const std::string& name) {
    for (Column& column : table.columns) {
      if (column.name == name) return column;
    }
    return table.columns.front();
  }

  Expression Text(const std::string& sql) const { return {sql, true, {}}; }

  /// There and back, and there and purged; what the server shows then is the new table's.
  void TryItem(const Table& after, const std::vector<ChangeKind>& changes) {
    Compile({item_}, {after}, changes);
    ours_->Must(
        "INSERT INTO item (id, name, price, state) VALUES (1, 'a', 1, 'x'), (2, 'b', 2, 'y'), "
        "(3, '', -5, '')");
    const std::string before = Shape("item");
    for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
    Back();
    EXPECT_EQ(Shape("item"), before);
    answers_.clear();
    for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
    Purge();
    const std::string now = Shape("item");
    ours_->Must("DROP TABLE item");
    ours_->Must(mysql::CreateTableSql(dialect(), after));
    EXPECT_EQ(now, Shape("item"));
  }

  Table item_, line_;
  ForeignKey key_;
};

TEST_P(MysqlChanges, AColumnComes) {
  Table after = item_;
  Column column = MakeColumn("tag", "varchar(9)", true);
  column.default_value = Text("'none'");
  column.comment = "it's \\ one";
  after.columns.insert(after.columns.begin() + 2, column);
  TryItem(after, {AddColumn{item_, column, "name"}});
}

TEST_P(MysqlChanges, ColumnsGo) {
  Table after = item_;
  after.columns = {item_.columns[0], item_.columns[1]};
  TryItem(after, {DropColumn{item_, item_.columns[2], std::nullopt},
                  DropColumn{item_, item_.columns[3], std::nullopt}});
}

TEST_P(MysqlChanges, IndexesComeGoAndChange) {
  Table after = item_;
  after.indexes.clear();
  Add(after.indexes, "by_name", {"name", "price"});
  Add(after.indexes, "by_state", {"state", "name"}, true);
  after.indexes[1].elements[1].prefix_length = 5;
  after.indexes[1].elements[1].descending = true;
  after.indexes[1].comment = "c";
  TryItem(after, {ReplaceIndex{item_, item_.indexes[0], after.indexes[0]},
                  AddIndex{item_, after.indexes[1]}});
}

TEST_P(MysqlChanges, AnIndexGoes) {
  Table after = item_;
  after.indexes.clear();
  TryItem(after, {DropIndex{item_, item_.indexes[0]}});
}

TEST_P(MysqlChanges, AUniqueIndexGoes) {
  item_.indexes[0].unique = true;
  Table after = item_;
  after.indexes.clear();
  TryItem(after, {DropIndex{item_, item_.indexes[0]}});
}

TEST_P(MysqlChanges, AnIndexIsRenamedAndHidden) {
  Add(item_.indexes, "by_price", {"price"});
  Table after = item_;
  after.indexes[0].name = "named";
  after.indexes[1].invisible = true;
  TryItem(after, {RenameIndex{item_, item_.indexes[0], after.indexes[0]},
                  ChangeIndexVisibility{item_, item_.indexes[1], after.indexes[1]}});
}

TEST_P(MysqlChanges, AColumnChangesByFacets) {
  Table after = item_;
  Column& name = Named(after, "name");
  const Column old_name = item_.columns[1];
  Column typed = old_name, commented = old_name, hidden = old_name;
  typed.type.sql = dialect() == Dialect::kMariadb ? "varchar(90)" : "varchar(60)";
  commented.type = hidden.type = typed.type;
  commented.comment = hidden.comment = "who's it";
  hidden.invisible = true;
  name = hidden;
  Column& price = Named(after, "price");
  price.default_value = Text("7");
  TryItem(after,
          {ChangeColumnType{item_, after, old_name, typed},
           ChangeColumnComment{item_, typed, commented}, ChangeInvisible{item_, commented, hidden},
           ChangeDefault{item_, item_.columns[2], price}});
}

TEST_P(MysqlChanges, NotNullComesAndGoes) {
  Table after = item_;
  Named(after, "price").not_null = true;
  Named(after, "state").not_null = false;
  TryItem(after,
          {SetNotNull{item_, Named(after, "price")}, DropNotNull{item_, Named(after, "state")}});
}

TEST_P(MysqlChanges, AColumnMoves) {
  Table after = item_;
  after.columns = {item_.columns[0], item_.columns[3], item_.columns[1], item_.columns[2]};
  TryItem(after, {MoveColumn{item_, item_.columns[3], "id"}});
}

TEST_P(MysqlChanges, OptionsCharsetAndCommentOfATable) {
  for (Column& column : item_.columns) {
    if (column.type.sql.starts_with("varchar")) column.charset = "utf8mb3";
  }
  Table after = item_;
  after.options = {"row_format=COMPACT"};
  after.comment = "new";
  after.charset = "ascii";
  ChangeComment comment;
  comment.object = "table " + Display(item_.name);
  comment.new_comment = "new";
  comment.table = item_.name;
  TryItem(after, {ChangeTableOptions{item_, after}, ChangeTableCharset{item_, after}, comment});
}

TEST_P(MysqlChanges, ChecksComeAndGo) {
  Check check;
  check.name = "cheap";
  check.expression = Text("`price` < 100");
  if (dialect() == Dialect::kMysql) {
    check.enforced = false;
    check.expression = Text("(`price` < 100)");
  }
  Table with = item_;
  with.checks = {check};
  TryItem(with, {AddCheck{item_, check}});
}

TEST_P(MysqlChanges, ACheckGoes) {
  Check check;
  check.name = "cheap";
  check.expression = Text(dialect() == Dialect::kMysql ? "(`price` < 100)" : "`price` < 100");
  const Table after = item_;
  item_.checks = {check};
  TryItem(after, {DropCheck{item_, check}});
}

TEST_P(MysqlChanges, AForeignKeyComesChangesAndGoes) {
  Table after = line_;
  after.foreign_keys = {key_};
  Compile({item_, line_}, {item_, after}, {AddForeignKey{line_, key_}});
  const std::string before = Shape("line");
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
  EXPECT_NE(Shape("line").find("to_item"), std::string::npos);
  EXPECT_FALSE(session_->Run("INSERT INTO line VALUES (1, 99)").ok());
  Back();
  EXPECT_EQ(Shape("line"), before);
}

TEST_P(MysqlChanges, AForeignKeyIsReplacedWithoutAGap) {
  line_.foreign_keys = {key_};
  Table after = line_;
  after.foreign_keys[0].on_delete = ForeignKeyAction::kCascade;
  Compile({item_, line_}, {item_, after}, {ReplaceForeignKey{line_, key_, after.foreign_keys[0]}});
  const std::string before = Shape("line");
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
  EXPECT_NE(Shape("line").find("CASCADE"), std::string::npos);
  Back();
  EXPECT_EQ(Shape("line"), before);
}

TEST_P(MysqlChanges, ATableComesAndOneGoesWithItsTriggers) {
  line_.foreign_keys = {key_};
  Table tag = item_;
  tag.name.name = "tag";
  Compile({item_, line_}, {item_, tag}, {DropTable{line_}, CreateTable{tag}});
  ours_->Must("CREATE TRIGGER first BEFORE INSERT ON line FOR EACH ROW SET NEW.id = NEW.id + 0");
  ours_->Must("CREATE TRIGGER second BEFORE INSERT ON line FOR EACH ROW SET @a = 1");
  const std::string triggers =
      "SELECT trigger_name, action_order, action_statement, sql_mode FROM "
      "information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 2";
  const std::string before = Shape("line"), kept = ours_->Run(triggers).Text();
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
  EXPECT_FALSE(session_->Run("SELECT 1 FROM line").ok());
  Back();
  EXPECT_EQ(Shape("line"), before);
  EXPECT_EQ(ours_->Run(triggers).Text(), kept);
  answers_.clear();
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
  Purge();
  EXPECT_EQ(ours_->Value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = "
                         "'zdm_trash'"),
            "0");
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlChanges, testing::Values("mariadb", "mysql"));

}  // namespace
}  // namespace zdm
