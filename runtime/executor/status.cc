// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/status.h"

#include <fmt/format.h>

#include "runtime/executor/commands.h"
#include "runtime/executor/progress.h"
#include "runtime/executor/reporter.h"
#include "runtime/executor/select_plan.h"
#include "runtime/executor/throttle.h"
#include "runtime/plan/plan_json.h"

namespace zdm {
namespace {

constexpr const char* kResumeNext = "zdm resume                 lets it go on";

using nlohmann::ordered_json;

constexpr int kNamedNotes = 20;
constexpr std::size_t kShortId = 12;

const char* ToText(StepState state) {
  switch (state) {
    case StepState::kStarted:
      return "started";
    case StepState::kDone:
      return "done";
    case StepState::kReverting:
      break;
  }
  return "reverting";
}

ordered_json StepsOf(const Plan& plan, const StepRecords& records,
                     const std::vector<BackfillRecord>& backfills) {
  ordered_json steps = ordered_json::array();
  for (const Step& step : plan.steps) {
    const auto record = records.find(step.id);
    ordered_json one{{"id", step.id},
                     {"phase", ToString(step.phase)},
                     {"summary", step.summary},
                     {"state", record == records.end() ? "pending" : ToText(record->second.state)}};
    for (const BackfillRecord& backfill : backfills) {
      if (backfill.step_id == step.id) {
        one["rows_done"] = backfill.rows_done;
        one["rows_estimate"] =
            backfill.rows_estimate < 0 ? ordered_json() : ordered_json(backfill.rows_estimate);
      }
    }
    steps.push_back(one);
  }
  return steps;
}

ordered_json PlanOf(Journal& journal, const PlanRecord& record) {
  const Plan plan = StoredPlan(journal, record.id).plan;
  const StepRecords records = ByStep(journal.ReadSteps(record.id));
  ordered_json phases = ordered_json::object();
  for (const Phase phase : {Phase::kExpand, Phase::kMigrate, Phase::kContract}) {
    const PhaseCount count = CountSteps(plan, phase, records);
    phases[std::string(ToString(phase))] = {{"done", count.done}, {"steps", count.all}};
  }
  ordered_json notes = ordered_json::array();
  for (const NoteRecord& note : journal.ReadNotes(record.salt, kNamedNotes)) {
    notes.push_back({{"table", note.table},
                     {"key", note.key},
                     {"direction", note.direction},
                     {"error", note.error}});
  }
  return {{"id", record.id},
          {"state", ToString(record.state)},
          {"started_at", record.started_at},
          {"expanded_at", record.expanded_at},
          {"migrated_at", record.migrated_at},
          {"contracted_at", record.contracted_at},
          {"phases", phases},
          {"steps", StepsOf(plan, records, journal.ReadBackfills(record.id))},
          {"notes", {{"count", journal.CountNotes(record.salt)}, {"first", notes}}},
          {"next", NextCommands(record.state, plan)}};
}

void RenderPlan(const ordered_json& plan, std::string& out) {
  out += fmt::format("plan      {}, begun {}\n", plan["id"].get<std::string>().substr(0, kShortId),
                     plan["started_at"].get<std::string>());
  out += fmt::format("state     {}\n", plan["state"].get<std::string>());
  for (const auto& [phase, count] : plan["phases"].items()) {
    out += fmt::format("{:<9} {} of {} steps done\n", phase, count["done"].get<int>(),
                       count["steps"].get<int>());
  }
  for (const auto& step : plan["steps"]) {
    const std::string state = step["state"];
    out += fmt::format("  {} {}  {}{}",
                       state == "done"      ? "x"
                       : state == "pending" ? " "
                                            : "~",
                       step["id"].get<std::string>(), step["summary"].get<std::string>(),
                       state == "started" || state == "reverting" ? " (" + state + ")" : "");
    if (step.contains("rows_done") && state != "done") {
      out += fmt::format(" {} filled", Count(step["rows_done"].get<std::int64_t>(), "row"));
    }
    out += "\n";
  }
  if (const auto notes = plan["notes"]["count"].get<std::int64_t>(); notes > 0) {
    out += fmt::format("notes     {} with a value that the other shape cannot hold\n",
                       Count(notes, "row"));
    for (const auto& note : plan["notes"]["first"]) {
      out += fmt::format("  {} {}: {}\n", note["table"].get<std::string>(),
                         note["key"].get<std::string>(), note["error"].get<std::string>());
    }
  }
}

void RenderNext(const ordered_json& next, std::string& out) {
  std::string label = "next";
  for (const auto& line : next) {
    out += fmt::format("{:<9} {}\n", label, line.get<std::string>());
    label.clear();
  }
}

}  // namespace

ordered_json ReadStatus(const Context& context) {
  Journal& journal = context.journal;
  ordered_json status{{"format", 1}, {"plan", nullptr}, {"plans", ordered_json::array()}};
  for (const PlanRecord& record : journal.ReadPlans()) {
    status["plans"].push_back({{"id", record.id}, {"state", ToString(record.state)}});
  }
  if (const auto standing = NewestStanding(journal)) {
    status["plan"] = PlanOf(journal, *standing);
  }
  status["set_aside"] = ordered_json::array();
  for (const SetAsideCount& count : journal.ReadSetAside()) {
    status["set_aside"].push_back(
        {{"plan", count.plan_id}, {"table", count.table}, {"rows", count.rows}});
  }
  const auto holder = journal.ReadLease() ? context.engine.FindHolder(context.database)
                                          : std::optional<LeaseHolder>();
  status["holder"] = holder ? ordered_json(holder->holder) : nullptr;
  const auto paused = journal.ReadSetting(kPauseSetting);
  status["paused"] = paused ? ordered_json(*paused) : nullptr;
  if (paused && !status["plan"].is_null()) {
    status["plan"]["next"] = ordered_json::array({kResumeNext});
  }
  const auto throttle = journal.ReadSetting(kThrottleSetting);
  status["throttle"] = throttle ? ordered_json::parse(*throttle, nullptr, false) : nullptr;
  return status;
}

std::string RenderStatus(const ordered_json& status) {
  std::string out;
  if (status["plan"].is_null()) {
    out += "no plan stands here\n";
  } else {
    RenderPlan(status["plan"], out);
  }
  for (const auto& aside : status["set_aside"]) {
    out += fmt::format("set aside {} of {} (zdm.set_aside, plan {})\n",
                       Count(aside["rows"].get<std::int64_t>(), "row"),
                       aside["table"].get<std::string>(),
                       aside["plan"].get<std::string>().substr(0, kShortId));
  }
  int waiting = 0;
  for (const auto& plan : status["plans"]) {
    waiting += plan["state"] == "contracted" ? 1 : 0;
  }
  if (waiting > 1) {
    out += fmt::format("purge     {} contracted plans wait for zdm purge\n", waiting);
  }
  if (!status["holder"].is_null()) {
    out += fmt::format("at work   {}\n", status["holder"].get<std::string>());
  }
  if (!status["paused"].is_null()) {
    out += fmt::format("paused    {}\n", status["paused"].get<std::string>());
  }
  if (!status["paused"].is_null()) {
    RenderNext(ordered_json::array({kResumeNext}), out);
  } else if (!status["plan"].is_null()) {
    RenderNext(status["plan"]["next"], out);
  } else {
    out += "next      zdm run PLAN\n";
  }
  return out;
}

}  // namespace zdm
