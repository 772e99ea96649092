// SPDX-License-Identifier: Apache-2.0
// What the sync triggers cost an UPDATE on the server's side of 200,000 rows that touches no source
// column, on a narrow and on a wide table: its time with them against its time without, in turns,
// the median of each. Ratios of one run; exit 1 when one is over the bound. Release build:
//   cmake --build --preset release --target zdm zdmc zdm_trigger_bench &&
//   .build/release/tests/bench/zdm_trigger_bench
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/support/programs.h"
#include "tests/support/test_server.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

constexpr double kMostAgainstWithout = 1.3;
constexpr int kRounds = 7;

void Good(const ProcessResult& result) {
  if (result.exit_code == 0) return;
  fmt::print("{}\n", result.Describe());
  std::exit(1);
}

std::string PersonZdm(const std::string& name, const std::string& more) {
  return fmt::format(
      "dialect postgresql;\ntable person {{\n  id bigint primary key;\n  {}\n  visits integer;\n"
      "{}}}\n",
      name, more);
}

/// A table whose column `name` is about to be split: past expand, with its triggers.
class Expanded {
 public:
  Expanded(TestServer& server, const std::string& more) : database_(server) {
    owner_ = database_.Connect();
    const TestDatabase scratch(server);
    CompileCall call{folder_.path() + "/schema.zdm", database_.Url(), scratch.Url(),
                     folder_.path() + "/plan.json"};
    call.more = {"--allow", "all"};
    WriteFile(call.path, PersonZdm("name text;", more));
    Good(Compile(call));
    Good(Zdm({"run", call.output, "--db", database_.Url()}));
    owner_->Must(
        "INSERT INTO person (id, name, visits) SELECT i, 'first last' || i, 1 FROM "
        "generate_series(1, 200000) AS i");
    WriteFile(call.path,
              PersonZdm("first text; last text;\n"
                        "  transition { from name text; up first = split_part(name, ' ', 1); up "
                        "last = split_part(name, ' ', 2); down name = first || ' ' || last; }",
                        more));
    Good(Compile(call));
    Good(Zdm({"run", call.output, "--until", "expand", "--db", database_.Url()}));
  }

  double Seconds(bool triggers) {
    owner_->Must(
        fmt::format("ALTER TABLE person {} TRIGGER USER", triggers ? "ENABLE" : "DISABLE"));
    owner_->Must("VACUUM FULL person");
    owner_->Must("SELECT count(*) FROM person");
    const auto began = std::chrono::steady_clock::now();
    owner_->Must("UPDATE person SET visits = visits + 1");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }

 private:
  TestDatabase database_;
  ScratchFolder folder_;
  std::unique_ptr<Session> owner_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool Compare(TestServer& server, const char* what, const std::string& more) {
  Expanded table(server, more);
  std::vector<double> with, without;
  for (int round = 0; round < kRounds; ++round) {
    for (const bool triggers : {round % 2 == 0, round % 2 != 0}) {
      (triggers ? with : without).push_back(table.Seconds(triggers));
    }
  }
  const double ratio = Median(with) / Median(without);
  const bool good = ratio <= kMostAgainstWithout;
  fmt::print("{} {}: {:.0f} ms with the triggers, {:.0f} ms without: {:.2f} (bound {:.2f})\n",
             good ? "ok  " : "FAIL", what, Median(with) * 1000, Median(without) * 1000, ratio,
             kMostAgainstWithout);
  return good;
}

int Main() {
  const auto server = StartServer({});
  const bool narrow = Compare(*server, "narrow", "");
  const bool wide = Compare(*server, "wide",
                            "  a text default 'some text in every row';\n"
                            "  b text default 'more text in every row';\n"
                            "  c timestamptz default now();\n  d numeric default 12.5;\n"
                            "  e integer default 1;\n  f integer default 2;\n"
                            "  index person_e on (e);\n");
  return narrow && wide ? 0 : 1;
}

}  // namespace
}  // namespace zdm::test

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return zdm::test::Main();
}
