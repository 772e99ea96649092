// SPDX-License-Identifier: Apache-2.0
// Sessions with a real server.
#include "runtime/database/postgres_database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/plan/runtime_codes.h"
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
  return ConnectPostgres(options);
}

class PostgresSession : public testing::Test {
 protected:
  PostgresSession() : home_(test::SharedServer()), database_(Open(home_.Url())) {}

  ErrorKind KindOf(const std::string& sql) {
    try {
      database_->Query(sql);
    } catch (const DatabaseError& error) {
      return error.kind();
    }
    ADD_FAILURE() << "succeeded: " << sql;
    return ErrorKind::kOther;
  }

  TestDatabase home_;
  std::unique_ptr<Database> database_;
};

TEST_F(PostgresSession, KnowsItsServer) {
  const ServerInfo& info = database_->info();
  EXPECT_EQ(info.version / 10000, home_.server().version());
  EXPECT_EQ(info.database, home_.name());
  EXPECT_EQ(info.user, "owner");
  EXPECT_EQ(info.dialect, Dialect::kPostgresql);
  EXPECT_EQ(QueryValue(*database_, "SELECT pg_backend_pid()"),
            std::to_string(database_->session_id()));
  const TestDatabase other(home_.server());
  EXPECT_EQ(Open(home_.Url())->info().identity, info.identity);
  EXPECT_NE(Open(other.Url())->info().identity, info.identity);
}

TEST_F(PostgresSession, SettingsHoldWhateverTheRoleSays) {
  for (const char* setting :
       {"search_path = public", "timezone = 'Asia/Tokyo'", "datestyle = 'German'",
        "intervalstyle = 'iso_8601'", "lock_timeout = '1h'", "statement_timeout = '1h'",
        "idle_in_transaction_session_timeout = '1h'", "standard_conforming_strings = off",
        "quote_all_identifiers = on", "client_encoding = 'latin1'", "bytea_output = 'escape'",
        "default_transaction_isolation = 'serializable'", "extra_float_digits = -2"}) {
    home_.server().Administer(
        fmt::format("ALTER ROLE owner IN DATABASE \"{}\" SET {}", home_.name(), setting),
        "postgres");
  }
  const std::unique_ptr<Database> database = Open(home_.Url());
  const Rows rows = database->Query(
      "SELECT current_setting('search_path'), current_setting('TimeZone'),"
      " current_setting('DateStyle'), current_setting('lock_timeout'),"
      " current_setting('statement_timeout'), current_setting('transaction_isolation'),"
      " current_setting('application_name'), '\\x'::text, '\\x41'::bytea,"
      " '1 day'::interval, 'épée'");
  const Row expected = {"pg_catalog", "UTC", "ISO, YMD", "100ms", "0",   "read committed",
                        "zdm test",   "\\x", "\\x41",    "1 day", "épée"};
  EXPECT_EQ(rows.at(0), expected);
  if (database->info().version >= 140000) {
    EXPECT_EQ(QueryValue(*database, "SELECT current_setting('client_connection_check_interval')"),
              "200ms");
  }
  database->SetLockTimeout(0ms);
  EXPECT_EQ(QueryValue(*database, "SELECT current_setting('lock_timeout')"), "0");
}

TEST_F(PostgresSession, ValuesAndParameters) {
  const Rows rows = database_->Query("SELECT $1::text, $2::int + 1, $3::text IS NULL, $4",
                                     {"a'b\"\n", "41", Value(), "ünï"});
  const Row expected = {"a'b\"\n", "42", "t", "ünï"};
  EXPECT_EQ(rows.at(0), expected);
  EXPECT_EQ(database_->Query("SELECT 1; SELECT NULL, ''").at(0), (Row{Value(), ""}));
  EXPECT_EQ(database_->Execute("CREATE TABLE public.t AS SELECT generate_series(1, 7) AS i"), 7);
  EXPECT_EQ(database_->Execute("DELETE FROM public.t WHERE i > $1", {"4"}), 3);
  EXPECT_EQ(QueryValue(*database_, "SELECT i FROM public.t WHERE i = 99"), Value());
  EXPECT_EQ(QueryValue(*database_, "SELECT " + database_->QuoteText("it's \\ \"x\"") + " AS " +
                                       database_->QuoteName("a\"b c")),
            "it's \\ \"x\"");
}

TEST_F(PostgresSession, TransactionsEndAsTheySay) {
  database_->Execute("CREATE TABLE public.t (i integer PRIMARY KEY)");
  {
    const Transaction transaction(*database_);
    EXPECT_EQ(database_->transaction_state(), TransactionState::kOpen);
    database_->Execute("INSERT INTO public.t VALUES (1)");
  }
  EXPECT_EQ(database_->transaction_state(), TransactionState::kIdle);
  EXPECT_EQ(QueryValue(*database_, "SELECT count(*) FROM public.t"), "0");
  Transaction transaction(*database_);
  database_->Execute("INSERT INTO public.t VALUES (1)");
  database_->Execute("SAVEPOINT s");
  EXPECT_EQ(KindOf("INSERT INTO public.t VALUES (1)"), ErrorKind::kData);
  EXPECT_EQ(database_->transaction_state(), TransactionState::kFailed);
  database_->Execute("ROLLBACK TO s");
  EXPECT_EQ(database_->transaction_state(), TransactionState::kOpen);
  transaction.Commit();
  EXPECT_EQ(QueryValue(*database_, "SELECT count(*) FROM public.t"), "1");
}

TEST_F(PostgresSession, AFailedTransactionIsNeverCommitted) {
  database_->Begin();
  EXPECT_EQ(KindOf("SELECT 1/0"), ErrorKind::kData);
  EXPECT_THROW(database_->Commit(), DatabaseError);
  database_->Rollback();
  EXPECT_EQ(database_->transaction_state(), TransactionState::kIdle);
}

// libpqxx 6.4 would open a fresh session here, without locks and settings, and go on.
TEST_F(PostgresSession, ALostSessionIsNeverReplaced) {
  const std::int64_t before = database_->session_id();
  const std::unique_ptr<Database> other = Open(home_.Url());
  for (const bool in_transaction : {false, true}) {
    const std::unique_ptr<Database> victim = Open(home_.Url());
    if (in_transaction) victim->Begin();
    other->Query("SELECT pg_terminate_backend($1)", {std::to_string(victim->session_id())});
    std::this_thread::sleep_for(100ms);
    for (int attempt = 0; attempt < 3; ++attempt) {
      try {
        if (attempt == 1) {
          victim->Execute("SELECT $1::int", {"1"});
        } else {
          victim->Query("SELECT 1");
        }
        FAIL() << "a session out of nowhere";
      } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kConnectionLost) << error.what();
        EXPECT_EQ(ExitCodeOf(error.kind()), ExitCode::kUnreachable);
      }
    }
    EXPECT_EQ(victim->transaction_state(), TransactionState::kLost);
    EXPECT_THROW(victim->Begin(), DatabaseError);
    EXPECT_THROW(victim->SetLockTimeout(1s), DatabaseError);
    victim->Rollback();
    victim->Cancel();
    EXPECT_EQ(QueryValue(*other,
                         "SELECT count(*) FROM pg_stat_activity WHERE datname = $1"
                         " AND pid NOT IN (pg_backend_pid(), $2::int)"
                         " AND backend_type = 'client backend'",
                         {home_.name(), std::to_string(before)}),
              "0");
  }
}

TEST_F(PostgresSession, AConnectionCutInTheMiddleIsLost) {
  std::atomic<bool> cut = false;
  test::ProxyHooks hooks;
  hooks.sent = [&](const test::ProxiedStatement& statement) {
    return cut && statement.text.find("pg_sleep") != std::string::npos ? test::Verdict::kCut
                                                                       : test::Verdict::kPass;
  };
  test::Proxy proxy(home_.server(), hooks);
  const std::unique_ptr<Database> database = Open(proxy.Through(home_.Url()));
  cut = true;
  database->Begin();
  try {
    database->Query("SELECT pg_sleep(0.3)");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConnectionLost) << error.what();
  }
  EXPECT_THROW(database->Commit(), DatabaseError);
}

TEST_F(PostgresSession, CancelComesFromAnotherThread) {
  std::thread canceller([&] {
    std::this_thread::sleep_for(200ms);
    database_->Cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(KindOf("SELECT pg_sleep(30)"), ErrorKind::kCancelled);
  canceller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(QueryValue(*database_, "SELECT 1"), "1");
}

TEST_F(PostgresSession, KindsFromTheServer) {
  database_->Execute("CREATE TABLE public.t (i integer)");
  database_->Execute("CREATE TABLE public.u (i integer)");
  const std::unique_ptr<Database> other = Open(home_.Url());
  other->Begin();
  other->Execute("LOCK TABLE public.t");
  EXPECT_EQ(KindOf("SELECT * FROM public.t"), ErrorKind::kLockTimeout);
  // A deadlock: ours waits for t, theirs for u.
  database_->SetLockTimeout(0ms);
  other->SetLockTimeout(0ms);
  database_->Begin();
  database_->Execute("LOCK TABLE public.u");
  std::thread waiter([&] {
    try {
      other->Execute("LOCK TABLE public.u");
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kRetry);
      EXPECT_EQ(error.sqlstate(), "40P01");
    }
    other->Rollback();
  });
  try {
    database_->Execute("LOCK TABLE public.t");
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRetry);
  }
  database_->Rollback();
  waiter.join();
  EXPECT_EQ(KindOf("SELECT * FROM public.nowhere"), ErrorKind::kOther);
  EXPECT_EQ(KindOf("SELECT * FROM pg_authid"), ErrorKind::kPermission);
  EXPECT_EQ(KindOf("SELECT 'x'::int"), ErrorKind::kData);
  EXPECT_EQ(KindOf("BEGIN READ ONLY; CREATE TABLE public.v ()"), ErrorKind::kReadOnly);
}

TEST_F(PostgresSession, SerializationFailureIsForRetry) {
  database_->Execute("CREATE TABLE public.t (i integer)");
  database_->Execute("INSERT INTO public.t VALUES (1)");
  database_->Begin();
  database_->Execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  database_->Query("SELECT * FROM public.t");
  Open(home_.Url())->Execute("UPDATE public.t SET i = 2");
  EXPECT_EQ(KindOf("UPDATE public.t SET i = 3"), ErrorKind::kRetry);
  database_->Rollback();
}

TEST_F(PostgresSession, NoticesAreKept) {
  database_->Execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$");
  EXPECT_EQ(database_->TakeNotices(), (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(database_->TakeNotices().empty());
  database_->Execute("DO $$ BEGIN FOR i IN 1..5000 LOOP RAISE NOTICE 'again'; END LOOP; END $$");
  EXPECT_EQ(database_->TakeNotices().size(), 1000U);
}

TEST(PostgresConnect, FailuresAreSortedAndSayTheWayOut) {
  test::ServerOptions server_options;
  server_options.tcp = true;
  server_options.settings = {{"max_connections", "12"}};
  const auto server = test::StartServer(server_options);
  server->CreateDatabase("shop");
  const std::string right = server->Url("shop", "owner");
  EXPECT_EQ(Open(right)->info().user, "owner");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string url = right;
    return url.replace(url.find(from), from.size(), to);
  };
  const std::tuple<std::string, ErrorKind, ExitCode, std::string> cases[] = {
      {with(":secret@", ":hunter2@"), ErrorKind::kAuthentication, ExitCode::kFailed, "password"},
      {with("owner:secret@", "stranger:hunter2@"), ErrorKind::kAuthentication, ExitCode::kFailed,
       "password"},
      {with(":secret@", "@"), ErrorKind::kAuthentication, ExitCode::kFailed, "no password"},
      {with("/shop", "/nowhere"), ErrorKind::kNoSuchDatabase, ExitCode::kFailed, "nowhere"},
      {"postgresql://owner:hunter2@127.0.0.1:1/shop", ErrorKind::kUnreachable,
       ExitCode::kUnreachable, "--db"},
      {"postgresql:///shop?host=/nowhere", ErrorKind::kUnreachable, ExitCode::kUnreachable,
       "/nowhere"},
      {right + "?sslmode=require", ErrorKind::kUnreachable, ExitCode::kUnreachable, "SSL"},
      {right + "?sslmod=require", ErrorKind::kUsage, ExitCode::kUsage, "sslmod"},
  };
  for (const auto& [url, kind, exit, word] : cases) {
    try {
      Open(url);
      ADD_FAILURE() << url;
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_EQ(ExitCodeOf(error.kind()), exit);
      const std::string text = error.what();
      EXPECT_NE(text.find(word), std::string::npos) << text;
      EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
      EXPECT_EQ(text.find("secret"), std::string::npos) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
  std::vector<std::unique_ptr<Database>> crowd;
  try {
    while (crowd.size() < 20) crowd.push_back(Open(right));
    ADD_FAILURE() << "no limit";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnreachable) << error.what();
  }
}

TEST(PostgresConnect, FullDisk) {
  // A limit on temporary files is the full disk that a role may have without a full disk.
  TestDatabase home(test::SharedServer());
  home.server().Administer(
      fmt::format("ALTER ROLE owner IN DATABASE \"{}\" SET temp_file_limit = '64kB'", home.name()),
      "postgres");
  const std::unique_ptr<Database> database = Open(home.Url());
  database->Execute("SET work_mem = '64kB'");
  try {
    database->Query("SELECT x FROM generate_series(1, 200000) x ORDER BY md5(x::text)");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kDiskFull) << error.what();
    EXPECT_EQ(ExitCodeOf(error.kind()), ExitCode::kFailed);
    EXPECT_NE(std::string(error.what()).find("make room"), std::string::npos);
  }
}

TEST(PostgresConnect, AServerThatCrashedIsLostThenUnreachable) {
  const auto server = test::StartServer({});
  server->CreateDatabase("shop");
  const std::unique_ptr<Database> database = Open(server->Url("shop", "owner"));
  server->Crash();
  try {
    database->Query("SELECT 1");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConnectionLost) << error.what();
  }
  try {
    Open(server->Url("shop", "owner"));
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnreachable) << error.what();
  }
}

TEST(PostgresConnect, NonsenseIsUsage) {
  for (const char* text : {"nonsense", "host=/tmp nonsense", "port='x"}) {
    try {
      Open(text);
      ADD_FAILURE() << text;
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage) << error.what();
    }
  }
}

TEST(PostgresConnect, ConnectionStringsOfTheServersOwnKind) {
  TestDatabase home(test::SharedServer());
  const std::unique_ptr<Database> database =
      Open(fmt::format("host={} port={} user=owner dbname='{}' application_name=other",
                       home.server().folder(), home.server().port(), home.name()));
  EXPECT_EQ(QueryValue(*database, "SELECT current_setting('application_name')"), "zdm test");
  EXPECT_EQ(database->info().user, "owner");
}

}  // namespace
}  // namespace zdm
