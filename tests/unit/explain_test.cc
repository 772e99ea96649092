// SPDX-License-Identifier: Apache-2.0
// The forms of `zdmc explain`: the published schema of the JSON, and that no text of a plan, which
// holds names and comments of strangers, becomes markup.
#include "compiler/planner/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "compiler/planner/explain_parts.h"
#include "runtime/plan/plan_json.h"
#include "tests/support/process.h"
#include "tests/support/text.h"
#include "tests/unit/random_plan.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

Json PublishedSchema() {
  return Json::parse(
      test::ReadFile(test::SourceFolder() + "/compiler/planner/explain.schema.json"));
}

/// As `zdmc explain` sees it: read from a file.
Plan WithId(Plan plan) {
  plan.id = PlanId(plan);
  return plan;
}

/// One step of each kind with `text` in every place that can hold a stranger's words.
Plan PlanAround(const std::string& text) {
  Plan plan;
  plan.compiler = text;
  plan.notices = {"know `" + text + "` and " + text};
  RunSql sql;
  sql.statements = {"COMMENT ON TABLE t IS '" + text + "'", text};
  sql.guard = Guard{{text, text}, {text}};
  sql.repair = Repair{text};
  Step step;
  step.id = "e01-" + text;
  step.summary = "s " + text;
  step.apply = {sql, {}};
  step.revert = {{sql, {}}, {SetAside{{text, text, text}}, {}}};
  step.locks = {{text, text, text}};
  step.origin = text + ".zdm:1";
  step.hazards = {{"ZDM2001", text, "h " + text, text}};
  step.losses = {{{text, text, text}, {}}};
  plan.steps.assign(4, step);
  plan.steps[1].apply = {Backfill{text, text, {}, text, text, text, {}}, {}};
  plan.steps[2].apply = {Assert{{text, text, text}, false, text}, {}};
  plan.steps[3].apply = {AssertObjects{text, text}, {}};
  plan.steps[3].phase = Phase::kContract;
  plan.purge = {step};
  return WithId(plan);
}

const std::vector<std::string>& Hostile() {
  static const std::vector<std::string> kTexts = {
      "</pre></code></style><script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>' onload='x",
      "a|b|c\n\n# heading\n- item\n```\nafter the fence",
      "`` ` `````` @everyone #12 [l](javascript:x) ![i](http://x) **b** _i_ ~s~ $m$",
      "--> <!-- ]]> &lt;b&gt; &#60;",
      "\\",
      "\\`<b>`",
      "'; DROP TABLE t; --\rDROP TABLE u;",
      "\xE2\x80\xAEtxt.exe\xE2\x80\xAC\x01\x7F\xC2\x85",
      "<details><summary>x</summary>",
  };
  return kTexts;
}

/// The tags of a page without those that only colour SQL.
std::vector<std::string> Tags(const std::string& html) {
  static const std::regex kTag("<(/?[a-zA-Z!][a-zA-Z0-9]*)[^>]*>");
  std::vector<std::string> tags;
  for (std::sregex_iterator at(html.begin(), html.end(), kTag), end; at != end; ++at) {
    const std::string name = (*at)[1];
    if (name != "span" && name != "/span") tags.push_back(name);
  }
  return tags;
}

TEST(ExplainHtml, NoTextBecomesMarkup) {
  const std::vector<std::string> tame = Tags(ExplainHtml(PlanAround("tame")));
  for (const std::string& text : Hostile()) {
    const std::string page = ExplainHtml(PlanAround(text));
    std::vector<std::string> tags = Tags(page);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_EQ(page.find('\x01'), std::string::npos);
    // Backticks open code in our own sentences, and nothing else.
    const auto plain = [](std::vector<std::string> all) {
      std::erase_if(all, [](const std::string& tag) { return tag == "code" || tag == "/code"; });
      return all;
    };
    EXPECT_EQ(std::count(tags.begin(), tags.end(), "code"),
              std::count(tags.begin(), tags.end(), "/code"));
    EXPECT_EQ(plain(tags), plain(tame)) << text;
  }
}

TEST(ExplainHtml, LoadsNothingAndRunsNothing) {
  const std::string page = ExplainHtml(PlanAround("tame"));
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (const char* part : {"src=", "<link", "<script", "@import", "url(", "http://", "https://"}) {
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  }
}

TEST(ExplainHtml, SaysWhatTheOtherFormsSay) {
  const std::string page = ExplainHtml(PlanAround("tame"));
  for (const char* part :
       {"Expand", "Migrate", "Contract", "Purge", "Deploy the new application here",
        "point of no return", "4 hazards", "ZDM2001", "What applications must know",
        "refuses while there are tame", "zdm rollback", "forward", "back", "tame.zdm:1"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  EXPECT_NE(ExplainHtml(Plan()).find("no steps"), std::string::npos);
}

/// What a reader of Markdown takes as text: no code spans, no fences, no entities.
std::string OutsideCode(const std::string& markdown) {
  std::string out;
  std::string fence;
  for (const std::string& line : test::SplitLines(markdown)) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (!fence.empty()) {
      if (ticks >= fence.size() && line.find_first_not_of('`') == std::string::npos) fence.clear();
      continue;
    }
    if (ticks >= 3) {
      fence = line.substr(0, ticks);
      continue;
    }
    for (std::size_t at = 0; at < line.size();) {
      if (line[at] == '\\') {
        at += 2;
      } else if (line[at] == '`') {
        const std::size_t end = std::min(line.find_first_not_of('`', at), line.size());
        const std::string run = line.substr(at, end - at);
        std::size_t close = line.find(run, end);
        while (close != std::string::npos && line[close + run.size()] == '`') {
          close = line.find_first_not_of('`', close);
          close = close == std::string::npos ? close : line.find(run, close);
        }
        EXPECT_NE(close, std::string::npos) << "a code span without an end: " << line;
        at = close == std::string::npos ? line.size() : close + run.size();
      } else {
        out += line[at++];
      }
    }
    out += '\n';
  }
  EXPECT_EQ(fence, "") << "a fence without an end";
  return out;
}

TEST(ExplainMarkdown, NoTextBecomesMarkup) {
  const std::string tame = OutsideCode(ExplainMarkdown(PlanAround("tame")));
  const std::set<std::string> ours = {"br",       "sub",     "/sub",     "details",
                                      "/details", "summary", "/summary", "!"};
  for (const std::string& text : Hostile()) {
    const std::string page = OutsideCode(ExplainMarkdown(PlanAround(text)));
    EXPECT_EQ(std::count(page.begin(), page.end(), '\n'),
              std::count(tame.begin(), tame.end(), '\n'))
        << text << "\n"
        << page;
    EXPECT_EQ(std::count(page.begin(), page.end(), '|'), std::count(tame.begin(), tame.end(), '|'))
        << text;
    for (const std::string& tag : Tags(page)) EXPECT_TRUE(ours.contains(tag)) << tag << text;
    EXPECT_FALSE(std::regex_search(page, std::regex("@[A-Za-z]|#[0-9]|\\]\\("))) << page;
  }
}

TEST(ExplainMarkdown, FitsIntoAComment) {
  Plan plan = PlanAround("tame");
  std::get<RunSql>(plan.steps[0].apply.action).statements = {std::string(80000, 'x')};
  const std::string text = ExplainMarkdown(plan);
  EXPECT_LT(text.size(), 60000U);
  EXPECT_NE(text.find("--format sql"), std::string::npos);
  EXPECT_NE(ExplainMarkdown(PlanAround("tame")).find("```sql"), std::string::npos);
  EXPECT_NE(ExplainMarkdown(Plan()).find("no steps"), std::string::npos);
}

TEST(ExplainSql, NoTextLeavesItsComment) {
  const std::string sql = ExplainSql(PlanAround("x\rDROP TABLE u;\nDROP TABLE v;"));
  for (const std::string& line : test::SplitLines(sql)) {
    if (!line.starts_with("-- ")) continue;
    EXPECT_FALSE(std::regex_search(line, std::regex("\r(?!-- )"))) << line;
  }
}

TEST(ExplainJson, IsAsPublished) {
  const Json published = PublishedSchema();
  valijson::Schema schema;
  const valijson::adapters::NlohmannJsonAdapter adapter(published);
  valijson::SchemaParser().populateSchema(adapter, schema);
  std::vector<Plan> plans;
  for (unsigned seed = 0; seed < 50; ++seed) plans.push_back(WithId(RandomPlan(seed)));
  for (const std::string& text : Hostile()) plans.push_back(PlanAround(text));
  std::string all;
  for (const Plan& plan : plans) {
    const std::string text = ExplainJson(plan);
    const Json document = Json::parse(text);
    const valijson::adapters::NlohmannJsonAdapter target(document);
    valijson::ValidationResults results;
    EXPECT_TRUE(valijson::Validator().validate(schema, target, &results)) << text;
    EXPECT_EQ(document["plan"], plan.id);
    all += text;
  }
  const std::function<void(const Json&)> look = [&](const Json& node) {
    if (node.is_object() && node.contains("properties")) {
      for (const auto& field : node["properties"].items()) {
        EXPECT_NE(all.find("\"" + field.key() + "\":"), std::string::npos) << field.key();
      }
    }
    for (const Json& child : node) {
      if (child.is_structured()) look(child);
    }
  };
  look(published);
}

TEST(ExplainJson, HoldsEveryStepOnce) {
  const Plan plan = WithId(RandomPlan(7));
  const Json document = Json::parse(ExplainJson(plan));
  std::size_t steps = 0;
  for (const Json& phase : document["phases"]) steps += phase["steps"].size();
  EXPECT_EQ(steps, plan.steps.size());
  EXPECT_EQ(document["purge"]["steps"].size(), plan.purge.size());
  EXPECT_FALSE(document["phases"][1]["deploy_after"].is_null());
}

TEST(ExplainParts, WhatCannotBeSeenIsShown) {
  EXPECT_EQ(Visible("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(Visible("Gr\xC3\xB6\xC3\x9F"
                    "e \xE2\x82\xAC \xF0\x9F\x9A\x80"),
            "Gr\xC3\xB6\xC3\x9F"
            "e \xE2\x82\xAC \xF0\x9F\x9A\x80");
  EXPECT_EQ(Visible("\x1B[31m\r\x7F"), "\\u{001B}[31m\\u{000D}\\u{007F}");
  EXPECT_EQ(Visible("\xE2\x80\xAE"
                    "a\xC2\x9B"),
            "\\u{202E}a\\u{009B}");
  EXPECT_EQ(Visible("\xE2\x80"), "\xE2\x80");
}

}  // namespace
}  // namespace zdm
