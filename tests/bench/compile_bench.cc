// SPDX-License-Identifier: Apache-2.0
// `zdmc compile` of 1,000 tables of 12 columns and 3 indexes, 20 changed, against `pg_dump -s` of
// the same database, in turns; the same with 5,000 tables; peak memory. Defaults and checks are
// written as people do, not as the server prints them: the first compile asks a scratch server,
// the others find its answers in the cache. Ratios of one run; exit 1 when one falls short.
// Release build:
//   cmake --build --preset release --target zdmc zdm_compile_bench &&
//   .build/release/tests/bench/zdm_compile_bench
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/programs.h"
#include "tests/support/test_server.h"

namespace zdm::test {
namespace {

constexpr int kRounds = 5;
constexpr int kChanged = 20;
constexpr double kMostAgainstDump = 1.0;
constexpr double kMostAgainstLinear = 1.2;
constexpr long kMostMegabytes = 300;

/// Twelve columns of common types, three indexes, a check and a foreign key.
std::string TableSql(int number) {
  return fmt::format(
      "CREATE TABLE t{0} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint, name "
      "text NOT NULL, email character varying(200), state text DEFAULT 'new' NOT NULL, amount "
      "numeric(12,2) DEFAULT 0 NOT NULL, quantity integer DEFAULT 1 NOT NULL, active boolean "
      "DEFAULT true NOT NULL, created_at timestamp with time zone DEFAULT now() NOT NULL, "
      "updated_at timestamp with time zone, payload jsonb, note text, CONSTRAINT t{0}_amount_check "
      "CHECK (amount >= 0), CONSTRAINT t{0}_parent_fkey FOREIGN KEY (parent) REFERENCES t{0} (id));"
      "CREATE INDEX t{0}_name_idx ON t{0} (name);"
      "CREATE INDEX t{0}_lower_idx ON t{0} (lower(email));"
      "CREATE INDEX t{0}_open_idx ON t{0} (created_at) WHERE (state = 'new');",
      number);
}

std::string TableZdm(int number, bool changed) {
  return fmt::format(
      "table t{0} {{\n"
      "  id bigint generated always as identity primary key;\n"
      "  parent bigint references t{0} (id);\n"
      "  name text not null;\n"
      "  email varchar(200);\n"
      "  state text not null default 'new';\n"
      "  amount numeric(12,2) not null default 0;\n"
      "  quantity int not null default 1;\n"
      "  active boolean not null default true;\n"
      "  created_at timestamptz not null default now();\n"
      "  updated_at timestamptz;\n"
      "  payload jsonb;\n"
      "  note text;\n{1}"
      "  check t{0}_amount_check (amount >= 0);\n"
      "  index t{0}_name_idx on (name);\n"
      "  index t{0}_lower_idx on (lower(email));\n"
      "  index t{0}_open_idx on (created_at) where (state = 'new');\n"
      "}}\n",
      number, changed ? "  added text;\n" : "");
}

struct Cost {
  double seconds = 0;
  long megabytes = 0;
};

/// Runs a program with its output thrown away.
Cost Run(const std::vector<std::string>& arguments) {
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const auto began = std::chrono::steady_clock::now();
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(127);
    execvp(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fmt::print("{} failed\n", fmt::join(arguments, " "));
    std::exit(1);
  }
  return {took.count(), usage.ru_maxrss / 1024};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Result {
  double compile = 0, dump = 0, ratio = 0;
  long megabytes = 0;
};

Result Measure(TestServer& server, int tables) {
  const TestDatabase database(server);
  const ScratchFolder folder;
  const auto owner = database.Connect();
  std::filesystem::create_directories(folder.path() + "/schema");
  std::ofstream head(folder.path() + "/schema/a.zdm");
  head << "dialect postgresql;\n";
  head.close();
  for (int number = 0; number < tables; ++number) {
    owner->Must(TableSql(number));
    std::ofstream file(fmt::format("{}/schema/t{}.zdm", folder.path(), number));
    file << "dialect postgresql;\n" << TableZdm(number, number % (tables / kChanged) == 0);
  }
  owner->Must("ANALYZE");
  const std::vector<std::string> compile = {
      ProgramPath("zdmc"), "compile", folder.path() + "/schema",   "--db",
      database.Url(),      "-o",      folder.path() + "/plan.json"};
  const std::vector<std::string> dump = {server.programs() + "/pg_dump", "-s", "-d",
                                         database.Url()};
  Result result;
  setenv("ZDM_CACHE_DIR", (folder.path() + "/cache").c_str(), 1);
  const double first = Run(compile).seconds;
  std::vector<double> compiles, dumps, ratios;
  for (int round = 0; round < kRounds; ++round) {
    const Cost ours = Run(compile);
    const Cost theirs = Run(dump);
    compiles.push_back(ours.seconds);
    dumps.push_back(theirs.seconds);
    ratios.push_back(ours.seconds / theirs.seconds);
    result.megabytes = std::max(result.megabytes, ours.megabytes);
  }
  result.compile = Median(compiles);
  result.dump = Median(dumps);
  result.ratio = Median(ratios);
  fmt::print(
      "{:5} tables: zdmc compile {:.2f} s, pg_dump -s {:.2f} s, ratio {:.2f}, peak {} MB; the "
      "first "
      "compile {:.2f} s\n",
      tables, result.compile, result.dump, result.ratio, result.megabytes, first);
  return result;
}

int Bench() {
  TestServer& server = SharedServer();
  const Result small = Measure(server, 1000);
  const Result large = Measure(server, 5000);
  const double linear = large.compile / (5 * small.compile);
  fmt::print("5,000 tables take {:.2f} times five times 1,000\n", linear);
  return small.ratio <= kMostAgainstDump && linear <= kMostAgainstLinear &&
                 small.megabytes <= kMostMegabytes && large.megabytes <= kMostMegabytes
             ? 0
             : 1;
}

}  // namespace
}  // namespace zdm::test

int main() {
  return zdm::test::Bench();
}
