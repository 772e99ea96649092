// SPDX-License-Identifier: Apache-2.0
// Types as written, against the catalogs of the servers.
#include "compiler/schema/mysql_types.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/test_server.h"

namespace zdm::test {
namespace {

struct Written {
  const char* text;
  const char* canonical;
};

constexpr Written kBoth[] = {
    {"INT", "int"},
    {"int(11)", "int"},
    {"integer signed", "int"},
    {"int ( 5 ) unsigned", "int unsigned"},
    {"int(5) zerofill", "int(5) unsigned zerofill"},
    {"bigint zerofill", "bigint(20) unsigned zerofill"},
    {"int1", "tinyint"},
    {"int8", "bigint"},
    {"middleint", "mediumint"},
    {"bool", "tinyint(1)"},
    {"boolean", "tinyint(1)"},
    {"tinyint(1)", "tinyint(1)"},
    {"tinyint(4)", "tinyint"},
    {"dec", "decimal(10,0)"},
    {"numeric(5)", "decimal(5,0)"},
    {"fixed(8,3) unsigned", "decimal(8,3) unsigned"},
    {"double precision", "double"},
    {"real", "double"},
    {"float(10)", "float"},
    {"float(30)", "double"},
    {"double(10,2)", "double(10,2)"},
    {"bit", "bit(1)"},
    {"char", "char(1)"},
    {"character varying(20)", "varchar(20)"},
    {"character(3)", "char(3)"},
    {"binary", "binary(1)"},
    {"varbinary(16)", "varbinary(16)"},
    {"year(4)", "year"},
    {"datetime(0)", "datetime"},
    {"timestamp(3)", "timestamp(3)"},
    {"time(6)", "time(6)"},
    {"mediumtext", "mediumtext"},
    {"enum ( 'a' , \"b'c\", 'd\\'e', 'f ' )", "enum('a','b''c','d''e','f')"},
    {"set('x','y')", "set('x','y')"},
    {"point", "point"},
};

TEST(MysqlTypes, AreSpelledAsTheCatalogDoes) {
  for (const Dialect dialect : {Dialect::kMariadb, Dialect::kMysql}) {
    for (const Written& written : kBoth) {
      const TypeName type = CanonicalMysqlType(written.text, dialect);
      EXPECT_EQ(type.sql, written.canonical) << written.text;
      EXPECT_EQ(type.error, "") << written.text;
      EXPECT_EQ(CanonicalMysqlType(type.sql, dialect).sql, type.sql);
    }
  }
  EXPECT_EQ(CanonicalMysqlType("uuid", Dialect::kMariadb).error, "");
  EXPECT_EQ(CanonicalMysqlType("uuid", Dialect::kMysql).hint, "write `binary(16)`");
  EXPECT_EQ(CanonicalMysqlType("geometrycollection", Dialect::kMysql).sql, "geomcollection");
}

TEST(MysqlTypes, MistakesTeach) {
  const auto error = [](const char* text) {
    return CanonicalMysqlType(text, Dialect::kMysql).error;
  };
  EXPECT_EQ(error("varchar"), "this type is written `varchar(LENGTH)`");
  EXPECT_EQ(error("enum(a)"), "this type is written `enum('TEXT', ...)`");
  EXPECT_EQ(error("text unsigned"), "type `text` does not take `unsigned`");
  EXPECT_EQ(error("decimal(1,2,3)"), "this type is written `decimal(DIGITS, SCALE)`");
  EXPECT_EQ(error("text(20)"), "type `text` takes no length");
  EXPECT_EQ(CanonicalMysqlType("varchr(20)", Dialect::kMysql).hint, "did you mean `varchar`?");
  EXPECT_NE(CanonicalMysqlType("serial", Dialect::kMysql).hint, "");
}

/// What the server shows of each type is the canonical text of it.
void AskServer(const std::string& family, Dialect dialect) {
  const TestDatabase database(SharedServer(family));
  const auto session = database.Connect();
  int number = 0;
  for (const Written& written : kBoth) {
    const std::string table = fmt::format("t{}", ++number);
    session->Must(fmt::format("CREATE TABLE {} (c {})", table, written.text));
    const std::string shown = session->Value(
        fmt::format("SELECT column_type FROM information_schema.columns WHERE table_schema = "
                    "database() AND table_name = '{}'",
                    table));
    EXPECT_EQ(CanonicalMysqlType(shown, dialect).sql, written.canonical)
        << written.text << " is " << shown;
  }
}

TEST(MysqlTypes, MariadbAgrees) {
  AskServer("mariadb", Dialect::kMariadb);
}

TEST(MysqlTypes, MysqlAgrees) {
  const std::string why = WhyNoServer("mysql");
  if (!why.empty()) GTEST_SKIP() << why;
  AskServer("mysql", Dialect::kMysql);
}

}  // namespace
}  // namespace zdm::test
