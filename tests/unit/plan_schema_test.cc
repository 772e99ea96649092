// SPDX-License-Identifier: Apache-2.0
// The published JSON Schema describes what the writer writes, and refuses what it never writes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "runtime/plan/plan_json.h"
#include "tests/support/process.h"
#include "tests/support/text.h"
#include "tests/unit/random_plan.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

class PlanSchema : public testing::Test {
 protected:
  PlanSchema() {
    const Json json =
        Json::parse(test::ReadFile(test::SourceFolder() + "/runtime/plan/plan.schema.json"));
    const valijson::adapters::NlohmannJsonAdapter adapter(json);
    valijson::SchemaParser().populateSchema(adapter, schema_);
  }

  /// "" : valid.
  std::string Complaint(const Json& plan) {
    const valijson::adapters::NlohmannJsonAdapter adapter(plan);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema_, adapter, &results)) return "";
    valijson::ValidationResults::Error error;
    std::string text = "invalid";
    while (results.popError(error)) {
      for (const std::string& part : error.context) text += part;
      text += ": " + error.description + "\n";
    }
    return text;
  }

  valijson::Schema schema_;
};

TEST_F(PlanSchema, TakesEveryPlan) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const std::string text = WritePlan(RandomPlan(seed));
    ASSERT_EQ(Complaint(Json::parse(text)), "") << "seed " << seed << "\n" << text;
  }
}

TEST_F(PlanSchema, RefusesWhatTheReaderRefuses) {
  const Json plan = Json::parse(WritePlan(RandomPlan(3)));
  const std::vector<Json> patches = Json::parse(R"([
    [{"op": "replace", "path": "/format", "value": 2}],
    [{"op": "add", "path": "/surprise", "value": 1}],
    [{"op": "remove", "path": "/salt"}],
    [{"op": "replace", "path": "/id", "value": "abc"}],
    [{"op": "replace", "path": "/steps/0/phase", "value": "later"}],
    [{"op": "add", "path": "/steps/0/apply/action/extra", "value": ""}],
    [{"op": "replace", "path": "/steps/0/apply/action/kind", "value": "run_sh"}],
    [{"op": "remove", "path": "/steps/0/summary"}]
  ])");
  for (const Json& patch : patches) EXPECT_NE(Complaint(plan.patch(patch)), "") << patch;
}

/// All fields of the schema occur in random plans: none was forgotten on the way.
TEST_F(PlanSchema, EveryFieldIsWrittenSometimes) {
  const Json schema =
      Json::parse(test::ReadFile(test::SourceFolder() + "/runtime/plan/plan.schema.json"));
  std::string all;
  for (unsigned seed = 0; seed < 100; ++seed) all += WritePlan(RandomPlan(seed));
  const std::function<void(const Json&)> look = [&](const Json& node) {
    if (node.is_object() && node.contains("properties")) {
      for (const auto& field : node["properties"].items()) {
        EXPECT_NE(all.find(fmt::format("\"{}\":", field.key())), std::string::npos) << field.key();
      }
    }
    for (const Json& child : node) {
      if (child.is_structured()) look(child);
    }
  };
  look(schema);
}

}  // namespace
}  // namespace zdm
