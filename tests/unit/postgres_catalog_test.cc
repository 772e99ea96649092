// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_catalog.h"

#include <gtest/gtest.h>

#include "tests/support/text.h"

namespace zdm::test {
namespace {

TEST(CatalogText, NamesWhatPgDumpNames) {
  const TestDatabase database(SharedServer());
  const auto owner = database.Connect();
  const std::string empty = CatalogText(*owner);
  owner->Must(
      "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text COLLATE \"C\""
      " DEFAULT 'x', CHECK (a <> ''))");
  owner->Must("CREATE INDEX i ON t (lower(a)) WHERE id > 3");
  owner->Must("COMMENT ON COLUMN t.a IS 'it''s'");
  owner->Must("GRANT SELECT (a) ON t TO app");
  owner->Must("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
  owner->Must("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()");
  const std::string text = CatalogText(*owner);
  for (const std::string part :
       {"CREATE TABLE public.t (", "DEFAULT 'x'::text", "COLLATE \"C\"", "CHECK", "PRIMARY KEY",
        "CREATE INDEX i", "it''s", "app=r/owner", "CREATE OR REPLACE FUNCTION", "CREATE TRIGGER g",
        "SEQUENCE public.t_id_seq"}) {
    EXPECT_TRUE(Contains(text, part)) << part << " is not in\n" << text;
  }
  owner->Must("DROP TABLE t CASCADE");
  owner->Must("DROP FUNCTION f()");
  EXPECT_EQ(CatalogText(*owner), empty);
}

}  // namespace
}  // namespace zdm::test
