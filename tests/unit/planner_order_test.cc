// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compiler/planner/order.h"

namespace zdm {
namespace {

struct Given {
  std::string name;
  std::size_t recipe = 0;
  std::vector<std::string> needs = {}, provides = {}, removes = {};
  Phase phase = Phase::kExpand;
  Stage stage = Stage::kMain;
};

/// The names in the order in which they run, or "cycle: a b".
std::string Ordered(const std::vector<Given>& given) {
  std::vector<DraftStep> drafts;
  for (const Given& one : given) {
    DraftStep draft;
    draft.step.id = one.name;
    draft.step.phase = one.phase;
    draft.step.needs = one.needs;
    draft.step.provides = one.provides;
    draft.step.removes = one.removes;
    draft.stage = one.stage;
    drafts.push_back(draft);
  }
  std::vector<OrderedStep> steps;
  for (std::size_t i = 0; i < given.size(); ++i) steps.push_back({&drafts[i], given[i].recipe});
  const StepOrder order = OrderSteps(steps);
  std::string text = order.cycle.empty() ? "" : "cycle:";
  for (const std::size_t i : order.cycle.empty() ? order.order : order.cycle) {
    text += (text.empty() ? "" : " ") + given[i].name;
  }
  return text;
}

TEST(PlannerOrder, DeclarationDecidesWithoutResources) {
  EXPECT_EQ(Ordered({{"a", 0}, {"b", 1}, {"c", 2}}), "a b c");
}

TEST(PlannerOrder, PhaseAndStageComeFirst) {
  EXPECT_EQ(Ordered({{"contract", 0, {}, {}, {}, Phase::kContract},
                     {"last", 1, {}, {}, {}, Phase::kExpand, Stage::kLast},
                     {"first", 2, {}, {}, {}, Phase::kExpand, Stage::kFirst},
                     {"main", 3}}),
            "first main last contract");
}

TEST(PlannerOrder, ProvidersGoBeforeThoseWhoNeed) {
  EXPECT_EQ(Ordered({{"index", 0, {"column"}},
                     {"column", 1, {"table"}, {"column"}},
                     {"table", 2, {}, {"table"}}}),
            "table column index");
}

TEST(PlannerOrder, UsersGoBeforeTheRemover) {
  EXPECT_EQ(Ordered({{"drop", 0, {}, {}, {"t"}}, {"use", 1, {"t"}}}), "use drop");
}

TEST(PlannerOrder, AnotherRecipesNewNameComesAfterTheOldOneIsGone) {
  EXPECT_EQ(Ordered({{"use", 0, {"i"}}, {"create", 1, {}, {"i"}}, {"drop", 2, {}, {}, {"i"}}}),
            "drop create use");
}

TEST(PlannerOrder, StepsOfOneRecipeKeepTheirOrder) {
  EXPECT_EQ(Ordered({{"a1", 0}, {"a2", 0}, {"b", 1, {}, {"x"}}, {"c", 2, {"x"}}}), "a1 a2 b c");
  EXPECT_EQ(Ordered({{"build", 0, {}, {"i"}}, {"swap", 0, {}, {}, {"i"}}}), "build swap");
}

TEST(PlannerOrder, NamesACycle) {
  EXPECT_EQ(Ordered({{"free", 0}, {"a", 1, {"y"}, {"x"}}, {"b", 2, {"x"}, {"y"}}}), "cycle: a b");
}

}  // namespace
}  // namespace zdm
