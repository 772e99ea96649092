// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/connection_url.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "runtime/database/errors.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

/// The sentence with which a URL is refused, "" when it is taken.
std::string Refusal(std::string_view url) {
  try {
    ParseConnectionUrl(url);
    return "";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_EQ(CodeOf(error.kind()), codes::kBadUrl);
    EXPECT_EQ(ExitCodeOf(error.kind()), ExitCode::kUsage);
    return error.what();
  }
}

TEST(ConnectionUrl, PartsAreDecoded) {
  const ConnectionUrl url = ParseConnectionUrl(
      "postgresql://jo%40n:p%3Aw%2F@db.example:6543/shop%20floor?sslmode=require&host=%2Ftmp");
  EXPECT_EQ(url.dialect, Dialect::kPostgresql);
  EXPECT_EQ(url.user, "jo@n");
  EXPECT_EQ(url.password, "p:w/");
  EXPECT_EQ(url.host, "db.example");
  EXPECT_EQ(url.port, "6543");
  EXPECT_EQ(url.database, "shop floor");
  EXPECT_EQ(url.parameters.at("sslmode"), "require");
  EXPECT_EQ(url.parameters.at("host"), "/tmp");
}

TEST(ConnectionUrl, Forms) {
  EXPECT_EQ(ParseConnectionUrl("mysql://u@h/d").dialect, Dialect::kMysql);
  EXPECT_EQ(ParseConnectionUrl("mariadb://h").dialect, Dialect::kMariadb);
  EXPECT_EQ(ParseConnectionUrl("postgres://").dialect, Dialect::kPostgresql);
  EXPECT_EQ(ParseConnectionUrl("postgresql://[::1]:5433/d").host, "[::1]");
  EXPECT_EQ(ParseConnectionUrl("postgresql://[::1]:5433/d").port, "5433");
  EXPECT_EQ(ParseConnectionUrl("postgresql://a:1,b:2/d").host, "a:1,b:2");
  EXPECT_EQ(ParseConnectionUrl(""), ConnectionUrl());
  EXPECT_EQ(ParseConnectionUrl("host=/tmp dbname=shop password='a://b'"), ConnectionUrl());
}

TEST(ConnectionUrl, RefusalsSayWhyAndNeverShowThePassword) {
  EXPECT_NE(Refusal("oracle://h").find("`postgresql://`, `postgres://`, `mysql://`, `mariadb://`"),
            std::string::npos);
  EXPECT_NE(Refusal("postgresql://u:se@cret@h/d").find("%40"), std::string::npos);
  EXPECT_NE(Refusal("postgresql://u:se/cret@h/d").find("%2F"), std::string::npos);
  EXPECT_NE(Refusal("postgresql://u:50%cret@h").find("two hexadecimal digits"), std::string::npos);
  EXPECT_NE(Refusal("postgresql://h/d?sslmode").find("no `=`"), std::string::npos);
  for (const char* url : {"postgresql://u:se@cret@h/d", "postgresql://u:se/cret@h/d",
                          "postgresql://u:50%cret@h", "oracle://u:cret@h"}) {
    EXPECT_EQ(Refusal(url).find("cret"), std::string::npos) << Refusal(url);
  }
}

TEST(ConnectionUrl, Masking) {
  const std::pair<const char*, const char*> cases[] = {
      {"postgresql://u:secret@h/d", "postgresql://u:***@h/d"},
      {"at postgresql://u:secret@h/d and mysql://v:other@i",
       "at postgresql://u:***@h/d and mysql://v:***@i"},
      {"postgresql://u:se@cr:et@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u:se/cr@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u@h/d?password=secret&sslmode=require",
       "postgresql://u@h/d?password=***&sslmode=require"},
      {"postgresql://h/d?options=a%3Db@c", "postgresql://h/d?options=a%3Db@c"},
      {"host=h password=secret dbname=d", "host=h password=*** dbname=d"},
      {"host=h password = 'se cr\\'et' dbname=d", "host=h password = '***' dbname=d"},
      {"PGPASSWORD=secret psql", "PGPASSWORD=*** psql"},
      {"sslpassword=secret", "sslpassword=***"},
      {"password authentication failed for user \"u\"",
       "password authentication failed for user \"u\""},
      {"time 10:20, user@host", "time 10:20, user@host"},
      {"postgresql://u:@h", "postgresql://u:@h"},
      {"", ""},
  };
  for (const auto& [text, masked] : cases) EXPECT_EQ(MaskPasswords(text), masked);
}

TEST(ConnectionUrl, ArgumentsAreHiddenInPlace) {
  std::string program = "zdm";
  std::string url = "--db=postgresql://u:secret@h/d";
  char* arguments[] = {program.data(), url.data()};
  HidePasswords(2, arguments);
  EXPECT_EQ(url, "--db=postgresql://u:******@h/d");
}

TEST(ConnectionUrl, Conventions) {
  unsetenv("ZDM_DATABASE_URL");
  unsetenv("DATABASE_URL");
  EXPECT_EQ(ResolveUrl(""), "");
  setenv("DATABASE_URL", "postgresql://b", 1);
  EXPECT_EQ(ResolveUrl(""), "postgresql://b");
  setenv("ZDM_DATABASE_URL", "postgresql://a", 1);
  EXPECT_EQ(ResolveUrl(""), "postgresql://a");
  EXPECT_EQ(ResolveUrl("postgresql://c"), "postgresql://c");
  unsetenv("ZDM_DATABASE_URL");
  unsetenv("DATABASE_URL");
}

}  // namespace
}  // namespace zdm
