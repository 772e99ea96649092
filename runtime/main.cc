// SPDX-License-Identifier: Apache-2.0
// zdm: connects, takes the lease, runs one command, says how it ended.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runtime/database/connection_url.h"
#include "runtime/executor/commands.h"
#include "runtime/executor/lease.h"
#include "runtime/executor/mysql_engine.h"
#include "runtime/executor/postgres_engine.h"
#include "runtime/executor/refusal.h"
#include "runtime/executor/status.h"
#include "runtime/journal/mysql_family.h"
#include "runtime/journal/postgres_family.h"
#include "runtime/options.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

using nlohmann::ordered_json;

/// One row a family of servers; the first serves URLs without a scheme.
struct Family {
  ServerFamily server;
  std::unique_ptr<Engine> (*make_engine)() = nullptr;
};

std::vector<Family> Families() {
  return {
      {PostgresFamily(), MakePostgresEngine},
      {MysqlFamily(), MakeMysqlEngine},
  };
}

ServerFamilies ServersOf(const std::vector<Family>& families) {
  ServerFamilies servers;
  for (const Family& family : families) {
    servers.push_back(family.server);
  }
  return servers;
}

bool IsTerminal() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string(terminal) != "dumb";
}

ReporterOptions ReporterOptionsOf(const Options& options) {
  ReporterOptions result;
  result.terminal = IsTerminal();
  const char* no_colour = std::getenv("NO_COLOR");
  result.colour = result.terminal && (no_colour == nullptr || *no_colour == '\0');
  result.quiet = options.json;
  const char* locale = std::getenv("LC_ALL");
  locale = locale != nullptr && *locale != '\0' ? locale : std::getenv("LC_CTYPE");
  locale = locale != nullptr && *locale != '\0' ? locale : std::getenv("LANG");
  result.unicode = locale != nullptr && std::string(locale).find("UTF-8") != std::string::npos;
  return result;
}

std::optional<PlanText> ReadPlanFile(const std::string& path) {
  if (path.empty()) {
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw Refusal(ExitCode::kUsage, codes::kUsage,
                  fmt::format("the plan file {} cannot be read", path), {},
                  "zdmc compile PATH -o PLAN writes one");
  }
  return PlanText{ReadPlan(text.str()), text.str()};
}

/// The sessions of one command, from the URL on.
class Program {
 public:
  explicit Program(const Options& options)
      : options_(options),
        families_(Families()),
        servers_(ServersOf(families_)),
        reporter_(ReporterOptionsOf(options)) {}

  /// Throws what the command throws; prints what it did.
  void Run() {
    switch (options_.command) {
      case Command::kRun:
        if (options_.dry_run) {
          return Unleased(
              [&](const Context& context) {
                const std::string sql =
                    DryRun(context, ReadPlanFile(options_.plan_path), options_.until);
                Print(options_.json ? Document(0, {{"statements", sql}}).dump(2) + "\n" : sql);
              },
              false);
        }
        return Leased([&, given = ReadPlanFile(options_.plan_path)](const Context& context) {
          return RunPlan(context, given, options_.until);
        });
      case Command::kRollback:
        return Leased([&](const Context& context) {
          return RollBack(context, options_.to, options_.set_aside);
        });
      case Command::kPurge:
        return Leased([&](const Context& context) { return Purge(context, options_.plan_id); });
      case Command::kVerify:
        return Unleased([&](const Context& context) { Finish(Verify(context)); }, false);
      case Command::kStatus:
        return Unleased([&](const Context& context) { Status(context); }, false);
      case Command::kPause:
      case Command::kResume:
      case Command::kThrottle:
        return Unleased([&](const Context& context) { WriteSettings(context); }, true);
      case Command::kScratchStart:
      case Command::kScratchStop:
        return Scratch();
    }
  }

  ordered_json Document(int exit, ordered_json more) const {
    ordered_json document{{"format", 1}, {"command", options_.command_name}, {"exit", exit}};
    document.update(more);
    return document;
  }

  const Options& options() const { return options_; }
  /// Number of the signal that asked for an end; 0: none.
  int signal() const { return stop_.signal(); }
  static void Print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  const Family& FamilyOfUrl() const {
    const ServerFamily& chosen = FamilyOf(servers_, ResolveUrl(options_.db));
    for (const Family& family : families_) {
      if (family.server.dialects == chosen.dialects) {
        return family;
      }
    }
    return families_.front();
  }

  std::unique_ptr<Database> ConnectAs(const std::string& application) const {
    ConnectOptions connect;
    connect.url = options_.db;
    connect.application = application;
    return Connect(servers_, connect);
  }

  void WithContext(const std::function<void(Context&)>& work, bool write) {
    const Family& family = FamilyOfUrl();
    const auto engine = family.make_engine();
    const auto database = ConnectAs("zdm " + options_.command_name);
    RequireNoObstacles(family.server.preflight(*database, {write, write, {}, {}}));
    const auto journal = family.server.open_journal(*database);
    if (write) {
      journal->Create();
    }
    Observer observer([this] { return ConnectAs("zdm observer"); }, *engine);
    stop_.Register(*database);
    struct Unregister {
      Stop& stop;
      Database& database;
      ~Unregister() { stop.Unregister(database); }
    } unregister{stop_, *database};
    Context context{family.server, *database, *journal,
                    *engine,       observer,  reporter_,
                    stop_,         0,         std::chrono::seconds(options_.lock_budget_seconds)};
    work(context);
  }

  void Unleased(const std::function<void(const Context&)>& work, bool write) {
    WithContext([&](Context& context) { work(context); }, write);
  }

  void Leased(const std::function<Outcome(const Context&)>& work) {
    WithContext(
        [&](Context& context) {
          const Lease lease(context.database, context.engine, stop_);
          context.token = lease.token();
          context.observer.KeepLease(lease.token(), [&] { context.database.Cancel(); });
          struct Drop {
            Observer& observer;
            ~Drop() { observer.DropLease(); }
          } drop{context.observer};
          Finish(work(context));
        },
        true);
  }

  void Finish(const Outcome& outcome) {
    if (options_.json) {
      Print(Document(0, {{"plan", outcome.plan_id},
                         {"state", outcome.state},
                         {"nothing_to_do", outcome.nothing_to_do},
                         {"steps", outcome.steps},
                         {"lines", outcome.lines},
                         {"next", outcome.next}})
                .dump(2) +
            "\n");
      return;
    }
    for (const std::string& line : outcome.lines) {
      reporter_.Event(line);
    }
    std::string label = "next:";
    for (const std::string& line : outcome.next) {
      reporter_.Event(fmt::format("{:<6} {}", label, line));
      label.clear();
    }
  }

  void Status(const Context& context) {
    const ordered_json status = ReadStatus(context);
    Print(options_.json ? Document(0, status).dump(2) + "\n" : RenderStatus(status));
  }

  void WriteSettings(const Context& context) {
    Outcome outcome;
    Transaction transaction(context.database);
    if (options_.command == Command::kPause) {
      const char* user = std::getenv("USER");
      context.journal.WriteSetting(
          kPauseSetting, fmt::format("by {} at {}", user == nullptr ? "somebody" : user,
                                     QueryValue(context.database, "SELECT current_timestamp")
                                         .value_or("an unknown time")));
      outcome.lines.emplace_back("paused: a run at work stops at its next batch or step (exit 13)");
      outcome.next.emplace_back("zdm resume");
    } else if (options_.command == Command::kResume) {
      context.journal.WriteSetting(kPauseSetting, std::nullopt);
      outcome.lines.emplace_back("resumed");
      outcome.next.emplace_back("zdm run");
    } else {
      context.journal.WriteSetting(
          kThrottleSetting,
          options_.throttle_off ? std::nullopt : std::optional(WriteThrottle(options_.throttle)));
      outcome.lines.emplace_back(options_.throttle_off ? "throttle: defaults"
                                                       : "throttle: written; a run at work follows "
                                                         "within a second");
    }
    transaction.Commit();
    Finish(outcome);
  }

  void Scratch() {
    for (const Family& family : families_) {
      const ScratchServers& scratch = family.server.scratch;
      if (!options_.server.empty() && scratch.name != options_.server) {
        continue;
      }
      if (options_.command == Command::kScratchStop) {
        StopScratch(scratch, options_.directory);
        return;
      }
      return Print(StartScratch(scratch, options_.directory) + "\n");
    }
    throw Refusal(ExitCode::kUsage, codes::kUsage,
                  fmt::format("no family of servers is called {}", options_.server));
  }

  const Options& options_;
  std::vector<Family> families_;
  ServerFamilies servers_;
  Stop stop_;
  Reporter reporter_;
};

struct Failure {
  ExitCode exit = ExitCode::kFailed;
  std::string code;
  std::string message;
  std::vector<std::string> details;
  std::string next;
};

int Tell(const Program& program, const Failure& failure) {
  const int exit = static_cast<int>(failure.exit);
  if (program.options().json) {
    ordered_json error{{"code", failure.code},
                       {"message", MaskPasswords(failure.message)},
                       {"details", failure.details},
                       {"next", failure.next}};
    Program::Print(program.Document(exit, {{"error", error}}).dump(2) + "\n");
    return exit;
  }
  std::string text = "zdm: " + failure.message;
  if (!failure.code.empty() && text.find(failure.code) == std::string::npos) {
    text += " [" + failure.code + "]";
  }
  text += "\n";
  for (const std::string& line : failure.details) {
    text += "  " + line + "\n";
  }
  if (!failure.next.empty()) {
    text += "next:  " + failure.next + "\n";
  }
  std::fputs(MaskPasswords(text).c_str(), stderr);
  return exit;
}

int Main(int argc, char** argv) {
  const Parsed parsed = ParseArguments(argc, argv);
  HidePasswords(argc, argv);
  if (!parsed.options) {
    return parsed.exit;
  }
  Program program(*parsed.options);
  try {
    program.Run();
    return 0;
  } catch (const Refusal& refusal) {
    return Tell(program, {refusal.exit(), ToString(refusal.code()), refusal.what(),
                          refusal.details(), refusal.next()});
  } catch (const DatabaseError& error) {
    if (error.kind() == ErrorKind::kCancelled && program.signal() != 0) {
      return Tell(program,
                  {program.signal() == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted,
                   ToString(codes::kInterrupted),
                   "stopped by a second signal; the statement at work was taken back",
                   {},
                   "run the same command again to go on"});
    }
    Failure failure{ExitCodeOf(error.kind()), ToString(CodeOf(error.kind())), error.what(), {}, ""};
    if (IsTransient(error.kind())) {
      failure.next = "the state is saved; run the same command again";
    }
    return Tell(program, failure);
  } catch (const PlanError& error) {
    return Tell(program, {ExitCode::kUsage,
                          ToString(error.code()),
                          error.what(),
                          {},
                          "zdmc compile writes a plan anew"});
  } catch (const LeaseLost& error) {
    return Tell(program, {ExitCode::kLeaseHeld,
                          ToString(codes::kLeaseLost),
                          error.what(),
                          {},
                          "run the same command again when the other one has ended"});
  } catch (const std::exception& error) {
    return Tell(program, {ExitCode::kFailed, "", error.what(), {}, ""});
  }
}

}  // namespace
}  // namespace zdm

int main(int argc, char** argv) {
  return zdm::Main(argc, argv);
}
