// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_qualify.h"

#include <gtest/gtest.h>

#include "compiler/schema/postgres_expression.h"

namespace zdm {
namespace {

TEST(PostgresQualify, NamesGetTheirSchema) {
  EXPECT_EQ(QualifyNames("lower(name)"), "pg_catalog.lower(name)");
  EXPECT_EQ(QualifyNames("((first || ' '::text) || lower(last))"),
            "((first OPERATOR(pg_catalog.||) ' '::pg_catalog.text) OPERATOR(pg_catalog.||) "
            "pg_catalog.lower(last))");
  EXPECT_EQ(QualifyNames("(a = ANY (ARRAY['x'::text, 'y'::text]))"),
            "(a OPERATOR(pg_catalog.=) ANY (ARRAY['x'::pg_catalog.text, 'y'::pg_catalog.text]))");
  EXPECT_EQ(QualifyNames("(- cents)"), "(OPERATOR(pg_catalog.-) cents)");
  EXPECT_EQ(QualifyNames("((name COLLATE \"C\") < 'x'::text)"),
            "((name COLLATE pg_catalog.\"C\") OPERATOR(pg_catalog.<) 'x'::pg_catalog.text)");
  EXPECT_EQ(QualifyNames("\"substring\"(a, 1, 2)"), "pg_catalog.\"substring\"(a, 1, 2)");
}

TEST(PostgresQualify, WhatIsQualifiedStays) {
  for (const char* text :
       {"public.f(a)", "NULLIF(a, 'x'::public.citext)", "(a OPERATOR(public.=) b)",
        "'new'::public.state", "(a)::integer", "(a)::numeric(12,2)", "EXTRACT(year FROM a)",
        "(a AT TIME ZONE zone)", "COALESCE(a, b)", "GREATEST(a, b)", "(a IS NULL)", "a[1]",
        "CURRENT_TIMESTAMP", "POSITION((a) IN (b))", "(a)::timestamp(3) with time zone",
        "E'it\\'s = lower(x)'", "'lower(x) = ''y'''"}) {
    EXPECT_EQ(QualifyNames(text), text);
  }
}

TEST(PostgresQualify, HiddenComparisonsAreWrittenOut) {
  EXPECT_EQ(QualifyNames("NULLIF(a, ''::text)"),
            "CASE WHEN ((a) OPERATOR(pg_catalog.=) ( ''::pg_catalog.text)) THEN NULL ELSE (a) END");
  EXPECT_EQ(QualifyNames("CASE a WHEN 1 THEN 'x'::text ELSE lower(b) END"),
            "CASE WHEN (( a ) OPERATOR(pg_catalog.=) ( 1 )) THEN 'x'::pg_catalog.text ELSE "
            "pg_catalog.lower(b) END");
  for (const char* text : {"(a IS DISTINCT FROM b)", "a IS NOT DISTINCT FROM lower(b)",
                           "NULLIF(NULLIF(a, b), CASE c WHEN d THEN e END)",
                           "CASE WHEN (CASE a WHEN b THEN c END IS DISTINCT FROM d) THEN e END"}) {
    const std::string qualified = QualifyNames(text);
    EXPECT_EQ(ParseError(qualified), "") << qualified;
    EXPECT_EQ(QualifyNames(qualified), qualified) << "something bare was left";
    for (const char* bare : {"DISTINCT", "NULLIF", "CASE a", "CASE c"}) {
      EXPECT_EQ(qualified.find(bare), std::string::npos) << qualified;
    }
  }
}

TEST(PostgresQualify, Types) {
  EXPECT_EQ(QualifyType("text"), "pg_catalog.text");
  EXPECT_EQ(QualifyType("text[]"), "pg_catalog.text[]");
  EXPECT_EQ(QualifyType("\"char\""), "pg_catalog.\"char\"");
  EXPECT_EQ(QualifyType("timestamp with time zone"), "timestamp with time zone");
  EXPECT_EQ(QualifyType("public.citext"), "public.citext");
}

}  // namespace
}  // namespace zdm
