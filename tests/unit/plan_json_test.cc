// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/plan_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "runtime/plan/runtime_codes.h"
#include "runtime/plan/sha256.h"
#include "tests/unit/random_plan.h"

namespace zdm {
namespace {

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " not in\n" << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// Gives an edited text the id that its content has.
std::string Rehashed(const std::string& text) {
  const std::size_t at = text.find("\"id\": \"") + 7;
  std::string blank = text;
  blank.erase(at, 64);
  return std::string(blank).insert(at, Sha256Hex(blank));
}

/// "ZDM5101 sentence" of the refusal, or "" when the text is taken.
std::string Refusal(const std::string& text) {
  try {
    ReadPlan(text);
    return "";
  } catch (const PlanError& error) {
    return ToString(error.code()) + " " + error.what();
  }
}

Plan SmallPlan() {
  Plan plan;
  plan.compiler = "0.1.0";
  plan.salt = "5a17";
  plan.server_version = 150020;
  Step step;
  step.id = "e01-create-table-public.note";
  step.summary = "create table public.note";
  RunSql sql;
  sql.statements = {"CREATE TABLE public.note (\n  id bigint\n)"};
  step.apply = {sql, Probe{"SELECT to_regclass('public.note')::text", "note"}};
  plan.steps = {step};
  plan.questions = {
      {"table public.note", "SELECT 1", "", "name: note", "name: note", "name: note"}};
  return plan;
}

TEST(PlanJson, IsCanonicalAndReadable) {
  const std::string expected = R"json({
  "format": 1,
  "id": "17417c1c8855506ba7f626cb316927f9935876445dc0340fb15c8f888e6f7217",
  "compiler": "0.1.0",
  "dialect": "postgresql",
  "server_version": 150020,
  "salt": "5a17",
  "lock_timeout_ms": 100,
  "steps": [
    {
      "id": "e01-create-table-public.note",
      "phase": "expand",
      "summary": "create table public.note",
      "work": "metadata",
      "apply": {
        "action": {
          "kind": "run_sql",
          "policy": "short",
          "statements": [
            [
              "CREATE TABLE public.note (",
              "  id bigint",
              ")"
            ]
          ]
        },
        "done": {
          "query": "SELECT to_regclass('public.note')::text",
          "expected": "note"
        }
      }
    }
  ],
  "questions": [
    {
      "object": "table public.note",
      "query": "SELECT 1",
      "start": "",
      "expand": "name: note"
    }
  ]
}
)json";
  EXPECT_EQ(WritePlan(SmallPlan()), expected);
}

TEST(PlanJson, IdIsTheHashOfTheFileWithTheIdBlank) {
  const std::string text = WritePlan(SmallPlan());
  const Plan plan = ReadPlan(text);
  EXPECT_EQ(plan.id, PlanId(plan));
  EXPECT_EQ(plan.id, PlanId(SmallPlan())) << "the id of the value does not count";
  EXPECT_EQ(Sha256Hex(Replaced(text, plan.id, "")), plan.id);
  Plan other = SmallPlan();
  other.salt = "5a18";
  EXPECT_NE(PlanId(other), plan.id);
}

TEST(PlanJson, EveryPlanReadsBackAsItself) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    Plan plan = RandomPlan(seed);
    const std::string text = WritePlan(plan);
    plan.id = PlanId(plan);
    ASSERT_EQ(ReadPlan(text), plan) << "seed " << seed << "\n" << text;
    ASSERT_EQ(WritePlan(ReadPlan(text)), text) << "seed " << seed;
  }
}

TEST(PlanJson, TruncatedAnywhereIsRefused) {
  const std::string text = WritePlan(SmallPlan());
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const std::string refusal = Refusal(text.substr(0, size));
    ASSERT_TRUE(refusal.find("ZDM5101") == 0 && refusal.find("truncated") != std::string::npos)
        << size << ": " << refusal;
  }
  // Only the final line feed is missing.
  EXPECT_EQ(Refusal(text.substr(0, text.size() - 1)).substr(0, 7), ToString(codes::kPlanEdited));
}

TEST(PlanJson, NotJsonOrNotAPlanIsRefused) {
  EXPECT_NE(Refusal("SELECT 1;\n").find("not JSON (line 1)"), std::string::npos);
  EXPECT_NE(Refusal("{\n  \"format\": 1,\n  oops\n}").find("not JSON (line 3)"), std::string::npos);
  for (const char* text : {"[]", "{}", "1", "{\"format\": \"1\"}", "null", "{\"format\": 1.5}"}) {
    EXPECT_NE(Refusal(text).find("not a plan of zdm"), std::string::npos) << text;
  }
  EXPECT_EQ(Refusal("{\"format\": 1e999}").substr(0, 7), ToString(codes::kPlanUnreadable));
  EXPECT_EQ(Refusal("\xff\xfe").substr(0, 7), ToString(codes::kPlanUnreadable));
}

TEST(PlanJson, OtherFormatsAreRefusedByName) {
  const std::string text = WritePlan(SmallPlan());
  const std::string newer = Refusal(Replaced(text, "\"format\": 1", "\"format\": 2"));
  EXPECT_EQ(newer.substr(0, 7), ToString(codes::kPlanFormat));
  EXPECT_NE(newer.find("newer zdmc"), std::string::npos) << newer;
  const std::string older = Refusal(Replaced(text, "\"format\": 1", "\"format\": 0"));
  EXPECT_EQ(older.substr(0, 7), ToString(codes::kPlanFormat));
  EXPECT_NE(older.find("older zdmc"), std::string::npos) << older;
}

TEST(PlanJson, EditedByHandIsRefused) {
  const std::string text = WritePlan(SmallPlan());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"  id bigint", "  id integer"},
           {"\"lock_timeout_ms\": 100", "\"lock_timeout_ms\": 1000"},
           {"\"id\": \"", "\"id\": \"0"},
           {"{\n", "{\r\n"},
           {"\"format\": 1,", "\"format\": 1, "}}) {
    EXPECT_EQ(Refusal(Replaced(text, from, to)).substr(0, 7), ToString(codes::kPlanEdited)) << to;
  }
}

TEST(PlanJson, FieldsAreHeldStrictly) {
  const std::string text = WritePlan(SmallPlan());
  const std::vector<std::array<std::string, 3>> cases = {
      {"\"work\": \"metadata\"", "\"work\": \"metadata\",\n      \"wrok\": 1",
       "steps[0].wrok: is not known"},
      {"\"kind\": \"run_sql\"", "\"kind\": \"run_sh\"",
       "steps[0].apply.action.kind: \"run_sh\" is not known"},
      {"\"policy\": \"short\"", "\"policy\": \"long\"",
       "steps[0].apply.action.policy: \"long\" is not known"},
      {"\"phase\": \"expand\",\n", "", "steps[0].phase: is missing"},
      {"\"server_version\": 150020", "\"server_version\": \"15\"",
       "server_version: must be a whole number"},
      {"\"server_version\": 150020", "\"server_version\": 99999999999",
       "server_version: must be a whole number"},
      {"\"dialect\": \"postgresql\"", "\"dialect\": \"oracle\"",
       "dialect: \"oracle\" is not known"},
      {"\"summary\": \"create table public.note\"", "\"summary\": null",
       "steps[0].summary: must be a string"},
      {"\"questions\": [", "\"purge\": {},\n  \"questions\": [", "purge: must be an array"},
      {"\"questions\": [", "\"purge\": [],\n  \"questions\": [", "not in the form"},
      {"\"compiler\": \"0.1.0\",\n  ", "", "compiler: is missing"},
      {"\"salt\": \"5a17\"", "\"salt\": \"5a17\",\n  \"salt\": \"5a18\"", "not in the form"},
  };
  for (const auto& [from, to, expected] : cases) {
    const std::string refusal = Refusal(Rehashed(Replaced(text, from, to)));
    EXPECT_EQ(refusal.substr(0, 7), ToString(codes::kPlanField)) << to << "\n" << refusal;
    EXPECT_NE(refusal.find(expected), std::string::npos) << refusal;
  }
}

TEST(PlanJson, StepsAndWindowsMustAgree) {
  Plan twice = SmallPlan();
  twice.steps.push_back(twice.steps[0]);
  EXPECT_NE(Refusal(WritePlan(twice)).find("two are called"), std::string::npos);
  Plan window = SmallPlan();
  window.objects = {{"column", "public.note.x", {"e99-nothing", ""}, false}};
  EXPECT_NE(Refusal(WritePlan(window)).find("\"e99-nothing\""), std::string::npos);
  Plan order = SmallPlan();
  order.steps.push_back(order.steps[0]);
  order.steps[0].phase = Phase::kContract;
  order.steps[1].id = "e02";
  EXPECT_NE(Refusal(WritePlan(order)).find("steps[1].phase: is earlier"), std::string::npos);
}

TEST(PlanJson, AnotherDialectIsRefused) {
  EXPECT_NO_THROW(RequireDialect(SmallPlan(), Dialect::kPostgresql));
  try {
    RequireDialect(SmallPlan(), Dialect::kMariadb);
    FAIL();
  } catch (const PlanError& error) {
    EXPECT_EQ(error.code(), codes::kPlanDialect);
  }
}

/// Whatever bytes come, the reader answers with a plan or with a PlanError.
TEST(PlanJson, NoMutationGetsThrough) {
  std::mt19937 random(20260101);
  for (int round = 0; round < 600; ++round) {
    const std::string original = WritePlan(RandomPlan(static_cast<unsigned>(round % 40)));
    std::string text = original;
    const int edits = 1 + static_cast<int>(random() % 4);
    for (int edit = 0; edit < edits; ++edit) {
      const std::size_t at = random() % text.size();
      switch (random() % 5) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, 1 + random() % 20);
          break;
        case 2:
          text.insert(at, 1 + random() % 3, "{}[]\",:0\\n-"[random() % 11]);
          break;
        case 3:
          text.insert(at, text.substr(random() % text.size(), random() % 60));
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) text = " ";
    }
    if (text == original) continue;
    ASSERT_NE(Refusal(text), "") << text;
    // Also behind a right hash no malformed field passes for another plan.
    if (text.find("\"id\": \"") == std::string::npos || text.size() < 100) continue;
    if (text.find("\"id\": \"") + 71 > text.size()) continue;
    const std::string rehashed = Rehashed(text);
    if (!Refusal(rehashed).empty()) continue;
    EXPECT_EQ(WritePlan(ReadPlan(rehashed)), rehashed);
  }
}

TEST(PlanJson, DeepNestingEndsWithAReason) {
  const std::string deep(20000, '[');
  EXPECT_NE(Refusal(deep), "");
  EXPECT_NE(Refusal(deep + std::string(20000, ']')), "");
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace zdm
