// SPDX-License-Identifier: Apache-2.0
// SQLSTATEs and connection texts -> kinds -> exit codes and sentences, without a server. The live
// half is postgres_database_test.cc.
#include "runtime/database/postgres_errors.h"

#include <gtest/gtest.h>

#include "runtime/database/postgres_refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

TEST(PostgresErrors, Sqlstates) {
  const std::tuple<const char*, ErrorKind, ExitCode, Code> cases[] = {
      {"55P03", ErrorKind::kLockTimeout, ExitCode::kLockBudget, codes::kLockTimeout},
      {"40P01", ErrorKind::kRetry, ExitCode::kLockBudget, codes::kRetry},
      {"40001", ErrorKind::kRetry, ExitCode::kLockBudget, codes::kRetry},
      {"57P01", ErrorKind::kConnectionLost, ExitCode::kUnreachable, codes::kConnectionLost},
      {"08006", ErrorKind::kConnectionLost, ExitCode::kUnreachable, codes::kConnectionLost},
      {"57P03", ErrorKind::kUnreachable, ExitCode::kUnreachable, codes::kUnreachable},
      {"53300", ErrorKind::kUnreachable, ExitCode::kUnreachable, codes::kUnreachable},
      {"28P01", ErrorKind::kAuthentication, ExitCode::kFailed, codes::kAuthentication},
      {"3D000", ErrorKind::kNoSuchDatabase, ExitCode::kFailed, codes::kNoSuchDatabase},
      {"42501", ErrorKind::kPermission, ExitCode::kFailed, codes::kPermission},
      {"53100", ErrorKind::kDiskFull, ExitCode::kFailed, codes::kDiskFull},
      {"25006", ErrorKind::kReadOnly, ExitCode::kUnreachable, codes::kReadOnly},
      {"57014", ErrorKind::kCancelled, ExitCode::kFailed, codes::kCancelled},
      {"23505", ErrorKind::kData, ExitCode::kData, codes::kDataError},
      {"22012", ErrorKind::kData, ExitCode::kData, codes::kDataError},
      {"42P01", ErrorKind::kOther, ExitCode::kFailed, codes::kSqlError},
      {"", ErrorKind::kOther, ExitCode::kFailed, codes::kSqlError},
  };
  for (const auto& [sqlstate, kind, exit, code] : cases) {
    EXPECT_EQ(KindOfSqlstate(sqlstate), kind) << sqlstate;
    EXPECT_EQ(ExitCodeOf(kind), exit) << sqlstate;
    EXPECT_EQ(CodeOf(kind), code) << sqlstate;
  }
  EXPECT_EQ(ExitCodeOf(ErrorKind::kPooler), ExitCode::kFailed);
  EXPECT_EQ(CodeOf(ErrorKind::kPooler), codes::kPooler);
  EXPECT_EQ(CodeOf(ErrorKind::kServerVersion), codes::kServerVersion);
}

/// As servers in other languages say it.
TEST(PostgresErrors, SqlstatesOfRefusals) {
  EXPECT_EQ(SqlstateIn("connection to server at \"h\", port 5432 failed: FATAL:  28P01\n"),
            "28P01");
  EXPECT_EQ(SqlstateIn("connection to server at \"a\" failed: Connection refused\n"
                       "connection to server at \"b\" failed: SCHWERWIEGEND:  3D000\n"),
            "3D000");
  EXPECT_EQ(SqlstateIn("connection to server at \"a\" failed: Connection refused\n"), "");
  EXPECT_EQ(SqlstateIn(""), "");
  EXPECT_TRUE(ServerSaid("failed: FATAL:  Passwort-Authentifizierung fehlgeschlagen"));
  EXPECT_FALSE(ServerSaid("connection to server at \"a\" failed: Connection refused"));
  EXPECT_EQ(KindOfRefusal("28P01"), ErrorKind::kAuthentication);
  EXPECT_EQ(KindOfRefusal("28000"), ErrorKind::kAuthentication);
  EXPECT_EQ(KindOfRefusal("3D000"), ErrorKind::kNoSuchDatabase);
  EXPECT_EQ(KindOfRefusal("42501"), ErrorKind::kPermission);
  EXPECT_EQ(KindOfRefusal("53300"), ErrorKind::kUnreachable);
  EXPECT_EQ(KindOfRefusal("57P03"), ErrorKind::kUnreachable);
  EXPECT_EQ(KindOfRefusal("08P01"), ErrorKind::kUnreachable);
  EXPECT_EQ(KindOfRefusal(""), ErrorKind::kUnreachable);
}

TEST(PostgresErrors, ConnectTexts) {
  const std::pair<const char*, ErrorKind> cases[] = {
      {"connection to server at \"127.0.0.1\", port 1 failed: Connection refused",
       ErrorKind::kUnreachable},
      {"could not translate host name \"nowhere\" to address: Name or service not known",
       ErrorKind::kUnreachable},
      {"FATAL:  password authentication failed for user \"u\"", ErrorKind::kAuthentication},
      {"fe_sendauth: no password supplied", ErrorKind::kAuthentication},
      {"FATAL:  no pg_hba.conf entry for host \"h\"", ErrorKind::kAuthentication},
      {"FATAL:  role \"nobody\" does not exist", ErrorKind::kAuthentication},
      {"FATAL:  role \"r\" is not permitted to log in", ErrorKind::kAuthentication},
      {"FATAL:  Peer authentication failed for user \"u\"", ErrorKind::kAuthentication},
      {"FATAL:  database \"shop\" does not exist", ErrorKind::kNoSuchDatabase},
      {"FATAL:  permission denied for database \"shop\"", ErrorKind::kPermission},
      {"FATAL:  sorry, too many clients already", ErrorKind::kUnreachable},
      {"FATAL:  the database system is starting up", ErrorKind::kUnreachable},
      {"invalid URI query parameter: \"sslmod\"", ErrorKind::kUsage},
      {"FATAL:  unsupported startup parameter: extra", ErrorKind::kPooler},
  };
  for (const auto& [text, kind] : cases) EXPECT_EQ(KindOfConnectFailure(text), kind) << text;
}

TEST(PostgresErrors, ConnectTextsAreOneLine) {
  EXPECT_EQ(ConnectFailureText("a failed: refused\n\tIs it running?\nb failed: refused\n"),
            "a failed: refused, b failed: refused");
}

TEST(PostgresErrors, MessagesAreSplit) {
  const ErrorDetails details = SplitMessage(
      "FEHLER:  doppelter Schlüssel\nLINE 1: INSERT\n        ^\nDETAIL:  Key (id)=(1)\n"
      "exists.\nHINT:  Try another.\nCONTEXT:  SQL function \"f\"\n");
  EXPECT_EQ(details.message, "doppelter Schlüssel");
  EXPECT_EQ(details.detail, "Key (id)=(1) exists.");
  EXPECT_EQ(details.hint, "Try another.");
  EXPECT_EQ(SplitMessage("no severity here: so what").message, "no severity here: so what");
  EXPECT_EQ(SplitMessage("").message, "");
}

TEST(PostgresErrors, SentencesSayWhatAndTheWayOut) {
  const DatabaseError error(
      ErrorKind::kOther,
      {"42P01", "SELECT 1\n   FROM nowhere", "relation \"nowhere\" does not exist", "", "Look."});
  EXPECT_STREQ(error.what(),
               "the server refused a statement: relation \"nowhere\" does not exist [in: SELECT 1 "
               "FROM nowhere]; Look.; the state is recorded; fix what the server names, then run "
               "the same command again");
  EXPECT_EQ(error.sqlstate(), "42P01");
}

TEST(PostgresErrors, PasswordsStayOut) {
  const DatabaseError error(
      ErrorKind::kOther, {"", "ALTER USER x PASSWORD='hunter2'", "bad postgresql://u:hunter2@h/d",
                          "password=hunter2", ""});
  for (const std::string& text :
       {std::string(error.what()), error.statement(), error.message(), error.detail()}) {
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
}

TEST(PostgresErrors, LongStatementsAreCutBetweenCharacters) {
  std::string statement;
  for (int i = 0; i < 100; ++i) statement += "ö";
  const DatabaseError error(ErrorKind::kOther, {"", statement, "m", "", ""});
  const std::string text = error.what();
  const std::size_t end = text.find("...");
  ASSERT_NE(end, std::string::npos);
  EXPECT_EQ(text.substr(end - 2, 2), "ö");
}

}  // namespace
}  // namespace zdm
