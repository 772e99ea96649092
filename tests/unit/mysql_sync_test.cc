// SPDX-License-Identifier: Apache-2.0
// The steps of the recipe of TransformTable, run one by one on real servers, with statements of
// both applications between them.
#include "tests/unit/mysql_steps.h"

namespace zdm {
namespace {

TransitionAssignment Assign(const std::string& column, const std::string& sql) {
  return {column, Expression{sql, true, {}}, {}};
}

class MysqlSync : public MysqlSteps {
 protected:
  void SetUp() override {
    MysqlSteps::SetUp();
    if (IsSkipped()) return;
    table_.name = {database_->name(), "person"};
    Column id = MakeColumn("id", "bigint", true);
    id.auto_increment = true;
    Column changed = MakeColumn("changed", "timestamp(6)", true);
    changed.default_value = Expression{"CURRENT_TIMESTAMP(6)", true, {}};
    changed.on_update = Expression{"CURRENT_TIMESTAMP(6)", true, {}};
    table_.columns = {id, MakeColumn("name", "varchar(40)", true), MakeColumn("note", "text"),
                      changed};
    table_.primary_key = Key{};
    table_.primary_key->name = "PRIMARY";
    table_.primary_key->columns = {"id"};
    Index index;
    index.name = "name";
    index.elements.emplace_back();
    index.elements.back().column = "name";
    table_.indexes = {index};
  }

  /// first, last from name.
  TransformTable Split() {
    TransformTable change;
    change.old_table = change.new_table = table_;
    ColumnTransition transition;
    transition.sources = {table_.columns[1]};
    transition.targets = {MakeColumn("first", "varchar(16)", true),
                          MakeColumn("last", "varchar(20)")};
    transition.up = {
        Assign("first", "substring_index(name, ' ', 1)"),
        Assign("last", "if(locate(' ', name) = 0, null, substring_index(name, ' ', -1))")};
    transition.down = {Assign("name", "concat_ws(' ', first, last)")};
    change.new_table.columns.erase(change.new_table.columns.begin() + 1);
    for (const Column& target : transition.targets) change.new_table.columns.push_back(target);
    change.indexes = {{table_.indexes[0], std::nullopt}};
    Index now = table_.indexes[0];
    now.elements[0].column = "last";
    change.indexes[0].now = now;
    change.new_table.indexes = {now};
    change.transitions = {transition};
    return change;
  }

  void Compile(const TransformTable& change) {
    MysqlSteps::Compile({change.old_table}, {change.new_table}, {change});
  }

  std::string Shape() { return MysqlSteps::Shape("person"); }

  void Verify() {
    for (const Verification& verification : recipe_.verifications) {
      if (verification.window.since != recipe_.verifications[0].window.since) continue;
      EXPECT_EQ(Look(verification.rows), "");
    }
  }

  Table table_;
};

/// A server that lets it go (MariaDB) refuses all writes to the table from then on.
TEST_P(MysqlSync, ThePlanSaysWhoMustStay) {
  Compile(Split());
  EXPECT_NE(recipe_.notices.at(0).find("must not be dropped or renamed"), std::string::npos);
}

TEST_P(MysqlSync, SplitsAColumnThereAndBack) {
  Compile(Split());
  session_->Must(
      "INSERT INTO person (name) VALUES ('Ada Lovelace'), ('Plato'), ('Anextremelylongname "
      "Smith')");
  const std::string rows = "SELECT id, name, note FROM person ORDER BY id";
  const std::string before = session_->Run("SELECT * FROM person ORDER BY id").Text();
  const std::string shape = Shape();
  Forward(Phase::kExpand);
  EXPECT_EQ(session_->Run("SELECT * FROM person ORDER BY id").Text(), before);

  // The old application, also without a sql_mode.
  session_->Must("INSERT INTO person (name, note) VALUES ('Old One', 'n'), ('Old Two', NULL)");
  session_->Must("INSERT INTO person VALUES (100, 'Without List', NULL, now())");
  session_->Must("UPDATE person SET name = 'Plato Second' WHERE id = 2");
  session_->Must(
      "INSERT INTO person (id, name) VALUES (100, 'Was There') ON DUPLICATE KEY UPDATE "
      "name = VALUES(name)");
  session_->Must("REPLACE INTO person (id, name) VALUES (101, 'Re Placed')");
  session_->Must("SET sql_mode = ''");
  session_->Must("INSERT INTO person (name) VALUES ('Anotherextremelylongname Smith')");
  session_->Must("INSERT IGNORE INTO person (name) VALUES ('Athirdextremelylongname Smith')");
  session_->Must("SET sql_mode = 'STRICT_TRANS_TABLES'");
  // The new one.
  session_->Must(
      "INSERT INTO person (id, first, last) VALUES (200, 'New', 'One'), (201, 'New', NULL), "
      "(202, '', '')");
  session_->Must("INSERT INTO person (id, first) VALUES (203, 'Only')");
  session_->Must("UPDATE person SET last = 'Byron' WHERE id = 1");
  session_->Must("UPDATE person SET first = 'Short' WHERE id = 3");
  session_->Must(
      "INSERT INTO person (id, first, last) VALUES (200, 'Up', 'Serted') ON DUPLICATE KEY "
      "UPDATE first = VALUES(first), last = VALUES(last)");
  Verify();
  Forward(Phase::kMigrate);
  Verify();
  EXPECT_EQ(session_
                ->Run("SELECT id, name, first, last FROM person WHERE id IN (1, 2, 3, 100, 101, "
                      "200, 201, 202, 203) ORDER BY id")
                .Text(),
            "1|Ada Byron|Ada|Byron\n2|Plato Second|Plato|Second\n3|Short Smith|Short|Smith\n"
            "100|Was There|Was|There\n101|Re Placed|Re|Placed\n200|Up Serted|Up|Serted\n"
            "201|New|New|~\n202| ||\n203|Only|Only|~\n");
  // What could not be held is noted by its key.
  EXPECT_EQ(ours_->Value("SELECT COUNT(*) FROM zdm.note WHERE direction = 'up'"), "2");
  EXPECT_EQ(ours_->Value("SELECT COUNT(*) FROM zdm.note WHERE row_key = 'id=0'"), "0");
  session_->Must("UPDATE person SET first = 'Fixed' WHERE CHAR_LENGTH(name) > 25");
  EXPECT_EQ(ours_->Value("SELECT COUNT(*) FROM zdm.note"), "0");
  Forward(Phase::kContract);
  session_->Must(
      "INSERT INTO person (id, first, last) VALUES (300, '', 'After'), (301, 'After', NULL)");
  session_->Must("INSERT INTO person (note, first) VALUES ('x', 'Short')");
  session_->Must("UPDATE person SET last = 'Later' WHERE id = 200");
  Verify();
  EXPECT_EQ(
      session_->Run("SELECT id, name FROM person WHERE id IN (200, 300, 301) ORDER BY id").Text(),
      "200|Up Later\n300| After\n301|After\n");
  EXPECT_FALSE(session_->Run("INSERT INTO person (note) VALUES ('no first')").ok());
  Back();
  EXPECT_EQ(Shape(), shape);
  EXPECT_EQ(
      session_->Run("SELECT id, name FROM person WHERE id >= 200 AND id < 302 ORDER BY id").Text(),
      "200|Up Later\n201|New\n202| \n203|Only\n300| After\n301|After\n");
}

TEST_P(MysqlSync, PurgeLeavesNothingOfOurs) {
  Compile(Split());
  session_->Must("INSERT INTO person (name) VALUES ('Ada Lovelace'), ('Plato')");
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) Forward(phase);
  Purge();
  EXPECT_EQ(Shape().find("zdm_"), std::string::npos) << Shape();
  EXPECT_EQ(ours_->Value("SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = "
                         "DATABASE()"),
            "0");
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlSync, testing::Values("mariadb", "mysql"));

}  // namespace
}  // namespace zdm
