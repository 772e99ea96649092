// SPDX-License-Identifier: Apache-2.0
// MariaDB and MySQL: rows a second of a backfill with the sync triggers in place against one plain
// UPDATE of the same columns of the same rows without triggers, on a table with a key and two
// indexes. One run, its ratio; exit 1 when it falls short. Release build:
//   cmake --build --preset release --target zdm zdmc zdm_mysql_backfill_bench &&
//   ZDM_TEST_FAMILY=mariadb .build/release/tests/bench/zdm_mysql_backfill_bench [ROWS]
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/support/programs.h"
#include "tests/support/test_server.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

constexpr double kLeastAgainstUpdate = 0.6;

void Good(const ProcessResult& result) {
  if (result.exit_code == 0) return;
  fmt::print("{}\n", result.Describe());
  std::exit(1);
}

std::string PersonZdm(const std::string& family, const std::string& name) {
  return fmt::format(
      "dialect {};\ntable person {{\n  id bigint auto_increment primary key;\n  {};\n"
      "  about varchar(200);\n  age int;\n  index person_about on (about);\n"
      "  index person_age on (age);\n}}\n",
      family, name);
}

/// A table that has come through expand, with its triggers.
class Expanded {
 public:
  Expanded(TestServer& server, int rows) : database_(server), owner_(database_.Connect()) {
    owner_->Must(
        "CREATE TABLE person (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(100), about "
        "varchar(200), age int, KEY person_about (about), KEY person_age (age))");
    owner_->Must("INSERT INTO person (name, about, age) VALUES ('name', 'about', 1)");
    for (int made = 1; made < rows; made *= 2) {
      owner_->Must(
          fmt::format("INSERT INTO person (name, about, age) SELECT concat('name ', id), "
                      "concat('about ', id % 977), id % 101 FROM person LIMIT {}",
                      std::min(made, rows - made)));
    }
    owner_->Must("ANALYZE TABLE person");
    const std::string file = folder_.path() + "/after.zdm";
    WriteFile(file, PersonZdm(server.family(), "title varchar(100) renamed from name"));
    const TestDatabase scratch(server);
    CompileCall call{file, database_.Url(), scratch.Url(), folder_.path() + "/plan.json", {}};
    call.more = {"--allow", "all"};
    Good(Compile(call));
    Good(Zdm({"run", call.output, "--until", "expand", "--db", database_.Url()}));
  }

  const TestDatabase& database() const { return database_; }
  Session& owner() { return *owner_; }
  double Number(const std::string& sql) { return std::strtod(owner_->Value(sql).c_str(), nullptr); }

 private:
  TestDatabase database_;
  ScratchFolder folder_;
  std::unique_ptr<Session> owner_;
};

double RateOfUpdate(TestServer& server, int rows, bool triggers) {
  Expanded table(server, rows);
  const std::string mark = table.owner().Value(
      "SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND "
      "table_name = 'person' AND column_name LIKE 'zdm\\_%' AND data_type LIKE '%int'");
  if (!triggers) {
    for (const Row& row : table.owner()
                              .Run("SELECT trigger_name FROM information_schema.triggers WHERE "
                                   "trigger_schema = database()")
                              .rows) {
      table.owner().Must("DROP TRIGGER `" + *row[0] + "`");
    }
  }
  const auto began = std::chrono::steady_clock::now();
  table.owner().Must(
      fmt::format("UPDATE person SET title = name, `{0}` = 1 WHERE `{0}` = 0", mark));
  return rows / std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double RateOfBackfill(TestServer& server, int rows) {
  Expanded table(server, rows);
  Good(Zdm({"run", "--db", table.database().Url()}));
  const double seconds = table.Number(
      "SELECT timestampdiff(MICROSECOND, s.started_at, s.done_at) / 1000000 FROM zdm.step s JOIN "
      "zdm.backfill b ON b.database_name = s.database_name AND b.plan_id = s.plan_id AND b.step_id "
      "= s.step_id WHERE s.database_name = database()");
  fmt::print("  backfill: {:.0f} rows/s, {:.0f} % of the time in batches, last batch {:.0f} rows\n",
             rows / seconds,
             table.Number("SELECT busy_ms FROM zdm.backfill WHERE database_name = database()") /
                 seconds / 10,
             table.Number("SELECT batch_rows FROM zdm.backfill WHERE database_name = database()"));
  return rows / seconds;
}

int Main(int rows) {
  ServerOptions options;
  const char* family = std::getenv("ZDM_TEST_FAMILY");
  options.family = family == nullptr ? "mariadb" : family;
  options.settings = {{"innodb-buffer-pool-size", "1G"}};
  const auto server = StartServer(options);
  const double plain = RateOfUpdate(*server, rows, false);
  const double gated = RateOfUpdate(*server, rows, true);
  fmt::print("{}, {} rows\n  one UPDATE: {:.0f} rows/s, with the triggers {:.0f} rows/s\n",
             options.family, rows, plain, gated);
  const double ratio = RateOfBackfill(*server, rows) / plain;
  const bool good = ratio >= kLeastAgainstUpdate;
  fmt::print("{} rows/s against one UPDATE {:.2f} (bound {:.2f})\n", good ? "ok  " : "FAIL", ratio,
             kLeastAgainstUpdate);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace zdm::test

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return zdm::test::Main(argc > 1 ? std::atoi(argv[1]) : 1000000);
}
