// SPDX-License-Identifier: Apache-2.0
// The document that explain.schema.json beside this file describes.
#include <nlohmann/json.hpp>

#include "compiler/planner/explain.h"
#include "compiler/planner/explain_parts.h"
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDocumentFormat = 1;

Json TextOrNull(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json HazardJson(const Hazard& hazard) {
  const CodePage* page = FindCodePage(hazard.code);
  return {{"code", hazard.code},
          {"title", page == nullptr ? Json(nullptr) : Json(page->code.title)},
          {"object", hazard.object},
          {"text", hazard.text},
          {"allowed_by", TextOrNull(hazard.allowed_by)}};
}

Json StepJson(const Step& step) {
  Json locks = Json::array();
  for (const TableLock& lock : step.locks) {
    locks.push_back({{"object", lock.object}, {"mode", lock.mode}});
  }
  Json hazards = Json::array();
  for (const Hazard& hazard : step.hazards) hazards.push_back(HazardJson(hazard));
  return {{"id", step.id},
          {"summary", step.summary},
          {"locks", std::move(locks)},
          {"waits", TextOrNull(std::string(WaitText(step)))},
          {"work", WorkText(step)},
          {"undo", UndoText(step)},
          {"refuses_undo", LossesText(step)},
          {"origin", TextOrNull(step.origin)},
          {"hazards", std::move(hazards)},
          {"sql", SqlOf(step.apply)},
          {"undo_sql", TextOrNull(SqlOfRevert(step))}};
}

Json PhaseJson(const Plan& plan, const PhaseWords& words) {
  Json steps = Json::array();
  for (const Step& step : plan.steps) {
    if (step.phase == words.phase) steps.push_back(StepJson(step));
  }
  return {{"name", words.name},
          {"does", words.does},
          {"applications", words.who},
          {"command", words.command},
          {"deploy_after",
           words.phase == Phase::kMigrate ? Json(std::string(kDeployHere)) : Json(nullptr)},
          {"steps", std::move(steps)}};
}

}  // namespace

std::string ExplainJson(const Plan& plan) {
  Json phases = Json::array();
  for (const PhaseWords& words : AllPhases()) phases.push_back(PhaseJson(plan, words));
  Json purge = Json::array();
  for (const Step& step : plan.purge) purge.push_back(StepJson(step));
  const Json document = {
      {"format", kDocumentFormat},
      {"plan", plan.id},
      {"compiler", plan.compiler},
      {"dialect", ToString(plan.dialect)},
      {"server_version", plan.server_version},
      {"lock_timeout_ms", plan.lock_timeout_ms},
      {"empty", plan.steps.empty()},
      {"notices", plan.notices},
      {"phases", std::move(phases)},
      {"purge",
       {{"command", "zdm purge"}, {"point_of_no_return", true}, {"steps", std::move(purge)}}}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace zdm
