// SPDX-License-Identifier: Apache-2.0
#include "tests/live/disturb.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/support/proxy.h"

namespace zdm::test {
namespace {

/// What the hooks of one run share. They run on the proxy's thread, the program beside it.
class Trigger {
 public:
  Trigger(const TestDatabase& database, Disturbance disturbance, int at)
      : database_(database), disturbance_(disturbance), at_(at) {}

  ProxyHooks Hooks() {
    ProxyHooks hooks;
    hooks.arrived = [this](const auto& statement) {
      return Kill(Disturbance::kKillBefore, statement);
    };
    hooks.sent = [this](const auto& statement) { return Kill(Disturbance::kKillSent, statement); };
    hooks.answered = [this](const auto& statement) {
      if (disturbance_ == Disturbance::kTerminate) return Terminate(statement);
      if (disturbance_ == Disturbance::kCrash) return Crash(statement);
      return Kill(Disturbance::kKillAnswered, statement);
    };
    return hooks;
  }

  void Watch(int pid) { pid_ = pid; }
  bool reached() const { return reached_; }
  const std::string& statement() const { return statement_; }

 private:
  bool Now(const ProxiedStatement& statement) {
    if (at_ == 0 || statement.number != at_ || reached_) return false;
    statement_ = statement.text;
    reached_ = true;
    return true;
  }
  Verdict Kill(Disturbance moment, const ProxiedStatement& statement) {
    if (moment != disturbance_ || !Now(statement)) return Verdict::kPass;
    while (pid_ == 0) std::this_thread::yield();
    kill(pid_, SIGKILL);
    return Verdict::kCut;
  }
  Verdict Terminate(const ProxiedStatement& statement) {
    if (!Now(statement)) return Verdict::kPass;
    // By another backend of the same role, as an operator would.
    database_.Connect()->Run(fmt::format("SELECT pg_terminate_backend({})", statement.backend));
    return Verdict::kPass;
  }
  Verdict Crash(const ProxiedStatement& statement) {
    if (!Now(statement)) return Verdict::kPass;
    database_.server().Crash();
    return Verdict::kCut;
  }

  const TestDatabase& database_;
  Disturbance disturbance_;
  int at_;
  std::atomic<int> pid_{0};
  std::atomic<bool> reached_{false};
  std::string statement_;
};

}  // namespace

std::string ToString(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::kKillBefore:
      return "killed before the server got";
    case Disturbance::kKillSent:
      return "killed while the server worked on";
    case Disturbance::kKillAnswered:
      return "killed after the server did";
    case Disturbance::kTerminate:
      return "connection cut after";
    case Disturbance::kCrash:
      return "server crashed after";
  }
  return "";
}

Disturbed RunDisturbed(const TestDatabase& database, std::vector<std::string> arguments,
                       Disturbance disturbance, int at) {
  TestServer& server = database.server();
  Trigger trigger(database, disturbance, at);
  Disturbed disturbed;
  {
    Proxy proxy(server.folder(), server.port(), trigger.Hooks());
    arguments.insert(arguments.begin(), ProgramPath("zdm"));
    arguments.insert(arguments.end(), {"--db", proxy.Through(database.Url())});
    ChildProcess child(arguments, {});
    trigger.Watch(child.pid());
    disturbed.result = child.Wait(std::chrono::seconds(120));
    disturbed.statements = proxy.statements();
  }
  disturbed.reached = trigger.reached();
  disturbed.statement = trigger.statement();
  if (disturbance == Disturbance::kCrash && disturbed.reached) server.Start();
  return disturbed;
}

}  // namespace zdm::test
