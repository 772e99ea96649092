// SPDX-License-Identifier: Apache-2.0
// Our spelling of types against the server's own.
#include "compiler/schema/postgres_types.h"

#include <gtest/gtest.h>

#include "tests/support/test_server.h"

namespace zdm::test {
namespace {

const std::vector<std::string>& WrittenTypes() {
  static const std::vector<std::string> types = {
      "int",
      "INTEGER",
      "int4",
      "int2",
      "int8",
      "smallint",
      "bigint",
      "pg_catalog.int4",
      "\"int4\"",
      "float",
      "float(1)",
      "float(24)",
      "float(25)",
      "float(53)",
      "real",
      "float4",
      "float8",
      "double  precision",
      "DOUBLE PRECISION",
      "numeric",
      "numeric(10)",
      "numeric(12,2)",
      "numeric( 12 , 2 )",
      "decimal(5,1)",
      "dec",
      "numeric(1000,1000)",
      "bool",
      "boolean",
      "text",
      "varchar",
      "varchar(20)",
      "character varying",
      "character varying (20)",
      "char",
      "char(3)",
      "character",
      "character(7)",
      "CHARACTER VARYING(1)",
      "char varying(2)",
      "nchar(5)",
      "nchar",
      "nchar varying(3)",
      "national character(5)",
      "national character varying(5)",
      "national char varying",
      "bpchar",
      "bpchar(4)",
      "\"char\"",
      "pg_catalog.\"char\"",
      "pg_catalog.bpchar",
      "pg_catalog.varchar(3)",
      "name",
      "bit",
      "bit(8)",
      "bit varying",
      "bit varying(8)",
      "varbit",
      "varbit(9)",
      "date",
      "time",
      "time(3)",
      "timetz",
      "timetz(2)",
      "time with time zone",
      "time(0) with time zone",
      "time without time zone",
      "timestamp",
      "timestamp(6)",
      "timestamp (3) with time zone",
      "timestamp with time zone",
      "timestamp without time zone",
      "timestamp(0) without time zone",
      "timestamptz",
      "timestamptz(3)",
      "TimestampTZ",
      "pg_catalog.timestamptz(1)",
      "interval",
      "interval(3)",
      "interval year",
      "interval month",
      "interval day",
      "interval hour",
      "interval minute",
      "interval second",
      "interval second(2)",
      "interval year to month",
      "interval day to hour",
      "interval day to minute",
      "interval day to second",
      "interval day to second(3)",
      "interval hour to minute",
      "interval hour to second",
      "interval minute to second",
      "interval minute to second(0)",
      "int[]",
      "int[3]",
      "int[3][4]",
      "int array",
      "int array[4]",
      "text [ ]",
      "numeric(4,2)[]",
      "timestamptz(2)[]",
      "varchar(3) array",
      "interval day[]",
      "json",
      "jsonb",
      "jsonpath",
      "xml",
      "uuid",
      "inet",
      "cidr",
      "macaddr",
      "macaddr8",
      "money",
      "bytea",
      "point",
      "line",
      "lseg",
      "box",
      "path",
      "polygon",
      "circle",
      "tsvector",
      "tsquery",
      "int4range",
      "numrange",
      "tstzrange",
      "int4multirange",
      "oid",
      "regclass",
      "regtype",
      "pg_lsn",
      "xid",
      "xid8",
      "cid",
      "tid",
      "txid_snapshot",
      "pg_snapshot",
      "refcursor",
      "aclitem",
      "int2vector",
      "oidvector",
      "public.\"Weird Type\"",
      "public.mood",
      "public.mood[]",
      "\"Other S\".mood",
      "public.\"int\"",
  };
  return types;
}

TEST(PostgresTypes, AreSpelledAsTheServerDoes) {
  const TestDatabase database(SharedServer());
  const auto session = database.Connect();
  session->Must("CREATE SCHEMA \"Other S\"");
  session->Must("CREATE TYPE public.\"Weird Type\" AS ENUM ('a')");
  session->Must("CREATE TYPE public.mood AS ENUM ('a')");
  session->Must("CREATE TYPE public.\"int\" AS ENUM ('a')");
  session->Must("CREATE TYPE \"Other S\".mood AS ENUM ('a')");
  session->Must("SET search_path = pg_catalog");
  for (const std::string& written : WrittenTypes()) {
    session->Must("CREATE TABLE public.t (c " + written + ")");
    const std::string expected = session->Value(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = 'public.t'::regclass AND attname = 'c'");
    const TypeName type = CanonicalPostgresType(written);
    EXPECT_EQ(type.sql, expected) << written;
    EXPECT_EQ(type.error, "") << written;
    EXPECT_TRUE(type.settled) << written;
    EXPECT_EQ(CanonicalPostgresType(type.sql).sql, type.sql) << "not stable";
    session->Must("DROP TABLE public.t");
  }
}

TEST(PostgresTypes, NamesThatOnlyASearchPathKnowsStay) {
  EXPECT_EQ(CanonicalPostgresType("citext"), (TypeName{"citext", "", "", false}));
  EXPECT_EQ(CanonicalPostgresType("\"Weird Type\"[]"),
            (TypeName{"\"Weird Type\"[]", "", "", false}));
  EXPECT_EQ(CanonicalPostgresType("geometry(Point, 4326)"),
            (TypeName{"geometry(Point,4326)", "", "", false}));
  EXPECT_EQ(CanonicalPostgresType("\"integer\""), (TypeName{"\"integer\"", "", "", false}));
}

TEST(PostgresTypes, WhatIsNoTypeIsAnError) {
  const TestDatabase database(SharedServer());
  const auto session = database.Connect();
  for (const std::string written : {"int(3)",
                                    "text(5)",
                                    "varchar(0)",
                                    "varchar(10485761)",
                                    "numeric(0)",
                                    "numeric(1001)",
                                    "numeric(10,2000)",
                                    "numeric(a)",
                                    "char(-1)",
                                    "bit(0)",
                                    "float(0)",
                                    "float(54)",
                                    "double",
                                    "double int",
                                    "national text",
                                    "interval month to year",
                                    "interval year to second",
                                    "timestamp with zone",
                                    "timestamp with",
                                    "int b",
                                    "int[",
                                    "int[a]",
                                    "bytea(3)",
                                    "",
                                    "date with time zone",
                                    "interval day(3)",
                                    "a.b.c"}) {
    EXPECT_NE(CanonicalPostgresType(written).error, "") << written;
    EXPECT_FALSE(session->Run("CREATE TABLE t (c " + written + ")").ok()) << written;
  }
  EXPECT_NE(CanonicalPostgresType("serial").hint, "");
  EXPECT_NE(CanonicalPostgresType("bigserial").hint, "");
  EXPECT_NE(CanonicalPostgresType("time(9)").error, "");
}

}  // namespace
}  // namespace zdm::test
