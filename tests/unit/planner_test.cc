// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/planner.h"

#include <gtest/gtest.h>

#include "compiler/diff/allow.h"
#include "compiler/planner/explain.h"

namespace zdm {
namespace {

DraftStep MakeStep(const std::string& words, Phase phase, std::vector<Effect> effects = {}) {
  DraftStep draft;
  draft.step.id = words;
  draft.step.phase = phase;
  draft.step.summary = words;
  RunSql run;
  run.statements = {"DO " + words};
  draft.step.apply.action = run;
  draft.effects = std::move(effects);
  return draft;
}

class PlannerTest : public testing::Test {
 protected:
  std::optional<Plan> Build(const std::vector<Recipe>& recipes) {
    return BuildPlan(recipes, context);
  }
  std::string OnlyCode() {
    EXPECT_EQ(diagnostics.all().size(), 1U);
    return diagnostics.all().empty() ? "" : ToString(diagnostics.all()[0].code);
  }

  Schema current, target;
  SourceFiles files;
  Diagnostics diagnostics;
  RecipeContext context{current, target, files, diagnostics, "salt", {}};
};

/// Whichever of two steps takes away what the look needs.
TEST_F(PlannerTest, AWindowEndsAtTheFirstOfSeveralSteps) {
  Recipe recipe;
  recipe.steps = {MakeStep("add", Phase::kExpand), MakeStep("park-child", Phase::kContract),
                  MakeStep("park-parent", Phase::kContract)};
  recipe.steps[0].step.losses = {{{"t", "rows", "select"}, {"add", "park-parent\npark-child"}},
                                 {{"t", "rows", "select"}, {"add", "park-child\npark-parent"}}};
  const std::optional<Plan> plan = Build({recipe});
  ASSERT_TRUE(plan);
  for (const Loss& loss : plan->steps[0].losses) {
    EXPECT_EQ(loss.window, (Window{"e01-add", plan->steps.at(1).id}));
  }
}

TEST_F(PlannerTest, NumbersStepsAndAnswersEachPhase) {
  Recipe recipe;
  recipe.steps = {MakeStep("switch", Phase::kContract, {{"column c", "two"}}),
                  MakeStep("add", Phase::kExpand, {{"column c", "one"}})};
  recipe.steps[1].step.losses = {{{"t", "rows", "select"}, {"add", "switch"}}};
  recipe.questions = {{"column c", "select", "", "", "", ""}};
  recipe.objects = {{"column", "public.t.c", {"add", "drop"}, true}};
  recipe.purge = {MakeStep("drop", Phase::kContract)};
  recipe.notices = {"mind this"};
  const std::optional<Plan> plan = Build({recipe, Recipe{{}, {}, {}, {}, {}, {"mind this"}, {}}});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->steps.size(), 2U);
  EXPECT_EQ(plan->steps[0].id, "e01-add");
  EXPECT_EQ(plan->steps[1].id, "c01-switch");
  EXPECT_EQ(plan->purge.at(0).id, "p01-drop");
  EXPECT_EQ(plan->steps[0].losses.at(0).window, (Window{"e01-add", "c01-switch"}));
  EXPECT_EQ(plan->objects.at(0).window, (Window{"e01-add", "p01-drop"}));
  EXPECT_EQ(plan->questions.at(0), (Question{"column c", "select", "", "one", "one", "two"}));
  EXPECT_EQ(plan->notices, std::vector<std::string>{"mind this"});
  EXPECT_EQ(plan->salt, "salt");
}

TEST_F(PlannerTest, RecipesThatContradictEachOtherGiveNoPlan) {
  Recipe one, other;
  one.questions = {{"table t", "select", "here", "", "", ""}};
  other.questions = {{"table t", "select", "gone", "", "", ""}};
  EXPECT_FALSE(Build({one, other}));
  EXPECT_EQ(OnlyCode(), "ZDM4041");
}

TEST_F(PlannerTest, AnEffectNeedsItsQuestion) {
  Recipe recipe;
  recipe.steps = {MakeStep("add", Phase::kExpand, {{"column c", "one"}})};
  EXPECT_FALSE(Build({recipe}));
  EXPECT_EQ(OnlyCode(), "ZDM4041");
}

TEST_F(PlannerTest, StepsThatWaitForEachOtherAreNamed) {
  Recipe one, other;
  one.steps = {MakeStep("first", Phase::kExpand)};
  one.steps[0].step.needs = {"b"};
  one.steps[0].step.provides = {"a"};
  other.steps = {MakeStep("second", Phase::kExpand)};
  other.steps[0].step.needs = {"a"};
  other.steps[0].step.provides = {"b"};
  EXPECT_FALSE(Build({one, other}));
  EXPECT_EQ(OnlyCode(), "ZDM4040");
  EXPECT_EQ(diagnostics.all()[0].notes.at(0).text, "first");
}

TEST_F(PlannerTest, HazardsNeedAnAllow) {
  Recipe recipe;
  recipe.steps = {MakeStep("drop", Phase::kContract)};
  recipe.steps[0].step.hazards = {{"ZDM2001", "public.t", "it goes", ""}};
  Plan plan = *Build({recipe});
  const std::vector<Hazard> open = ApplyAllows(plan, {}, diagnostics);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(HazardText(open),
            "ZDM2001 public.t: it goes\n"
            "  write   allow ZDM2001 public.t \"why\";\n"
            "  or give --allow 'ZDM2001:public.t' for this run\n");
  EXPECT_TRUE(ApplyAllows(plan, {AllowFromCommandLine("ZDM2001:public.t")}, diagnostics).empty());
  EXPECT_EQ(plan.steps[0].hazards[0].allowed_by, "--allow");
  EXPECT_TRUE(ApplyAllows(plan, {AllowFromCommandLine("ZDM2001")}, diagnostics).empty());
  EXPECT_TRUE(ApplyAllows(plan, {AllowFromCommandLine("all")}, diagnostics).empty());
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST_F(PlannerTest, AnAllowOfTheFilesMustAllowSomething) {
  Recipe recipe;
  recipe.steps = {MakeStep("add", Phase::kExpand)};
  Plan plan = *Build({recipe});
  const Allow allow{"ZDM2001", "public.t", "why", {0, 0, 1}};
  ApplyAllows(plan, {allow}, diagnostics);
  EXPECT_EQ(OnlyCode(), "ZDM4043");
  EXPECT_TRUE(diagnostics.HasErrors());
  Diagnostics over;
  Plan empty;
  ApplyAllows(empty, {allow}, over);
  EXPECT_FALSE(over.HasErrors());
  EXPECT_EQ(over.all().size(), 1U);
}

TEST_F(PlannerTest, ExplainTellsPhasesDeployAndThePointOfNoReturn) {
  Recipe recipe;
  recipe.steps = {MakeStep("add", Phase::kExpand), MakeStep("switch", Phase::kContract)};
  recipe.steps[0].step.locks = {{"public.t", "public.t", "ACCESS EXCLUSIVE"}};
  recipe.steps[0].step.origin = "a.zdm:3";
  RunSql undo;
  undo.statements = {"UNDO add"};
  recipe.steps[0].step.revert = {{undo, {}}};
  recipe.purge = {MakeStep("drop", Phase::kContract)};
  const Plan plan = *Build({recipe});
  const std::string text = ExplainText(plan);
  for (const char* part :
       {"EXPAND", "e01-add", "ACCESS EXCLUSIVE on public.t", "UNDO add", "from   a.zdm:3",
        "deploy the new application here", "CONTRACT", "PURGE", "point of no return"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  const std::string sql = ExplainSql(plan);
  EXPECT_LT(sql.find("DO add;"), sql.find("UNDO add;"));
  EXPECT_NE(ExplainText(Plan()).find("no steps"), std::string::npos);
}

}  // namespace
}  // namespace zdm
