// SPDX-License-Identifier: Apache-2.0
// Names of constraints and indexes without one, against those that the server chooses.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/test_server.h"
#include "tests/unit/resolved.h"

namespace zdm::test {
namespace {

struct Scenario {
  const char* what;
  const char* sql;
  const char* zdm;
};

const std::string kLong = std::string(60, 'l');

/// All names of keys, constraints and indexes, one a line.
std::string OurNames(const Schema& schema) {
  std::vector<std::string> names;
  for (const Table& table : schema.tables) {
    const auto add = [&](const std::string& name) {
      names.push_back(table.name.name + " " + name);
    };
    if (table.primary_key) add(table.primary_key->name);
    for (const Key& key : table.uniques) add(key.name);
    for (const ForeignKey& key : table.foreign_keys) add(key.name);
    for (const Check& check : table.checks) add(check.name);
    for (const Index& index : table.indexes) add(index.name);
  }
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, "\n"));
}

constexpr const char* kServerNames =
    "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") FROM ("
    "SELECT c.relname || ' ' || conname AS line FROM pg_constraint k JOIN pg_class c ON c.oid = "
    "conrelid WHERE connamespace = 'public'::regnamespace AND contype <> 'n' UNION "
    "SELECT c.relname || ' ' || i.relname FROM pg_index x JOIN pg_class c ON c.oid = indrelid "
    "JOIN pg_class i ON i.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace) s";

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> scenarios = {
      {"plain",
       "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int REFERENCES t CHECK (c > 0)); CREATE "
       "INDEX ON t (c); CREATE INDEX ON t (c, b DESC)",
       "table t { a int primary key; b int unique; c int references t check (c > 0); index on (c); "
       "index on (c, b desc); }"},
      {"several of one kind",
       "CREATE TABLE t (a int PRIMARY KEY, b int, c int, CHECK (b > 0), CHECK (b > 1), CHECK (b > "
       "c), CHECK (true), CHECK (c <> b), UNIQUE (b, c), UNIQUE (c, b), FOREIGN KEY (b) REFERENCES "
       "t, FOREIGN KEY (b) REFERENCES t); CREATE INDEX ON t (b); CREATE INDEX ON t (b) WHERE c > 0",
       "table t { a int primary key; b int; c int; check (b > 0); check (b > 1); check (b > c); "
       "check (true); check (c <> b); unique (b, c); unique (c, b); foreign key (b) references t; "
       "foreign key (b) references t; index on (b); index on (b) where (c > 0); }"},
      {"given names are in the way",
       "CREATE TABLE t (a int, b int, CONSTRAINT t_a_check CHECK (b > 0), CHECK (a > 0), "
       "CONSTRAINT t_pkey CHECK (b > 1), PRIMARY KEY (a), CONSTRAINT t_b_key CHECK (b > 2), UNIQUE "
       "(b))",
       "table t { a int; b int; check t_a_check (b > 0); check (a > 0); check t_pkey (b > 1); "
       "primary key (a); check t_b_key (b > 2); unique (b); }"},
      {"names of other tables are in the way",
       "CREATE TABLE t_a_key (x int); CREATE TABLE t_pkey (x int); CREATE TABLE t (a int UNIQUE, b "
       "int PRIMARY KEY); CREATE INDEX ON t (b)",
       "table t_a_key { x int; } table t_pkey { x int; } table t { a int unique; b int primary "
       "key; index on (b); }"},
      {"include counts",
       "CREATE TABLE t (a int, b int, UNIQUE (a) INCLUDE (b), PRIMARY KEY (b) INCLUDE (a)); CREATE "
       "INDEX ON t (b) INCLUDE (a)",
       "table t { a int; b int; unique (a) include (b); primary key (b) include (a); index on (b) "
       "include (a); }"},
      {"expressions",
       "CREATE TABLE t (a text, b text); CREATE INDEX ON t (lower(a)); CREATE INDEX ON t ((a || "
       "b)); "
       "CREATE INDEX ON t ((a || b), (b || a), lower(b)); CREATE INDEX ON t (pg_catalog.upper(a)); "
       "CREATE INDEX ON t (lower(a), lower(b)); CREATE INDEX ON t ((lower(a)))",
       "table t { a text; b text; index on (lower(a)); index on ((a || b)); index on ((a || b), "
       "(b || a), lower(b)); index on (pg_catalog.upper(a)); index on (lower(a), lower(b)); index "
       "on ((lower(a))); }"},
      {"odd names",
       "CREATE TABLE \"T x\" (\"a b\" int PRIMARY KEY, \"Ä\" int UNIQUE, c int CHECK (\"a b\" > "
       "0)); "
       "CREATE INDEX ON \"T x\" (\"Ä\", \"a b\")",
       "table \"T x\" { \"a b\" int primary key; \"Ä\" int unique; c int check (\"a b\" > 0); "
       "index "
       "on (\"Ä\", \"a b\"); }"},
      {"forms of expressions",
       "CREATE TABLE t (a text, b text, n int); CREATE INDEX ON t ((a::varchar)); CREATE INDEX ON "
       "t "
       "((n::text)); CREATE INDEX ON t (coalesce(a, b)); CREATE INDEX ON t ((CASE WHEN n > 0 THEN "
       "a "
       "END)); CREATE INDEX ON t (greatest(a, b)); CREATE INDEX ON t ((n + 1)); CREATE INDEX ON t "
       "((a COLLATE \"C\")); CREATE INDEX ON t (nullif(a, b)); CREATE INDEX ON t (substring(a from "
       "1)); CREATE INDEX ON t ((ARRAY[a])); CREATE INDEX ON t ((n > 0))",
       "table t { a text; b text; n int; index on ((a::varchar)); index on ((n::text)); index on "
       "(coalesce(a, b)); index on ((case when n > 0 then a end)); index on (greatest(a, b)); "
       "index "
       "on ((n + 1)); index on ((a collate \"C\")); index on (nullif(a, b)); index on (substring(a "
       "from 1)); index on ((array[a])); index on ((n > 0)); }"},
  };
  return scenarios;
}

void Compare(Session& session, const std::string& sql, const std::string& zdm) {
  session.Must("DROP SCHEMA public CASCADE");
  session.Must("CREATE SCHEMA public");
  session.Must(sql);
  const Resolved resolved = ResolveText(zdm);
  ASSERT_TRUE(resolved.desired && !resolved.diagnostics.HasErrors()) << resolved.Rendered();
  EXPECT_EQ(OurNames(resolved.desired->schema), session.Value(kServerNames));
}

TEST(DefaultNames, AreTheServersOwn) {
  const TestDatabase database(SharedServer());
  const auto session = database.Connect();
  session->Must("SET search_path = public");
  for (const Scenario& scenario : Scenarios()) {
    SCOPED_TRACE(scenario.what);
    Compare(*session, scenario.sql, scenario.zdm);
  }
}

TEST(DefaultNames, LongOnesAreCutAsTheServerDoes) {
  const TestDatabase database(SharedServer());
  const auto session = database.Connect();
  session->Must("SET search_path = public");
  const std::string wide = "\"äöüßäöüßäöüßäöüßäöüßäöüßäöüßä1\"";
  for (const std::string& table : {kLong, std::string("t"), wide}) {
    for (const std::string& column : {kLong, std::string("c"), wide, std::string(33, 'k')}) {
      SCOPED_TRACE(table + "." + column);
      Compare(*session,
              "CREATE TABLE " + table + " (" + column + " int PRIMARY KEY, b int, UNIQUE (" +
                  column + ", b), FOREIGN KEY (b) REFERENCES " + table + ", CHECK (" + column +
                  " > 0)); CREATE INDEX ON " + table + " (b, " + column + ")",
              "table " + table + " { " + column + " int primary key; b int; unique (" + column +
                  ", b); foreign key (b) references " + table + "; check (" + column +
                  " > 0); index on (b, " + column + "); }");
    }
  }
}

}  // namespace
}  // namespace zdm::test
