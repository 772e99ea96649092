// SPDX-License-Identifier: Apache-2.0
// The journal: what zdm did in a database, kept in that database (schema `zdm`). The truth about a
// plan's progress is here and in the catalog; files and memory are caches.
//
// A Journal speaks on a Database session and takes part in the transaction that is open there, so a
// step's effect and its record are one transaction. The interface belongs to no family of servers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// Where a plan stands. The words are stored: do not rename.
enum class PlanState {
  kRunning,      ///< "running": expand not finished
  kExpanded,     ///< "expanded": expand finished, migrate not
  kMigrated,     ///< "migrated": the moment to deploy the new application
  kContracting,  ///< "contracting": at least one contract step has begun
  kContracted,   ///< "contracted": done; the old is parked
  kRollingBack,  ///< "rolling_back"
  kRolledBack,   ///< "rolled_back": nothing of it is left; it may run again
  kPurging,      ///< "purging": past the point of no return
  kPurged,       ///< "purged"
};
std::string_view ToString(PlanState state);
std::optional<PlanState> PlanStateFromName(std::string_view name);
/// Whether a plan in this state keeps others from starting.
bool IsInFlight(PlanState state);

struct PlanRecord {
  std::string id;
  std::string salt;
  std::int64_t sequence = 0;  ///< order in which plans (re)started; the newest has the highest
  PlanState state = PlanState::kRunning;
  /// The server's times, ISO 8601 UTC; "" while not reached.
  std::string started_at, expanded_at, migrated_at, contracted_at, ended_at;
  friend bool operator==(const PlanRecord&, const PlanRecord&) = default;
};

enum class StepState { kStarted, kDone, kReverting };

/// A step without a record is not begun (or is reverted).
struct StepRecord {
  std::string step_id;
  StepState state = StepState::kStarted;
  int reverted = 0;  ///< operations of Step::revert that are done
  std::string started_at, done_at;
  friend bool operator==(const StepRecord&, const StepRecord&) = default;
};

struct BackfillRecord {
  std::string step_id;
  std::string checkpoint;  ///< the executor's own text; "" at the start
  std::int64_t rows_done = 0;
  std::int64_t rows_estimate = -1;  ///< unknown
  std::int64_t batch_rows = 0;
  std::int64_t busy_ms = 0;  ///< time spent in batches
  std::int64_t held_ms = 0;  ///< time held back by throttles and pauses
  std::string updated_at;
  friend bool operator==(const BackfillRecord&, const BackfillRecord&) = default;
};

/// A row whose value the other shape cannot hold (R7).
struct NoteRecord {
  std::string table, key, direction, error, noted_at;
  friend bool operator==(const NoteRecord&, const NoteRecord&) = default;
};

/// Rows that a rollback kept aside, counted.
struct SetAsideCount {
  std::string plan_id, table;
  std::int64_t rows = 0;
  friend bool operator==(const SetAsideCount&, const SetAsideCount&) = default;
};

/// The one lease of the database. Who may take it and when is the executor's business.
struct LeaseRecord {
  std::int64_t token = 0;  ///< grows with every holder
  std::string holder;      ///< for people: "zdm on host (process 42)"; "" : free
  std::int64_t session_id = 0;
  std::string acquired_at, heartbeat_at;
  std::int64_t heartbeat_age_ms = 0;  ///< by the server's clock
  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

/// Thrown by RequireLease: another runner took over; nothing more may be written.
class LeaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// The session it speaks on.
  virtual Database& database() = 0;

  /// Whether there is a journal. Everything below "reading" answers as if empty without one.
  /// Throws DatabaseError(kOther, code kJournalNewer in its sentence) for one that a newer version
  /// wrote, or for a schema zdm that is not a journal.
  virtual bool Exists() = 0;
  /// Makes it, or brings one of an older version up; safe when two do so at once, and again.
  /// Not inside a transaction.
  virtual void Create() = 0;

  // Reading; any role with USAGE on the schema and SELECT on the tables.
  virtual std::vector<PlanRecord> ReadPlans() = 0;  ///< newest first
  virtual std::optional<PlanRecord> ReadInFlight() = 0;
  virtual std::optional<PlanRecord> ReadPlan(std::string_view plan_id) = 0;
  /// The plan file as the first run stored it.
  virtual std::optional<std::string> ReadDocument(std::string_view plan_id) = 0;
  /// In the order in which the steps began.
  virtual std::vector<StepRecord> ReadSteps(std::string_view plan_id) = 0;
  virtual std::vector<BackfillRecord> ReadBackfills(std::string_view plan_id) = 0;
  /// Objects of all plans that are there now (in-doubt ones included), parked ones too.
  virtual std::vector<OwnedObject> ReadOwned() = 0;
  /// Open notes of a plan: at most `limit`, by table and key; and how many there are in all.
  virtual std::vector<NoteRecord> ReadNotes(std::string_view salt, int limit) = 0;
  virtual std::int64_t CountNotes(std::string_view salt) = 0;
  virtual std::vector<SetAsideCount> ReadSetAside() = 0;
  virtual std::optional<std::string> ReadSetting(std::string_view name) = 0;
  virtual std::optional<LeaseRecord> ReadLease() = 0;

  // Writing: inside the caller's transaction, fenced by the caller (RequireLease first).
  /// Locks the lease row against a takeover until the transaction ends; throws LeaseLost when
  /// `token` is not the current one. Does not conflict with heartbeats.
  virtual void RequireLease(std::int64_t token) = 0;
  /// Adds the plan, or starts a rolled-back one again, as the newest, in state kRunning.
  virtual void StartPlan(const Plan& plan, std::string_view document) = 0;
  virtual void SetPlanState(std::string_view plan_id, PlanState state) = 0;
  virtual void StartStep(std::string_view plan_id, std::string_view step_id) = 0;
  virtual void FinishStep(std::string_view plan_id, std::string_view step_id) = 0;
  /// `reverted` operations of the revert are done.
  virtual void RevertStep(std::string_view plan_id, std::string_view step_id, int reverted) = 0;
  /// The revert is complete: the record goes, and that of the step's backfill.
  virtual void ForgetStep(std::string_view plan_id, std::string_view step_id) = 0;
  virtual void SaveBackfill(std::string_view plan_id, const BackfillRecord& record) = 0;
  /// Copies all rows of `rows` (key, detail) aside, those once kept already left out; returns how
  /// many were new.
  virtual std::int64_t SetAside(std::string_view plan_id, const RowQuery& rows) = 0;
  /// Removes all notes of a plan (after purge or rollback).
  virtual void ClearNotes(std::string_view salt) = 0;
  /// nullopt: removes it.
  virtual void WriteSetting(std::string_view name, const std::optional<std::string>& value) = 0;
};

/// Settings that more than one program part knows by name.
inline constexpr std::string_view kPauseSetting = "pause";  ///< who paused and when, for people

/// One sentence that names the plan in flight, its phase and both ways out.
std::string InFlightSentence(const PlanRecord& plan);

}  // namespace zdm
