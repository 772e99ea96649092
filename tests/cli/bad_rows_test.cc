// SPDX-License-Identifier: Apache-2.0
// Rows that are not as the files say: named, and both ways out work.
#include <fmt/format.h>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

class BadRows : public CliTest {
 protected:
  void Column(const std::string& before, const std::string& after, const std::string& rows) {
    Prepare("table item {\n  id bigint primary key;\n  " + before + "\n}\n",
            "table item {\n  id bigint primary key;\n  " + after + "\n}\n", rows);
    before_ = database_->Dump();
  }
  /// Contract refuses and names `key`; rolled back all is as before; with the row fixed it goes on.
  void BothWaysOut(const std::string& key, const std::string& fix) {
    ASSERT_EQ(Run({"run", plan()}).exit_code, 0);
    EXPECT_TRUE(Refused(Run({"run", "--until", "contract"}), 7, {"ZDM", key}));
    EXPECT_EQ(Run({"status"}).exit_code, 0);
    const std::string rows = database_->Rows();
    ProcessResult result = Run({"rollback"});
    ASSERT_EQ(result.exit_code, 0) << result.Describe();
    EXPECT_EQ(Difference(before_, database_->Dump()), "");
    EXPECT_TRUE(Refused(Run({"run", plan(), "--until", "contract"}), 7, {key}));
    database_->Connect()->Must(fix);
    result = Run({"run", "--until", "contract"});
    EXPECT_EQ(result.exit_code, 0) << result.Describe();
  }
  std::string before_;
};

TEST_F(BadRows, NullsUnderNotNull) {
  Column("name text;", "name text not null;",
         "INSERT INTO item VALUES (1, 'a'), (42, NULL), (3, '')");
  BothWaysOut("42", "UPDATE item SET name = '' WHERE name IS NULL");
}

TEST_F(BadRows, CheckViolated) {
  Column("price integer;", "price integer;\n  check item_price (price > 0);",
         "INSERT INTO item VALUES (1, 1), (42, -5), (3, NULL)");
  BothWaysOut("42", "UPDATE item SET price = 5 WHERE id = 42");
}

TEST_F(BadRows, UniqueViolated) {
  Column("name text;", "name text;\n  unique item_name (name);",
         "INSERT INTO item VALUES (1, 'a'), (42, 'a'), (3, NULL), (4, NULL)");
  BothWaysOut("42", "UPDATE item SET name = 'b' WHERE id = 42");
}

TEST_F(BadRows, ForeignKeyViolated) {
  const std::string parent = "table parent {\n  id bigint primary key;\n}\n";
  Prepare(parent + "table item {\n  id bigint primary key;\n  parent bigint;\n}\n",
          parent +
              "table item {\n  id bigint primary key;\n  parent bigint;\n"
              "  foreign key item_parent (parent) references parent (id);\n}\n",
          "INSERT INTO parent VALUES (1); INSERT INTO item VALUES (1, 1), (42, 7), (3, NULL)");
  before_ = database_->Dump();
  BothWaysOut("42", "DELETE FROM item WHERE id = 42");
}

/// A value that the new shape cannot hold never fails the old application: it is noted (R7).
TEST_F(BadRows, ValuesThatTheNewShapeCannotHold) {
  Prepare("table item {\n  id bigint primary key;\n  code text;\n}\n",
          "table item {\n  id bigint primary key;\n  number integer;\n  transition {\n"
          "    from code text;\n    up number = code::integer;\n    down code = number::text;\n"
          "  }\n}\n",
          "INSERT INTO item VALUES (1, '1'), (42, 'forty-two'), (3, NULL)");
  before_ = database_->Dump();
  const auto owner = database_->Connect();
  ASSERT_EQ(Run({"run", plan(), "--until", "expand"}).exit_code, 0);
  owner->Must("GRANT ALL ON item TO app");
  const auto app = database_->Connect("app");
  EXPECT_EQ(app->Run("INSERT INTO item (id, code) VALUES (77, 'seventy-seven')").error, "");
  EXPECT_EQ(app->Run("UPDATE item SET code = 'one' WHERE id = 1").error, "");
  EXPECT_EQ(app->Value("SELECT code FROM item WHERE id = 1"), "one");
  EXPECT_EQ(app->Run("UPDATE item SET code = '1' WHERE id = 1").error, "");
  EXPECT_EQ(owner->Value("SELECT number FROM item WHERE id = 1"), "1");
  ProcessResult result = Run({"run"});
  EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 7) << result.Describe();
  result = Run({"run", "--until", "contract"});
  EXPECT_TRUE(Refused(result, 7, {"42", "77"}));
  result = Run({"verify"});
  EXPECT_EQ(result.exit_code, 0) << "noted rows do not break R8: " << result.Describe();
  EXPECT_TRUE(Contains(result.err, "noted")) << result.Describe();
  EXPECT_EQ(app->Run("UPDATE item SET code = '42' WHERE id IN (42, 77)").error, "");
  result = Run({"run", "--until", "contract"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(owner->Value("SELECT string_agg(number::text, ',' ORDER BY id) FROM item"), "1,42,42");
}

/// Rows that only the new shape can hold: a rollback looks first, refuses, and keeps them on
/// demand.
TEST_F(BadRows, RollbackWouldLoseRows) {
  Prepare(kPerson, std::string(kPerson) + "table extra {\n  id bigint primary key;\n  t text;\n}\n",
          kPersonRows);
  before_ = database_->Dump();
  ASSERT_EQ(Run({"run", plan()}).exit_code, 0);
  database_->Connect()->Must("INSERT INTO extra VALUES (4711, 'precious')");
  const std::string middle = database_->Dump();
  EXPECT_TRUE(Refused(Run({"rollback"}), 7, {"ZDM5407", "4711"}));
  EXPECT_EQ(Difference(middle, database_->Dump()), "") << "nothing is changed by a refusal";
  const ProcessResult result = Run({"rollback", "--set-aside"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Difference(before_, database_->Dump()), "");
  EXPECT_NE(database_->Connect()->Value(
                "SELECT count(*) FROM zdm.set_aside s WHERE s::text LIKE '%precious%'"),
            "0");
}

TEST_F(BadRows, RollbackOfAColumnWithValues) {
  Prepare("table item {\n  id bigint primary key;\n}\n",
          "table item {\n  id bigint primary key;\n  size text;\n}\n",
          "INSERT INTO item VALUES (1), (2), (42)");
  before_ = database_->Dump();
  ASSERT_EQ(Run({"run", plan()}).exit_code, 0);
  database_->Connect()->Must("UPDATE item SET size = 'XL' WHERE id = 42");
  EXPECT_TRUE(Refused(Run({"rollback"}), 7, {"ZDM5407", "42"}));
  const ProcessResult result = Run({"rollback", "--set-aside"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Difference(before_, database_->Dump()), "");
}

/// Rows that break a rule which a rollback brings back cannot be set aside: said before anything is
/// changed, and the plan can still go on.
TEST_F(BadRows, RollbackBringsARuleBack) {
  Prepare(
      "table item {\n  id bigint primary key;\n  price integer not null;\n"
      "  check item_price (price > 0);\n}\n",
      "table item {\n  id bigint primary key;\n  price integer;\n  size text;\n"
      "  drop constraint item_price;\n}\n",
      "INSERT INTO item VALUES (1, 1), (42, 5), (77, 7)");
  before_ = database_->Dump();
  ASSERT_EQ(Run({"run", plan()}).exit_code, 0);
  const auto owner = database_->Connect();
  owner->Must(
      "UPDATE item SET price = -1 WHERE id = 42; UPDATE item SET price = NULL WHERE id = 77;"
      " UPDATE item SET size = 'XL' WHERE id = 1");
  const std::string middle = database_->Dump();
  EXPECT_TRUE(Refused(Run({"rollback"}), 7, {"ZDM5407", "id=1", "id=42", "id=77", "correct"}));
  EXPECT_TRUE(Refused(Run({"rollback", "--set-aside"}), 7,
                      {"ZDM5405", "id=42", "id=77", "nothing was changed"}));
  EXPECT_EQ(Difference(middle, database_->Dump()), "");
  EXPECT_EQ(Run({"run"}).exit_code, 0) << "no rollback was begun";
  owner->Must("UPDATE item SET price = 1 WHERE id > 1");
  const ProcessResult result = Run({"rollback", "--set-aside"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(Difference(before_, database_->Dump()), "");
}

/// The same for what a transition replaced: before the switch and after it.
TEST_F(BadRows, RollbackOfATransitionBringsARuleBack) {
  Prepare(
      "table item {\n  id bigint primary key;\n  contact text not null;\n"
      "  check item_contact (contact <> 'x');\n  unique item_contact_key (contact);\n}\n",
      "table item {\n  id bigint primary key;\n  mail text;\n  phone text;\n  transition {\n"
      "    from contact text;\n    up mail = split_part(contact, ' ', 1);\n"
      "    up phone = split_part(contact, ' ', 2);\n    down contact = mail || ' ' || phone;\n"
      "  }\n}\nallow ZDM2010 item.item_contact_key \"no contact comes twice\";\n",
      "INSERT INTO item VALUES (1, 'a 1'), (42, 'b 2'), (77, 'c 3')");
  before_ = database_->Dump();
  for (const std::string until : {"migrate", "contract"}) {
    ASSERT_EQ(Run({"run", plan(), "--until", until}).exit_code, 0) << until;
    const auto owner = database_->Connect();
    owner->Must("UPDATE item SET phone = NULL WHERE id = 42");
    const std::string middle = database_->Dump();
    EXPECT_TRUE(Refused(Run({"rollback"}), 7, {"ZDM5407", "id=42"}));
    EXPECT_TRUE(
        Refused(Run({"rollback", "--set-aside"}), 7, {"ZDM5405", "id=42", "nothing was changed"}));
    EXPECT_EQ(Difference(middle, database_->Dump()), "") << until;
    EXPECT_EQ(Run({"run", "--until", until}).exit_code, 0) << "no rollback was begun";
    owner->Must("UPDATE item SET phone = '2' WHERE id = 42");
    const ProcessResult result = Run({"rollback"});
    EXPECT_EQ(result.exit_code, 0) << result.Describe();
    EXPECT_EQ(Difference(before_, database_->Dump()), "") << until;
  }
}

/// A view that somebody made on the old column: contract names it and goes no further (exit 4).
TEST_F(BadRows, SomethingOutsideDepends) {
  PrepareRename();
  before_ = database_->Dump();
  ASSERT_EQ(Run({"run", plan()}).exit_code, 0);
  const auto owner = database_->Connect();
  owner->Must("CREATE VIEW names AS SELECT id, name FROM person");
  EXPECT_TRUE(Refused(Run({"run", "--until", "contract"}), 4, {"ZDM5406", "names"}));
  owner->Must("DROP VIEW names");
  const ProcessResult result = Run({"run", "--until", "contract"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
}

}  // namespace
}  // namespace zdm::test
