// SPDX-License-Identifier: Apache-2.0
#include "tests/live/evolution/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <thread>

#include "tests/support/dump.h"
#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test::evolution {
namespace {

constexpr int kMostKills = 3;

/// "add column public.t.c" of "add column public.t.c text default 'x'"; quoted names may hold
/// blanks.
bool BeginsWith(const std::string& line, const std::string& change) {
  return line.rfind(change, 0) == 0 && (line.size() == change.size() || line[change.size()] == ' ');
}

/// --allow for the hazards of changes that leave the old and the new application apart for a while.
std::vector<std::string> Allowed(const std::string& asked) {
  std::vector<std::string> options;
  const std::regex line("--allow '(ZDM(?:201[012]|2020|2201):.*)' for this run");
  for (std::sregex_iterator found(asked.begin(), asked.end(), line), end; found != end; ++found) {
    options.insert(options.end(), {"--allow", (*found)[1]});
  }
  return options;
}

}  // namespace

Story::Story(std::uint64_t seed, int plans)
    : random_(seed),
      plans_(plans),
      server_(SharedServer()),
      database_(server_),
      scratch_(server_),
      session_(database_.Connect()) {}

void Story::Fail(const std::string& what) const {
  throw std::runtime_error(fmt::format("{}\n--- told\n{}--- before\n{}\n--- after\n{}", what, told_,
                                       before_text_, after_text_));
}

ProcessResult Story::Killed(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--db", database_.Url()});
  for (int kills = 0; kills < kMostKills && Chance(random_, 30); ++kills) {
    std::vector<std::string> words = arguments;
    words.insert(words.begin(), ProgramPath("zdm"));
    ChildProcess child(words, {});
    std::this_thread::sleep_for(std::chrono::milliseconds(Below(random_, 300)));
    child.Signal(SIGKILL);
    const ProcessResult result = child.Wait(std::chrono::seconds(10));
    if (result.exit_code != 128 + SIGKILL) return result;
    ++kills_;
  }
  return test::Zdm(arguments);
}

void Story::Zdm(const std::vector<std::string>& arguments) {
  const ProcessResult result = Killed(arguments);
  if (result.exit_code != 0) {
    Fail(fmt::format("zdm {}\n{}", fmt::join(arguments, " "), result.Describe()));
  }
}

bool Story::IsNothing(const std::string& file) const {
  const std::string plan = folder_.path() + "/nothing.json";
  const ProcessResult compiled = Compile({file, database_.Url(), scratch_.Url(), plan});
  if (compiled.exit_code != 0) Fail("compiled again: " + compiled.Describe());
  return PlanIsEmpty(plan);
}

void Story::Begin() {
  schema_ = FirstSchema(random_);
  const std::string file = folder_.path() + "/first.zdm";
  const std::string plan = folder_.path() + "/first.json";
  after_text_ = ZdmText(schema_, {});
  WriteFile(file, after_text_);
  const ProcessResult compiled = Compile({file, database_.Url(), scratch_.Url(), plan});
  if (compiled.exit_code != 0) Fail(compiled.Describe());
  Zdm({"run", plan, "--until", "contract"});
  Zdm({"purge"});
  Insert(schema_, 5, "first");
  CompareEnd(schema_);
}

void Story::Insert(const Schema& schema, int rows, const std::string& who,
                   const std::set<int>& given) {
  for (const Table& table : schema.tables) {
    for (int row = 0; row < rows; ++row) {
      std::vector<std::string> names, values;
      for (const Column& column : table.columns) {
        const bool not_null = column.not_null || given.contains(column.number);
        const bool may_miss = !not_null || !column.default_value.empty();
        if (may_miss && Chance(random_, 20)) continue;
        names.push_back(Name(column.name));
        const Table* other = schema.Find(column.refers_to);
        if (!not_null && Chance(random_, 25)) {
          values.emplace_back("null");
        } else if (other != nullptr) {
          values.push_back(
              fmt::format("(select id from {} order by random() limit 1)", Name(other->name)));
        } else {
          values.push_back(LiteralOf(column.kind, random_));
        }
      }
      const std::string sql = names.empty()
                                  ? fmt::format("insert into {} default values", Name(table.name))
                                  : fmt::format("insert into {} ({}) values ({})", Name(table.name),
                                                fmt::join(names, ", "), fmt::join(values, ", "));
      const Answer answer = session_->Run(sql);
      if (!answer.ok()) Fail(fmt::format("{} application: {}\n{}", who, answer.error, sql));
    }
  }
}

Story::Values Story::Read(const Schema& schema) const {
  Values values;
  for (const Table& table : schema.tables) {
    for (const Column& column : table.columns) {
      const Answer answer = session_->Run(fmt::format(
          "select id::text, coalesce({}::text, '~') from {}", Name(column.name), Name(table.name)));
      if (!answer.ok()) Fail("reading: " + answer.error);
      auto& rows = values[{table.number, column.number}];
      for (const Row& row : answer.rows) rows[*row[0]] = *row[1];
    }
  }
  return values;
}

void Story::CompareValues(const Evolution& evolution, const Values& old_values,
                          const Values& new_values, const std::string& when) const {
  for (const auto& [place, rows] : old_values) {
    const auto found = new_values.find(place);
    if (found == new_values.end()) continue;
    for (const auto& [id, value] : rows) {
      const auto row = found->second.find(id);
      if (row == found->second.end()) Fail(fmt::format("{}: row {} is lost", when, id));
      if (row->second == value || (value == "~" && evolution.filled.contains(place.second)))
        continue;
      const Column* column = evolution.before.Find(place.first)->Find(place.second);
      Fail(fmt::format("{}: {}.{} of row {} was {} and is {}", when,
                       evolution.before.Find(place.first)->name, column->name, id, value,
                       row->second));
    }
  }
}

void Story::CompareChanges(const Evolution& evolution, const std::string& printed) const {
  std::multiset<std::string> left = evolution.expected, carried = evolution.carried;
  const auto take = [](std::multiset<std::string>& changes, const std::string& line) {
    const auto meant = std::find_if(changes.begin(), changes.end(), [&](const std::string& change) {
      return BeginsWith(line, change);
    });
    if (meant == changes.end()) return false;
    changes.erase(meant);
    return true;
  };
  for (const std::string& line : SplitLines(printed)) {
    if (line.empty() || line.front() == ' ') continue;
    if (!take(left, line) && !take(carried, line)) {
      Fail("a change that nobody made: " + line + "\n" + printed);
    }
  }
  if (!left.empty()) Fail("a change was not seen: " + *left.begin() + "\n" + printed);
}

void Story::CompilePlan(const Evolution& evolution) {
  const std::string file = folder_.path() + "/after.zdm";
  WriteFile(file, after_text_);
  CompileCall call{file, database_.Url(), scratch_.Url(), folder_.path() + "/plan.json"};
  ProcessResult compiled = Compile(call);
  if (compiled.exit_code == 5) {
    call.more = Allowed(compiled.err);
    compiled = Compile(call);
  }
  if (compiled.exit_code != 0) Fail(compiled.Describe());
  call.more.emplace_back("--print=changes");
  CompareChanges(evolution, Compile(call).out);
}

void Story::Forward(const Evolution& evolution, const std::string& until) {
  const Values old_values = Read(evolution.before);
  Zdm({"run", folder_.path() + "/plan.json", "--until", until});
  if (until == "expand") return;
  CompareValues(evolution, old_values, Read(evolution.after), until);
}

/// Values that only the new shape can hold make it ask; it must then keep them aside.
void Story::Back(const Evolution& evolution, const std::string& from, bool only_old_wrote) {
  const bool both = from != "contract";
  const Values kept = Read(both ? evolution.before : evolution.after);
  const ProcessResult plain = Killed({"rollback"});
  if (plain.exit_code == 7 && !only_old_wrote) {
    Zdm({"rollback", "--set-aside"});
  } else if (plain.exit_code != 0) {
    Fail("rollback from " + from + "\n" + plain.Describe());
  }
  CompareValues(evolution, Read(evolution.before), kept, "rolled back from " + from);
}

std::string Story::Straight(const Schema& schema) const {
  const TestDatabase straight(server_);
  const auto session = straight.Connect();
  for (const std::string& sql : SqlText(schema)) session->Must(sql);
  return straight.Dump();
}

void Story::CompareEnd(const Schema& schema) {
  const std::string difference =
      Difference(WithoutColumnOrder(Straight(schema)), WithoutColumnOrder(database_.Dump()));
  if (!difference.empty()) Fail("not what plain SQL makes of it:\n" + difference);
  const std::string file = folder_.path() + "/clean.zdm";
  WriteFile(file, ZdmText(schema, {}));
  if (!IsNothing(file)) Fail("compiled again, there is something to do");
  const std::string imported = folder_.path() + "/imported.zdm";
  std::filesystem::remove(imported);
  const ProcessResult import = Zdmc({"import", "--db", database_.Url(), "-o", imported});
  if (import.exit_code != 0) Fail(import.Describe());
  if (!IsNothing(imported)) Fail("what import wrote compiles to something");
}

void Story::Step(const Evolution& evolution) {
  told_.clear();
  for (const std::string& line : evolution.told) told_ += line + "\n";
  before_text_ = ZdmText(evolution.before, {});
  after_text_ = ZdmText(evolution.after, evolution.way);
  const std::string dump = server_.Dump(database_.name());
  const auto is_before = [&](const std::string& when) {
    const std::string difference = Difference(dump, database_.Dump());
    if (!difference.empty()) Fail(when + ", the catalog:\n" + difference);
  };
  CompilePlan(evolution);
  const bool new_writes = Chance(random_, 50);
  const auto both = [&] {
    Insert(evolution.before, 1, "old");
    if (new_writes) Insert(evolution.after, 1, "new", evolution.loosened);
  };
  Forward(evolution, "expand");
  both();
  if (Chance(random_, 30)) {
    Back(evolution, "expand", !new_writes);
    is_before("rolled back from expand");
    Forward(evolution, "expand");
    both();
  }
  Forward(evolution, "migrate");
  both();
  Zdm({"verify"});
  if (Chance(random_, 40)) {
    Back(evolution, "migrate", !new_writes);
    is_before("rolled back from migrate");
    Forward(evolution, "migrate");
    both();
  }
  Forward(evolution, "contract");
  if (new_writes) Insert(evolution.after, 1, "new", evolution.loosened);
  if (Chance(random_, 60)) {
    Back(evolution, "contract", false);
    is_before("rolled back from contract");
    Insert(evolution.before, 1, "old");
    Forward(evolution, "contract");
  }
  Zdm({"purge"});
  Insert(evolution.after, 1, "new", evolution.loosened);
  CompareEnd(evolution.after);
  mutations_ += static_cast<int>(evolution.told.size());
}

void Story::Tell() {
  Begin();
  for (int plan = 0; plan < plans_; ++plan) {
    const Evolution evolution = Evolve(schema_, 1 + Below(random_, 8), random_);
    Step(evolution);
    schema_ = evolution.after;
  }
}

}  // namespace zdm::test::evolution
