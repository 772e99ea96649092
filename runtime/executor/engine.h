// SPDX-License-Identifier: Apache-2.0
// What each family of servers does its own way while steps run: short locks, who waits for whom,
// the lease's proof of life, the SQL of a backfill. One implementation a family stands beside this
// header; nothing else in this folder knows which it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// Another session of the server, as far as we may see it.
struct OtherSession {
  /// 0: a transaction without a session. < 0: it does not show, `application` says why.
  std::int64_t id = 0;
  std::string application, user, state, query;  ///< query: its head; "" where we may not look
  double age_seconds = -1;                      ///< of its transaction; < 0: unknown
  bool maintenance = false;                     ///< the server's own background work
  friend bool operator==(const OtherSession&, const OtherSession&) = default;
};

/// "process 4711 (pg_dump, user backup, idle in transaction for 12 s): COPY public.orders ..."
std::string Describe(const OtherSession& session);

/// Time that a short transaction may take from the moment it asks for its first lock: whoever
/// queues behind it waits no longer than the two together.
struct ShortBudget {
  std::chrono::milliseconds locks{100};
  std::chrono::milliseconds work{50};
};

/// What a statement of ours may make others bear, where the sessions of a family have no such
/// limits of their own: an observer ends it. Zero: not bounded.
struct Bounds {
  std::chrono::milliseconds wait{0};    ///< its own wait for a lock on which others queue
  std::chrono::milliseconds run{0};     ///< the whole of it
  std::chrono::milliseconds others{0};  ///< others seen waiting while it works
  /// It works for long and nobody waits meanwhile, but for the lock that it takes at its end.
  bool build = false;
  bool any() const { return wait.count() > 0 || run.count() > 0 || others.count() > 0; }
};

/// Why a bounded statement was ended.
enum class Overdue { kNo, kWaited, kWorked };

/// What an observer has seen of a bounded statement.
struct Oversight {
  Bounds bounds;
  std::chrono::steady_clock::time_point since;      ///< its start
  std::chrono::steady_clock::time_point last_free;  ///< when it was last seen not waiting
};

/// The values of a row's key, as text.
using Key = std::vector<std::string>;

/// A range of rows: after `after` up to and with `upto` (empty: open).
struct KeyRange {
  Key after, upto;
  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

/// Slice `index` of `count` of a range; rows of one page fall into different slices.
struct Slice {
  int index = 0;
  int count = 1;
};

struct TableSize {
  std::int64_t rows = -1;  ///< the server's estimate; -1: unknown
  std::int64_t pages = 0;  ///< now
  double rows_a_page = 0;  ///< 0: unknown
  /// Rows are changed where they lie: neighbours may be changed in one batch.
  bool in_place = false;
};

/// The SQL of one backfill. Keys are the plan's, or the physical order where it has none.
class BackfillDialect {
 public:
  virtual ~BackfillDialect() = default;
  /// Settings that keep the plans of all statements below the same whatever the statistics say.
  virtual void Prepare(Database& database) const = 0;
  virtual void Restore(Database& database) const = 0;
  virtual TableSize Measure(Database& database) const = 0;
  /// The range of the first `rows` unfilled rows after `after` (fewer: of all that are left), which
  /// begins close before the first of them; none is left: nullopt.
  virtual std::optional<KeyRange> NextWindow(Database& database, const Key& after,
                                             std::int64_t rows) const = 0;
  /// UPDATE of the unfilled rows of a slice. The slices of the window that NextWindow gave last may
  /// be cut otherwise than those of any other range. `skip_locked`: leave out rows that others
  /// hold.
  virtual std::string Update(const std::string& assignments, const KeyRange& range,
                             const Slice& slice, bool skip_locked) const = 0;
  virtual bool AnyUnfilled(Database& database) const = 0;
  /// Keys of unfilled rows, in order.
  virtual std::vector<Key> UnfilledKeys(Database& database, const KeyRange& range) const = 0;
};

/// How hard the server is pressed now.
struct Pressure {
  double replica_lag_seconds = 0;
  std::int64_t replica_lag_bytes = 0;
  std::string replica;  ///< the one that lags most
};

/// Who holds the lease, as the server proves it.
struct LeaseHolder {
  std::string holder;  ///< for people
  std::int64_t session_id = 0;
  std::int64_t heartbeat_age_ms = 0;
  /// The runner is gone; the server still works on its last statement.
  bool left_behind = false;
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// The series of a version as the server numbers it ("15"): servers of one series have the same
  /// catalog and locks.
  virtual std::string SeriesOf(int version) const = 0;

  /// Lock timeout that leaves before the server looks for deadlocks: then the application is never
  /// the victim.
  virtual std::chrono::milliseconds SafeLockTimeout(Database& database,
                                                    std::chrono::milliseconds wanted) const = 0;
  /// In an open transaction: takes `locks` in their order, all within `budget.locks`. A session
  /// that falls silent afterwards (stopped, cut off) is ended by the server, and its locks with it.
  /// Throws DatabaseError(kLockTimeout, kRetry).
  virtual void EnterShort(Database& database, const std::vector<TableLock>& locks,
                          const ShortBudget& budget) const = 0;
  /// The next statements of a short transaction may take `left` each.
  virtual void BoundShort(Database& database, std::chrono::milliseconds left) const = 0;
  /// In an open transaction, or for the session outside one: no bound but `lock_wait` (0: none).
  virtual void EnterPatient(Database& database, std::chrono::milliseconds lock_wait) const = 0;
  /// In an open transaction of a batch: bounds each lock wait and each statement (0: none).
  virtual void EnterBatch(Database& database, std::chrono::milliseconds lock_wait,
                          std::chrono::milliseconds run) const = 0;
  /// Moves the server's own background work off the tables, blocking nobody. Whether there was any.
  virtual bool MoveMaintenance(Database& database, const std::vector<TableLock>& locks) const = 0;
  /// No statement of this session can write from now on.
  virtual void ForbidWrites(Database& database) const = 0;

  /// For an observer's session: who keeps `session_id` waiting, and whom it keeps waiting.
  virtual std::vector<OtherSession> BlockersOf(Database& observer,
                                               std::int64_t session_id) const = 0;
  virtual std::vector<OtherSession> WaitersBehind(Database& observer,
                                                  std::int64_t session_id) const = 0;
  /// Who may hold rows that were asked for without waiting; oldest first.
  virtual std::vector<OtherSession> Suspects(Database& /*database*/) const { return {}; }
  virtual Pressure Measure(Database& observer) const = 0;

  /// Takes the lease for this session and gives the new token, or says who holds it.
  virtual std::optional<std::int64_t> TakeLease(Database& database, const std::string& holder,
                                                LeaseHolder& other) const = 0;
  /// Whoever holds the lease and is alive.
  virtual std::optional<LeaseHolder> FindHolder(Database& database) const = 0;
  virtual void ReleaseLease(Database& database, std::int64_t token) const = 0;
  /// How long after the lease was taken the first sign of life comes.
  virtual std::chrono::milliseconds FirstHeartbeat(std::chrono::milliseconds every) const {
    return every;
  }
  /// False: another one holds the lease by now.
  virtual bool Heartbeat(Database& observer, std::int64_t token) const = 0;
  /// Ends the session of a holder that gives no sign of life. False: not ours to end.
  virtual bool EndHolder(Database& database, const LeaseHolder& holder) const = 0;

  virtual std::unique_ptr<BackfillDialect> ForBackfill(Database& database,
                                                       const Backfill& backfill) const = 0;

  // Where a statement that changes the catalog commits by itself, it runs alone: its intent is
  // recorded before, its outcome read from the catalog (final_statement.h). Elsewhere nothing of
  // this is asked for.

  /// Whether no transaction can take back what `statement` does.
  virtual bool IsFinal(const std::string& /*statement*/) const { return false; }
  /// Whether `statement` only changes this session.
  virtual bool IsSetting(const std::string& /*statement*/) const { return false; }
  /// Whether any statement that changes the catalog is final.
  virtual bool HasFinalStatements() const { return false; }
  /// Before the `tries`-th attempt at a final statement. False: it fails at once where it would
  /// have to wait, so nobody queues behind it.
  virtual bool EnterFinal(Database& /*database*/, LockPolicy /*policy*/,
                          std::chrono::milliseconds /*budget*/, int /*tries*/) const {
    return true;
  }
  /// After it: the session's settings are again what they were when it was made.
  virtual void LeaveFinal(Database& /*database*/) const {}
  /// The bounds that an observer has to watch over for work with these limits.
  virtual Bounds Overseen(const Bounds& /*wanted*/) const { return {}; }
  /// For an observer's session: ends the statement of `session_id` when it is beyond its bounds.
  virtual Overdue EndOverdue(Database& /*observer*/, std::int64_t /*session_id*/,
                             Oversight& /*oversight*/) const {
    return Overdue::kNo;
  }
};

}  // namespace zdm
