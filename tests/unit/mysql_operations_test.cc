// SPDX-License-Identifier: Apache-2.0
// The table of operations against real servers: each has the form that the table says, and no
// better one.
#include "compiler/recipes/mysql_operations.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/test_server.h"

namespace zdm {
namespace {

using namespace mysql;

struct Asked {
  Alter alter;
  const char* clauses;
  const char* mariadb = nullptr;  ///< where it is said in other words
  const char* before = "";        ///< a statement
  bool plain = false;             ///< of a table without generated columns
};

constexpr const char* kTable =
    "CREATE TABLE t (id int PRIMARY KEY, a int, n int NOT NULL, v varchar(20) CHARACTER SET "
    "utf8mb4 "
    "COLLATE utf8mb4_bin, w varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, x varchar(20) "
    "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, e enum('a', 'b'), d datetime NULL, m varchar(9) "
    "CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, mi varchar(9) CHARACTER SET utf8mb3 COLLATE "
    "utf8mb3_bin, g int GENERATED ALWAYS AS (a + 1) VIRTUAL, s int GENERATED ALWAYS AS (a + 2) "
    "STORED, txt text, pt point NOT NULL, k int, KEY ia (a), KEY ik (k), KEY ix (x), KEY imi (mi)) "
    "ENGINE=InnoDB";

constexpr Asked kAsked[] = {
    {Alter::kAddColumn, "ADD COLUMN c1 int NOT NULL DEFAULT 5"},
    {Alter::kAddColumn, "ADD COLUMN c1 varchar(9) DEFAULT 'x' INVISIBLE, ADD COLUMN c2 int"},
    {Alter::kAddColumnInside, "ADD COLUMN c1 int NOT NULL DEFAULT 5 AFTER id", nullptr, "", true},
    {Alter::kAddColumnInside, "ADD COLUMN c1 int FIRST", nullptr, "", true},
    {Alter::kAddColumnWithExpression, "ADD COLUMN c1 varchar(40) DEFAULT (uuid())"},
    {Alter::kAddAutoIncrement, "ADD COLUMN c1 int AUTO_INCREMENT, ADD UNIQUE KEY (c1)"},
    {Alter::kAddVirtualColumn, "ADD COLUMN c1 int GENERATED ALWAYS AS (a + 3) VIRTUAL"},
    {Alter::kAddStoredColumn, "ADD COLUMN c1 int GENERATED ALWAYS AS (a + 3) STORED"},
    {Alter::kDropColumn, "DROP COLUMN v"},
    {Alter::kDropVirtualColumn, "DROP COLUMN g"},
    {Alter::kRenameColumn, "RENAME COLUMN v TO c1"},
    {Alter::kMoveColumn, "MODIFY COLUMN n int NOT NULL FIRST", nullptr, "", true},
    {Alter::kChangeDefault, "ALTER COLUMN n SET DEFAULT 7"},
    {Alter::kChangeOnUpdate, "MODIFY COLUMN d datetime NULL ON UPDATE CURRENT_TIMESTAMP"},
    {Alter::kChangeColumnComment, "MODIFY COLUMN n int NOT NULL COMMENT 'x'"},
    {Alter::kChangeVisibility, "MODIFY COLUMN a int NULL INVISIBLE"},
    {Alter::kSetNotNull, "MODIFY COLUMN d datetime NOT NULL", nullptr, "", true},
    {Alter::kDropNotNull, "MODIFY COLUMN n int NULL", nullptr, "", true},
    {Alter::kExtendVarchar,
     "MODIFY COLUMN v varchar(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"},
    {Alter::kExtendVarcharPast255,
     "MODIFY COLUMN v varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"},
    {Alter::kAppendMember, "MODIFY COLUMN e enum('a', 'b', 'c')"},
    {Alter::kWidenCharset, "MODIFY COLUMN m varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"},
    {Alter::kWidenIndexedCharset,
     "MODIFY COLUMN mi varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"},
    {Alter::kChangeCollation,
     "MODIFY COLUMN v varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"},
    {Alter::kChangeIndexedCollation,
     "MODIFY COLUMN x varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"},
    {Alter::kChangeVirtualExpression, "MODIFY COLUMN g int GENERATED ALWAYS AS (a + 9) VIRTUAL"},
    {Alter::kChangeStoredExpression, "MODIFY COLUMN s int GENERATED ALWAYS AS (a + 9) STORED"},
    {Alter::kChangeTypeElse, "MODIFY COLUMN n bigint NOT NULL"},
    {Alter::kChangeTypeElse, "ENGINE=MyISAM"},
    {Alter::kAddIndex, "ADD KEY k1 (v(10) DESC, n)"},
    {Alter::kAddIndex, "ADD UNIQUE KEY k1 (v)"},
    {Alter::kAddFunctionalIndex, "ADD KEY k1 ((a + 1))", ""},
    {Alter::kAddFulltextIndex, "ADD FULLTEXT KEY k1 (txt)"},
    {Alter::kAddSpatialIndex, "ADD SPATIAL KEY k1 (pt)"},
    {Alter::kDropIndex, "DROP INDEX ia"},
    {Alter::kRenameIndex, "RENAME INDEX ia TO k1"},
    {Alter::kIndexVisibility, "ALTER INDEX ia INVISIBLE", "ALTER INDEX ia IGNORED"},
    {Alter::kAddPrimaryKey, "DROP PRIMARY KEY, ADD PRIMARY KEY (n)", nullptr, "", true},
    {Alter::kDropPrimaryKey, "DROP PRIMARY KEY"},
    {Alter::kAddForeignKey,
     "ADD CONSTRAINT f1 FOREIGN KEY (k) REFERENCES p (id) ON DELETE CASCADE"},
    {Alter::kDropForeignKey, "DROP FOREIGN KEY f1", nullptr,
     "ALTER TABLE t ADD CONSTRAINT f1 FOREIGN KEY (k) REFERENCES p (id)"},
    {Alter::kAddCheck, "ADD CONSTRAINT c1 CHECK (a > 5)",
     "ADD (CONSTRAINT c1 CHECK (a > 5)), COMMENT = ''"},
    {Alter::kAddCheckNotEnforced, "ADD CONSTRAINT c1 CHECK (a > 5) NOT ENFORCED", ""},
    {Alter::kEnforceCheck, "ALTER CHECK c1 ENFORCED", "",
     "ALTER TABLE t ADD CONSTRAINT c1 CHECK (a > 0) NOT ENFORCED"},
    {Alter::kDropCheck, "DROP CONSTRAINT c1", nullptr,
     "ALTER TABLE t ADD CONSTRAINT c1 CHECK (a > 0)"},
    {Alter::kTableComment, "COMMENT = 'x'"},
    {Alter::kTableDefaultCharset, "DEFAULT CHARACTER SET latin1"},
    {Alter::kTableStatistics, "STATS_PERSISTENT = 1"},
    {Alter::kRowFormat, "ROW_FORMAT = COMPACT", nullptr, "", true},
};

class Operations : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string why = test::WhyNoServer(GetParam());
    if (!why.empty()) GTEST_SKIP() << why;
    database_ = std::make_unique<test::TestDatabase>(test::SharedServer(GetParam()));
    session_ = database_->Connect();
    session_->Must("SET foreign_key_checks = 0");
  }

  Dialect dialect() const { return *DialectFromName(GetParam()); }

  /// "" or what the server says.
  std::string Try(const Asked& asked, const std::string& clauses, Form form) {
    session_->Must("DROP TABLE IF EXISTS t, p");
    session_->Must("CREATE TABLE p (id int PRIMARY KEY)");
    session_->Must(kTable);
    if (asked.plain) {
      session_->Must("ALTER TABLE t DROP COLUMN s");
      session_->Must("ALTER TABLE t DROP COLUMN g");
    }
    if (*asked.before != '\0') session_->Must(asked.before);
    session_->Must(
        "INSERT INTO t (id, a, n, v, d, pt) VALUES (1, 2, 3, 'x', '2020-01-01', "
        "ST_GeomFromText('POINT(1 1)')), (2, 3, 4, 'y', '2020-01-02', "
        "ST_GeomFromText('POINT(1 2)'))");
    return session_->Run("ALTER TABLE t " + clauses + Assertion(form, dialect())).error;
  }

  std::unique_ptr<test::TestDatabase> database_;
  std::unique_ptr<test::Session> session_;
};

TEST_P(Operations, HaveTheFormOfTheTable) {
  std::set<Alter> asked_for;
  for (const Asked& asked : kAsked) {
    asked_for.insert(asked.alter);
    const bool other = dialect() == Dialect::kMariadb && asked.mariadb != nullptr;
    const std::string clauses = other ? asked.mariadb : asked.clauses;
    if (clauses.empty()) continue;  // the server has no such thing
    const Form form = FormOf(asked.alter, dialect(), {});
    if (form != Form::kBlocking) {
      EXPECT_EQ(Try(asked, clauses, form), "") << clauses;
    }
    for (const Form better : {Form::kInstant, Form::kInPlace, Form::kRebuild}) {
      if (better >= form) break;
      // MySQL has one word for both: whether it rebuilds, the words of the manual say.
      if (Assertion(better, dialect()) == Assertion(form, dialect())) continue;
      EXPECT_NE(Try(asked, clauses, better), "")
          << clauses << " has a better form: " << Assertion(better, dialect());
    }
  }
  for (const OperationRow& row : OperationTable()) {
    EXPECT_TRUE(asked_for.contains(row.alter)) << row.words;
    EXPECT_FALSE(row.source.empty());
  }
}

TEST_P(Operations, OfTablesWithFulltextOrCompressionAreWorse) {
  for (const bool fulltext : {true, false}) {
    session_->Must("DROP TABLE IF EXISTS u");
    session_->Must(
        fulltext ? "CREATE TABLE u (id int PRIMARY KEY, a int, b text, FULLTEXT KEY ft (b))"
                 : "CREATE TABLE u (id int PRIMARY KEY, a int, b text) ROW_FORMAT=COMPRESSED");
    TableTraits traits;
    traits.fulltext = fulltext;
    traits.compressed = !fulltext;
    for (const auto& [alter, clause] : {std::pair{Alter::kAddColumn, "ADD COLUMN c int"},
                                        {Alter::kDropColumn, "DROP COLUMN a"}}) {
      const Form form = FormOf(alter, dialect(), traits);
      EXPECT_NE(
          session_
              ->Run(std::string("ALTER TABLE u ") + clause + Assertion(Form::kInstant, dialect()))
              .error,
          "");
      const std::string in_place =
          session_
              ->Run(std::string("ALTER TABLE u ") + clause + Assertion(Form::kRebuild, dialect()))
              .error;
      EXPECT_EQ(in_place.empty(), form == Form::kRebuild) << clause << in_place;
    }
    // What only changes the catalog is not concerned.
    EXPECT_EQ(
        session_
            ->Run("ALTER TABLE u MODIFY COLUMN b text COMMENT 'x'" +
                  Assertion(FormOf(Alter::kChangeColumnComment, dialect(), traits), dialect()))
            .error,
        "");
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Operations, testing::Values("mariadb", "mysql"));

}  // namespace
}  // namespace zdm
