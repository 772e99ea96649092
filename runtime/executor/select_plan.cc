// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/select_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/commands.h"
#include "runtime/executor/fingerprint.h"
#include "runtime/executor/refusal.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

void RequireServer(const Engine& engine, const ServerInfo& server, const Plan& plan) {
  RequireDialect(plan, server.dialect);
  const std::string wanted = engine.SeriesOf(plan.server_version);
  if (wanted != engine.SeriesOf(server.version)) {
    throw Refusal(ExitCode::kStale, codes::kPlanServer,
                  fmt::format("the plan was compiled for server version {}, this server is {} ({})",
                              wanted, engine.SeriesOf(server.version), server.version_text),
                  {}, "compile the plan again for this server");
  }
}

[[noreturn]] void RefuseBegunRollback(const PlanRecord& record) {
  throw Refusal(
      ExitCode::kStale, codes::kRollbackBegun,
      fmt::format("a rollback of plan {} was begun and is not finished", record.id.substr(0, 12)),
      {}, "zdm rollback finishes it; then the plan may be run again");
}

Selected Standing(const Context& context, const PlanRecord& record) {
  if (record.state == PlanState::kRollingBack) {
    RefuseBegunRollback(record);
  }
  return {StoredPlan(context.journal, record.id), record.state, std::nullopt};
}

Selected SelectNewest(const Context& context) {
  if (const auto in_flight = context.journal.ReadInFlight()) {
    return Standing(context, *in_flight);
  }
  if (const auto newest = NewestStanding(context.journal)) {
    return Standing(context, *newest);
  }
  throw Refusal(ExitCode::kUsage, codes::kNothingInFlight, "no plan is in flight here", {},
                "zdm run PLAN starts one");
}

Selected SelectGiven(const Context& context, const PlanText& given) {
  if (given.plan.steps.empty()) {
    return {given, std::nullopt,
            "nothing to do: the plan is empty, the catalog is what the files say"};
  }
  const auto in_flight = context.journal.ReadInFlight();
  if (in_flight && in_flight->id != given.plan.id) {
    throw Refusal(ExitCode::kStale, codes::kPlanInFlight, InFlightSentence(*in_flight));
  }
  const auto record = context.journal.ReadPlan(given.plan.id);
  if (!record || record->state == PlanState::kRolledBack) {
    return {given, std::nullopt, std::nullopt};
  }
  if (record->state == PlanState::kPurging) {
    throw Refusal(ExitCode::kStale, codes::kPointOfNoReturn,
                  fmt::format("plan {} is being purged", record->id.substr(0, 12)), {},
                  "zdm purge finishes it");
  }
  if (record->state == PlanState::kPurged) {
    // The same change may be asked for once more, after others took it back.
    const bool newest = context.journal.ReadPlans().front().id == record->id;
    if (newest && !CompareWithPlan(context.database, given.plan, Moment::kStart).empty()) {
      return {given, record->state,
              fmt::format("nothing to do: plan {} is done and purged", record->id.substr(0, 12))};
    }
    return {given, std::nullopt, std::nullopt};
  }
  return Standing(context, *record);
}

PreflightNeeds NeedsOfSteps(const std::vector<Step>& steps) {
  PreflightNeeds needs;
  std::vector<std::string>& tables = needs.owned_tables;
  const auto add = [&](const std::vector<TableLock>& locks) {
    for (const TableLock& lock : locks) {
      tables.push_back(lock.object);
    }
  };
  const auto add_operation = [&](const Operation& operation) {
    if (const auto* sql = std::get_if<RunSql>(&operation.action)) {
      add(sql->locks);
    }
  };
  for (const Step& step : steps) {
    add(step.locks);
    add_operation(step.apply);
    std::for_each(step.revert.begin(), step.revert.end(), add_operation);
  }
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  return needs;
}

}  // namespace

PlanText StoredPlan(Journal& journal, const std::string& plan_id) {
  const auto document = journal.ReadDocument(plan_id);
  if (!document) {
    throw Refusal(ExitCode::kFailed, codes::kNothingInFlight,
                  fmt::format("the journal knows plan {} but not its file", plan_id.substr(0, 12)));
  }
  return {ReadPlan(*document), *document};
}

std::optional<PlanRecord> NewestStanding(Journal& journal) {
  for (const PlanRecord& record : journal.ReadPlans()) {
    if (record.state != PlanState::kPurged && record.state != PlanState::kRolledBack) {
      return record;
    }
  }
  return std::nullopt;
}

Selected SelectPlan(const Context& context, const std::optional<PlanText>& given) {
  Selected selected = given ? SelectGiven(context, *given) : SelectNewest(context);
  RequireServer(context.engine, context.database.info(), selected.text.plan);
  return selected;
}

PreflightNeeds NeedsOf(const Plan& plan) {
  PreflightNeeds needs = NeedsOfSteps(plan.steps);
  for (const Step& step : plan.steps) {
    needs.created.insert(needs.created.end(), step.provides.begin(), step.provides.end());
  }
  return needs;
}

PreflightNeeds NeedsOfPurge(const Plan& plan) {
  return NeedsOfSteps(plan.purge);
}

std::vector<std::string> NextCommands(PlanState state, const Plan& plan) {
  switch (state) {
    case PlanState::kRunning:
    case PlanState::kExpanded:
      return {"zdm run                    goes on", "zdm rollback               takes it all back"};
    case PlanState::kMigrated:
      return {"(now deploy the new application)",
              "zdm run --until contract   when the old application is gone",
              "zdm rollback               takes it all back"};
    case PlanState::kContracting:
      return {"zdm run --until contract   goes on", "zdm rollback               takes it all back"};
    case PlanState::kContracted:
      if (plan.purge.empty()) {
        return {"zdm rollback               takes it all back",
                "zdm purge                  closes the plan"};
      }
      return {"zdm rollback               takes it all back",
              "zdm purge                  destroys what was parked: the point of no return"};
    case PlanState::kRollingBack:
      return {"zdm rollback               finishes the rollback"};
    case PlanState::kPurging:
      return {"zdm purge                  finishes the purge"};
    case PlanState::kRolledBack:
      return {"zdm run PLAN               runs it again"};
    case PlanState::kPurged:
      break;
  }
  return {};
}

}  // namespace zdm
