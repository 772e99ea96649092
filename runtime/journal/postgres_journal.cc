// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/postgres_journal.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "runtime/journal/postgres_journal_schema.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

// Held while the journal is made, so that of two first runs one makes it and the other finds it.
// Nobody but another zdm queues behind it, so this waits longer than a plan's lock timeout.
constexpr std::string_view kCreateLock =
    "SET LOCAL lock_timeout = '30s'; SELECT pg_catalog.pg_advisory_xact_lock(7812146315)";

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  std::int64_t number = 0;
  const std::string text = Text(value);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A timestamptz as ISO 8601; the session's time zone is UTC.
std::string Time(std::string_view column) {
  return fmt::format(R"(coalesce(to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ''))", column);
}

StepState StepStateFromName(std::string_view name) {
  if (name == "done") return StepState::kDone;
  return name == "reverting" ? StepState::kReverting : StepState::kStarted;
}

class PostgresJournal final : public Journal {
 public:
  explicit PostgresJournal(Database& database) : database_(database) {}

  Database& database() override { return database_; }

  bool Exists() override {
    if (exists_) return true;
    const int format = ReadFormat();
    if (format > kJournalFormat) {
      throw DatabaseError(
          ErrorKind::kOther, {},
          fmt::format("the journal of this database has format {}, written by a newer zdm; this "
                      "one knows up to {}: use the newer zdm [{}]",
                      format, kJournalFormat, ToString(codes::kJournalNewer)));
    }
    exists_ = format > 0;
    return exists_;
  }

  void Create() override {
    if (Exists() && ReadFormat() == kJournalFormat) return;
    Transaction transaction(database_);
    database_.Query(kCreateLock);
    int format = ReadFormat();
    if (format == 0) MakeSchemas();
    for (; format < kJournalFormat; ++format) {
      for (std::string_view statement : JournalUpgrade(format)) database_.Execute(statement);
    }
    database_.Execute("UPDATE zdm.setting SET value = $1 WHERE name = 'format' AND value <> $1",
                      {std::to_string(kJournalFormat)});
    transaction.Commit();
    exists_ = true;
  }

  std::vector<PlanRecord> ReadPlans() override { return SelectPlans("true", {}); }

  std::optional<PlanRecord> ReadInFlight() override {
    for (PlanRecord& plan : ReadPlans()) {
      if (IsInFlight(plan.state)) return std::move(plan);
    }
    return std::nullopt;
  }

  std::optional<PlanRecord> ReadPlan(std::string_view plan_id) override {
    std::vector<PlanRecord> plans = SelectPlans("plan_id = $1", {std::string(plan_id)});
    if (plans.empty()) return std::nullopt;
    return std::move(plans.front());
  }

  std::optional<std::string> ReadDocument(std::string_view plan_id) override {
    if (!Exists()) return std::nullopt;
    return QueryValue(database_, "SELECT document FROM zdm.plan WHERE plan_id = $1",
                      {std::string(plan_id)});
  }

  std::vector<StepRecord> ReadSteps(std::string_view plan_id) override {
    std::vector<StepRecord> steps;
    if (!Exists()) return steps;
    const Rows rows = database_.Query(
        fmt::format("SELECT step_id, state, reverted, {}, {} FROM zdm.step WHERE plan_id = $1"
                    " ORDER BY ordinal",
                    Time("started_at"), Time("done_at")),
        {std::string(plan_id)});
    for (const Row& row : rows) {
      steps.push_back({Text(row[0]), StepStateFromName(Text(row[1])),
                       static_cast<int>(Number(row[2])), Text(row[3]), Text(row[4])});
    }
    return steps;
  }

  std::vector<BackfillRecord> ReadBackfills(std::string_view plan_id) override {
    std::vector<BackfillRecord> backfills;
    if (!Exists()) return backfills;
    const Rows rows = database_.Query(
        fmt::format("SELECT step_id, checkpoint, rows_done, rows_estimate, batch_rows, busy_ms,"
                    " held_ms, {} FROM zdm.backfill WHERE plan_id = $1 ORDER BY step_id",
                    Time("updated_at")),
        {std::string(plan_id)});
    for (const Row& row : rows) {
      backfills.push_back({Text(row[0]), Text(row[1]), Number(row[2]), Number(row[3]),
                           Number(row[4]), Number(row[5]), Number(row[6]), Text(row[7])});
    }
    return backfills;
  }

  std::vector<OwnedObject> ReadOwned() override {
    std::vector<OwnedObject> objects;
    if (!Exists()) return objects;
    // A step in doubt counts for the object: it may be there.
    const Rows rows = database_.Query(
        "SELECT o.kind, o.name, o.since_step, o.until_step, o.parked"
        " FROM zdm.object o JOIN zdm.plan p USING (plan_id)"
        " WHERE p.state NOT IN ('rolled_back', 'purged')"
        " AND (o.since_step = '' OR EXISTS (SELECT FROM zdm.step s"
        "   WHERE s.plan_id = o.plan_id AND s.step_id = o.since_step))"
        " AND NOT EXISTS (SELECT FROM zdm.step s"
        "   WHERE s.plan_id = o.plan_id AND s.step_id = o.until_step AND s.state = 'done')"
        " ORDER BY o.kind COLLATE \"C\", o.name COLLATE \"C\", p.sequence, o.ordinal");
    for (const Row& row : rows) {
      objects.push_back({Text(row[0]), Text(row[1]), {Text(row[2]), Text(row[3])}, row[4] == "t"});
    }
    return objects;
  }

  std::vector<NoteRecord> ReadNotes(std::string_view salt, int limit) override {
    std::vector<NoteRecord> notes;
    if (!Exists()) return notes;
    const Rows rows = database_.Query(
        fmt::format("SELECT table_name, key, direction, error, {} FROM zdm.note WHERE salt = $1"
                    " ORDER BY table_name COLLATE \"C\", key COLLATE \"C\" LIMIT $2",
                    Time("noted_at")),
        {std::string(salt), std::to_string(limit)});
    for (const Row& row : rows) {
      notes.push_back({Text(row[0]), Text(row[1]), Text(row[2]), Text(row[3]), Text(row[4])});
    }
    return notes;
  }

  std::int64_t CountNotes(std::string_view salt) override {
    if (!Exists()) return 0;
    return Number(QueryValue(database_, "SELECT count(*) FROM zdm.note WHERE salt = $1",
                             {std::string(salt)}));
  }

  std::vector<SetAsideCount> ReadSetAside() override {
    std::vector<SetAsideCount> counts;
    if (!Exists()) return counts;
    const Rows rows = database_.Query(
        "SELECT plan_id, table_name, count(*) FROM zdm.set_aside GROUP BY plan_id, table_name"
        " ORDER BY min(id)");
    for (const Row& row : rows) counts.push_back({Text(row[0]), Text(row[1]), Number(row[2])});
    return counts;
  }

  std::optional<std::string> ReadSetting(std::string_view name) override {
    if (!Exists()) return std::nullopt;
    return QueryValue(database_, "SELECT value FROM zdm.setting WHERE name = $1",
                      {std::string(name)});
  }

  std::optional<LeaseRecord> ReadLease() override {
    if (!Exists()) return std::nullopt;
    const Rows rows = database_.Query(
        fmt::format("SELECT token, holder, session_id, {}, {},"
                    " floor(extract(epoch FROM clock_timestamp() - heartbeat_at) * 1000)::bigint"
                    " FROM zdm.lease WHERE id = 1",
                    Time("acquired_at"), Time("heartbeat_at")));
    if (rows.empty()) return std::nullopt;
    const Row& row = rows.front();
    return LeaseRecord{Number(row[0]), Text(row[1]), Number(row[2]),
                       Text(row[3]),   Text(row[4]), Number(row[5])};
  }

  void RequireLease(std::int64_t token) override {
    if (!database_
             .Query("SELECT token FROM zdm.lease WHERE token = $1 FOR KEY SHARE",
                    {std::to_string(token)})
             .empty()) {
      return;
    }
    const std::optional<LeaseRecord> now = ReadLease();
    throw LeaseLost(fmt::format(
        "{} took over the lease; this run stops here, and nothing of its last transaction is left "
        "[{}]",
        now && !now->holder.empty() ? now->holder : "another runner", ToString(codes::kLeaseLost)));
  }

  void StartPlan(const Plan& plan, std::string_view document) override {
    const std::int64_t changed = database_.Execute(
        "INSERT INTO zdm.plan AS p (plan_id, sequence, salt, state, document)"
        " VALUES ($1, (SELECT coalesce(max(sequence), 0) + 1 FROM zdm.plan), $2, 'running', $3)"
        " ON CONFLICT (plan_id) DO UPDATE SET sequence = excluded.sequence, state = 'running',"
        " document = excluded.document, started_at = excluded.started_at, expanded_at = NULL,"
        " migrated_at = NULL, contracted_at = NULL, ended_at = NULL"
        " WHERE p.state IN ('rolled_back', 'purged')",
        {plan.id, plan.salt, std::string(document)});
    if (changed != 1) throw std::logic_error("a plan that is in the journal was started again");
    for (const char* table : {"zdm.step", "zdm.backfill", "zdm.object"}) {
      database_.Execute(fmt::format("DELETE FROM {} WHERE plan_id = $1", table), {plan.id});
    }
    std::size_t ordinal = 0;
    for (const OwnedObject& object : plan.objects) {
      database_.Execute(
          "INSERT INTO zdm.object (plan_id, kind, name, since_step, until_step, parked, ordinal)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7)",
          {plan.id, object.kind, object.name, object.window.since, object.window.until,
           object.parked ? "t" : "f", std::to_string(++ordinal)});
    }
  }

  void SetPlanState(std::string_view plan_id, PlanState state) override {
    database_.Execute(
        "UPDATE zdm.plan SET state = $2,"
        " expanded_at = CASE WHEN $2 = 'running' THEN NULL"
        "   WHEN $2 = 'expanded' THEN coalesce(expanded_at, now()) ELSE expanded_at END,"
        " migrated_at = CASE WHEN $2 IN ('running', 'expanded') THEN NULL"
        "   WHEN $2 = 'migrated' THEN coalesce(migrated_at, now()) ELSE migrated_at END,"
        " contracted_at = CASE WHEN $2 IN ('running', 'expanded', 'migrated') THEN NULL"
        "   WHEN $2 = 'contracted' THEN coalesce(contracted_at, now()) ELSE contracted_at END,"
        " ended_at = CASE WHEN $2 IN ('rolled_back', 'purged') THEN now() ELSE NULL END"
        " WHERE plan_id = $1",
        {std::string(plan_id), std::string(ToString(state))});
  }

  void StartStep(std::string_view plan_id, std::string_view step_id) override {
    WriteStep(plan_id, step_id, "started");
  }

  void FinishStep(std::string_view plan_id, std::string_view step_id) override {
    WriteStep(plan_id, step_id, "done");
  }

  void RevertStep(std::string_view plan_id, std::string_view step_id, int reverted) override {
    database_.Execute(
        "UPDATE zdm.step SET state = 'reverting', reverted = $3"
        " WHERE plan_id = $1 AND step_id = $2",
        {std::string(plan_id), std::string(step_id), std::to_string(reverted)});
  }

  void ForgetStep(std::string_view plan_id, std::string_view step_id) override {
    for (const char* table : {"zdm.step", "zdm.backfill"}) {
      database_.Execute(fmt::format("DELETE FROM {} WHERE plan_id = $1 AND step_id = $2", table),
                        {std::string(plan_id), std::string(step_id)});
    }
  }

  void SaveBackfill(std::string_view plan_id, const BackfillRecord& record) override {
    database_.Execute(
        "INSERT INTO zdm.backfill (plan_id, step_id, checkpoint, rows_done, rows_estimate,"
        " batch_rows, busy_ms, held_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (plan_id, step_id) DO UPDATE SET checkpoint = excluded.checkpoint,"
        " rows_done = excluded.rows_done, rows_estimate = excluded.rows_estimate,"
        " batch_rows = excluded.batch_rows, busy_ms = excluded.busy_ms,"
        " held_ms = excluded.held_ms, updated_at = excluded.updated_at",
        {std::string(plan_id), record.step_id, record.checkpoint, std::to_string(record.rows_done),
         std::to_string(record.rows_estimate), std::to_string(record.batch_rows),
         std::to_string(record.busy_ms), std::to_string(record.held_ms)});
  }

  std::int64_t SetAside(std::string_view plan_id, const RowQuery& rows) override {
    // Rows may be equal to each other (a table without a key), so as many as there are more of now.
    return database_.Execute(
        fmt::format(
            "INSERT INTO zdm.set_aside (plan_id, sequence, table_name, summary, key, detail)"
            " SELECT p.plan_id, p.sequence, $2, $3, r.key, r.detail FROM zdm.plan p,"
            " LATERAL (SELECT q.key, q.detail FROM (\n{}\n) AS q (key, detail)"
            " EXCEPT ALL SELECT a.key, a.detail FROM zdm.set_aside a"
            "   WHERE a.plan_id = p.plan_id AND a.sequence = p.sequence"
            "   AND a.table_name = $2 AND a.summary = $3) r"
            " WHERE p.plan_id = $1",
            rows.query),
        {std::string(plan_id), rows.table, rows.summary});
  }

  void ClearNotes(std::string_view salt) override {
    database_.Execute("DELETE FROM zdm.note WHERE salt = $1", {std::string(salt)});
  }

  void WriteSetting(std::string_view name, const std::optional<std::string>& value) override {
    if (!value) {
      database_.Execute("DELETE FROM zdm.setting WHERE name = $1", {std::string(name)});
      return;
    }
    database_.Execute(
        "INSERT INTO zdm.setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE"
        " SET value = excluded.value, written_at = excluded.written_at",
        {std::string(name), value});
  }

 private:
  /// 0: there is no journal.
  int ReadFormat() {
    if (!QueryValue(database_,
                    "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = 'zdm' AND c.relname = 'setting' AND c.relkind = 'r'")) {
      return 0;
    }
    return static_cast<int>(
        Number(QueryValue(database_, "SELECT value FROM zdm.setting WHERE name = 'format'")));
  }

  void MakeSchemas() {
    for (const char* schema : {"zdm", "zdm_trash"}) {
      // Asked first: IF NOT EXISTS wants the right to create it even when it is there.
      if (!QueryValue(database_, "SELECT oid FROM pg_namespace WHERE nspname = $1", {schema})) {
        database_.Execute(fmt::format("CREATE SCHEMA {}", schema));
      }
    }
    RequireEmptySchema();
    // Triggers and defaults run as the application's role. As a mere grantee of a schema made for
    // us this is a warning; the look below tells.
    database_.Execute("GRANT USAGE ON SCHEMA zdm TO PUBLIC");
    if (QueryValue(database_, "SELECT has_schema_privilege('public', 'zdm', 'USAGE')") != "t") {
      throw DatabaseError(
          ErrorKind::kPermission, {},
          "applications need USAGE on schema zdm, which was made for zdm by someone else; let its "
          "owner run: GRANT USAGE ON SCHEMA zdm TO PUBLIC");
    }
  }

  void RequireEmptySchema() {
    const Value found =
        QueryValue(database_,
                   "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                   " WHERE n.nspname = 'zdm' ORDER BY c.relname COLLATE \"C\" LIMIT 1");
    if (!found) return;
    throw DatabaseError(
        ErrorKind::kOther, {},
        fmt::format("schema zdm holds \"{}\" but no journal of zdm; zdm needs the schema for "
                    "itself: move what is there away [{}]",
                    *found, ToString(codes::kJournalForeign)));
  }

  std::vector<PlanRecord> SelectPlans(std::string_view condition, const Row& parameters) {
    std::vector<PlanRecord> plans;
    if (!Exists()) return plans;
    const Rows rows = database_.Query(
        fmt::format("SELECT plan_id, salt, sequence, state, {}, {}, {}, {}, {} FROM zdm.plan"
                    " WHERE {} ORDER BY sequence DESC",
                    Time("started_at"), Time("expanded_at"), Time("migrated_at"),
                    Time("contracted_at"), Time("ended_at"), condition),
        parameters);
    for (const Row& row : rows) {
      const std::optional<PlanState> state = PlanStateFromName(Text(row[3]));
      if (!state) {
        throw DatabaseError(
            ErrorKind::kOther, {},
            fmt::format("the journal says that plan {} is \"{}\", a state of a "
                        "newer zdm: use that one [{}]",
                        Text(row[0]), Text(row[3]), ToString(codes::kJournalNewer)));
      }
      plans.push_back({Text(row[0]), Text(row[1]), Number(row[2]), *state, Text(row[4]),
                       Text(row[5]), Text(row[6]), Text(row[7]), Text(row[8])});
    }
    return plans;
  }

  void WriteStep(std::string_view plan_id, std::string_view step_id, std::string_view state) {
    database_.Execute(
        "INSERT INTO zdm.step AS s (plan_id, step_id, ordinal, state, done_at)"
        " SELECT $1, $2, coalesce(max(ordinal), 0) + 1, $3,"
        "   CASE WHEN $3 = 'done' THEN clock_timestamp() END FROM zdm.step WHERE plan_id = $1"
        " ON CONFLICT (plan_id, step_id) DO UPDATE SET state = excluded.state, reverted = 0,"
        " done_at = excluded.done_at",
        {std::string(plan_id), std::string(step_id), std::string(state)});
  }

  Database& database_;
  bool exists_ = false;
};

}  // namespace

std::unique_ptr<Journal> OpenPostgresJournal(Database& database) {
  return std::make_unique<PostgresJournal>(database);
}

}  // namespace zdm
