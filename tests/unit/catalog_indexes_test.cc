// SPDX-License-Identifier: Apache-2.0
// What the catalog's numbers say about indexes and references, against what the server would print.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/catalog/postgres_catalog.h"
#include "compiler/schema/names.h"
#include "runtime/journal/postgres_family.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

class CatalogIndexesTest : public testing::Test {
 protected:
  CatalogIndexesTest() : database_(test::SharedServer()), owner_(database_.Connect()) {}

  Schema Read() {
    ConnectOptions options;
    options.url = database_.Url();
    const auto connection = Connect({PostgresFamily()}, options);
    CatalogOptions what;
    what.schemas = {"public"};
    Diagnostics diagnostics;
    const std::optional<Schema> schema = ReadPostgresCatalog(*connection, what, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.all()) ADD_FAILURE() << diagnostic.text;
    return schema.value_or(Schema());
  }

  /// "a text_ops, (lower(b)) C" of the only index.
  std::string Elements(const std::string& columns, const std::string& index) {
    owner_->Must("DROP TABLE IF EXISTS t");
    owner_->Must("CREATE TABLE t (" + columns + ")");
    owner_->Must("CREATE INDEX i ON t " + index);
    const Schema schema = Read();
    if (schema.tables.size() != 1 || schema.tables[0].indexes.size() != 1) return "no index";
    std::string text;
    for (const IndexElement& element : schema.tables[0].indexes[0].elements) {
      text += text.empty() ? "" : ", ";
      text += element.column ? *element.column : element.expression->sql;
      if (element.collation) text += " COLLATE " + element.collation->name;
      if (element.opclass) text += " " + element.opclass->name;
      for (const std::string& parameter : element.opclass_parameters) text += " " + parameter;
      text += element.descending ? " DESC" : "";
    }
    return text;
  }

  test::TestDatabase database_;
  std::unique_ptr<test::Session> owner_;
};

TEST_F(CatalogIndexesTest, DefaultsDoNotShow) {
  EXPECT_EQ(Elements("a text, b varchar(9), c bigint, d text COLLATE \"C\", e integer[], f name",
                     "(a, b, c DESC, d, e, f)"),
            "a, b, c DESC, d, e, f");
  EXPECT_EQ(Elements("a text, b varchar(9)", "(a text_ops, b text_ops)"), "a, b");
  EXPECT_EQ(Elements("a text, b varchar(9)", "(lower(b), (a || b))"),
            "lower((b)::text), ((a || (b)::text))");
  EXPECT_EQ(Elements("a jsonb", "USING gin (a)"), "a");
}

TEST_F(CatalogIndexesTest, WhatWasChosenShows) {
  EXPECT_EQ(Elements("a text, b varchar(9)", "(a text_pattern_ops, b COLLATE \"C\")"),
            "a text_pattern_ops, b COLLATE C");
  EXPECT_EQ(Elements("a char(4)", "(a bpchar_pattern_ops)"), "a bpchar_pattern_ops");
  EXPECT_EQ(Elements("a text COLLATE \"C\"", "(a COLLATE \"POSIX\" text_pattern_ops DESC)"),
            "a COLLATE POSIX text_pattern_ops DESC");
  EXPECT_EQ(Elements("a text", "(lower(a) COLLATE \"C\" text_pattern_ops, a)"),
            "lower(a) COLLATE C text_pattern_ops, a");
  EXPECT_EQ(Elements("a jsonb", "USING gin (a jsonb_path_ops)"), "a jsonb_path_ops");
  EXPECT_EQ(Elements("\"a b\" text, c text", "(c, \"a b\" text_pattern_ops)"),
            "c, a b text_pattern_ops");
}

TEST_F(CatalogIndexesTest, ForeignKeysNameColumnsOfTablesOutside) {
  owner_->Must("CREATE SCHEMA other");
  owner_->Must("CREATE TABLE other.p (z integer, y integer, x text, UNIQUE (y, z))");
  owner_->Must("CREATE TABLE p (gone integer, k integer PRIMARY KEY)");
  owner_->Must("ALTER TABLE p DROP COLUMN gone");
  owner_->Must(
      "CREATE TABLE t (a integer REFERENCES p, b integer, FOREIGN KEY (a, b) REFERENCES other.p "
      "(y, z))");
  const Schema schema = Read();
  const Table* table = schema.FindTable({"public", "t"});
  ASSERT_NE(table, nullptr);
  std::vector<std::string> keys;
  for (const ForeignKey& key : table->foreign_keys) {
    std::string text = Display(key.references);
    for (const std::string& column : key.referenced_columns) text += " " + column;
    keys.push_back(text);
  }
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, (std::vector<std::string>{"other.p y z", "public.p k"}));
}

}  // namespace
}  // namespace zdm
