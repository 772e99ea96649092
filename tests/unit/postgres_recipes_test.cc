// SPDX-License-Identifier: Apache-2.0
// What the scenario files do not show of PostgreSQL's recipes: fragments of SQL for odd names and
// texts, how defaults are told apart, and which hazards a tombstone acknowledges.
#include "compiler/recipes/postgres_recipes.h"

#include <gtest/gtest.h>

#include "compiler/recipes/postgres_defaults.h"
#include "compiler/recipes/postgres_rows.h"
#include "compiler/recipes/postgres_sql.h"

namespace zdm {
namespace {

using namespace postgres;

TEST(PostgresSql, QuotesWhatMustBeQuoted) {
  EXPECT_EQ(Quote("email"), "email");
  EXPECT_EQ(Quote("order"), "\"order\"");
  EXPECT_EQ(Quote("a\"b; --"), "\"a\"\"b; --\"");
  EXPECT_EQ(Quote(QualifiedName{"public", "Full Name"}), "public.\"Full Name\"");
  EXPECT_EQ(Literal("it's"), "'it''s'");
  EXPECT_EQ(Literal("a\\b"), "E'a\\\\b'");
}

TEST(PostgresSql, PutsParenthesesWhereNoneSpanTheText) {
  EXPECT_EQ(Parenthesized("(a > 0)"), "(a > 0)");
  EXPECT_EQ(Parenthesized("(a > 0) AND (b > 0)"), "((a > 0) AND (b > 0))");
  EXPECT_EQ(Parenthesized("(a = ')')"), "(a = ')')");
  EXPECT_EQ(Parenthesized("(\"(\" > 0)"), "(\"(\" > 0)");
}

TEST(PostgresSql, GrantsComeBackFromAclitems) {
  EXPECT_EQ(GrantStatements("TABLE public.t", "", {"app=ar*/owner", "=r/owner"}),
            (std::vector<std::string>{"GRANT INSERT ON TABLE public.t TO app",
                                      "GRANT SELECT ON TABLE public.t TO app WITH GRANT OPTION",
                                      "GRANT SELECT ON TABLE public.t TO PUBLIC"}));
  EXPECT_EQ(GrantStatements("TABLE public.t", "c", {"\"a=b\"=w/owner"}),
            (std::vector<std::string>{"GRANT UPDATE (c) ON TABLE public.t TO \"a=b\""}));
}

TEST(PostgresDefaults, AreToldApart) {
  EXPECT_EQ(ClassifyDefault("'random()'::text"), DefaultKind::kConstant);
  EXPECT_EQ(ClassifyDefault("'x'::character varying(20)"), DefaultKind::kConstant);
  EXPECT_EQ(ClassifyDefault("(1 + 2)"), DefaultKind::kConstant);
  EXPECT_EQ(ClassifyDefault("now()"), DefaultKind::kStable);
  EXPECT_EQ(ClassifyDefault("CURRENT_TIMESTAMP"), DefaultKind::kStable);
  EXPECT_EQ(ClassifyDefault("gen_random_uuid()"), DefaultKind::kVolatile);
  EXPECT_EQ(ClassifyDefault("nextval('public.s'::regclass)"), DefaultKind::kVolatile);
  EXPECT_EQ(ClassifyDefault("(now() + random() * '1 day'::interval)"), DefaultKind::kVolatile);
  EXPECT_EQ(ClassifyDefault("public.next_number()"), DefaultKind::kVolatile);
  EXPECT_EQ(ClassifyDefault("\"My\".\"f\"()"), DefaultKind::kVolatile);
}

/// A table item (id primary key, name unique, price) with an index on its price.
Table Item() {
  Table table;
  table.name = {"public", "item"};
  for (const char* name : {"id", "name", "price"}) {
    Column column;
    column.name = name;
    column.type.sql = "integer";
    column.not_null = column.name == "id";
    table.columns.push_back(column);
  }
  table.primary_key = Key{};
  table.primary_key->name = "item_pkey";
  table.primary_key->columns = {"id"};
  Key unique;
  unique.name = "item_name_key";
  unique.columns = {"name"};
  table.uniques = {unique};
  return table;
}

class RecipeHazards : public testing::Test {
 protected:
  /// "ZDM2001 public.item tombstone" for each hazard.
  std::vector<std::string> Hazards(ChangeKind kind, bool asked_for) {
    target_.tables = {Item()};
    current_.tables = {Item()};
    current_.server_version = 150000;
    files_.Add({"item.zdm", "drop\n"});
    const RecipeContext context{current_, target_, files_, diagnostics_, "salt", {}};
    const SourceSpan origin = asked_for ? SourceSpan{0, 0, 4} : SourceSpan();
    std::vector<std::string> hazards;
    for (const DraftStep& draft : MakePostgresRecipe({std::move(kind), origin}, context).steps) {
      for (const Hazard& hazard : draft.step.hazards) {
        hazards.push_back(hazard.code + " " + hazard.object + " " + hazard.allowed_by);
      }
    }
    return hazards;
  }

  using List = std::vector<std::string>;
  Schema current_, target_;
  SourceFiles files_;
  Diagnostics diagnostics_;
};

TEST_F(RecipeHazards, ATombstoneIsItsOwnAcknowledgement) {
  Extension extension;
  extension.name = "hstore";
  Index index;
  index.name = "item_price";
  index.elements.emplace_back();
  index.elements.back().column = "price";
  EXPECT_EQ(Hazards(DropTable{Item()}, true), List{"ZDM2001 public.item tombstone"});
  EXPECT_EQ(Hazards(DropTable{Item()}, false), List{"ZDM2001 public.item "});
  EXPECT_EQ(Hazards(DropColumn{Item(), Item().columns[2], {}}, true),
            List{"ZDM2002 public.item.price tombstone"});
  EXPECT_EQ(Hazards(DropExtension{extension}, true), List{"ZDM2003 hstore tombstone"});
  EXPECT_EQ(Hazards(DropIndex{Item(), index}, true), List{"ZDM2004 public.item_price tombstone"});
}

TEST_F(RecipeHazards, WhatBindsUntilContractNeedsAWord) {
  EXPECT_EQ(
      Hazards(DropUnique{Item(), Item().uniques[0]}, true),
      (List{"ZDM2005 public.item.item_name_key tombstone", "ZDM2010 public.item.item_name_key "}));
  ForeignKey key;
  key.name = "item_parent";
  key.columns = {"price"};
  key.references = {"public", "item"};
  key.referenced_columns = {"id"};
  EXPECT_EQ(Hazards(DropForeignKey{Item(), key}, true),
            List{"ZDM2005 public.item.item_parent tombstone"});
  key.on_delete = ForeignKeyAction::kCascade;
  EXPECT_EQ(Hazards(DropForeignKey{Item(), key}, false), List{"ZDM2011 public.item.item_parent "});
}

TEST_F(RecipeHazards, ADefaultNeedsAWordUnlessItOnlyHelps) {
  Column before = Item().columns[2];
  Column after = before;
  after.default_value = Expression{"1", true, {}};
  EXPECT_EQ(Hazards(ChangeDefault{Item(), before, after}, true),
            List{"ZDM2012 public.item.price "});
  before.not_null = after.not_null = true;
  EXPECT_EQ(Hazards(ChangeDefault{Item(), before, after}, true), List{});
  EXPECT_EQ(Hazards(ChangeDefault{Item(), after, before}, true), List{});
}

}  // namespace
}  // namespace zdm
