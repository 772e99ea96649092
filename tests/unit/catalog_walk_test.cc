// SPDX-License-Identifier: Apache-2.0
// Promise 8, kind by kind: every object or property that the model does not carry is refused by
// name, and the `ignore` line of the refusal takes it out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <ostream>

#include "compiler/catalog/postgres_catalog.h"
#include "runtime/database/postgres_database.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

struct Refusal {
  const char* name;                ///< of the test
  const char* sql;                 ///< run by the owner, in a database with schema s and table s.t
  const char* found;               ///< the beginning of the diagnostic
  const char* ignore;              ///< kind and pattern
  const char* administrator = "";  ///< run first by the superuser, search_path = s
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

const Refusal kRefusals[] = {
    {"View", "create view v as select 1 as a", "view `s.v`", "view s.v"},
    {"MaterializedView", "create materialized view m as select 1 as a; create index on m (a)",
     "materialized_view `s.m`", "materialized_view s.m"},
    {"CompositeType", "create type c as (a int)", "composite_type `s.c`", "type s.c"},
    {"Range", "create type r as range (subtype = int)", "range `s.r`", "range s.r"},
    {"ShellType", "", "type `s.shell`", "type s.shell", "create type shell"},
    {"Function", "create function f(int) returns int language sql as 'select 1'",
     "function `s.f(integer)`", "function s.f"},
    {"Procedure", "create procedure p() language sql as 'select 1'", "procedure `s.p()`",
     "procedure s.p"},
    {"Aggregate", "create aggregate g(int) (sfunc = int4pl, stype = int)",
     "aggregate `s.g(integer)`", "aggregate s.g"},
    {"Trigger",
     "create trigger tr before update on t for each row execute function "
     "suppress_redundant_updates_trigger()",
     "trigger `s.t.tr`", "trigger s.t.tr"},
    {"ConstraintTrigger",
     "create constraint trigger tc after update on t for each row execute function "
     "suppress_redundant_updates_trigger()",
     "trigger `s.t.tc`", "trigger s.t.tc"},
    {"Rule", "create rule ru as on insert to t do also notify n", "rule `s.t.ru`", "rule s.t.ru"},
    {"Policy", "create policy po on t using (id > 1)", "policy `s.t.po`", "policy s.t.po"},
    {"RowSecurity", "alter table t enable row level security",
     "table `s.t` has what zdm does not model yet: row level security", "table s.t"},
    {"ForcedRowSecurity", "alter table t force row level security",
     "table `s.t` has what zdm does not model yet: forced row level security", "table s.t"},
    {"Inheritance", "create table x () inherits (t)",
     "table `s.x` has what zdm does not model yet: inherits from s.t", "table s.x"},
    {"InheritingTable", "create table x () inherits (t)",
     "table `s.t` has what zdm does not model yet: inherited by s.x", "table s.t"},
    {"IndexOnExtension",
     "create extension if not exists unaccent schema public; create index i on t (a); alter index "
     "i depends on extension unaccent",
     "index `s.i` has what zdm does not model yet: depends on extension unaccent", "index s.i"},
    {"PartitionedTable",
     "create table x (a int) partition by range (a); create table x1 partition of x default",
     "table `s.x`", "table s.x"},
    {"TypedTable", "create type c as (a int); create table x of c",
     "table `s.x` has what zdm does not model yet: of type s.c", "table s.x"},
    {"ReplicaIdentity", "alter table t replica identity full",
     "table `s.t` has what zdm does not model yet: replica identity full", "table s.t"},
    {"AccessMethod", "create table x (a int) using am2",
     "table `s.x` has what zdm does not model yet: access method am2", "table s.x",
     "create access method am2 type table handler heap_tableam_handler"},
    {"ClusteredIndex", "create index i on t (a); alter table t cluster on i",
     "index `s.i` has what zdm does not model yet: clusters the table", "index s.i"},
    {"ClusteredKey", "alter table t cluster on t_pkey",
     "constraint `s.t.t_pkey` has what zdm does not model yet: clusters the table",
     "constraint s.t.t_pkey"},
    {"IndexStatistics",
     "create index i on t ((a + 1)); alter index i alter column 1 set statistics 300",
     "index `s.i` has what zdm does not model yet: a statistics target of element 1", "index s.i"},
    {"Exclusion", "create table x (r int4range, exclude using gist (r with &&))",
     "constraint `s.x.x_r_excl`", "constraint s.x.x_r_excl"},
    {"DisabledForeignKey", "",
     "table `s.f` has what zdm does not model yet: disabled triggers of foreign keys", "table s.f",
     "create table f (a int references t); alter table f owner to owner; alter table f disable "
     "trigger all"},
    {"IdentityType", "alter sequence t_b_seq as smallint",
     "column `s.t.b` has what zdm does not model yet: an identity whose sequence is of type "
     "smallint",
     "column s.t.b"},
    {"Statistics", "create statistics st on id, a from t", "statistics_object `s.st`",
     "statistics_object s.st"},
    {"Operator", "create operator ### (leftarg = int, rightarg = int, function = int4pl)",
     "operator `s.\"###\"(integer,integer)`", "operator s.###"},
    {"OperatorFamily", "", "operator_family `s.of`", "operator_family s.of",
     "create operator family of using btree"},
    {"Cast", "create type mood as enum ('a'); create cast (text as mood) with inout",
     "cast `(text AS s.mood)`", "cast *"},
    {"Collation", "create collation co (locale = 'C')", "collation `s.co`", "collation s.co"},
    {"Conversion", "create conversion cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
     "conversion `s.cv`", "conversion s.cv"},
    {"TextSearchConfiguration", "create text search configuration tc (copy = simple)",
     "text_search_configuration `s.tc`", "text_search_configuration s.tc"},
    {"TextSearchDictionary", "create text search dictionary td (template = simple)",
     "text_search_dictionary `s.td`", "text_search_dictionary s.td"},
    {"TextSearchParser", "", "text_search_parser `s.tp`", "text_search_parser s.tp",
     "create text search parser tp (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, "
     "lextypes = prsd_lextype)"},
    {"TextSearchTemplate", "", "text_search_template `s.tt`", "text_search_template s.tt",
     "create text search template tt (lexize = dsimple_lexize)"},
    {"ForeignTable", "", "foreign_table `s.ft`", "foreign_table s.ft",
     "create foreign data wrapper w2; create server sv2 foreign data wrapper w2; create foreign "
     "table ft (a int) server sv2"},
    {"ForeignDataWrapper", "", "foreign_data_wrapper `w`", "foreign_data_wrapper w",
     "create foreign data wrapper w"},
    {"Server", "", "server `sv`", "server sv",
     "create foreign data wrapper w1; create server sv foreign data wrapper w1"},
    {"UserMapping", "", "user_mapping `owner on server sv3`", "user_mapping *",
     "create foreign data wrapper w3; create server sv3 foreign data wrapper w3; create user "
     "mapping for owner server sv3"},
    {"EventTrigger", "", "event_trigger `et`", "event_trigger et",
     "create function ef() returns event_trigger language plpgsql as 'begin end'; create event "
     "trigger et on ddl_command_end execute function ef()"},
    {"Publication", "create publication pu for table t", "publication `pu`", "publication pu"},
    {"Language", "", "language `la`", "language la",
     "create language la handler "
     "plpgsql_call_handler"},
    {"Transform", "", "transform `for integer on language sql`", "transform *",
     "create transform for int language sql (from sql with function prsd_lextype(internal))"},
    {"DefaultPrivileges", "alter default privileges in schema s grant select on tables to public",
     "default_acl `for role owner in schema s on tables`", "default_acl *"},
    {"GlobalDefaultPrivileges", "alter default privileges grant select on tables to public",
     "default_acl `for role owner on tables`", "default_acl *"},
    {"CommentOnKeyIndex", "comment on index t_pkey is 'x'", "comment `index s.t_pkey`",
     "comment s.t_pkey"},
    {"CommentOnIdentity", "comment on sequence t_b_seq is 'x'", "comment `sequence s.t_b_seq`",
     "comment s.t_b_seq"},
    {"CommentOnRowType", "comment on type t is 'x'", "comment `composite_type s.t`", "comment s.t"},
};

/// With the name of the test's own schema in place of `s`.
std::string InSchema(const Refusal& refusal, std::string text) {
  std::string schema = "in_";
  for (const char c : std::string(refusal.name)) {
    schema += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (text == "s") return schema;
  for (std::size_t at = text.find("s."); at != std::string::npos; at = text.find("s.", at + 1)) {
    const bool begins = at == 0 || text[at - 1] == ' ' || text[at - 1] == '`';
    if (begins) text.replace(at, 1, schema);
  }
  const std::size_t in_schema = text.find("schema s ");
  return in_schema == std::string::npos ? text : text.replace(in_schema + 7, 1, schema);
}

std::vector<std::string> ReadFindings(const test::TestDatabase& home, const std::string& schema,
                                      const std::vector<Ignore>& ignores) {
  CatalogOptions options;
  options.schemas = {schema};
  options.ignores = ignores;
  ConnectOptions connect;
  connect.url = home.Url();
  Diagnostics diagnostics;
  const auto read = ReadPostgresCatalog(*ConnectPostgres(connect), options, diagnostics);
  EXPECT_EQ(read.has_value(), !diagnostics.HasErrors());
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const bool known =
        diagnostic.code == codes::kNotModelled || diagnostic.code == codes::kPropertyNotModelled;
    EXPECT_TRUE(known) << diagnostic.text;
    EXPECT_FALSE(diagnostic.notes.empty());
    texts.push_back(diagnostic.text + "\n  " + diagnostic.notes.at(0).text);
  }
  return texts;
}

/// One database with everything in it; each test looks at its own schema.
class Refused : public testing::TestWithParam<Refusal> {
 protected:
  static void SetUpTestSuite() {
    home_ = std::make_unique<test::TestDatabase>(test::SharedServer());
    const auto session = home_->Connect();
    for (const Refusal& refusal : kRefusals) {
      const std::string schema = InSchema(refusal, "s");
      session->Must("create schema " + schema + "; set search_path = " + schema);
      session->Must(
          "create table t (id int primary key, a int, b bigint generated always as identity)");
      if (*refusal.administrator != '\0') {
        test::SharedServer().Administer(
            "set search_path = " + schema + "; " + refusal.administrator, home_->name());
      }
      if (*refusal.sql != '\0') session->Must(InSchema(refusal, refusal.sql));
    }
  }
  static void TearDownTestSuite() { home_.reset(); }

  static std::unique_ptr<test::TestDatabase> home_;
};

std::unique_ptr<test::TestDatabase> Refused::home_;

Ignore ToIgnore(const std::string& text) {
  const std::size_t blank = text.find(' ');
  return {text.substr(0, blank), text.substr(blank + 1), {}};
}

TEST_P(Refused, ByNameUntilIgnored) {
  const Refusal& refusal = GetParam();
  const std::string found = InSchema(refusal, refusal.found);
  const auto named = [&](const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.starts_with(found); });
  };
  const std::string schema = InSchema(refusal, "s");
  const std::vector<std::string> all = ReadFindings(*home_, schema, {});
  EXPECT_TRUE(named(all)) << found << "\n" << fmt::format("{}", fmt::join(all, "\n"));
  const Ignore ignore = ToIgnore(InSchema(refusal, refusal.ignore));
  const std::vector<std::string> left = ReadFindings(*home_, schema, {ignore});
  EXPECT_FALSE(named(left)) << fmt::format("{}", fmt::join(left, "\n"));
  EXPECT_LT(left.size(), all.size());
}

INSTANTIATE_TEST_SUITE_P(Walk, Refused, testing::ValuesIn(kRefusals),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(CatalogWalk, APlainSchemaHasNothingToRefuse) {
  test::TestDatabase home(test::SharedServer());
  home.Connect()->Must(
      "create schema s; create table s.t (id bigint generated always as identity primary key, a "
      "text not null default 'x' check (a <> ''), b int references s.t, unique (a, b)); create "
      "index on s.t (lower(a)); comment on table s.t is 'x'; comment on column s.t.a is 'y'; "
      "comment on index s.t_lower_idx is 'z'; comment on constraint t_pkey on s.t is 'k'; comment "
      "on schema s is 's'");
  const auto found = ReadFindings(home, "s", {});
  EXPECT_TRUE(found.empty()) << fmt::format("{}", fmt::join(found, "\n"));
}

TEST(CatalogWalk, ExtensionsBringWhatTheyLike) {
  test::TestDatabase home(test::SharedServer());
  home.Connect()->Must("create schema s");
  test::SharedServer().Administer(
      "create extension citext schema s; create extension hstore schema s; create extension "
      "pg_trgm schema s; create extension btree_gist schema s; create extension postgres_fdw",
      home.name());
  const auto found = ReadFindings(home, "s", {});
  EXPECT_TRUE(found.empty()) << fmt::format("{}", fmt::join(found, "\n"));
}

TEST(CatalogWalk, WhatTheJournalListsGoesWithAllThatBelongsToIt) {
  test::TestDatabase home(test::SharedServer());
  home.Connect()->Must(
      "create schema s; create table s.t (id int primary key, a int, zdm_1 int default 1 check "
      "(zdm_1 > 0)); create index zdm_i on s.t (zdm_1, a); create table s.zdm_2 (a serial); create "
      "function s.zdm_f() returns trigger language plpgsql as 'begin return new; end'; create "
      "trigger zdm_g before update on s.t for each row execute function s.zdm_f(); comment on "
      "column s.t.zdm_1 is 'x'");
  CatalogOptions options;
  options.schemas = {"s"};
  options.owned = {{"column", "s.t.zdm_1", {}, false},
                   {"table", "s.zdm_2", {}, true},
                   {"function", "s.zdm_f()", {}, false},
                   {"trigger", "s.t.zdm_g", {}, false}};
  ConnectOptions connect;
  connect.url = home.Url();
  Diagnostics diagnostics;
  const auto schema = ReadPostgresCatalog(*ConnectPostgres(connect), options, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) ADD_FAILURE() << diagnostic.text;
  ASSERT_TRUE(schema);
  ASSERT_EQ(schema->tables.size(), 1U);
  EXPECT_EQ(schema->tables[0].columns.size(), 2U);
  EXPECT_TRUE(schema->tables[0].checks.empty());
  EXPECT_TRUE(schema->tables[0].indexes.empty());
}

}  // namespace
}  // namespace zdm
