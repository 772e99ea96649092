// SPDX-License-Identifier: Apache-2.0
#include "runtime/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

#include "runtime/database/connection_url.h"
#include "runtime/plan/exit_code.h"
#include "runtime/shell_pages.h"

namespace zdm {
namespace {

constexpr const char* kFooter =
    "Connection: --db URL, else ZDM_DATABASE_URL, else DATABASE_URL, else the server's own\n"
    "conventions. Passwords belong into the server's password file or environment.\n"
    "\n"
    "Exit status: 0 the asked state holds; 1 failed; 2 usage; 4 the catalog is not the plan's, or\n"
    "another plan is in flight; 7 the data is not as it must be; 10 another runner is at work;\n"
    "11 a lock was not to be had; 12 database unreachable or read-only; 13 paused; 130, 143 "
    "stopped\n"
    "by a signal. 10 to 13, 130 and 143: the same command may be tried again.";

class CommandLine {
 public:
  explicit CommandLine(Options& options) : options_(options) {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "zdm " ZDM_VERSION);
    app_.footer(kFooter);
    app_.get_formatter()->column_width(34);
    AddRun();
    AddSimple("status", Command::kStatus, "where things stand, and the next command");
    AddSimple("verify", Command::kVerify, "whether the old and the new shape agree, row by row");
    AddRollback();
    AddPurge();
    AddSimple("pause", Command::kPause, "let a run stop at the next batch or step (exit 13)");
    AddSimple("resume", Command::kResume, "take a pause back");
    AddThrottle();
    AddScratch();
    completion_ = AddCompletionCommand(app_, shell_);
  }

  CLI::App& app() { return app_; }
  /// What `zdm completion` prints; "" when another command was given.
  std::string Page() const {
    if (!completion_->parsed()) return "";
    return ShellPage(app_, shell_, {"zdm " ZDM_VERSION, kFooter, "zdmc (1)"});
  }

 private:
  CLI::App* Add(CLI::App& parent, const std::string& name, Command command,
                const std::string& description) {
    CLI::App* sub = parent.add_subcommand(name, description);
    sub->callback([this, command, sub] {
      options_.command = command;
      options_.command_name = sub->get_name();
    });
    sub->set_version_flag("--version", "zdm " ZDM_VERSION);
    return sub;
  }

  CLI::App* AddSimple(const std::string& name, Command command, const std::string& description) {
    CLI::App* sub = Add(app_, name, command, description);
    sub->add_option("--db", options_.db, "URL of the database");
    sub->add_option_function<std::string>(
           "--format", [this](const std::string& format) { options_.json = format == "json"; },
           "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    return sub;
  }

  void AddLockBudget(CLI::App* sub) {
    sub->add_option("--lock-budget", options_.lock_budget_seconds,
                    "seconds to try for a lock before giving up (exit 11); default: 600")
        ->check(CLI::Range(1, 86400));
  }

  void AddRun() {
    CLI::App* sub = AddSimple("run", Command::kRun, "execute a plan, or go on with it");
    sub->add_option("PLAN", options_.plan_path, "plan file; default: the plan in flight");
    static const std::map<std::string, Phase> phases{
        {"expand", Phase::kExpand}, {"migrate", Phase::kMigrate}, {"contract", Phase::kContract}};
    sub->add_option("--until", options_.until,
                    "go at least to the end of expand, migrate or contract; default: migrate")
        ->transform(CLI::CheckedTransformer(phases).description("{expand,migrate,contract}"))
        ->type_name("PHASE");
    sub->add_option("--jobs", options_.jobs,
                    "sessions to fill rows with at most; at present one does all of it")
        ->check(CLI::Range(1, 64));
    sub->add_flag("--dry-run", options_.dry_run, "print the statements, change nothing");
    AddLockBudget(sub);
  }

  void AddRollback() {
    CLI::App* sub = AddSimple("rollback", Command::kRollback,
                              "take the newest plan that is not purged back, rows included");
    static const std::map<std::string, int> targets{{"start", -1}, {"expand", 0}, {"migrate", 1}};
    sub->add_option_function<std::string>(
           "--to",
           [this](const std::string& name) {
             const int phase = targets.at(name);
             options_.to = phase < 0 ? std::nullopt : std::optional(static_cast<Phase>(phase));
           },
           "as after expand or migrate, or start; default: start")
        ->check(CLI::IsMember({"start", "expand", "migrate"}))
        ->type_name("PHASE");
    sub->add_flag("--set-aside", options_.set_aside,
                  "keep what the old shape cannot hold in zdm.set_aside and go back");
    AddLockBudget(sub);
  }

  void AddPurge() {
    CLI::App* sub =
        AddSimple("purge", Command::kPurge, "destroy what contract parked: the point of no return");
    sub->add_option("--plan", options_.plan_id, "that plan and all older ones; default: all")
        ->type_name("ID");
    AddLockBudget(sub);
  }

  void AddThrottle() {
    CLI::App* sub = AddSimple("throttle", Command::kThrottle,
                              "limit the filling of rows, also of a run at work");
    sub->add_option("--rows-per-second", options_.throttle.rows_a_second, "0: no limit")
        ->check(CLI::NonNegativeNumber);
    sub->add_option("--replica-lag", options_.throttle.replica_lag_seconds,
                    "seconds that a replica may lag; default: 10")
        ->check(CLI::NonNegativeNumber);
    sub->add_flag("--off", options_.throttle_off, "back to the defaults");
  }

  void AddScratch() {
    CLI::App* scratch = app_.add_subcommand("scratch", "a private throw-away server");
    scratch->require_subcommand(1);
    CLI::App* start = Add(*scratch, "start", Command::kScratchStart, "start it, print its URL");
    CLI::App* stop = Add(*scratch, "stop", Command::kScratchStop, "stop it");
    for (CLI::App* sub : {start, stop}) {
      sub->add_option("DIR", options_.directory, "folder of the server")->required();
      sub->add_option("--server", options_.server, "family of servers; default: the first known");
    }
  }

  Options& options_;
  std::string shell_;
  const CLI::App* completion_ = nullptr;
  CLI::App app_{"zdm executes a plan of zdmc against a live database, forward and back.", "zdm"};
};

}  // namespace

Parsed ParseArguments(int argc, char** argv) {
  Options options;
  CommandLine line(options);
  try {
    line.app().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = line.app().exit(error, out, err);
    fmt::print("{}", out.str());
    fmt::print(stderr, "{}", MaskPasswords(err.str()));
    return {std::nullopt, status == 0 ? 0 : static_cast<int>(ExitCode::kUsage)};
  }
  if (const std::string page = line.Page(); !page.empty()) {
    fmt::print("{}", page);
    return {std::nullopt, 0};
  }
  return {options, 0};
}

}  // namespace zdm
