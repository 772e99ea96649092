// SPDX-License-Identifier: Apache-2.0
#include "tests/live/scenario.h"

#include <fmt/format.h>

#include <cstdlib>
#include <regex>
#include <stdexcept>

#include "tests/support/dump.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

bool CanBePrepared(const std::string& statement) {
  static const std::regex data(
      "^\\s*(--[^\\n]*\\n\\s*)*(select|insert|update|delete|with|values)\\b", std::regex::icase);
  return std::regex_search(statement, data);
}

std::string WithoutSemicolon(std::string statement) {
  statement = Trimmed(statement);
  while (!statement.empty() && statement.back() == ';') statement.pop_back();
  return statement;
}

void Check(const ProcessResult& result, const std::string& what) {
  if (result.exit_code != 0) throw std::runtime_error(what + ": " + result.Describe());
}

/// The families whose servers can be asked for, beginning with the one whose SQL is meant where
/// that of the first is missing.
std::vector<std::string> SectionPrefixes(const std::string& family) {
  if (family == "mysql") return {"mysql/", "mariadb/", ""};
  if (family == "mariadb") return {"mariadb/", ""};
  return {""};
}

/// The section as `family` has it; "" without one.
std::string SectionOf(const CaseFile& file, const std::string& family, const std::string& name) {
  for (const std::string& prefix : SectionPrefixes(family)) {
    if (file.Has(prefix + name)) return file.Text(prefix + name);
  }
  return "";
}

/// One text serves both dialects of a family.
std::string InDialect(const std::string& zdm, const std::string& family) {
  static const std::regex dialect("(^|\\n)dialect [a-z]+;");
  return std::regex_replace(zdm, dialect, "$1dialect " + family + ";");
}

/// The lines of all sections "options" that `family` reads.
std::string OptionsOf(const CaseFile& file, const std::string& family) {
  std::string lines;
  for (const std::string& prefix : SectionPrefixes(family)) lines += file.Text(prefix + "options");
  return lines;
}

bool IsForFamily(const CaseFile& file, const std::string& family) {
  if (family == "postgresql") return file.Has("before.zdm") && file.Has("rows.sql");
  const bool own = file.Has("mariadb/before.zdm") || file.Has(family + "/before.zdm");
  return own || Contains("\n" + OptionsOf(file, family), "\nfamilies all\n");
}

/// "server >= 14"
bool ServerFits(const CaseFile& file, int version) {
  static const std::regex rule("^server (>=|<) (\\d+)$");
  for (const std::string& line : SplitLines(file.Text("options"))) {
    std::smatch match;
    if (!std::regex_match(line, match, rule)) continue;
    const bool newer = version >= std::stoi(match[2]);
    if (newer != (match[1] == ">=")) return false;
  }
  return true;
}

}  // namespace

Application::Application(std::string name, const TestDatabase& database, const std::string& sql)
    : name_(std::move(name)),
      family_(database.server().family()),
      session_(database.Connect("app")),
      statements_(SplitStatements(sql)),
      prepared_(statements_.size(), false) {}

Answer Application::RunOne(std::size_t index) {
  const std::string& statement = statements_[index];
  const bool by_name = (static_cast<std::size_t>(pass_) + index) % 2 == 0;
  if (!by_name || !CanBePrepared(statement)) return session_->Run(statement);
  if (!prepared_[index]) {
    const std::string text = WithoutSemicolon(statement);
    const bool postgres = family_ == "postgresql";
    const std::string literal = "'" + Replaced(Replaced(text, "\\", "\\\\"), "'", "''") + "'";
    const Answer answer = session_->Run(fmt::format(
        "PREPARE s{} {} {}", index, postgres ? "AS" : "FROM", postgres ? text : literal));
    if (!answer.ok()) return answer;
    prepared_[index] = true;
  }
  return session_->Run(fmt::format("EXECUTE s{}", index));
}

std::string Application::Work() {
  ++pass_;
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const Answer answer = RunOne(i);
    if (!answer.ok()) {
      return fmt::format("{} application: {} [{}]\n  in: {}", name_, answer.error, answer.code,
                         statements_[i]);
    }
  }
  return "";
}

Scenario::Scenario(const CaseFile& file, TestServer& server)
    : file_(file), server_(server), scratch_(server), before_(server) {
  WriteFile(folder_.path() + "/before/schema.zdm", Section("before.zdm"));
  WriteFile(folder_.path() + "/after/schema.zdm", Section("after.zdm"));
  Create(before_, Section("before.zdm"), "create-before", Section("before.sql"));
  const auto owner = before_.Connect();
  for (const std::string& statement : SplitStatements(Section("rows.sql"))) owner->Must(statement);
  before_dump_ = before_.Dump();
}

std::string Scenario::Section(const std::string& name) const {
  const std::string text = SectionOf(file_, server_.family(), name);
  return Contains(name, ".zdm") ? InDialect(text, server_.family()) : text;
}

bool Scenario::HasSection(const std::string& name) const {
  for (const std::string& prefix : SectionPrefixes(server_.family())) {
    if (file_.Has(prefix + name)) return true;
  }
  return false;
}

std::string Scenario::Again() const {
  return fmt::format(
      "ZDM_TEST_FAMILY={} ZDM_TEST_CASES='^{}$' .build/debug/tests/live/zdm_live_tests",
      server_.family(), file_.name);
}

void Scenario::Create(const TestDatabase& database, const std::string& zdm, const std::string& name,
                      const std::string& sql) const {
  const std::string file = fmt::format("{}/{}/schema.zdm", folder_.path(), name);
  const std::string plan = fmt::format("{}/{}.json", folder_.path(), name);
  WriteFile(file, WithoutAllows(zdm));
  Check(Compile({file, database.Url(), scratch_.Url(), plan}), "zdmc compile, from nothing");
  if (!PlanIsEmpty(plan)) {
    Check(Zdm({"run", plan, "--db", database.Url(), "--until", "contract"}),
          "zdm run, from nothing");
    Check(Zdm({"purge", "--db", database.Url()}), "zdm purge, from nothing");
  }
  const auto owner = database.Connect();
  for (const std::string& statement : SplitStatements(sql)) owner->Must(statement);
  Grant(database);
}

void Scenario::Grant(const TestDatabase& database) const {
  if (server_.family() != "postgresql") return;  // there `app` has its rights on the database
  const auto owner = database.Connect();
  const Answer schemas = owner->Run(
      "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"
      " AND nspname NOT IN ('information_schema', 'zdm', 'zdm_trash')");
  for (const Row& schema : schemas.rows) {
    if (*schema[0] != "public") owner->Must("GRANT USAGE ON SCHEMA " + *schema[0] + " TO app");
    for (const std::string objects :
         {"SELECT, INSERT, UPDATE, DELETE ON ALL TABLES", "USAGE, SELECT ON ALL SEQUENCES"}) {
      owner->Must(fmt::format("GRANT {} IN SCHEMA {} TO app", objects, *schema[0]));
    }
  }
}

std::unique_ptr<TestDatabase> Scenario::Before() const {
  return std::make_unique<TestDatabase>(server_, before_.name());
}

CompileCall Scenario::Call(const std::string& output) const {
  CompileCall call{folder_.path() + "/after/schema.zdm", before_.Url(), scratch_.Url(), output};
  for (const std::string& code : OptionValues("allow")) {
    call.more.insert(call.more.end(), {"--allow", code});
  }
  return call;
}

ProcessResult Scenario::PrintChanges() {
  CompileCall call = Call(folder_.path() + "/printed.json");
  call.more.emplace_back("--print=changes");
  return Compile(call);
}

const std::string& Scenario::Plan(const TestDatabase& database) {
  // Where a schema is the database itself, a plan is for the database of that name alone.
  const bool any = server_.family() == "postgresql";
  std::string& plan = plans_[any ? "" : database.name()];
  if (!plan.empty()) return plan;
  const std::string output = fmt::format("{}/plan{}.json", folder_.path(), plans_.size());
  CompileCall call = Call(output);
  if (!any) call.url = database.Url();
  Check(Compile(call), "zdmc compile");
  plan = output;
  return plan;
}

ProcessResult Scenario::CompileAfter(const TestDatabase& database,
                                     const std::string& output) const {
  return CompileFile(folder_.path() + "/after/schema.zdm", database, output);
}

ProcessResult Scenario::CompileFile(const std::string& path, const TestDatabase& database,
                                    const std::string& output) const {
  return Compile({path, database.Url(), scratch_.Url(), output});
}

ProcessResult Scenario::CompileBefore(const TestDatabase& database,
                                      const std::string& output) const {
  return CompileFile(folder_.path() + "/before/schema.zdm", database, output);
}

std::string Scenario::StraightDump() {
  if (straight_dump_.empty()) {
    const TestDatabase straight(server_);
    Create(straight, Section("after.zdm"), "create-after",
           HasSection("after.sql") ? Section("after.sql") : Section("before.sql"));
    straight_dump_ = straight.Dump();
  }
  return straight_dump_;
}

bool Scenario::HasOption(const std::string& option) const {
  for (const std::string& line : SplitLines(OptionsOf(file_, server_.family()))) {
    if (Trimmed(line) == option) return true;
  }
  return false;
}

std::vector<std::string> Scenario::OptionValues(const std::string& word) const {
  std::vector<std::string> values;
  for (const std::string& line : SplitLines(OptionsOf(file_, server_.family()))) {
    if (line.rfind(word + " ", 0) == 0) values.push_back(Trimmed(line.substr(word.size() + 1)));
  }
  return values;
}

std::string Scenario::Comparable(const std::string& dump) const {
  return server_.family() == "postgresql" ? WithoutColumnOrder(dump) : dump;
}

std::string Scenario::InUse(const std::string& dump) const {
  return server_.family() == "postgresql" ? WithoutParked(dump) : WithoutHidden(dump);
}

std::vector<CaseFile> LiveCases() {
  const char* named = std::getenv("ZDM_TEST_FAMILY");
  const std::string family = named == nullptr ? "postgresql" : named;
  std::vector<CaseFile> result;
  for (CaseFile& file : AllCases()) {
    const bool offline = Contains("\n" + OptionsOf(file, family), "\noffline-only");
    if (!offline && IsForFamily(file, family)) result.push_back(std::move(file));
  }
  return result;
}

std::string KnownDefect(const CaseFile& file, const TestServer& server) {
  return SectionOf(file, server.family(), "known defect");
}

bool CaseFitsServer(const CaseFile& file, const TestServer& server) {
  return server.family() != "postgresql" || ServerFits(file, server.version());
}

}  // namespace zdm::test
