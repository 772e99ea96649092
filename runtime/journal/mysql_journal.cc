// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/mysql_journal.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "runtime/journal/mysql_journal_schema.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

// Held while the journal is made, so that of two first runs one makes it and the other finds it.
constexpr std::string_view kCreateLock = "SELECT GET_LOCK('zdm.journal', 30)";
constexpr std::string_view kCreateUnlock = "SELECT RELEASE_LOCK('zdm.journal')";

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  std::int64_t number = 0;
  const std::string text = Text(value);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// ISO 8601; all times of the journal are UTC.
std::string Time(std::string_view column) {
  return fmt::format("coalesce(date_format({}, '%Y-%m-%dT%H:%i:%s.%fZ'), '')", column);
}

StepState StepStateFromName(std::string_view name) {
  if (name == "done") return StepState::kDone;
  return name == "reverting" ? StepState::kReverting : StepState::kStarted;
}

class MysqlJournal final : public Journal {
 public:
  explicit MysqlJournal(Database& database)
      : database_(database), name_(database.QuoteText(database.info().database)) {}

  Database& database() override { return database_; }

  bool Exists() override {
    if (exists_) return true;
    const int format = ReadFormat();
    if (format > kMysqlJournalFormat) {
      throw DatabaseError(
          ErrorKind::kOther, {},
          fmt::format("the journal of this server has format {}, written by a newer zdm; this one "
                      "knows up to {}: use the newer zdm [{}]",
                      format, kMysqlJournalFormat, ToString(codes::kJournalNewer)));
    }
    exists_ = format > 0;
    return exists_;
  }

  void Create() override {
    if (Exists() && ReadFormat() == kMysqlJournalFormat) return;
    database_.Query(kCreateLock);
    int format = ReadFormat();
    if (format == 0) MakeDatabases();
    for (; format < kMysqlJournalFormat; ++format) {
      for (std::string_view statement : MysqlJournalUpgrade(format)) database_.Execute(statement);
    }
    database_.Execute(
        fmt::format("UPDATE zdm.setting SET value = '{0}' WHERE database_name = '' AND "
                    "name = 'format' AND value <> '{0}'",
                    kMysqlJournalFormat));
    database_.Query(kCreateUnlock);
    exists_ = true;
  }

  std::vector<PlanRecord> ReadPlans() override { return SelectPlans("true"); }

  std::optional<PlanRecord> ReadInFlight() override {
    for (PlanRecord& plan : ReadPlans()) {
      if (IsInFlight(plan.state)) return std::move(plan);
    }
    return std::nullopt;
  }

  std::optional<PlanRecord> ReadPlan(std::string_view plan_id) override {
    std::vector<PlanRecord> plans = SelectPlans(fmt::format("plan_id = {}", Quote(plan_id)));
    if (plans.empty()) return std::nullopt;
    return std::move(plans.front());
  }

  std::optional<std::string> ReadDocument(std::string_view plan_id) override {
    if (!Exists()) return std::nullopt;
    return QueryValue(database_, "SELECT document FROM zdm.plan WHERE " + OfPlan(plan_id));
  }

  std::vector<StepRecord> ReadSteps(std::string_view plan_id) override {
    std::vector<StepRecord> steps;
    if (!Exists()) return steps;
    for (const Row& row : database_.Query(
             fmt::format("SELECT step_id, state, reverted, {}, {} FROM zdm.step WHERE {} "
                         "ORDER BY ordinal",
                         Time("started_at"), Time("done_at"), OfPlan(plan_id)))) {
      steps.push_back({Text(row[0]), StepStateFromName(Text(row[1])),
                       static_cast<int>(Number(row[2])), Text(row[3]), Text(row[4])});
    }
    return steps;
  }

  std::vector<BackfillRecord> ReadBackfills(std::string_view plan_id) override {
    std::vector<BackfillRecord> backfills;
    if (!Exists()) return backfills;
    for (const Row& row : database_.Query(
             fmt::format("SELECT step_id, checkpoint, rows_done, rows_estimate, batch_rows, "
                         "busy_ms, held_ms, {} FROM zdm.backfill WHERE {} ORDER BY step_id",
                         Time("updated_at"), OfPlan(plan_id)))) {
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
        fmt::format("SELECT o.kind, o.name, o.since_step, o.until_step, o.parked"
                    " FROM zdm.object AS o JOIN zdm.plan AS p"
                    "   ON p.database_name = o.database_name AND p.plan_id = o.plan_id"
                    " WHERE o.database_name = {} AND p.state NOT IN ('rolled_back', 'purged')"
                    " AND (o.since_step = '' OR EXISTS (SELECT 1 FROM zdm.step AS s"
                    "   WHERE s.database_name = o.database_name AND s.plan_id = o.plan_id"
                    "   AND s.step_id = o.since_step))"
                    " AND NOT EXISTS (SELECT 1 FROM zdm.step AS s"
                    "   WHERE s.database_name = o.database_name AND s.plan_id = o.plan_id"
                    "   AND s.step_id = o.until_step AND s.state = 'done')"
                    " ORDER BY o.kind, o.name, p.sequence, o.ordinal",
                    name_));
    for (const Row& row : rows) {
      objects.push_back({Text(row[0]), Text(row[1]), {Text(row[2]), Text(row[3])}, row[4] == "1"});
    }
    return objects;
  }

  std::vector<NoteRecord> ReadNotes(std::string_view salt, int limit) override {
    std::vector<NoteRecord> notes;
    if (!Exists()) return notes;
    for (const Row& row : database_.Query(
             fmt::format("SELECT table_name, row_key, direction, error, {} FROM zdm.note "
                         "WHERE database_name = {} AND salt = {} ORDER BY table_name, row_key "
                         "LIMIT {}",
                         Time("noted_at"), name_, Quote(salt), limit))) {
      notes.push_back({Text(row[0]), Text(row[1]), Text(row[2]), Text(row[3]), Text(row[4])});
    }
    return notes;
  }

  std::int64_t CountNotes(std::string_view salt) override {
    if (!Exists()) return 0;
    return Number(QueryValue(
        database_, fmt::format("SELECT count(*) FROM zdm.note WHERE database_name = {} AND "
                               "salt = {}",
                               name_, Quote(salt))));
  }

  std::vector<SetAsideCount> ReadSetAside() override {
    std::vector<SetAsideCount> counts;
    if (!Exists()) return counts;
    for (const Row& row : database_.Query(
             fmt::format("SELECT plan_id, table_name, count(*) FROM zdm.set_aside "
                         "WHERE database_name = {} GROUP BY plan_id, table_name ORDER BY min(id)",
                         name_))) {
      counts.push_back({Text(row[0]), Text(row[1]), Number(row[2])});
    }
    return counts;
  }

  std::optional<std::string> ReadSetting(std::string_view name) override {
    if (!Exists()) return std::nullopt;
    return QueryValue(database_, fmt::format("SELECT value FROM zdm.setting WHERE "
                                             "database_name = {} AND name = {}",
                                             name_, Quote(name)));
  }

  std::optional<LeaseRecord> ReadLease() override {
    if (!Exists()) return std::nullopt;
    const Rows rows = database_.Query(fmt::format(
        "SELECT l.token, l.holder, l.session_id, {}, {}, "
        "timestampdiff(MICROSECOND, coalesce(h.beat_at, l.acquired_at), utc_timestamp(6)) DIV 1000 "
        "FROM zdm.lease AS l LEFT JOIN zdm.heartbeat AS h "
        "ON h.database_name = l.database_name AND h.token = l.token WHERE l.database_name = {}",
        Time("l.acquired_at"), Time("coalesce(h.beat_at, l.acquired_at)"), name_));
    if (rows.empty()) return std::nullopt;
    const Row& row = rows.front();
    return LeaseRecord{Number(row[0]), Text(row[1]), Number(row[2]),
                       Text(row[3]),   Text(row[4]), Number(row[5])};
  }

  void RequireLease(std::int64_t token) override {
    if (!database_
             .Query(fmt::format("SELECT token FROM zdm.lease WHERE database_name = {} AND "
                                "token = {} LOCK IN SHARE MODE",
                                name_, token))
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
    const std::string of_plan = OfPlan(plan.id);
    const Value state =
        QueryValue(database_, "SELECT state FROM zdm.plan WHERE " + of_plan + " FOR UPDATE");
    if (state && *state != "rolled_back" && *state != "purged") {
      throw std::logic_error("a plan that is in the journal was started again");
    }
    const std::int64_t sequence = Number(
        QueryValue(database_, fmt::format("SELECT coalesce(max(sequence), 0) + 1 FROM zdm.plan "
                                          "WHERE database_name = {}",
                                          name_)));
    for (const char* table : {"zdm.plan", "zdm.step", "zdm.backfill", "zdm.object"}) {
      database_.Execute(fmt::format("DELETE FROM {} WHERE {}", table, of_plan));
    }
    database_.Execute(fmt::format(
        "INSERT INTO zdm.plan (database_name, plan_id, sequence, salt, state, document) "
        "VALUES ({}, {}, {}, {}, 'running', {})",
        name_, Quote(plan.id), sequence, Quote(plan.salt), Quote(document)));
    std::size_t ordinal = 0;
    for (const OwnedObject& object : plan.objects) {
      database_.Execute(fmt::format(
          "INSERT INTO zdm.object (database_name, plan_id, ordinal, kind, name, since_step, "
          "until_step, parked) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
          name_, Quote(plan.id), ++ordinal, Quote(object.kind), Quote(object.name),
          Quote(object.window.since), Quote(object.window.until), object.parked ? 1 : 0));
    }
  }

  void SetPlanState(std::string_view plan_id, PlanState state) override {
    const std::string time_of_phase =
        state == PlanState::kRunning
            ? "expanded_at = NULL, migrated_at = NULL, contracted_at = NULL, "
        : state == PlanState::kExpanded
            ? "expanded_at = coalesce(expanded_at, utc_timestamp(6)), migrated_at = NULL, "
              "contracted_at = NULL, "
        : state == PlanState::kMigrated
            ? "migrated_at = coalesce(migrated_at, utc_timestamp(6)), contracted_at = NULL, "
        : state == PlanState::kContracted
            ? "contracted_at = coalesce(contracted_at, utc_timestamp(6)), "
            : "";
    const bool ended = state == PlanState::kRolledBack || state == PlanState::kPurged;
    database_.Execute(fmt::format("UPDATE zdm.plan SET {}state = {}, ended_at = {} WHERE {}",
                                  time_of_phase, Quote(ToString(state)),
                                  ended ? "utc_timestamp(6)" : "NULL", OfPlan(plan_id)));
  }

  void StartStep(std::string_view plan_id, std::string_view step_id) override {
    WriteStep(plan_id, step_id, "started", "NULL");
  }

  void FinishStep(std::string_view plan_id, std::string_view step_id) override {
    WriteStep(plan_id, step_id, "done", "utc_timestamp(6)");
  }

  void RevertStep(std::string_view plan_id, std::string_view step_id, int reverted) override {
    database_.Execute(fmt::format("UPDATE zdm.step SET state = 'reverting', reverted = {} WHERE {}",
                                  reverted, OfStep(plan_id, step_id)));
  }

  void ForgetStep(std::string_view plan_id, std::string_view step_id) override {
    for (const char* table : {"zdm.step", "zdm.backfill"}) {
      database_.Execute(fmt::format("DELETE FROM {} WHERE {}", table, OfStep(plan_id, step_id)));
    }
  }

  void SaveBackfill(std::string_view plan_id, const BackfillRecord& record) override {
    const std::string values = fmt::format(
        "checkpoint = {}, rows_done = {}, rows_estimate = {}, batch_rows = {}, busy_ms = {}, "
        "held_ms = {}, updated_at = utc_timestamp(6)",
        Quote(record.checkpoint), record.rows_done, record.rows_estimate, record.batch_rows,
        record.busy_ms, record.held_ms);
    database_.Execute(fmt::format(
        "INSERT INTO zdm.backfill SET database_name = {}, plan_id = {}, step_id = {}, {} "
        "ON DUPLICATE KEY UPDATE {}",
        name_, Quote(plan_id), Quote(record.step_id), values, values));
  }

  std::int64_t SetAside(std::string_view plan_id, const RowQuery& rows) override {
    const Rows plan = database_.Query("SELECT sequence FROM zdm.plan WHERE " + OfPlan(plan_id));
    if (plan.empty()) return 0;
    const std::string sequence = Text(plan[0][0]);
    // Rows may be equal to each other (a table without a key), so as many as there are more of now.
    return database_.Execute(fmt::format(
        "INSERT INTO zdm.set_aside (database_name, plan_id, sequence, table_name, summary, "
        "row_key, detail) "
        "WITH q (k, d) AS (\n{0}\n), r (k, d) AS ("
        "SELECT convert(q.k USING utf8mb4) COLLATE utf8mb4_bin, "
        "convert(q.d USING utf8mb4) COLLATE utf8mb4_bin FROM q "
        "EXCEPT ALL SELECT a.row_key, a.detail FROM zdm.set_aside AS a WHERE {1} "
        "AND a.sequence = {2} AND a.table_name = {3} AND a.summary = {4}) "
        "SELECT {5}, {6}, {2}, {3}, {4}, r.k, r.d FROM r",
        rows.query, OfPlan(plan_id), sequence, Quote(rows.table), Quote(rows.summary), name_,
        Quote(plan_id)));
  }

  void ClearNotes(std::string_view salt) override {
    database_.Execute(fmt::format("DELETE FROM zdm.note WHERE database_name = {} AND salt = {}",
                                  name_, Quote(salt)));
  }

  void WriteSetting(std::string_view name, const std::optional<std::string>& value) override {
    if (!value) {
      database_.Execute(fmt::format(
          "DELETE FROM zdm.setting WHERE database_name = {} AND name = {}", name_, Quote(name)));
      return;
    }
    const std::string text = Quote(*value);
    database_.Execute(
        fmt::format("INSERT INTO zdm.setting (database_name, name, value) VALUES ({}, {}, {}) "
                    "ON DUPLICATE KEY UPDATE value = {}, written_at = utc_timestamp(6)",
                    name_, Quote(name), text, text));
  }

 private:
  std::string Quote(std::string_view text) const { return database_.QuoteText(text); }

  std::string OfPlan(std::string_view plan_id) const {
    return fmt::format("database_name = {} AND plan_id = {}", name_, Quote(plan_id));
  }

  std::string OfStep(std::string_view plan_id, std::string_view step_id) const {
    return fmt::format("{} AND step_id = {}", OfPlan(plan_id), Quote(step_id));
  }

  /// 0: there is no journal.
  int ReadFormat() {
    if (!HasTable("setting")) return 0;
    return static_cast<int>(Number(QueryValue(
        database_, "SELECT value FROM zdm.setting WHERE database_name = '' AND name = 'format'")));
  }

  bool HasTable(std::string_view name) {
    return QueryValue(database_, fmt::format("SELECT 1 FROM information_schema.tables WHERE "
                                             "table_schema = 'zdm' AND table_name = '{}'",
                                             name))
        .has_value();
  }

  void MakeDatabases() {
    for (const char* name : {"zdm", "zdm_trash"}) {
      // Asked first: IF NOT EXISTS wants the right to create it even when it is there.
      if (QueryValue(database_, fmt::format("SELECT 1 FROM information_schema.schemata WHERE "
                                            "schema_name = '{}'",
                                            name))) {
        continue;
      }
      try {
        database_.Execute(fmt::format(
            "CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", name));
      } catch (const DatabaseError& error) {
        if (error.kind() != ErrorKind::kPermission) throw;
        throw DatabaseError(
            ErrorKind::kPermission, {},
            fmt::format("user {0} may not create database {1}, where zdm keeps {2}; let an "
                        "administrator run: CREATE DATABASE IF NOT EXISTS {1}; GRANT ALL ON {1}.* "
                        "TO the user {0}",
                        database_.info().user, name,
                        name == std::string_view("zdm") ? "its journal" : "what it parks"));
      }
    }
    RequireEmptyDatabase();
  }

  void RequireEmptyDatabase() {
    if (HasTable("setting")) return;
    const Value found = QueryValue(database_,
                                   "SELECT table_name FROM information_schema.tables WHERE "
                                   "table_schema = 'zdm' ORDER BY table_name LIMIT 1");
    if (!found) return;
    throw DatabaseError(ErrorKind::kOther, {},
                        fmt::format("database zdm holds table {} but no journal of zdm: rename or "
                                    "move what is in it, zdm keeps its state there [{}]",
                                    *found, ToString(codes::kJournalForeign)));
  }

  std::vector<PlanRecord> SelectPlans(std::string_view condition) {
    std::vector<PlanRecord> plans;
    if (!Exists()) return plans;
    const Rows rows = database_.Query(
        fmt::format("SELECT plan_id, salt, sequence, state, {}, {}, {}, {}, {} FROM zdm.plan "
                    "WHERE database_name = {} AND {} ORDER BY sequence DESC",
                    Time("started_at"), Time("expanded_at"), Time("migrated_at"),
                    Time("contracted_at"), Time("ended_at"), name_, condition));
    for (const Row& row : rows) {
      const std::optional<PlanState> state = PlanStateFromName(Text(row[3]));
      if (!state) {
        throw DatabaseError(
            ErrorKind::kOther, {},
            fmt::format("the journal says that plan {} is \"{}\", a state of a newer zdm: use that "
                        "one [{}]",
                        Text(row[0]), Text(row[3]), ToString(codes::kJournalNewer)));
      }
      plans.push_back({Text(row[0]), Text(row[1]), Number(row[2]), *state, Text(row[4]),
                       Text(row[5]), Text(row[6]), Text(row[7]), Text(row[8])});
    }
    return plans;
  }

  void WriteStep(std::string_view plan_id, std::string_view step_id, std::string_view state,
                 std::string_view done_at) {
    database_.Execute(fmt::format(
        "INSERT INTO zdm.step (database_name, plan_id, step_id, ordinal, state, done_at) "
        "SELECT {0}, {1}, {2}, n.next, '{3}', {4} FROM (SELECT coalesce(max(ordinal), 0) + 1 AS "
        "next FROM zdm.step WHERE {5}) AS n WHERE true "
        "ON DUPLICATE KEY UPDATE state = '{3}', reverted = 0, done_at = {4}",
        name_, Quote(plan_id), Quote(step_id), state, done_at, OfPlan(plan_id)));
  }

  Database& database_;
  std::string name_;  ///< of the database that it is about, as a literal
  bool exists_ = false;
};

}  // namespace

std::unique_ptr<Journal> OpenMysqlJournal(Database& database) {
  return std::make_unique<MysqlJournal>(database);
}

}  // namespace zdm
