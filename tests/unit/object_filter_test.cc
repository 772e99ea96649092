// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/object_filter.h"

#include <gtest/gtest.h>

namespace zdm {
namespace {

TEST(ObjectFilter, PatternsMatchAnyRunOfCharacters) {
  EXPECT_TRUE(MatchesPattern("public.t", "public.t"));
  EXPECT_TRUE(MatchesPattern("public.*", "public.t"));
  EXPECT_TRUE(MatchesPattern("*.t", "public.t"));
  EXPECT_TRUE(MatchesPattern("*_*_x", "a_b_c_x"));
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("a*b*", "ab"));
  EXPECT_FALSE(MatchesPattern("public.t", "public.t2"));
  EXPECT_FALSE(MatchesPattern("a*b", "abc"));
  EXPECT_FALSE(MatchesPattern("", "a"));
}

bool Ignored(const std::string& kind, const std::string& pattern, const std::string& object_kind,
             const std::vector<std::string>& path) {
  CatalogOptions options;
  options.ignores = {{kind, pattern, {}}};
  return ObjectFilter(options, "public").Hides(object_kind, path);
}

TEST(ObjectFilter, NamesMatchAsShownAndAsStored) {
  EXPECT_TRUE(Ignored("table", "s.\"Odd Name\"", "table", {"s", "Odd Name"}));
  EXPECT_TRUE(Ignored("table", "s.Odd Name", "table", {"s", "Odd Name"}));
  EXPECT_TRUE(Ignored("column", "s.t.c", "column", {"s", "t", "c"}));
  EXPECT_FALSE(Ignored("column", "s.t.c", "constraint", {"s", "t", "c"}));
}

TEST(ObjectFilter, DefaultSchemaNeedsNotBeNamed) {
  EXPECT_TRUE(Ignored("view", "v", "view", {"public", "v"}));
  EXPECT_FALSE(Ignored("view", "v", "view", {"other", "v"}));
}

TEST(ObjectFilter, KnowsWhatTookNothing) {
  CatalogOptions options;
  options.ignores = {{"view", "v", {}}, {"view", "public.*", {}}, {"table", "v", {}}};
  const ObjectFilter filter(options, "public");
  EXPECT_EQ(filter.Unused().size(), 3U);
  EXPECT_TRUE(filter.Hides("view", {"public", "v"}));
  EXPECT_FALSE(filter.Hides("table", {"public", "t"}));
  ASSERT_EQ(filter.Unused().size(), 1U);
  EXPECT_EQ(filter.Unused()[0].kind, "table");
}

TEST(ObjectFilter, AStarIsEveryKindAndTypeIsEveryTypeOfOnesOwn) {
  EXPECT_TRUE(Ignored("*", "s.x", "sequence", {"s", "x"}));
  EXPECT_TRUE(Ignored("type", "s.mood", "enum", {"s", "mood"}));
  EXPECT_FALSE(Ignored("enum", "s.mood", "domain", {"s", "mood"}));
}

TEST(ObjectFilter, WhatTheJournalListsIsHiddenButNotIgnored) {
  CatalogOptions options;
  options.owned = {{"column", "public.t.zdm_x", {}, true}};
  const ObjectFilter filter(options, "public");
  EXPECT_TRUE(filter.Hides("column", {"public", "t", "zdm_x"}));
  EXPECT_FALSE(filter.Hides("column", {"public", "t", "zdm_y"}));
  EXPECT_FALSE(filter.Ignores("column", {"public", "t", "zdm_x"}));
}

}  // namespace
}  // namespace zdm
