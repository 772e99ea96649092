// SPDX-License-Identifier: Apache-2.0
// Promise 8 on MariaDB and MySQL, kind by kind: every object or clause that the model does not
// carry is refused by name, and the `ignore` line of the refusal takes it out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "compiler/catalog/mysql_catalog.h"
#include "runtime/database/mysql_database.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

struct Refusal {
  const char* name;    ///< of the test
  const char* family;  ///< "mariadb", "mysql" or "": both
  const char* sql;     ///< statements, each ends with ";;"
  const char* found;   ///< the beginning of the diagnostic; `@` is the database
  const char* ignore;  ///< kind and pattern
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

#define LACKS " has what zdm does not model yet: "

const Refusal kRefusals[] = {
    {"View", "", "create view v as select 1 as a", "view `@.v`", "view v"},
    {"Function", "", "create function f(a int) returns int deterministic return a",
     "function `@.f`", "function @.f"},
    {"Procedure", "", "create procedure p() select 1", "procedure `@.p`", "procedure p"},
    {"Trigger", "",
     "create table tt (a int);; create trigger tr before insert on tt for each row set new.a = 1",
     "trigger `@.tt.tr`", "trigger tt.tr"},
    {"Event", "", "create event ev on schedule every 1 day disable do select 1", "event `@.ev`",
     "event ev"},
    {"Partitions", "", "create table pa (a int) partition by hash (a) partitions 2",
     "table `@.pa`" LACKS "PARTITION BY HASH (`a`) PARTITIONS 2", "table pa"},
    {"PrefixOfPrimaryKey", "", "create table pk (a varchar(9), primary key (a(3)))",
     "table `@.pk`" LACKS "PRIMARY KEY (`a`(3))", "table pk"},
    {"DescendingPrimaryKey", "", "create table pd (a int, primary key (a desc))",
     "table `@.pd`" LACKS "PRIMARY KEY (`a` DESC)", "table pd"},
    {"IndexBlockSize", "",
     "create table kb (a int, key k (a) key_block_size = 4) row_format = compressed",
     "index `@.kb.k`" LACKS "KEY_BLOCK_SIZE=4", "index kb.k"},
    {"Sequence", "mariadb", "create sequence sq", "sequence `@.sq`", "sequence sq"},
    {"SystemVersioning", "mariadb", "create table sv (a int) with system versioning",
     "table `@.sv`" LACKS "WITH SYSTEM VERSIONING", "table sv"},
    {"ApplicationPeriod", "mariadb", "create table ap (a int, s date, e date, period for p (s, e))",
     "table `@.ap`" LACKS "PERIOD FOR `p` (`s`, `e`)", "table ap"},
    {"WithoutOverlaps", "mariadb",
     "create table wo (a int, s date, e date, period for p (s, e), unique u (a, p without "
     "overlaps))",
     "index `@.wo.u`" LACKS, "table wo"},
    {"CompressedColumn", "mariadb", "create table cc (a text compressed)",
     "column `@.cc.a`" LACKS "COMPRESSED", "column cc.a"},
    {"PageCompression", "mariadb", "create table pc (a int) page_compressed = 1",
     "table `@.pc`" LACKS "`page_compressed`='1'", "table pc"},
    {"ReferenceSystemInMariadb", "mariadb", "create table rs (a point ref_system_id = 4326)",
     "column `@.rs.a`" LACKS "REF_SYSTEM_ID=4326", "column rs.a"},
    {"BinaryDefaultInMariadb", "mariadb", "create table bd (a binary(2) default x'00ff')",
     "column `@.bd.a`" LACKS "DEFAULT '\\0\\xFF'", "column bd.a"},
    {"Union", "mariadb",
     "create table un1 (a int) engine = myisam;; create table un (a int) engine = merge union = "
     "(un1) insert_method = last",
     "table `@.un`" LACKS "INSERT_METHOD=LAST UNION=(`un1`)", "table un"},
    {"Package", "mariadb",
     "set sql_mode = oracle;; create package pg as procedure p(); end;; set sql_mode = default",
     "package `@.pg`", "package pg"},
    {"PackageBody", "mariadb",
     "set sql_mode = oracle;; create package pb as procedure p(); end;; create package body pb as "
     "procedure p() as begin null; end; end;; set sql_mode = default",
     "package_body `@.pb`", "package_body pb"},
    {"ReferenceSystem", "mysql", "create table rs (a point srid 4326)",
     "column `@.rs.a`" LACKS "SRID 4326", "column rs.a"},
    {"ColumnFormat", "mysql", "create table cf (a int column_format fixed)",
     "column `@.cf.a`" LACKS "COLUMN_FORMAT FIXED", "column cf.a"},
    {"Tablespace", "mysql", "create table ts (a int) tablespace innodb_system",
     "table `@.ts`" LACKS "TABLESPACE `innodb_system`", "table ts"},
    {"AutoextendSize", "mysql", "create table ae (a int) autoextend_size = 4m",
     "table `@.ae`" LACKS "AUTOEXTEND_SIZE=4194304", "table ae"},
    {"Compression", "mysql", "create table co (a int) compression = 'zlib'",
     "table `@.co`" LACKS "COMPRESSION='zlib'", "table co"},
    {"FulltextParser", "mysql", "create table fp (a text, fulltext key f (a) with parser ngram)",
     "index `@.fp.f`" LACKS "WITH PARSER `ngram`", "index fp.f"},
    {"SecondaryEngine", "mysql", "create table se (a int) secondary_engine = rapid",
     "table `@.se`" LACKS "SECONDARY_ENGINE=rapid", "table se"},
    {"NoDefaultAtAll", "mysql", "create table nd (a int);; alter table nd alter a drop default",
     "column `@.nd.a` is shown without", "column nd.a"},
};

#undef LACKS

/// One database a family with everything in it.
struct Home {
  explicit Home(const std::string& family) : database(test::SharedServer(family)) {
    const auto session = database.Connect();
    for (const Refusal& refusal : kRefusals) {
      if (*refusal.family != '\0' && refusal.family != family) continue;
      std::string sql = refusal.sql;
      for (std::size_t end = sql.find(";;"); end != std::string::npos; end = sql.find(";;")) {
        session->Must(sql.substr(0, end));
        sql.erase(0, end + 2);
      }
      session->Must(sql);
    }
  }
  std::string Here(std::string text) const {
    const std::size_t at = text.find('@');
    return at == std::string::npos ? text : text.replace(at, 1, database.name());
  }

  test::TestDatabase database;
};

std::vector<std::string> ReadFindings(const test::TestDatabase& database,
                                      const std::vector<Ignore>& ignores,
                                      const std::vector<OwnedObject>& owned = {}) {
  CatalogOptions options;
  options.ignores = ignores;
  options.owned = owned;
  ConnectOptions connect;
  connect.url = database.Url();
  Diagnostics diagnostics;
  const auto read = ReadMysqlCatalog(*ConnectMysql(connect), options, diagnostics);
  EXPECT_EQ(read.has_value(), !diagnostics.HasErrors());
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    EXPECT_FALSE(diagnostic.code == codes::kStaleTombstone) << diagnostic.text;
    EXPECT_FALSE(diagnostic.notes.empty());
    texts.push_back(diagnostic.text);
  }
  return texts;
}

using Parameter = std::tuple<std::string, Refusal>;

class MysqlRefused : public testing::TestWithParam<Parameter> {
 protected:
  static void TearDownTestSuite() { homes_.clear(); }

  static const Home& HomeOf(const std::string& family) {
    auto& home = homes_[family];
    if (!home) home = std::make_unique<Home>(family);
    return *home;
  }

  static std::map<std::string, std::unique_ptr<Home>> homes_;
};

std::map<std::string, std::unique_ptr<Home>> MysqlRefused::homes_;

TEST_P(MysqlRefused, ByNameUntilIgnored) {
  const auto& [family, refusal] = GetParam();
  if (const std::string why = test::WhyNoServer(family); !why.empty()) GTEST_SKIP() << why;
  const Home& home = HomeOf(family);
  const std::string found = home.Here(refusal.found);
  const auto named = [&](const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.starts_with(found); });
  };
  const std::vector<std::string> all = ReadFindings(home.database, {});
  EXPECT_TRUE(named(all)) << found << "\n" << fmt::format("{}", fmt::join(all, "\n"));
  const std::string ignore = home.Here(refusal.ignore);
  const std::size_t blank = ignore.find(' ');
  const std::vector<std::string> left =
      ReadFindings(home.database, {{ignore.substr(0, blank), ignore.substr(blank + 1), {}}});
  EXPECT_FALSE(named(left)) << fmt::format("{}", fmt::join(left, "\n"));
  EXPECT_LT(left.size(), all.size());
}

std::vector<Parameter> Parameters() {
  std::vector<Parameter> parameters;
  for (const std::string family : {"mariadb", "mysql"}) {
    for (const Refusal& refusal : kRefusals) {
      if (*refusal.family == '\0' || refusal.family == family) {
        parameters.emplace_back(family, refusal);
      }
    }
  }
  return parameters;
}

std::string NameOf(const testing::TestParamInfo<Parameter>& one) {
  return std::get<0>(one.param) + "_" + std::get<1>(one.param).name;
}

INSTANTIATE_TEST_SUITE_P(Walk, MysqlRefused, testing::ValuesIn(Parameters()), NameOf);

class MysqlWalk : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const std::string why = test::WhyNoServer(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_P(MysqlWalk, WhatTheJournalListsIsNotShown) {
  const test::TestDatabase home(test::SharedServer(GetParam()));
  const auto session = home.Connect();
  session->Must(
      "create table t (id int primary key, a int, b int, p int, key ka (a), key kb (b), key kc (a, "
      "b), foreign key fb (b) references t (id), check (p > 0))");
  session->Must("create trigger tr before insert on t for each row set new.b = new.a");
  session->Must("create table ours (a int)");
  const std::string db = home.name();
  CatalogOptions options;
  for (const auto& [kind, name] : std::vector<std::pair<const char*, std::string>>{
           {"column", ".t.b"}, {"index", ".t.ka"}, {"trigger", ".t.tr"}, {"table", ".ours"}}) {
    options.owned.push_back({kind, db + name, {}, false});
  }
  ConnectOptions connect;
  connect.url = home.Url();
  Diagnostics diagnostics;
  const auto schema = ReadMysqlCatalog(*ConnectMysql(connect), options, diagnostics);
  ASSERT_TRUE(schema) << diagnostics.all().at(0).text;
  ASSERT_EQ(schema->tables.size(), 1U);
  const Table& table = schema->tables[0];
  EXPECT_EQ(table.columns.size(), 3U);
  EXPECT_TRUE(table.indexes.empty());
  EXPECT_TRUE(table.foreign_keys.empty());
  EXPECT_EQ(table.checks.size(), 1U);
}

TEST_P(MysqlWalk, APlainSchemaHasNothingToRefuse) {
  const test::TestDatabase home(test::SharedServer(GetParam()));
  const auto session = home.Connect();
  session->Must(
      "create table `odd ``n, (ame` (id bigint unsigned not null auto_increment primary key, `a,b` "
      "varchar(20) not null default 'it''s \\\\ (x', c decimal(8,2) default -1.50, d datetime(3) "
      "default current_timestamp(3) on update current_timestamp(3), e int as (c * 2) virtual, f "
      "text, g json, h enum('a,b', 'c''d'), i timestamp null, k varchar(5) character set latin1 "
      "collate latin1_bin comment 'with, \\'quotes\\'\\nand lines', unique (`a,b`(5)), key (c "
      "desc, "
      "id) comment 'x', fulltext key (f), check (c <> 5 or `a,b` is not null)) comment 'x;\\ny'");
  session->Must(
      "create table t (a bigint unsigned, constraint fk foreign key (a) references `odd ``n, (ame` "
      "(id) on delete cascade on update set null) row_format = compressed");
  const auto found = ReadFindings(home, {});
  EXPECT_TRUE(found.empty()) << fmt::format("{}", fmt::join(found, "\n"));
}

INSTANTIATE_TEST_SUITE_P(Families, MysqlWalk, testing::Values("mariadb", "mysql"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace zdm
