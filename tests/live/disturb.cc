// SPDX-License-Identifier: Apache-2.0
#include "tests/live/disturb.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <thread>

namespace zdm::test {
namespace {

/// What the hooks of one run share. They run on the proxy's thread, the program beside it.
class Trigger {
 public:
  Trigger(const TestDatabase& database, Choice choice)
      : database_(database), choice_(std::move(choice)) {}

  ProxyHooks Hooks() {
    ProxyHooks hooks;
    hooks.arrived = [this](const auto& statement) {
      if (number_ == 0) {
        disturbance_ = choice_(statement);
        if (disturbance_ != Disturbance::kNone) number_ = statement.number;
      }
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
  bool crashed() const { return reached_ && disturbance_ == Disturbance::kCrash; }
  const std::string& statement() const { return statement_; }

 private:
  bool Now(const ProxiedStatement& statement) {
    if (number_ == 0 || statement.number != number_ || reached_) return false;
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
    const bool postgres = database_.server().family() == "postgresql";
    const std::string backend = std::to_string(statement.backend);
    database_.Connect()->Run(postgres ? "SELECT pg_terminate_backend(" + backend + ")"
                                      : "KILL " + backend);
    return Verdict::kPass;
  }
  Verdict Crash(const ProxiedStatement& statement) {
    if (!Now(statement)) return Verdict::kPass;
    database_.server().Crash();
    return Verdict::kCut;
  }

  const TestDatabase& database_;
  Choice choice_;
  Disturbance disturbance_ = Disturbance::kNone;
  int number_ = 0;  ///< of the statement that was chosen
  std::atomic<int> pid_{0};
  std::atomic<bool> reached_{false};
  std::string statement_;
};

}  // namespace

std::string ToString(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::kNone:
      return "not disturbed at";
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
  return RunDisturbed(database, std::move(arguments), [&](const ProxiedStatement& statement) {
    return statement.number == at ? disturbance : Disturbance::kNone;
  });
}

Disturbed RunDisturbed(const TestDatabase& database, std::vector<std::string> arguments,
                       Choice choice) {
  TestServer& server = database.server();
  Trigger trigger(database, std::move(choice));
  Disturbed disturbed;
  {
    Proxy proxy(server, trigger.Hooks());
    arguments.insert(arguments.begin(), ProgramPath("zdm"));
    arguments.insert(arguments.end(), {"--db", proxy.Through(database.Url())});
    ChildProcess child(arguments, {});
    trigger.Watch(child.pid());
    disturbed.result = child.Wait(std::chrono::seconds(300));
    disturbed.statements = proxy.statements();
  }
  disturbed.reached = trigger.reached();
  disturbed.statement = trigger.statement();
  if (trigger.crashed()) server.Start();
  return disturbed;
}

}  // namespace zdm::test
