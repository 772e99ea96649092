// SPDX-License-Identifier: Apache-2.0
// The plan: all that the compiler and the runtime share. Plain values; the file format is described
// in FORMAT.md beside this header and by plan.schema.json.
//
// The runtime executes these few kinds of action and has never heard of columns: names below are
// data that it prints or compares, SQL is text that a recipe wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/plan/dialect.h"

namespace zdm {

enum class Phase { kExpand, kMigrate, kContract };

/// A check: a query with one row and one text column; it holds when the answer equals `expected`
/// (SQL NULL and no row read as the empty text).
struct Probe {
  std::string query;
  std::string expected;
  friend bool operator==(const Probe&, const Probe&) = default;
};

/// How a statement list meets other sessions.
enum class LockPolicy {
  /// One transaction under the plan's lock timeout, counted over all its locks; tried again with
  /// back-off and jitter until the budget is used up (exit 11). For every lock that can block an
  /// application. The work under the locks takes at most 50 ms.
  kShort,
  /// One transaction that may wait long: only for locks on which no reader or writer ever queues
  /// (SHARE UPDATE EXCLUSIVE and weaker: VALIDATE, ANALYZE, COMMENT).
  kPatient,
  /// Outside any transaction, without timeouts (concurrent index builds and drops).
  kConcurrent,
};

/// A lock on `object` ("public.customer", display form) in the server's own mode name
/// ("ACCESS EXCLUSIVE"). Those of a kShort action are taken first by LOCK TABLE, in this order.
struct TableLock {
  std::string object;
  std::string sql_name;  ///< quoted, ready for LOCK TABLE; empty: declared only, not taken by us
  std::string mode;
  friend bool operator==(const TableLock&, const TableLock&) = default;
};

/// Chooses between two forms when the statements run, under the lock: `otherwise` replaces the
/// statements when the guard's query does not answer as expected.
struct Guard {
  Probe when;
  std::vector<std::string> otherwise;
  friend bool operator==(const Guard&, const Guard&) = default;
};

/// Removes what a killed kConcurrent statement may have left: each row of `query` is one statement
/// to run (kConcurrent) before the statements.
struct Repair {
  std::string query;
  friend bool operator==(const Repair&, const Repair&) = default;
};

struct RunSql {
  LockPolicy policy = LockPolicy::kShort;
  std::vector<TableLock> locks;
  std::vector<std::string> statements;
  std::optional<Guard> guard;
  std::optional<Repair> repair;
  friend bool operator==(const RunSql&, const RunSql&) = default;
};

struct KeyColumn {
  std::string name;  ///< quoted
  std::string type;  ///< for casts of the checkpoint
  friend bool operator==(const KeyColumn&, const KeyColumn&) = default;
};

/// Fills rows in batches (design 7), one pass a table. Every row matching `unfilled` gets
/// `assignments`; the pass ends when no such row is left, wherever the checkpoint stands.
struct Backfill {
  std::string table;           ///< display form
  std::string sql_table;       ///< quoted, qualified
  std::vector<KeyColumn> key;  ///< best unique key, all NOT NULL; empty: by physical order
  std::string unfilled;        ///< predicate over the bare columns
  std::string assignments;     ///< the list after SET: the values and the mark
  /// The list after SET for rows of a batch in which `assignments` raised a data error: leaves the
  /// value to the sync trigger, which notes what cannot be held (R7). Empty: the error ends the
  /// run.
  std::string careful_assignments;
  std::vector<std::string> session;  ///< statements to run first in each batch's transaction
  friend bool operator==(const Backfill&, const Backfill&) = default;
};

/// A look at rows. `query` returns (key text, detail text) for each offending row, without LIMIT
/// and without a final semicolon: the runtime wraps it to count and to sample.
struct RowQuery {
  std::string table;    ///< display form
  std::string summary;  ///< what an offending row is, as in "rows that break check email_has_at"
  std::string query;
  friend bool operator==(const RowQuery&, const RowQuery&) = default;
};

/// Goes on only when `rows` is empty; otherwise names keys and ends with exit 7, or, when it only
/// reports, prints the count and the first keys and goes on.
struct Assert {
  RowQuery rows;
  bool report_only = false;
  /// Printed after the keys: the way out.
  std::string advice;
  friend bool operator==(const Assert&, const Assert&) = default;
};

/// Goes on only when `query` returns no row; each row is one text naming an object outside the plan
/// that depends on what is about to go (exit 4).
struct AssertObjects {
  std::string summary;
  std::string query;
  friend bool operator==(const AssertObjects&, const AssertObjects&) = default;
};

/// Copies the rows of `rows` (key, detail) into the journal's set-aside table.
struct SetAside {
  RowQuery rows;
  friend bool operator==(const SetAside&, const SetAside&) = default;
};

using Action = std::variant<RunSql, Backfill, Assert, AssertObjects, SetAside>;

/// An action and how to see that it is done. `done` is asked before (then there is nothing to do)
/// and after (then it must hold). Asserts need none.
struct Operation {
  Action action;
  std::optional<Probe> done;
  friend bool operator==(const Operation&, const Operation&) = default;
};

enum class Work { kMetadata, kScan, kRewrite };

/// Something that a person must know; needs an allow in the files or on the command line.
struct Hazard {
  std::string code;        ///< "ZDM2002"
  std::string object;      ///< "public.customer.legacy"
  std::string text;        ///< one sentence
  std::string allowed_by;  ///< the `why` of the allow, "--allow", "tombstone", or "" (never in a
                           ///< written plan)
  friend bool operator==(const Hazard&, const Hazard&) = default;
};

/// While step `since` is done (empty: always) and step `until` is not (empty: for ever).
struct Window {
  std::string since;
  std::string until;
  friend bool operator==(const Window&, const Window&) = default;
};

/// Rows whose content a rollback would lose. Looked at before the rollback changes anything.
struct Loss {
  RowQuery rows;
  Window window;
  friend bool operator==(const Loss&, const Loss&) = default;
};

/// R8 for one table, as rows that break it.
struct Verification {
  RowQuery rows;
  Window window;
  friend bool operator==(const Verification&, const Verification&) = default;
};

struct Step {
  std::string id;  ///< "e03-add-column-public.customer.email": order within the phase, then words
  Phase phase = Phase::kExpand;
  std::string summary;  ///< one line for people
  Operation apply;
  std::vector<Operation> revert;  ///< in the order in which they run; empty: nothing to undo
  std::vector<std::string> needs, provides, removes;  ///< resources, for ordering and for people
  std::vector<TableLock> locks;  ///< everything that `apply` locks, declared; tests sample it
  Work work = Work::kMetadata;   ///< what `apply` reads or rewrites on the server's side
  std::vector<Hazard> hazards;
  std::vector<Loss> losses;  ///< of reverting this step
  std::string origin;        ///< "schema/customer.zdm:12", or "" for what no line asked for
  friend bool operator==(const Step&, const Step&) = default;
};

/// Something of ours in the user's database, listed in the journal while it exists.
struct OwnedObject {
  std::string kind;     ///< "column", "table", "index", "constraint", "trigger", "function"
  std::string name;     ///< display form: "public.customer.zdm_1a2b3c4d5e_mark"
  Window window;        ///< of the steps between which it is there
  bool parked = false;  ///< it was the user's, and purge destroys it
  friend bool operator==(const OwnedObject&, const OwnedObject&) = default;
};

/// One object that the plan touches or depends on: a read-only query whose text answer describes
/// it, and the answers expected at the start and after each phase.
struct Question {
  std::string object;  ///< "column public.customer.email"
  std::string query;   ///< one row, one text; lines "name: value"; no row: the object is absent
  std::string start, expand, migrate, contract;
  friend bool operator==(const Question&, const Question&) = default;
};

struct Plan {
  static constexpr int kFormat = 1;
  int format = kFormat;
  std::string id;        ///< lower-case hex SHA-256 of the canonical file with this field blank
  std::string compiler;  ///< version of zdmc
  Dialect dialect{};
  int server_version = 0;  ///< that of the catalog it was compiled for, as the server numbers it
  /// Hex hash of source and target; names of helper objects and the keys of notes are made of it.
  std::string salt;
  int lock_timeout_ms = 100;
  std::vector<Question> questions;
  std::vector<Step> steps;  ///< in the order in which they run
  std::vector<Step> purge;  ///< destroys what contract parked; no revert
  std::vector<Verification> verifications;
  std::vector<OwnedObject> objects;
  std::vector<std::string> notices;  ///< what applications must know, one sentence each
  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace zdm
