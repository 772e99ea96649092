// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/backfill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <random>

#include "runtime/executor/attempts.h"
#include "runtime/executor/checkpoint.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/throttle.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::int64_t kFirstBatchRows = 500;
/// With fewer, what a transaction costs by itself is most of the work, and smaller ones hold their
/// rows no shorter: a slow connection would make them ever smaller.
constexpr std::int64_t kLeastBatchRows = 100;
constexpr std::int64_t kMostBatchRows = 20000;
/// Slices of a window: of the rows of one page, one in so many is changed at a time, so that its
/// old version can go before the next one needs the room.
constexpr int kSlices = 10;
constexpr double kRowsOfAPageInASlice = 4;
/// A window is read once a slice: it should stay in memory.
constexpr std::int64_t kMostWindowPages = 4096;
constexpr int kTriesBeforeSkipping = 3;
constexpr int kMostSlices = 512;
constexpr milliseconds kSkippedPause{300};

bool IsRowTrouble(const DatabaseError& error) {
  return error.kind() == ErrorKind::kData || error.sqlstate().starts_with("P0") ||
         error.sqlstate().starts_with("22") || error.sqlstate().starts_with("23");
}

class BackfillRun {
 public:
  BackfillRun(const Context& context, const Plan& plan, const std::string& step_id,
              const Backfill& backfill)
      : context_(context),
        plan_(plan),
        backfill_(backfill),
        dialect_(context.engine.ForBackfill(context.database, backfill)),
        target_(std::max<milliseconds>(milliseconds(plan.lock_timeout_ms) / 2, milliseconds(1))),
        throttle_(context, milliseconds(plan.lock_timeout_ms)) {
    record_.step_id = step_id;
    for (const BackfillRecord& record : context.journal.ReadBackfills(plan.id)) {
      if (record.step_id == step_id) {
        record_ = record;
        checkpoint_ = ReadCheckpoint(record.checkpoint);
        checkpoint_.window.upto.clear();  // what it held may have moved
      }
    }
  }

  void Run() {
    Start();
    while (true) {
      if (checkpoint_.window.upto.empty() && !NextWindow()) {
        if (!dialect_->AnyUnfilled(context_.database)) {
          break;
        }
        NextPass();
        continue;
      }
      RunSlice();
    }
    dialect_->Restore(context_.database);
    context_.reporter.EndProgress();
  }

 private:
  void Start() {
    dialect_->Prepare(context_.database);
    const TableSize size = dialect_->Measure(context_.database);
    if (record_.rows_estimate < 0) {
      record_.rows_estimate = size.rows;
    }
    rows_a_page_ = std::max(1., size.rows_a_page);
    slices_ = size.in_place
                  ? 1
                  : std::clamp(static_cast<int>(rows_a_page_ / kRowsOfAPageInASlice), 1, kSlices);
    batch_rows_ = std::clamp(record_.batch_rows > 0 ? record_.batch_rows : kFirstBatchRows,
                             kLeastBatchRows, kMostBatchRows);
    last_progress_ = steady_clock::now();
  }

  bool NextWindow() {
    const auto most = static_cast<std::int64_t>(rows_a_page_ * kMostWindowPages);
    const int slices = batch_rows_ < kLeastBatchRows ? 1 : slices_;
    const std::int64_t rows = std::clamp<std::int64_t>(batch_rows_ * slices, 1, most);
    const auto window = dialect_->NextWindow(context_.database, checkpoint_.window.after, rows);
    if (!window) {
      return false;
    }
    checkpoint_.window = *window;
    checkpoint_.slice = {0, slices};
    return true;
  }

  /// Rows that others held, or that came to lie behind us.
  void NextPass() {
    if (filled_in_pass_ == 0) {
      context_.stop.Check();
      if (steady_clock::now() - last_progress_ > context_.lock_budget) {
        GiveUp();
      }
      context_.stop.Sleep(kSkippedPause);
    }
    filled_in_pass_ = 0;
    ++checkpoint_.pass;
    checkpoint_.window = {};
  }

  [[noreturn]] void GiveUp() const {
    std::vector<std::string> details;
    std::vector<OtherSession> blockers = context_.observer.blockers();
    if (blockers.empty()) {
      blockers = context_.engine.Suspects(context_.database);
    }
    for (const OtherSession& session : blockers) {
      details.push_back("in the way: " + Describe(session));
    }
    throw Refusal(ExitCode::kLockBudget, codes::kLockBudget,
                  fmt::format("rows of {} stayed locked by others for {}; what could be filled is",
                              backfill_.table, Span(context_.lock_budget)),
                  details,
                  "wait until these have ended, or end them, and run the same command again");
  }

  void RunSlice() {
    context_.stop.Check();
    const auto began = steady_clock::now();
    const std::optional<std::int64_t> rows = TrySlice();
    if (!rows) {
      return;
    }
    const auto busy = duration_cast<milliseconds>(steady_clock::now() - began);
    if (*rows > 0) {
      last_progress_ = steady_clock::now();
      filled_in_pass_ += *rows;
    }
    tries_ = 0;
    Steer(*rows, busy);
    ShowProgress("");
    HoldBack(*rows, busy);
  }

  /// The rows filled; nullopt: to be tried again, perhaps in smaller slices.
  std::optional<std::int64_t> TrySlice() {
    const bool skip = tries_ >= kTriesBeforeSkipping;
    try {
      return Batch(backfill_.assignments, skip);
    } catch (const DatabaseError& error) {
      context_.database.Rollback();
      if (WasEnded(error)) {
        return Smaller();
      }
      if (error.kind() == ErrorKind::kLockTimeout || error.kind() == ErrorKind::kRetry) {
        return Later();
      }
      if (!IsRowTrouble(error)) {
        throw;
      }
      return Careful(error, skip);
    }
  }

  /// Because its time was up; the server may call it a reason to try again.
  bool WasEnded(const DatabaseError& error) const {
    const bool ended =
        error.kind() == ErrorKind::kRetry && context_.observer.overdue() != Overdue::kNo;
    return (error.kind() == ErrorKind::kCancelled || ended) && !context_.stop.cancelled();
  }

  /// Somebody holds the rows, or the table: give way, and not for ever.
  std::optional<std::int64_t> Later() {
    ++tries_;
    if (steady_clock::now() - last_progress_ > context_.lock_budget) {
      GiveUp();
    }
    context_.stop.Sleep(milliseconds(jitter_(random_) * std::min(tries_, 20)));
    return std::nullopt;
  }

  /// The batch took longer than anybody should wait for its rows: because of its own rows, or of
  /// those that it passed over. A smaller window answers both.
  std::optional<std::int64_t> Smaller() {
    if (batch_rows_ > 1) {
      batch_rows_ /= 2;
      checkpoint_.window.upto.clear();
    } else if (checkpoint_.slice.count < kMostSlices) {
      checkpoint_.slice = {0, checkpoint_.slice.count * 2};
    } else {
      unbounded_ = true;
    }
    return std::nullopt;
  }

  std::optional<std::int64_t> Careful(const DatabaseError& error, bool skip) {
    if (backfill_.careful_assignments.empty()) {
      NameRow(error, backfill_.assignments);
    }
    try {
      return Batch(backfill_.careful_assignments, skip);
    } catch (const DatabaseError& again) {
      context_.database.Rollback();
      if (WasEnded(again)) {
        return Smaller();
      }
      if (again.kind() == ErrorKind::kLockTimeout || again.kind() == ErrorKind::kRetry) {
        return Later();
      }
      if (!IsRowTrouble(again)) {
        throw;
      }
      NameRow(again, backfill_.careful_assignments);
    }
  }

  std::int64_t Batch(const std::string& assignments, bool skip_locked) {
    const Checkpoint next = After(checkpoint_);
    std::int64_t rows = 0;
    BackfillRecord record = record_;
    const milliseconds run = unbounded_ ? milliseconds(0) : target_ * 2;
    WithinBounds(context_, {{}, run, {}}, [&] {
      const auto began = steady_clock::now();
      FencedTransaction transaction(context_);
      EnterBatch();
      const auto locked = steady_clock::now();
      rows = context_.database.Execute(
          dialect_->Update(assignments, checkpoint_.window, checkpoint_.slice, skip_locked));
      record.rows_done += rows;
      record.batch_rows = batch_rows_;
      record.busy_ms += duration_cast<milliseconds>(steady_clock::now() - began).count();
      record.checkpoint = WriteCheckpoint(next);
      context_.journal.SaveBackfill(plan_.id, record);
      transaction.Commit();
      held_ = duration_cast<milliseconds>(steady_clock::now() - locked);
    });
    record_ = record;
    checkpoint_ = next;
    unbounded_ = false;
    return rows;
  }

  void EnterBatch() {
    const milliseconds run = unbounded_ ? milliseconds(0) : target_ * 2;
    context_.engine.EnterBatch(context_.database, target_, run);
    for (const std::string& statement : backfill_.session) {
      context_.database.Execute(statement);
    }
  }

  static Checkpoint After(Checkpoint checkpoint) {
    if (++checkpoint.slice.index >= checkpoint.slice.count) {
      checkpoint.window = {checkpoint.window.upto, {}};
      checkpoint.slice = {};
    }
    return checkpoint;
  }

  /// Finds the first row that cannot be filled, in transactions that are rolled back.
  [[noreturn]] void NameRow(const DatabaseError& error, const std::string& assignments) {
    const std::vector<Key> keys = dialect_->UnfilledKeys(context_.database, checkpoint_.window);
    std::size_t low = 0;
    std::size_t high = keys.size();
    while (low + 1 < high) {
      const std::size_t middle = low + (high - low) / 2;
      (Fails(keys, low, middle, assignments) ? high : low) = middle;
    }
    std::vector<std::string> details;
    if (low < keys.size()) {
      details.push_back(fmt::format("{} {}{}: {}", backfill_.table,
                                    backfill_.key.empty() ? "up to page " : "",
                                    fmt::join(keys[low], ", "), error.message()));
    }
    throw Refusal(ExitCode::kData, codes::kRowsInTheWay,
                  fmt::format("a row of {} cannot be filled: {}", backfill_.table, error.message()),
                  details, "fix the row and run the same command again; or zdm rollback");
  }

  bool Fails(const std::vector<Key>& keys, std::size_t from, std::size_t to,
             const std::string& assignments) {
    const KeyRange range{from == 0 ? checkpoint_.window.after : keys[from - 1], keys[to - 1]};
    try {
      const Transaction transaction(context_.database);
      context_.engine.EnterBatch(context_.database, target_, milliseconds(0));
      for (const std::string& statement : backfill_.session) {
        context_.database.Execute(statement);
      }
      context_.database.Execute(
          dialect_->Update(assignments, range, Slice{}, /*skip_locked=*/true));
      return false;
    } catch (const DatabaseError& error) {
      if (!IsRowTrouble(error)) {
        throw;
      }
      return true;
    }
  }

  /// Towards batches that hold their rows for half the lock timeout.
  void Steer(std::int64_t rows, milliseconds busy) {
    // A part of a batch says little.
    if (rows < std::min(kLeastBatchRows, batch_rows_)) {
      return;
    }
    const double per_row =
        std::max(1., static_cast<double>(busy.count())) / static_cast<double>(rows);
    const double held = std::max(1., static_cast<double>(held_.count()));
    const double wanted =
        static_cast<double>(target_.count()) * 0.8 / (held / static_cast<double>(rows));
    const double now = static_cast<double>(batch_rows_);
    batch_rows_ =
        std::clamp(static_cast<std::int64_t>(std::clamp(wanted, now * 0.5, now * 1.5 + 1)),
                   std::min(kLeastBatchRows, batch_rows_), kMostBatchRows);
    rate_ = rate_ == 0 ? 1000. / per_row : rate_ * 0.9 + 100. / per_row;
  }

  void ShowProgress(const std::string& held_back_by) {
    Progress progress{"  fill " + backfill_.table, record_.rows_done, record_.rows_estimate, rate_,
                      held_back_by};
    context_.reporter.Update(progress);
  }

  void HoldBack(std::int64_t rows, milliseconds busy) {
    Throttle::Answer answer = throttle_.After(rows, busy);
    while (answer.wait.count() > 0) {
      context_.stop.Check();
      ShowProgress(answer.reason);
      if (answer.wait >= milliseconds(1000)) {
        context_.reporter.Waiting("throttle", "  held back by " + answer.reason);
      }
      context_.stop.Sleep(answer.wait);
      record_.held_ms += answer.wait.count();
      answer = throttle_.After(0, milliseconds(0));
    }
  }

  const Context& context_;
  const Plan& plan_;
  const Backfill& backfill_;
  std::unique_ptr<BackfillDialect> dialect_;
  milliseconds target_;
  milliseconds held_{0};  ///< by the last batch: how long its rows were locked
  Throttle throttle_;
  BackfillRecord record_;
  Checkpoint checkpoint_;
  double rows_a_page_ = 1;
  int slices_ = 1;
  std::int64_t batch_rows_ = kFirstBatchRows;
  std::int64_t filled_in_pass_ = 0;
  int tries_ = 0;
  bool unbounded_ = false;
  double rate_ = 0;
  steady_clock::time_point last_progress_;
  std::minstd_rand random_{std::random_device()()};
  std::uniform_int_distribution<int> jitter_{5, 40};
};

}  // namespace

void RunBackfill(const Context& context, const Plan& plan, const std::string& step_id,
                 const Backfill& backfill) {
  RequireNotPaused(context.journal);
  BackfillRun(context, plan, step_id, backfill).Run();
}

}  // namespace zdm
