// SPDX-License-Identifier: Apache-2.0
// Sessions with real servers: MariaDB, and MySQL where it can be had.
#include "runtime/database/mysql_database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/support/proxy.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

using namespace std::chrono_literals;
using test::TestDatabase;

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  options.application = "zdm test";
  return ConnectMysql(options);
}

class MysqlSession : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string reason = test::WhyNoServer(GetParam());
    if (!reason.empty()) GTEST_SKIP() << reason;
    home_ = std::make_unique<TestDatabase>(test::SharedServer(GetParam()));
    database_ = Open(home_->Url());
  }

  DatabaseError ErrorOf(const std::string& sql) {
    try {
      database_->Query(sql);
    } catch (const DatabaseError& error) {
      return error;
    }
    ADD_FAILURE() << "succeeded: " << sql;
    return {ErrorKind::kOther, {}};
  }

  std::unique_ptr<TestDatabase> home_;
  std::unique_ptr<Database> database_;
};

TEST_P(MysqlSession, TheServerTellsItsDialect) {
  const ServerInfo& info = database_->info();
  EXPECT_EQ(ToString(info.dialect), GetParam());
  EXPECT_EQ(info.version / 10000, home_->server().version());
  EXPECT_EQ(info.database, home_->name());
  EXPECT_EQ(info.user, "owner@%");
  EXPECT_NE(info.identity, "");
  std::string url = home_->Url();
  for (const char* scheme : {"mysql", "mariadb"}) {
    const auto other = Open(scheme + url.substr(url.find(':')));
    EXPECT_EQ(other->info().dialect, info.dialect);
    EXPECT_EQ(other->info().identity, info.identity);
  }
}

TEST_P(MysqlSession, TextAndPreparedGiveTheSameValues) {
  database_->Execute(
      "CREATE TABLE t (id int PRIMARY KEY, a varchar(30), b double, c datetime(6), d decimal(20,5),"
      " e bigint unsigned, f longtext, g float, h year, i bit(10), k time(3), l blob, m json)");
  const Row values = {"1",
                      "it's \\ ? `x`",
                      "0.1",
                      "2020-01-02 03:04:05.000006",
                      "-123456789.12345",
                      "18446744073709551615",
                      std::string(100000, 'x'),
                      "0.1",
                      "2020",
                      "3",
                      "-12:03:04.500",
                      std::string("a\0b", 3),
                      "{\"a\": 1.5}"};
  EXPECT_EQ(database_->Execute("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", values), 1);
  EXPECT_EQ(database_->Execute("INSERT INTO t (id, a) VALUES (?, ?)", {"2", std::nullopt}), 1);
  const Rows prepared = database_->Query("SELECT * FROM t WHERE id > ? ORDER BY id", {"0"});
  EXPECT_EQ(prepared, database_->Query("SELECT * FROM t ORDER BY id"));
  EXPECT_EQ(prepared.at(0).at(1), values.at(1));
  EXPECT_EQ(prepared.at(0).at(6), values.at(6));
  EXPECT_EQ(prepared.at(1).at(1), std::nullopt);
}

TEST_P(MysqlSession, LiteralsAndNamesAreQuoted) {
  const std::string odd = "a'b\\c\"d`e\n%_";
  EXPECT_EQ(QueryValue(*database_, "SELECT " + database_->QuoteText(odd)), odd);
  database_->Execute("CREATE TABLE " + database_->QuoteName("odd `name`") + " (id int)");
  EXPECT_EQ(QueryValue(*database_, "SHOW TABLES"), "odd `name`");
}

TEST_P(MysqlSession, SeveralStatementsGiveTheLastOnesRows) {
  EXPECT_EQ(QueryValue(*database_, "SELECT 1; SELECT 2"), "2");
  EXPECT_TRUE(database_->Query("SELECT 1; SET @x = 1").empty());
  EXPECT_EQ(ErrorOf("SELECT 1; SELECT nothing; SELECT 3").sqlstate(), "1054");
  EXPECT_EQ(QueryValue(*database_, "SELECT 4"), "4");
}

TEST_P(MysqlSession, UpdateCountsTheRowsItFound) {
  database_->Execute(
      "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1,1),(2,2)");
  EXPECT_EQ(database_->Execute("UPDATE t SET a = 1"), 2);
  EXPECT_EQ(database_->Execute("UPDATE t SET a = ?", {"1"}), 2);
}

TEST_P(MysqlSession, ErrorsAreSorted) {
  database_->Execute("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a > 0))");
  database_->Execute("INSERT INTO t VALUES (1, 1)");
  EXPECT_EQ(ErrorOf("INSERT INTO t VALUES (1, 1)").kind(), ErrorKind::kData);
  EXPECT_EQ(ErrorOf("INSERT INTO t VALUES (2, 0)").kind(), ErrorKind::kData);
  EXPECT_EQ(ErrorOf("INSERT INTO t VALUES (2, 'x')").kind(), ErrorKind::kData);
  EXPECT_EQ(ErrorOf("INSERT INTO t (id) VALUES (2)").kind(), ErrorKind::kData);
  EXPECT_EQ(ErrorOf("SELECT * FROM mysql.user").kind(), ErrorKind::kPermission);
  EXPECT_EQ(ErrorOf("SELECT FROM").kind(), ErrorKind::kOther);
}

TEST_P(MysqlSession, LockTimeoutsAndDeadlocks) {
  database_->Execute(
      "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1,1),(2,2)");
  const auto other = Open(home_->Url());
  other->Begin();
  other->Execute("UPDATE t SET a = 2 WHERE id = 1");
  database_->SetLockTimeout(100ms);
  EXPECT_EQ(ErrorOf("UPDATE t SET a = 3 WHERE id = 1").kind(), ErrorKind::kLockTimeout);
  EXPECT_EQ(ErrorOf("ALTER TABLE t ADD COLUMN b int").kind(), ErrorKind::kLockTimeout);
  database_->SetLockTimeout(0ms);
  database_->Begin();
  database_->Execute("UPDATE t SET a = 3 WHERE id = 2");
  std::thread crossing([&] {
    try {
      other->Execute("UPDATE t SET a = 4 WHERE id = 2");
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kRetry);
    }
  });
  std::this_thread::sleep_for(200ms);
  try {
    database_->Execute("UPDATE t SET a = 5 WHERE id = 1");
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRetry);
  }
  database_->Rollback();
  crossing.join();
  other->Rollback();
}

TEST_P(MysqlSession, ATransactionEndsWithItsCommit) {
  database_->Execute("CREATE TABLE t (id int PRIMARY KEY)");
  {
    const Transaction transaction(*database_);
    database_->Execute("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(QueryValue(*database_, "SELECT COUNT(*) FROM t"), "0");
  Transaction transaction(*database_);
  database_->Execute("INSERT INTO t VALUES (1)");
  transaction.Commit();
  EXPECT_EQ(QueryValue(*database_, "SELECT COUNT(*) FROM t"), "1");
}

TEST_P(MysqlSession, AfterAFailureOnlyRollbackIsTaken) {
  database_->Execute("CREATE TABLE t (id int PRIMARY KEY)");
  database_->Begin();
  database_->Execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(ErrorOf("INSERT INTO t VALUES (1)").kind(), ErrorKind::kData);
  EXPECT_EQ(database_->transaction_state(), TransactionState::kFailed);
  EXPECT_THROW(database_->Execute("INSERT INTO t VALUES (2)"), DatabaseError);
  EXPECT_THROW(database_->Commit(), DatabaseError);
  database_->Rollback();
  EXPECT_EQ(QueryValue(*database_, "SELECT COUNT(*) FROM t"), "0");
}

TEST_P(MysqlSession, AStatementThatCommitsByItselfIsToldOf) {
  database_->Begin();
  EXPECT_THROW(database_->Execute("CREATE TABLE t (id int PRIMARY KEY)"), DatabaseError);
  database_->Rollback();
  EXPECT_EQ(database_->transaction_state(), TransactionState::kIdle);
}

TEST_P(MysqlSession, CancelEndsTheRunningStatementAndNoOther) {
  database_->Cancel();  // nothing runs
  EXPECT_EQ(QueryValue(*database_, "SELECT 1"), "1");
  std::thread canceller([&] {
    std::this_thread::sleep_for(300ms);
    database_->Cancel();
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ErrorOf("SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS "
                    "b, information_schema.COLUMNS c WHERE a.COLUMN_NAME < b.COLUMN_NAME")
                .kind(),
            ErrorKind::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  canceller.join();
  for (int i = 0; i < 20; ++i) {
    std::thread late([&] { database_->Cancel(); });
    try {
      database_->Query("SELECT 1");
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
    }
    late.join();
    EXPECT_EQ(QueryValue(*database_, "SELECT 2"), "2");
  }
}

TEST_P(MysqlSession, AKilledSessionIsNeverReplaced) {
  database_->Begin();
  database_->Execute("SET @mine = 1");
  const auto other = Open(home_->Url());
  other->Execute(fmt::format("KILL {}", database_->session_id()));
  EXPECT_EQ(ErrorOf("SELECT 1").kind(), ErrorKind::kConnectionLost);
  EXPECT_EQ(database_->transaction_state(), TransactionState::kLost);
  EXPECT_EQ(ErrorOf("SELECT 1").kind(), ErrorKind::kConnectionLost);
  database_->Rollback();
}

TEST_P(MysqlSession, ACutConnectionIsLostAndItsOutcomeUnknown) {
  database_->Execute("CREATE TABLE t (id int PRIMARY KEY)");
  test::ProxyHooks hooks;
  std::vector<std::string> seen;
  hooks.answered = [&](const test::ProxiedStatement& statement) {
    seen.push_back(statement.text);
    const bool cut = statement.text.starts_with("INSERT") || statement.text.starts_with("DELETE");
    return cut ? test::Verdict::kCut : test::Verdict::kPass;
  };
  for (const Row& parameters : {Row(), Row{"2"}}) {
    test::Proxy proxy(home_->server(), hooks);
    const auto through = Open(proxy.Through(home_->Url()));
    EXPECT_EQ(QueryValue(*through, "SELECT 1; SELECT COUNT(*) FROM t"),
              parameters.empty() ? "0" : "1");
    EXPECT_EQ(QueryValue(*through, "SELECT ?", {"7"}), "7");
    through->Begin();
    EXPECT_EQ(through->Execute("SET @x = 1"), 0);
    through->Commit();
    try {
      through->Execute(
          parameters.empty() ? "INSERT INTO t VALUES (1)" : "DELETE FROM t WHERE id < ?",
          parameters);
      ADD_FAILURE() << "the connection was not cut";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConnectionLost);
    }
    EXPECT_EQ(through->transaction_state(), TransactionState::kLost);
  }
  EXPECT_EQ(QueryValue(*database_, "SELECT COUNT(*) FROM t"), "0") << "both were done";
  EXPECT_TRUE(std::count(seen.begin(), seen.end(), "DELETE FROM t WHERE id < ?") == 1);
}

TEST_P(MysqlSession, WarningsAreKept) {
  database_->Execute("DROP TABLE IF EXISTS nothing");
  const std::vector<std::string> notices = database_->TakeNotices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_NE(notices[0].find("nothing"), std::string::npos);
  EXPECT_TRUE(database_->TakeNotices().empty());
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlSession, testing::Values("mariadb", "mysql"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace zdm
