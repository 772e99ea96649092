// SPDX-License-Identifier: Apache-2.0
// Locks: nobody waits long behind us, and we give up with the name of who is in the way.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/live/executor_plan.h"
#include "tests/live/locks.h"
#include "tests/support/proxy.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Reads one row of person again and again, and remembers the longest read.
class Reader {
 public:
  explicit Reader(const TestDatabase& database)
      : session_(database.Connect()), thread_([this] {
          while (!ending_) {
            const auto began = steady_clock::now();
            session_->Must("SELECT id FROM person LIMIT 1");
            const auto took = duration_cast<milliseconds>(steady_clock::now() - began);
            longest_ = std::max(longest_, static_cast<double>(took.count()));
            std::this_thread::sleep_for(milliseconds(2));
          }
        }) {}
  ~Reader() { Longest(); }
  double Longest() {
    ending_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
    return longest_;
  }

 private:
  std::unique_ptr<Session> session_;
  std::atomic<bool> ending_{false};
  double longest_ = 0;  ///< in milliseconds
  std::thread thread_;
};

TEST(ExecutorLock, GivesWayAndNamesWhoIsInTheWay) {
  const TestDatabase database(SharedServer());
  const auto owner = database.Connect();
  CreatePerson(*owner, 100);
  const ScratchFolder folder;
  const std::string path = WritePlanFile(PersonPlan(SharedServer().version()), folder.path());
  const std::string before = Everything(database);
  const auto report = database.Connect();
  report->Must("SET application_name = 'monthly report'");
  report->Must("BEGIN");
  report->Must("SELECT count(*) FROM person");
  {
    const Control control(SharedServer());
    Reader reader(database);
    const ProcessResult result = ZdmOn(database, {"run", path, "--lock-budget", "3"});
    EXPECT_EQ(result.exit_code, 11) << result.Describe();
    EXPECT_TRUE(Contains(result.err, "monthly report")) << result.Describe();
    EXPECT_TRUE(Contains(result.err, std::to_string(report->BackendId()))) << result.Describe();
    EXPECT_LE(reader.Longest(), kLongestWaitMs + control.LongestMs());
  }
  EXPECT_EQ(Difference(before, Everything(database)), "");
  report->Must("COMMIT");
  const ProcessResult again = ZdmOn(database, {"run"});
  EXPECT_EQ(again.exit_code, 0) << again.Describe();
}

TEST(ExecutorLock, AutovacuumMovesAway) {
  ServerOptions options;
  options.settings = {{"autovacuum_naptime", "1s"},
                      {"autovacuum_vacuum_cost_delay", "100ms"},
                      {"autovacuum_vacuum_cost_limit", "1"}};
  const auto server = StartServer(options);
  const TestDatabase database(*server);
  const auto owner = database.Connect();
  CreatePerson(*owner, 20000);
  owner->Must(
      "ALTER TABLE person SET (autovacuum_vacuum_threshold = 1, "
      "autovacuum_vacuum_scale_factor = 0)");
  owner->Must("UPDATE person SET about = 'more is known now'");
  ASSERT_TRUE(Becomes(*owner,
                      "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'person'::regclass AND "
                      "mode = 'ShareUpdateExclusiveLock'",
                      "t"))
      << "no autovacuum came";
  const ScratchFolder folder;
  const Control control(*server);
  Reader reader(database);
  const ProcessResult result =
      ZdmOn(database, {"run", WritePlanFile(PersonPlan(server->version()), folder.path()),
                       "--until", "expand", "--lock-budget", "20"});
  EXPECT_EQ(result.exit_code, 0) << result.Describe();
  EXPECT_LE(reader.Longest(), kLongestWaitMs + control.LongestMs());
}

/// A step whose work under the lock takes too long is taken back each time, and says so in the end.
TEST(ExecutorLock, WorkThatDoesNotFitIsGivenUp) {
  for (const std::vector<std::string>& statements : std::vector<std::vector<std::string>>{
           {"SELECT pg_catalog.pg_sleep(0.3)"},
           {"SELECT pg_catalog.pg_sleep(0.06)", "SELECT pg_catalog.pg_sleep(0.06)",
            "SELECT pg_catalog.pg_sleep(0.06)"}}) {
    const TestDatabase database(SharedServer());
    const auto owner = database.Connect();
    CreatePerson(*owner, 100);
    Plan plan = PersonPlan(SharedServer().version());
    auto& sql = std::get<RunSql>(plan.steps[0].apply.action);
    sql.statements.insert(sql.statements.end(), statements.begin(), statements.end());
    const ScratchFolder folder;
    const std::string path = WritePlanFile(plan, folder.path());
    const std::string before = Everything(database);
    const Control control(SharedServer());
    Reader reader(database);
    const ProcessResult result = ZdmOn(database, {"run", path, "--lock-budget", "2"});
    EXPECT_EQ(result.exit_code, 11) << result.Describe();
    EXPECT_TRUE(Contains(result.err, "takes longer than anybody may be kept waiting"))
        << result.Describe();
    EXPECT_LE(reader.Longest(), kLongestWaitMs + control.LongestMs());
    EXPECT_EQ(Difference(before, Everything(database)), "");
  }
}

/// A runner that is stopped (Ctrl-Z) while it holds a lock, or rows, loses them; then it goes on.
TEST(ExecutorLock, AStoppedRunnerLetsGo) {
  for (const std::string holding : {"LOCK TABLE public.person", "UPDATE public.person"}) {
    const TestDatabase database(SharedServer());
    const auto owner = database.Connect();
    CreatePerson(*owner, 100);
    const ScratchFolder folder;
    const std::string path = WritePlanFile(PersonPlan(SharedServer().version()), folder.path());
    std::atomic<int> pid{0};
    std::atomic<bool> stopped{false};
    ProxyHooks hooks;
    hooks.answered = [&](const ProxiedStatement& statement) {
      if (!stopped && Contains(statement.text, holding)) {
        stopped = true;
        kill(pid, SIGSTOP);
      }
      return Verdict::kPass;
    };
    Proxy proxy(SharedServer(), hooks);
    ChildProcess runner({ProgramPath("zdm"), "run", path, "--db", proxy.Through(database.Url())},
                        {});
    pid = runner.pid();
    for (int i = 0; i < 1000 && !stopped; ++i) std::this_thread::sleep_for(milliseconds(10));
    ASSERT_TRUE(stopped) << runner.ErrSoFar();
    const auto began = steady_clock::now();
    owner->Must("UPDATE person SET about = 'at last'");
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(5));
    runner.Signal(SIGCONT);
    const ProcessResult result = runner.Wait(std::chrono::seconds(30));
    EXPECT_EQ(result.exit_code, 12) << result.Describe();
    const ProcessResult again = ZdmOn(database, {"run", path});
    EXPECT_EQ(again.exit_code, 0) << again.Describe();
  }
}

TEST(ExecutorLock, AnIndexIsBuiltPastOldTransactionsAndAfterAKill) {
  const TestDatabase database(SharedServer());
  const auto owner = database.Connect();
  CreatePerson(*owner, 100);
  const ScratchFolder folder;
  const std::string path = WritePlanFile(PersonPlan(SharedServer().version()), folder.path());
  ASSERT_EQ(ZdmOn(database, {"run", path, "--until", "expand"}).exit_code, 0);
  const auto writer = database.Connect();
  writer->Must("BEGIN");
  writer->Must("UPDATE person SET about = 'x' WHERE id = 1");
  writer->Must("SAVEPOINT s");
  // The fill waits for the row that the writer holds; the index for the writer itself.
  writer->Must("ROLLBACK");
  writer->Must("BEGIN ISOLATION LEVEL REPEATABLE READ");
  writer->Must("SELECT 1");
  {
    const auto run = StartZdm(database, {"run"});
    ASSERT_TRUE(Becomes(*owner,
                        "SELECT count(*) FROM pg_index WHERE indexrelid = "
                        "to_regclass('person_caps') AND NOT indisvalid",
                        "1"));
    run->Signal(9);
    run->Wait(std::chrono::seconds(5));
  }
  writer->Must("COMMIT");
  const ProcessResult again = ZdmOn(database, {"run"});
  EXPECT_EQ(again.exit_code, 0) << again.Describe();
  EXPECT_EQ(owner->Value("SELECT indisvalid FROM pg_index WHERE indexrelid = "
                         "'person_caps'::regclass"),
            "t");
}

}  // namespace
}  // namespace zdm::test
