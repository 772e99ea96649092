// SPDX-License-Identifier: Apache-2.0
// The fields of the plan file, once for the writer and the reader: each Fields function names the
// fields of one value in the order of the file. `Io` is Writer or Reader; Required is always in the
// file, Optional only when it is not at its default.
//
// A new field of a value of plan.h is a line here, in plan.schema.json and in FORMAT.md, and,
// unless it is optional and older runtimes may ignore it (they refuse unknown fields), a new
// Plan::kFormat.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "runtime/plan/plan.h"

namespace zdm::plan_file {

inline constexpr std::array<std::pair<Phase, std::string_view>, 3> kPhaseNames = {{
    {Phase::kExpand, "expand"},
    {Phase::kMigrate, "migrate"},
    {Phase::kContract, "contract"},
}};

inline constexpr std::array<std::pair<LockPolicy, std::string_view>, 3> kPolicyNames = {{
    {LockPolicy::kShort, "short"},
    {LockPolicy::kPatient, "patient"},
    {LockPolicy::kConcurrent, "concurrent"},
}};

inline constexpr std::array<std::pair<Work, std::string_view>, 3> kWorkNames = {{
    {Work::kMetadata, "metadata"},
    {Work::kScan, "scan"},
    {Work::kRewrite, "rewrite"},
}};

constexpr const auto& NamesOf(Phase) {
  return kPhaseNames;
}
constexpr const auto& NamesOf(LockPolicy) {
  return kPolicyNames;
}
constexpr const auto& NamesOf(Work) {
  return kWorkNames;
}

/// Names of the alternatives of Action, in their order.
inline constexpr std::array<std::string_view, 5> kActionNames = {"run_sql", "backfill", "assert",
                                                                 "assert_objects", "set_aside"};
static_assert(std::variant_size_v<Action> == kActionNames.size());

template <class Io>
void Fields(Io& io, typename Io::template Ref<Probe> v) {
  io.RequiredText("query", v.query);
  io.RequiredText("expected", v.expected);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<TableLock> v) {
  io.Required("object", v.object);
  io.Optional("sql_name", v.sql_name);
  io.Required("mode", v.mode);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Guard> v) {
  io.Required("when", v.when);
  io.RequiredText("otherwise", v.otherwise);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Repair> v) {
  io.RequiredText("query", v.query);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<RunSql> v) {
  io.Required("policy", v.policy);
  io.Optional("locks", v.locks);
  io.RequiredText("statements", v.statements);
  io.Optional("guard", v.guard);
  io.Optional("repair", v.repair);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<KeyColumn> v) {
  io.Required("name", v.name);
  io.Required("type", v.type);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Backfill> v) {
  io.Required("table", v.table);
  io.Required("sql_table", v.sql_table);
  io.Optional("key", v.key);
  io.RequiredText("unfilled", v.unfilled);
  io.RequiredText("assignments", v.assignments);
  io.OptionalText("careful_assignments", v.careful_assignments);
  io.OptionalText("session", v.session);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<RowQuery> v) {
  io.Required("table", v.table);
  io.Required("summary", v.summary);
  io.RequiredText("query", v.query);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Assert> v) {
  io.Required("rows", v.rows);
  io.Optional("report_only", v.report_only);
  io.Optional("advice", v.advice);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<AssertObjects> v) {
  io.Required("summary", v.summary);
  io.RequiredText("query", v.query);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<SetAside> v) {
  io.Required("rows", v.rows);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Operation> v) {
  io.Required("action", v.action);
  io.Optional("done", v.done);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Hazard> v) {
  io.Required("code", v.code);
  io.Required("object", v.object);
  io.Required("text", v.text);
  io.Optional("allowed_by", v.allowed_by);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Window> v) {
  io.Optional("since", v.since);
  io.Optional("until", v.until);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Loss> v) {
  io.Required("rows", v.rows);
  io.Optional("window", v.window);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Verification> v) {
  io.Required("rows", v.rows);
  io.Optional("window", v.window);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Step> v) {
  io.Required("id", v.id);
  io.Required("phase", v.phase);
  io.Required("summary", v.summary);
  io.Optional("origin", v.origin);
  io.Required("work", v.work);
  io.Optional("locks", v.locks);
  io.Required("apply", v.apply);
  io.Optional("revert", v.revert);
  io.Optional("losses", v.losses);
  io.Optional("hazards", v.hazards);
  io.Optional("needs", v.needs);
  io.Optional("provides", v.provides);
  io.Optional("removes", v.removes);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<OwnedObject> v) {
  io.Required("kind", v.kind);
  io.Required("name", v.name);
  io.Optional("window", v.window);
  io.Optional("parked", v.parked);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Question> v) {
  io.Required("object", v.object);
  io.RequiredText("query", v.query);
  io.RequiredText("start", v.start);
  // A phase that changes nothing says nothing.
  io.TextUnlessAs("expand", v.expand, v.start);
  io.TextUnlessAs("migrate", v.migrate, v.expand);
  io.TextUnlessAs("contract", v.contract, v.migrate);
}

template <class Io>
void Fields(Io& io, typename Io::template Ref<Plan> v) {
  io.Required("format", v.format);
  io.Required("id", v.id);
  io.Required("compiler", v.compiler);
  io.Required("dialect", v.dialect);
  io.Required("server_version", v.server_version);
  io.Required("salt", v.salt);
  io.Required("lock_timeout_ms", v.lock_timeout_ms);
  io.Optional("notices", v.notices);
  io.Required("steps", v.steps);
  io.Optional("purge", v.purge);
  io.Optional("verifications", v.verifications);
  io.Optional("objects", v.objects);
  io.Required("questions", v.questions);
}

}  // namespace zdm::plan_file
