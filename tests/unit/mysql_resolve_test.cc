// SPDX-License-Identifier: Apache-2.0
// What files in the dialects of MariaDB and MySQL mean, and that the text of it means the same.
#include <gtest/gtest.h>

#include "compiler/schema/mysql_charsets.h"
#include "compiler/schema/print.h"
#include "compiler/schema/zdm_text.h"
#include "tests/unit/resolved.h"

namespace zdm::test {
namespace {

constexpr const char* kCustomer = R"(
table Customer {
  id         bigint unsigned auto_increment primary key;
  `full name` varchar(80) charset latin1 collate latin1_german1_ci not null;
  email      varchar(190) not null comment 'it''s a\\b';
  state      enum('new', 'it''s', "old") not null default 'new';
  changed_at timestamp(3) not null default current_timestamp(3) on update current_timestamp(3);
  hidden     json invisible;
  total      decimal(10,2) default 0.00 check (total >= 0);
  lower_mail varchar(190) generated always as (lower(email)) virtual;
  born       date after email;
  version    int first;

  unique (email);
  unique index on (`full name`(10), state desc);
  index on (`full name`);
  fulltext index words on (`full name`) with (parser = ngram);
  check is_grown (born < '2020-01-01');
  with (charset = utf8, engine = innodb, row_format = compressed, key_block_size = 8);
  comment 'who buys';
}

table invoice {
  id       int primary key;
  customer bigint unsigned references Customer (id) on delete cascade;
  other    bigint unsigned;
  foreign key named (other) references Customer (id);
}
)";

TEST(MysqlResolve, TablesAreWhatTheServerWouldMake) {
  const Resolved resolved = ResolveText(std::string("dialect mariadb;\n") + kCustomer);
  ASSERT_EQ(resolved.Codes(), "") << resolved.Rendered();
  EXPECT_EQ(PrintDesired(*resolved.desired), R"(dialect mariadb
schema ""
  table "Customer"
    charset 'utf8mb3'
    comment 'who buys'
    option 'key_block_size=8'
    option 'row_format=COMPRESSED'
    column version int
    column id bigint unsigned
      not null
      auto_increment
    column "full name" varchar(80)
      charset 'latin1'
      collate latin1_german1_ci
      not null
    column email varchar(190)
      not null
      comment 'it\'s a\\b'
    column born date
    column state enum('new','it''s','old')
      not null
      default '\'new\'' unjudged
    column changed_at timestamp(3)
      not null
      default 'current_timestamp(3)' unjudged
      on update 'current_timestamp(3)' unjudged
    column hidden json
      invisible
    column total decimal(10,2)
      default '0.00' unjudged
    column lower_mail varchar(190)
      generated virtual 'lower(email)' unjudged
    primary key "PRIMARY" (id)
    check "CONSTRAINT_1"
      is 'total >= 0' unjudged
    check is_grown
      is 'born < \'2020-01-01\'' unjudged
    unique index email using btree
      on column email
    unique index "full name" using btree
      on column "full name"
        prefix 10
      on column state
        descending
    index "full name_2" using btree
      on column "full name"
    index words using fulltext
      on column "full name"
      with 'parser=ngram'
  table invoice
    column id int
      not null
    column customer bigint unsigned
    column other bigint unsigned
    primary key "PRIMARY" (id)
    foreign key invoice_ibfk_1 (customer) references "Customer" (id)
      on delete cascade
    foreign key named (other) references "Customer" (id)
    index customer using btree
      on column customer
    index named using btree
      on column other
)");
}

TEST(MysqlResolve, TheTextOfASchemaMeansTheSame) {
  for (const char* dialect : {"mariadb", "mysql"}) {
    const Resolved resolved = ResolveText(std::string("dialect ") + dialect + ";\n" + kCustomer);
    ASSERT_EQ(resolved.Codes(), "") << resolved.Rendered();
    const Schema& schema = resolved.desired->schema;
    const LanguageRules& rules = RulesOf(schema.dialect);
    const std::string written = WriteZdm(schema, {}, rules);
    const Resolved again = ResolveText(written);
    ASSERT_EQ(again.Codes(), "") << again.Rendered() << written;
    EXPECT_EQ(PrintSchema(again.desired->schema), PrintSchema(schema)) << written;
    EXPECT_EQ(WriteZdm(again.desired->schema, {}, rules), written);
  }
}

TEST(MysqlResolve, AnIndexOnAnExpression) {
  const char* table = "table t { id int primary key; index on (lower(id), id desc); }";
  const Resolved resolved = ResolveText(std::string("dialect mysql;\n") + table);
  ASSERT_EQ(resolved.Codes(), "") << resolved.Rendered();
  EXPECT_EQ(resolved.desired->schema.tables[0].indexes.at(0).name, "functional_index");
  EXPECT_EQ(ResolveText(std::string("dialect mariadb;\n") + table).Codes(), "ZDM1209");
}

TEST(MysqlResolve, NamesAreTheServersOwn) {
  const auto none = [](const std::string&) { return false; };
  const auto name = [&](NamedPart part, Dialect dialect) {
    return DefaultMysqlName(part, dialect, "t", {"a", "b"}, none);
  };
  EXPECT_EQ(name(NamedPart::kPrimaryKey, Dialect::kMysql), "PRIMARY");
  EXPECT_EQ(name(NamedPart::kIndex, Dialect::kMysql), "a");
  EXPECT_EQ(name(NamedPart::kForeignKey, Dialect::kMysql), "t_ibfk_1");
  EXPECT_EQ(name(NamedPart::kCheck, Dialect::kMysql), "t_chk_1");
  EXPECT_EQ(name(NamedPart::kCheck, Dialect::kMariadb), "CONSTRAINT_1");
  EXPECT_EQ(DefaultMysqlName(NamedPart::kIndex, Dialect::kMysql, "t", {"a"},
                             [](const std::string& taken) { return taken == "a"; }),
            "a_2");
}

TEST(MysqlResolve, BindingGivesNamesTheDatabaseAndTakesAwayWhatItSays) {
  Resolved resolved = ResolveText(R"(dialect mysql;
table t {
  id int primary key;
  a  varchar(10) charset utf8mb4 collate utf8mb4_0900_ai_ci;
  b  varchar(10) charset latin1;
  c  varchar(10) collate utf8mb4_bin;
  d  varchar(10) references t (id);
  with (charset = utf8mb4);
}
drop table old;
allow ZDM2001 t.a "why";
)");
  ASSERT_EQ(resolved.Codes(), "") << resolved.Rendered();
  Schema current;
  current.dialect = Dialect::kMysql;
  current.server_version = 90700;
  current.default_schema = "shop";
  NamespaceObject shop;
  shop.name = "shop";
  shop.charset = "utf8mb4";
  shop.collation = "utf8mb4_0900_ai_ci";
  current.schemas = {shop};
  DesiredSchema& desired = *resolved.desired;
  BindMysqlSchema(current, desired);
  const Table& table = desired.schema.tables.at(0);
  EXPECT_EQ(table.name, (QualifiedName{"shop", "t"}));
  EXPECT_EQ(table.foreign_keys.at(0).references.schema, "shop");
  EXPECT_EQ(desired.schema.schemas.at(0).name, "shop");
  EXPECT_EQ(desired.tombstones.at(0).name.schema, "shop");
  EXPECT_EQ(desired.allows.at(0).object, "shop.t.a");
  EXPECT_FALSE(table.charset || table.collation);
  EXPECT_FALSE(table.columns.at(1).charset || table.columns.at(1).collation);
  EXPECT_EQ(table.columns.at(2).charset, "latin1");
  EXPECT_FALSE(table.columns.at(2).collation);
  EXPECT_FALSE(table.columns.at(3).charset);
  EXPECT_EQ(table.columns.at(3).collation->name, "utf8mb4_bin");
  EXPECT_EQ(EncodingOf(desired.schema, table, table.columns.at(2)).collation, "latin1_swedish_ci");
  BindMysqlSchema(current, desired);
  EXPECT_EQ(desired.schema.tables.at(0).columns.at(2).charset, "latin1");
}

}  // namespace
}  // namespace zdm::test
