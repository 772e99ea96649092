// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/mysql_engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/mysql_lease.h"
#include "runtime/executor/mysql_sessions.h"
#include "runtime/executor/mysql_statement.h"

namespace zdm {
namespace {

using std::chrono::milliseconds;

/// The server's own bound of a wait for a table lock, in seconds: the observer ends it long before;
/// this is for a runner that was stopped or cut off meanwhile.
constexpr int kShortWait = 1;
/// A build that comes to wait at its end has much to lose.
constexpr int kBuildWait = 3;
/// Of so many attempts one queues for the lock; the others go only where the way is free.
constexpr int kTriesAQueue = 4;

class MysqlEngine final : public Engine {
 public:
  std::string SeriesOf(int version) const override {
    return fmt::format("{}.{}", version / 10000, version / 100 % 100);
  }

  milliseconds SafeLockTimeout(Database& /*database*/, milliseconds wanted) const override {
    return std::max(wanted, milliseconds(1));
  }

  void EnterShort(Database& database, const std::vector<TableLock>& /*locks*/,
                  const ShortBudget& budget) const override {
    database.SetLockTimeout(budget.locks);
  }

  void BoundShort(Database& /*database*/, milliseconds /*left*/) const override {}

  void EnterPatient(Database& database, milliseconds lock_wait) const override {
    database.SetLockTimeout(lock_wait);
  }

  void EnterBatch(Database& database, milliseconds lock_wait, milliseconds /*run*/) const override {
    database.SetLockTimeout(lock_wait);
  }

  bool MoveMaintenance(Database& /*database*/,
                       const std::vector<TableLock>& /*locks*/) const override {
    return false;
  }

  void ForbidWrites(Database& database) const override {
    database.Execute("SET SESSION TRANSACTION READ ONLY");
  }

  std::vector<OtherSession> BlockersOf(Database& observer, std::int64_t session) const override {
    return MysqlBlockersOf(observer, session);
  }

  std::vector<OtherSession> WaitersBehind(Database& observer, std::int64_t session) const override {
    return MysqlWaitersBehind(observer, session);
  }

  std::vector<OtherSession> Suspects(Database& database) const override {
    return MysqlSuspects(database);
  }

  /// What a primary knows of its replicas is what it has sent, not what they have applied.
  Pressure Measure(Database& /*observer*/) const override { return {}; }

  std::optional<std::int64_t> TakeLease(Database& database, const std::string& holder,
                                        LeaseHolder& other) const override {
    return TakeMysqlLease(database, holder, other);
  }

  std::optional<LeaseHolder> FindHolder(Database& database) const override {
    return FindMysqlHolder(database);
  }

  void ReleaseLease(Database& database, std::int64_t token) const override {
    ReleaseMysqlLease(database, token);
  }

  /// At once: it says which session goes when the runner does.
  milliseconds FirstHeartbeat(milliseconds /*every*/) const override { return milliseconds(0); }

  bool Heartbeat(Database& observer, std::int64_t token) const override {
    return BeatMysqlHeart(observer, token);
  }

  bool EndHolder(Database& database, const LeaseHolder& holder) const override {
    return EndMysqlHolder(database, holder);
  }

  std::unique_ptr<BackfillDialect> ForBackfill(Database& database,
                                               const Backfill& backfill) const override {
    return MysqlBackfill(database, backfill);
  }

  bool IsFinal(const std::string& statement) const override {
    return IsFinalMysqlStatement(statement);
  }

  bool IsSetting(const std::string& statement) const override { return IsMysqlSetting(statement); }

  bool HasFinalStatements() const override { return true; }

  bool EnterFinal(Database& database, LockPolicy policy, milliseconds budget,
                  int tries) const override;
  void LeaveFinal(Database& database) const override;

  Bounds Overseen(const Bounds& wanted) const override { return wanted; }

  Overdue EndOverdue(Database& observer, std::int64_t session_id,
                     Oversight& oversight) const override {
    return EndOverdueMysql(observer, session_id, oversight);
  }
};

/// Who queues for a table's lock keeps everybody behind it waiting, and one that reads the table
/// and would now write to it is ended as the victim of a deadlock. MariaDB can ask without
/// queueing.
bool MysqlEngine::EnterFinal(Database& database, LockPolicy policy, milliseconds budget,
                             int tries) const {
  database.Execute("SET @zdm_sql_mode = @@SESSION.sql_mode");
  const auto set = [&](long long seconds) {
    database.Execute(
        fmt::format("SET SESSION lock_wait_timeout = {}, SESSION innodb_lock_wait_timeout = {}",
                    seconds, std::max(seconds, 1LL)));
  };
  switch (policy) {
    case LockPolicy::kShort: {
      const bool queues = database.info().dialect != Dialect::kMariadb || tries % kTriesAQueue == 0;
      set(queues ? kShortWait : 0);
      return queues;
    }
    case LockPolicy::kPatient:
      set(std::max<long long>(1, budget.count() / 1000));
      break;
    case LockPolicy::kConcurrent:
      set(kBuildWait);
      break;
  }
  return true;
}

void MysqlEngine::LeaveFinal(Database& database) const {
  database.Execute(fmt::format(
      "SET SESSION sql_mode = coalesce(@zdm_sql_mode, @@SESSION.sql_mode), "
      "SESSION lock_wait_timeout = {0}, SESSION innodb_lock_wait_timeout = {0}, "
      "SESSION foreign_key_checks = 1, SESSION unique_checks = 1{1}",
      kShortWait,
      database.info().dialect == Dialect::kMariadb ? ", SESSION check_constraint_checks = 1" : ""));
}

}  // namespace

std::unique_ptr<Engine> MakeMysqlEngine() {
  return std::make_unique<MysqlEngine>();
}

}  // namespace zdm
