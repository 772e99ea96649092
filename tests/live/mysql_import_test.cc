// SPDX-License-Identifier: Apache-2.0
// On MariaDB and MySQL, too, what import writes is the database: it compiles to nothing against it,
// is the same bytes each time, and a snapshot stands in for the database.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "tests/support/mysql_random_table.h"
#include "tests/support/process.h"
#include "tests/support/programs.h"
#include "tests/support/test_server.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

const char* const kShop[] = {
    "create table customer (id bigint unsigned not null auto_increment primary key, email "
    "varchar(190) character set ascii not null, `full name` varchar(63) collate utf8mb4_bin "
    "default "
    "'it''s \\\\ \"x\"', joined datetime(3) not null default current_timestamp(3) on update "
    "current_timestamp(3), seen timestamp null, score decimal(12,2) default -1.50, flag boolean "
    "default true, kind enum('a','b''c','d,e') not null default 'd,e', tags set('x','y'), doc json "
    "not null, born date default '2000-01-01', latin text character set latin1, bits bit(8) "
    "default "
    "b'101', code char(3) comment 'the ''code''\\nof it', raw varbinary(16), yr year default 2020, "
    "total int as (flag * 2) virtual, label varchar(80) generated always as (concat(`full name`, "
    "'-it''s')) "
    "stored, hidden int unsigned default 7 invisible, unique (email), unique key "
    "`odd``name` (code desc, id), key (`full name`(10)), key by_score (score, seen) comment "
    "'k''s', "
    "fulltext key words (latin), constraint good_score check (score > -100 and (flag is null or "
    "code "
    "<> 'it''s')), check (score < 1000)) comment 'people; \"who\"\\nbuy'",
    "create table `order` (`select` int not null, `table` int not null, customer bigint unsigned "
    "not "
    "null, `é` double default 0.5, primary key (`select`, `table`), constraint of_customer foreign "
    "key (customer) references customer (id) on delete cascade on update restrict, foreign key "
    "(`table`, `select`) references `order` (`select`, `table`)) collate utf8mb4_unicode_ci "
    "row_format = compressed",
    "create table plain (a int, b int, c varchar(9), index (a), index (a, b), unique (a), check (a "
    "in (1, 2, 3)), check (b between 1 and 9 and b <> 5 or b in (10, length(c)))) default charset "
    "latin1 stats_persistent = 1",
    "create table nothing_special (id int primary key)",
};
const char* const kOfMariadb[] = {
    "create table own (id uuid not null default uuid() primary key, ip inet6, made datetime "
    "default "
    "now(), later date default (curdate() + interval 1 day), name text default 'x', n int default "
    "(1 + 1), c int check (c > 0), key (name(5)) ignored) engine = aria",
};
const char* const kOfMysql[] = {
    "create table own (id binary(16) not null default (uuid_to_bin(uuid())) primary key, made "
    "datetime default (now()), name text default ('x'), n int default (1 + 1), d json, r binary(4) "
    "default x'00ff', c int check (c > 0), late int check (late > 0) not enforced, key low "
    "((lower(c)), (n + 1) desc, id), key ((cast(d->'$.x' as unsigned array))), key (name(5)) "
    "invisible) engine = innodb",
};

class MysqlImport : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string why = WhyNoServer(GetParam());
    if (!why.empty()) GTEST_SKIP() << why;
    mariadb_ = std::string(GetParam()) == "mariadb";
    database_ = std::make_unique<TestDatabase>(SharedServer(GetParam()));
  }

  void MakeShop() {
    const auto session = database_->Connect();
    for (const char* sql : kShop) session->Must(sql);
    if (mariadb_) {
      for (const char* sql : kOfMariadb) session->Must(sql);
    } else {
      for (const char* sql : kOfMysql) session->Must(sql);
    }
  }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  ProcessResult Import(const std::string& output) {
    return Zdmc({"import", "--db", database_->Url(), "-o", Path(output)});
  }
  ProcessResult Compile(const std::string& files, const std::string& plan) {
    return Zdmc({"compile", Path(files), "--db", database_->Url(), "--scratch", "inside", "-o",
                 Path(plan), "--detailed-exitcode"});
  }

  std::string AllText(const std::string& folder) const {
    std::string text;
    for (const std::string& path : FilesBelow(folder, "")) {
      text += path + "\n" + ReadFile(folder + "/" + path);
    }
    return text;
  }

  ScratchFolder folder_;
  std::unique_ptr<TestDatabase> database_;
  bool mariadb_ = false;
};

TEST_P(MysqlImport, FilesCompileToNothing) {
  MakeShop();
  for (const std::string output : {"schema.zdm", "folder"}) {
    const ProcessResult import = Import(output);
    ASSERT_EQ(import.exit_code, 0) << import.Describe();
    EXPECT_EQ(import.err.find("warning"), std::string::npos) << import.err;
    const ProcessResult compile = Compile(output, "plan.json");
    EXPECT_EQ(compile.exit_code, 0) << compile.Describe() << AllText(folder_.path());
  }
  const std::string first = AllText(Path("folder"));
  const std::string plan = ReadFile(Path("plan.json"));
  ASSERT_EQ(Import("folder").exit_code, 0);
  EXPECT_EQ(AllText(Path("folder")), first);
  ASSERT_EQ(Compile("folder", "again.json").exit_code, 0);
  EXPECT_EQ(ReadFile(Path("again.json")), plan);
}

TEST_P(MysqlImport, SnapshotStandsInForTheDatabase) {
  MakeShop();
  ASSERT_EQ(Import("folder").exit_code, 0);
  WriteFile(Path("folder/extra.zdm"),
            "table extra { id int primary key; at datetime default now(); check (id<>1+1); }");
  const ProcessResult snapshot = Zdmc({"snapshot", Path("folder"), "--db", database_->Url(),
                                       "--scratch", "inside", "-o", Path("snapshot.json")});
  ASSERT_EQ(snapshot.exit_code, 0) << snapshot.Describe();
  const ProcessResult live = Zdmc({"compile", Path("folder"), "--db", database_->Url(), "--scratch",
                                   "inside", "-o", Path("live.json")});
  ASSERT_EQ(live.exit_code, 0) << live.Describe();
  const ProcessResult offline = Zdmc(
      {"compile", Path("folder"), "--catalog", Path("snapshot.json"), "-o", Path("offline.json")});
  ASSERT_EQ(offline.exit_code, 0) << offline.Describe();
  EXPECT_EQ(ReadFile(Path("offline.json")), ReadFile(Path("live.json")));
  const std::vector<std::string> check = {"snapshot",       Path("folder"),       "--db",
                                          database_->Url(), "--scratch",          "inside",
                                          "--check",        Path("snapshot.json")};
  EXPECT_EQ(Zdmc(check).exit_code, 0);
  database_->Connect()->Must("alter table customer modify `full name` varchar(64)");
  const ProcessResult stale = Zdmc(check);
  EXPECT_EQ(stale.exit_code, 3) << stale.Describe();
  EXPECT_NE(stale.out.find("type: varchar(64)"), std::string::npos) << stale.out;
}

TEST_P(MysqlImport, RandomTablesCompileToNothing) {
  const auto session = database_->Connect();
  int made = 0;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    const std::string sql = RandomTableSql(seed, fmt::format("t{}", seed), mariadb_);
    if (session->Run(sql).ok()) ++made;
  }
  EXPECT_GT(made, 120);
  const ProcessResult import = Import("folder");
  ASSERT_EQ(import.exit_code, 0) << import.Describe();
  const ProcessResult compile = Compile("folder", "plan.json");
  EXPECT_EQ(compile.exit_code, 0) << compile.Describe();
}

TEST_P(MysqlImport, TheServerMustBeOfTheFilesDialect) {
  WriteFile(Path("schema.zdm"), fmt::format("dialect {};\n", mariadb_ ? "mysql" : "mariadb"));
  const ProcessResult compile = Compile("schema.zdm", "plan.json");
  EXPECT_EQ(compile.exit_code, 2) << compile.Describe();
  EXPECT_NE(compile.err.find(fmt::format("the server at this address is {}", GetParam())),
            std::string::npos)
      << compile.err;
  // Either scheme reaches either server.
  std::string url = database_->Url();
  for (const std::string scheme : {"mysql", "mariadb"}) {
    const ProcessResult import = Zdmc({"import", "--db", scheme + url.substr(url.find(':'))});
    EXPECT_EQ(import.exit_code, 0) << import.Describe();
    EXPECT_NE(import.out.find(fmt::format("dialect {};", GetParam())), std::string::npos);
  }
}

TEST_P(MysqlImport, AnotherDatabaseIsNamed) {
  const ProcessResult absent =
      Zdmc({"import", "--db", database_->Url(), "--schema", "no_such_database"});
  EXPECT_NE(absent.err.find("ZDM3020"), std::string::npos) << absent.Describe();
  database_->Connect()->Must("create view v as select 1 as a");
  const ProcessResult view = Import("x.zdm");
  EXPECT_EQ(view.exit_code, 2);
  EXPECT_NE(view.err.find("ZDM3001"), std::string::npos) << view.err;
  const ProcessResult ignored =
      Zdmc({"import", "--db", database_->Url(), "--ignore", "view v", "-o", Path("i")});
  EXPECT_EQ(ignored.exit_code, 0) << ignored.Describe();
  EXPECT_NE(ReadFile(Path("i/schema.zdm")).find("ignore view v;"), std::string::npos);
  EXPECT_EQ(Compile("i", "plan.json").exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Families, MysqlImport, testing::Values("mariadb", "mysql"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace zdm::test
